//! The state of a claim in one word, for lists: who has to act, or how it was decided.

use serde::{Deserialize, Serialize};

use super::{Progress, Resolution};

/// The state of a claim in one word.
///
/// The tracks of the claim say more; see [`Progress`].
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::{ClaimState, Progress};
///
/// assert_eq!(Progress::default().state(), ClaimState::Open);
/// assert_eq!(serde_json::to_string(&ClaimState::WaitingForClaimant)?, r#""waiting_for_claimant""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    /// The seller has to decide.
    Open,
    /// The seller asked for more evidence and has not decided.
    WaitingForClaimant,
    /// Another device was sent.
    Replaced,
    /// The money was paid back.
    Refunded,
    /// Part of the money was paid back.
    PartiallyRefunded,
    /// The seller neither replaced nor refunded.
    Declined,
}

impl ClaimState {
    /// Every state.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::lifecycle::ClaimState;
    ///
    /// assert_eq!(ClaimState::ALL.into_iter().filter(|state| !state.is_decided()).count(), 2);
    /// ```
    pub const ALL: [Self; 6] =
        [Self::Open, Self::WaitingForClaimant, Self::Replaced, Self::Refunded, Self::PartiallyRefunded, Self::Declined];

    /// Its stable code, as sent and stored.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::lifecycle::ClaimState;
    ///
    /// for state in ClaimState::ALL {
    ///     assert_eq!(serde_json::to_value(state)?, state.code());
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::WaitingForClaimant => "waiting_for_claimant",
            Self::Replaced => "replaced",
            Self::Refunded => "refunded",
            Self::PartiallyRefunded => "partially_refunded",
            Self::Declined => "declined",
        }
    }

    /// Whether the claim is decided, as [`Progress::is_closed`] says.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::lifecycle::ClaimState;
    ///
    /// assert!(ClaimState::Declined.is_decided() && !ClaimState::WaitingForClaimant.is_decided());
    /// ```
    #[must_use]
    pub fn is_decided(self) -> bool {
        match self {
            Self::Open | Self::WaitingForClaimant => false,
            Self::Replaced | Self::Refunded | Self::PartiallyRefunded | Self::Declined => true,
        }
    }
}

impl Progress {
    /// The state in one word. An evidence request counts until the claim is decided.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::lifecycle::{ClaimState, Event, Progress};
    ///
    /// let declined = Event::Declined { reason: "The device was repaired elsewhere.".into() };
    /// let progress = Progress::default().apply(&declined, NaiveDate::from_ymd_opt(2026, 11, 24).unwrap())?;
    /// assert_eq!(progress.state(), ClaimState::Declined);
    /// # Ok::<(), damage_report_rules::lifecycle::EventRefused>(())
    /// ```
    #[must_use]
    pub fn state(&self) -> ClaimState {
        match self.resolution {
            Resolution::Pending if self.evidence_request.is_some() => ClaimState::WaitingForClaimant,
            Resolution::Pending => ClaimState::Open,
            Resolution::Replaced { .. } => ClaimState::Replaced,
            Resolution::Refunded { .. } => ClaimState::Refunded,
            Resolution::PartiallyRefunded { .. } => ClaimState::PartiallyRefunded,
            Resolution::Declined { .. } => ClaimState::Declined,
        }
    }
}
