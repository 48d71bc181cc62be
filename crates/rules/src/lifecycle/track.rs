//! The three tracks, each with its states and the transitions between them.
//!
//! No track depends on another: [`Progress`](super::Progress) decides what concerns several.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{event::EventRefused, evidence_request::validate_seller_text, money::Money};
use crate::tracking;

/// The inquiry with the carrier.
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::Investigation;
///
/// let open: Investigation = serde_json::from_str(r#"{"state": "open", "since": "2026-11-24"}"#)?;
/// assert_ne!(open, Investigation::NotStarted);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Investigation {
    /// The carrier has not been asked yet.
    #[default]
    NotStarted,
    /// The carrier has been asked.
    Open {
        /// The day it was asked.
        #[serde(with = "crate::date")]
        since: NaiveDate,
    },
    /// The inquiry is over.
    Concluded {
        /// The day it ended.
        #[serde(with = "crate::date")]
        on: NaiveDate,
    },
}

/// The damaged device on its way back to the seller.
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::ReturnShipment;
///
/// assert_eq!(serde_json::to_string(&ReturnShipment::default())?, r#"{"state":"label_pending"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReturnShipment {
    /// There is no return label yet.
    #[default]
    LabelPending,
    /// The claimant has a return label.
    LabelIssued {
        /// The day it was issued.
        #[serde(with = "crate::date")]
        on: NaiveDate,
    },
    /// The claimant handed the parcel over to a carrier.
    HandedOver {
        /// The day of its first scan.
        #[serde(with = "crate::date")]
        on: NaiveDate,
    },
    /// The seller has the device.
    Received {
        /// The day it arrived.
        #[serde(with = "crate::date")]
        on: NaiveDate,
    },
}

/// The decision about the claim: a replacement, a refund in full or in part, or none. It closes the claim.
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::Resolution;
///
/// let replaced: Resolution =
///     serde_json::from_str(r#"{"state": "replaced", "on": "2026-11-26", "tracking_number": "3SDEVC123456789"}"#)?;
/// assert!(matches!(replaced, Resolution::Replaced { tracking_number, .. } if tracking_number == "3SDEVC123456789"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Resolution {
    /// Nothing was sent or refunded yet.
    #[default]
    Pending,
    /// Another device is on its way.
    Replaced {
        /// The day it was sent.
        #[serde(with = "crate::date")]
        on: NaiveDate,
        /// Its tracking number, normalised.
        tracking_number: String,
    },
    /// The money was paid back.
    Refunded {
        /// The day it was paid.
        #[serde(with = "crate::date")]
        on: NaiveDate,
        /// How much.
        amount: Money,
    },
    /// Part of the money was paid back, and the claimant keeps the device.
    PartiallyRefunded {
        /// The day it was paid.
        #[serde(with = "crate::date")]
        on: NaiveDate,
        /// How much.
        amount: Money,
    },
    /// The seller neither replaced nor refunded, and said why.
    Declined {
        /// The day of the decision.
        #[serde(with = "crate::date")]
        on: NaiveDate,
        /// Why, in the claimant's language.
        reason: String,
    },
}

impl Investigation {
    pub(super) fn open(self, on: NaiveDate) -> Self {
        match self {
            Self::NotStarted => Self::Open { since: on },
            Self::Open { .. } | Self::Concluded { .. } => self,
        }
    }

    pub(super) fn conclude(self, on: NaiveDate) -> Result<Self, EventRefused> {
        match self {
            Self::NotStarted => Err(EventRefused::InvestigationNotOpened),
            Self::Open { since } => Ok(Self::Concluded { on: on.max(since) }),
            Self::Concluded { .. } => Ok(self),
        }
    }
}

impl ReturnShipment {
    pub(super) fn issue_label(self, on: NaiveDate) -> Self {
        match self {
            Self::LabelPending => Self::LabelIssued { on },
            Self::LabelIssued { .. } | Self::HandedOver { .. } | Self::Received { .. } => self,
        }
    }

    pub(super) fn hand_over(self, on: NaiveDate) -> Result<Self, EventRefused> {
        match self {
            Self::LabelPending => Err(EventRefused::NoReturnLabel),
            Self::LabelIssued { on: issued } => Ok(Self::HandedOver { on: on.max(issued) }),
            // After receipt this is a late scan, and the claim has moved on.
            Self::HandedOver { .. } | Self::Received { .. } => Ok(self),
        }
    }

    pub(super) fn receive(self, on: NaiveDate) -> Result<Self, EventRefused> {
        match self {
            Self::LabelPending => Err(EventRefused::NoReturnLabel),
            Self::LabelIssued { on: before } | Self::HandedOver { on: before } => {
                Ok(Self::Received { on: on.max(before) })
            }
            Self::Received { .. } => Ok(self),
        }
    }
}

impl Resolution {
    pub(super) fn replace(&self, on: NaiveDate, number: &str) -> Result<Self, EventRefused> {
        let number = tracking::normalise(number);
        if number.is_empty() || number.chars().count() > tracking::LENGTH_MAX || number.chars().any(char::is_control) {
            return Err(EventRefused::TrackingNumber);
        }
        match self {
            Self::Replaced { tracking_number, .. } if *tracking_number == number => Ok(self.clone()),
            _ => self.decided(Self::Replaced { on, tracking_number: number }),
        }
    }

    pub(super) fn refund(&self, on: NaiveDate, amount: &Money) -> Result<Self, EventRefused> {
        match self {
            Self::Refunded { amount: paid, .. } if paid == amount => Ok(self.clone()),
            _ => self.decided(Self::Refunded { on, amount: amount.clone() }),
        }
    }

    pub(super) fn refund_partially(&self, on: NaiveDate, amount: &Money) -> Result<Self, EventRefused> {
        match self {
            Self::PartiallyRefunded { amount: paid, .. } if paid == amount => Ok(self.clone()),
            _ => self.decided(Self::PartiallyRefunded { on, amount: amount.clone() }),
        }
    }

    pub(super) fn decline(&self, on: NaiveDate, reason: &str) -> Result<Self, EventRefused> {
        let reason = validate_seller_text(reason).filter(|reason| !reason.is_empty()).ok_or(EventRefused::Reason)?;
        match self {
            Self::Declined { reason: given, .. } if *given == reason => Ok(self.clone()),
            _ => self.decided(Self::Declined { on, reason }),
        }
    }

    /// `next`, where the claim may still be decided: money and parcels that were sent do not come back, but a seller may settle
    /// a claim that they declined, or give another reason.
    fn decided(&self, next: Self) -> Result<Self, EventRefused> {
        match self {
            Self::Pending | Self::Declined { .. } => Ok(next),
            Self::Replaced { .. } => Err(EventRefused::AlreadyReplaced),
            Self::Refunded { .. } | Self::PartiallyRefunded { .. } => Err(EventRefused::AlreadyRefunded),
        }
    }

    /// Whether a replacement or refund was made, which cannot be undone.
    pub(super) fn is_settled(&self) -> bool {
        match self {
            Self::Pending | Self::Declined { .. } => false,
            Self::Replaced { .. } | Self::Refunded { .. } | Self::PartiallyRefunded { .. } => true,
        }
    }
}
