//! The seller's events, as they travel, and why one is refused.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::money::Money;

/// Something that the seller reports about a claim.
///
/// In JSON: `{"type": "refunded", "amount": {"cents": 39900, "currency": "EUR"}}`. Unknown fields are refused: a
/// seller's system must not send data that is silently ignored.
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::Event;
///
/// let event: Event = serde_json::from_str(r#"{"type": "return_label_issued"}"#)?;
/// assert_eq!(event, Event::ReturnLabelIssued);
/// assert!(serde_json::from_str::<Event>(r#"{"type": "return_label_issued", "on": "2026-11-24"}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", try_from = "UncheckedEvent")]
pub enum Event {
    /// The carrier was asked what happened.
    InvestigationOpened,
    /// The inquiry with the carrier is over.
    InvestigationConcluded,
    /// The claimant was given a return label.
    ReturnLabelIssued,
    /// The claimant handed the device over to a carrier.
    ReturnHandedOver,
    /// The device is back with the seller.
    ReturnReceived,
    /// Another device was sent.
    ReplacementSent {
        /// Its tracking number, of 1 to 40 characters without spaces, dots and hyphens.
        #[cfg_attr(feature = "openapi", schema(min_length = 1))]
        tracking_number: String,
    },
    /// The money was paid back.
    Refunded {
        /// How much.
        amount: Money,
    },
}

/// An [`Event`] before validation, with the fields of all types. This is written by hand because serde's derive for tagged enums
/// loses the place of an error in the body, and accepts unknown fields for variants without fields (serde-rs/serde, issue 2294).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedEvent {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    tracking_number: Option<String>,
    #[serde(default)]
    amount: Option<Money>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    InvestigationOpened,
    InvestigationConcluded,
    ReturnLabelIssued,
    ReturnHandedOver,
    ReturnReceived,
    ReplacementSent,
    Refunded,
}

impl TryFrom<UncheckedEvent> for Event {
    type Error = &'static str;

    /// The errors have the form of serde's own, because readers parse them.
    fn try_from(UncheckedEvent { kind, tracking_number, amount }: UncheckedEvent) -> Result<Self, Self::Error> {
        if tracking_number.is_some() && !matches!(kind, Kind::ReplacementSent) {
            return Err("unknown field `tracking_number`, expected a field of this type");
        }
        if amount.is_some() && !matches!(kind, Kind::Refunded) {
            return Err("unknown field `amount`, expected a field of this type");
        }
        Ok(match kind {
            Kind::InvestigationOpened => Self::InvestigationOpened,
            Kind::InvestigationConcluded => Self::InvestigationConcluded,
            Kind::ReturnLabelIssued => Self::ReturnLabelIssued,
            Kind::ReturnHandedOver => Self::ReturnHandedOver,
            Kind::ReturnReceived => Self::ReturnReceived,
            Kind::ReplacementSent => {
                Self::ReplacementSent { tracking_number: tracking_number.ok_or("missing field `tracking_number`")? }
            }
            Kind::Refunded => Self::Refunded { amount: amount.ok_or("missing field `amount`")? },
        })
    }
}

impl Event {
    /// The type of every event, as it travels.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::lifecycle::Event;
    ///
    /// assert!(Event::TYPES.contains(&"refunded"));
    /// ```
    pub const TYPES: [&str; 7] = [
        "investigation_opened",
        "investigation_concluded",
        "return_label_issued",
        "return_handed_over",
        "return_received",
        "replacement_sent",
        "refunded",
    ];
}

/// Why an [`Event`] is refused for a claim.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use damage_report_rules::lifecycle::{Event, EventRefused, Progress};
///
/// let refused = Progress::default().apply(&Event::InvestigationConcluded, NaiveDate::default()).unwrap_err();
/// assert_eq!(refused, EventRefused::InvestigationNotOpened);
/// assert_eq!(refused.to_string(), "an investigation that was not opened cannot be concluded");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventRefused {
    /// Concluded without having been opened.
    InvestigationNotOpened,
    /// Handed over or received without a return label.
    NoReturnLabel,
    /// Refunded, or replaced under another tracking number, after a replacement was sent.
    AlreadyReplaced,
    /// Replaced, or another amount refunded, after a refund.
    AlreadyRefunded,
    /// The replacement's tracking number is empty, longer than [`LENGTH_MAX`](crate::tracking::LENGTH_MAX) or holds control characters.
    TrackingNumber,
}

impl fmt::Display for EventRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvestigationNotOpened => "an investigation that was not opened cannot be concluded",
            Self::NoReturnLabel => "a return without a return label cannot be on its way",
            Self::AlreadyReplaced => "a replacement was sent already",
            Self::AlreadyRefunded => "a refund was made already",
            Self::TrackingNumber => "the tracking number must be 1 to 40 characters, none of them control characters",
        })
    }
}

impl std::error::Error for EventRefused {}
