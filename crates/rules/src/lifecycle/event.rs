//! The seller's events, as they travel, and why one is refused.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::money::Money;
use crate::{date::JsonDate, evidence::Subject};

/// The most characters of the reason of a declined claim and of the note of an evidence request, as [`counted_length`](crate::claim::counted_length) counts
/// them.
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::{Event, EventRefused, Progress, SELLER_TEXT_LENGTH_MAX};
///
/// let declined = Event::Declined { reason: "x".repeat(SELLER_TEXT_LENGTH_MAX + 1) };
/// assert_eq!(Progress::default().apply(&declined, Default::default()), Err(EventRefused::Reason));
/// ```
pub const SELLER_TEXT_LENGTH_MAX: usize = 1000;

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
    /// Part of the money was paid back, and the claimant keeps the device.
    PartiallyRefunded {
        /// How much.
        amount: Money,
    },
    /// The seller neither replaces nor refunds. A later event may still do so.
    Declined {
        /// Why, in the claimant's language, of 1 to [`SELLER_TEXT_LENGTH_MAX`] characters. The claimant reads it.
        #[cfg_attr(feature = "openapi", schema(min_length = 1))]
        reason: String,
    },
    /// The claimant was asked for more evidence.
    EvidenceRequested {
        /// What the photos should show: one or more subjects, each once.
        #[cfg_attr(feature = "openapi", schema(min_items = 1))]
        subjects: Vec<Subject>,
        /// What is wanted, in the claimant's language, of at most [`SELLER_TEXT_LENGTH_MAX`] characters; may be empty.
        #[serde(default)]
        note: String,
        /// The last day, at most [`EVIDENCE_DAYS_MAX`](super::EVIDENCE_DAYS_MAX) days ahead.
        #[serde(with = "crate::date")]
        until: NaiveDate,
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
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    subjects: Option<Vec<Subject>>,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    until: Option<JsonDate>,
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
    PartiallyRefunded,
    Declined,
    EvidenceRequested,
}

impl TryFrom<UncheckedEvent> for Event {
    type Error = &'static str;

    /// The errors have the form of serde's own, because readers parse them.
    fn try_from(fields: UncheckedEvent) -> Result<Self, Self::Error> {
        let UncheckedEvent { kind, mut tracking_number, mut amount, mut reason, mut subjects, mut note, mut until } =
            fields;
        let event = match kind {
            Kind::InvestigationOpened => Self::InvestigationOpened,
            Kind::InvestigationConcluded => Self::InvestigationConcluded,
            Kind::ReturnLabelIssued => Self::ReturnLabelIssued,
            Kind::ReturnHandedOver => Self::ReturnHandedOver,
            Kind::ReturnReceived => Self::ReturnReceived,
            Kind::ReplacementSent => Self::ReplacementSent {
                tracking_number: tracking_number.take().ok_or("missing field `tracking_number`")?,
            },
            Kind::Refunded => Self::Refunded { amount: amount.take().ok_or("missing field `amount`")? },
            Kind::PartiallyRefunded => {
                Self::PartiallyRefunded { amount: amount.take().ok_or("missing field `amount`")? }
            }
            Kind::Declined => Self::Declined { reason: reason.take().ok_or("missing field `reason`")? },
            Kind::EvidenceRequested => Self::EvidenceRequested {
                subjects: subjects.take().ok_or("missing field `subjects`")?,
                note: note.take().unwrap_or_default(),
                until: until.take().ok_or("missing field `until`")?.0,
            },
        };
        // Each type took its own fields. A field that is left belongs to another type.
        let left = [
            (tracking_number.is_some(), "unknown field `tracking_number`, expected a field of this type"),
            (amount.is_some(), "unknown field `amount`, expected a field of this type"),
            (reason.is_some(), "unknown field `reason`, expected a field of this type"),
            (subjects.is_some(), "unknown field `subjects`, expected a field of this type"),
            (note.is_some(), "unknown field `note`, expected a field of this type"),
            (until.is_some(), "unknown field `until`, expected a field of this type"),
        ];
        left.into_iter().find_map(|(is_left, error)| is_left.then_some(error)).map_or(Ok(event), Err)
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
    pub const TYPES: [&str; 10] = [
        "investigation_opened",
        "investigation_concluded",
        "return_label_issued",
        "return_handed_over",
        "return_received",
        "replacement_sent",
        "refunded",
        "partially_refunded",
        "declined",
        "evidence_requested",
    ];

    /// Its type, as it travels.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::lifecycle::Event;
    ///
    /// assert_eq!(Event::ReturnReceived.type_name(), "return_received");
    /// ```
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::InvestigationOpened => "investigation_opened",
            Self::InvestigationConcluded => "investigation_concluded",
            Self::ReturnLabelIssued => "return_label_issued",
            Self::ReturnHandedOver => "return_handed_over",
            Self::ReturnReceived => "return_received",
            Self::ReplacementSent { .. } => "replacement_sent",
            Self::Refunded { .. } => "refunded",
            Self::PartiallyRefunded { .. } => "partially_refunded",
            Self::Declined { .. } => "declined",
            Self::EvidenceRequested { .. } => "evidence_requested",
        }
    }

    /// Whether this is a decision about the claim, and not a fact such as a parcel that arrived.
    ///
    /// Two people may decide at once, so a decision names the version of the claim that it was made on. Facts are true whoever
    /// reports them first.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::lifecycle::Event;
    ///
    /// assert!(Event::Declined { reason: "The parcel was signed for as whole".into() }.is_decision());
    /// assert!(!Event::ReturnReceived.is_decision());
    /// ```
    #[must_use]
    pub fn is_decision(&self) -> bool {
        match self {
            Self::InvestigationOpened
            | Self::InvestigationConcluded
            | Self::ReturnLabelIssued
            | Self::ReturnHandedOver
            | Self::ReturnReceived => false,
            Self::ReplacementSent { .. }
            | Self::Refunded { .. }
            | Self::PartiallyRefunded { .. }
            | Self::Declined { .. }
            | Self::EvidenceRequested { .. } => true,
        }
    }
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
    /// Refunded, declined, or replaced under another tracking number, after a replacement was sent.
    AlreadyReplaced,
    /// Replaced or declined, or another amount refunded, after a refund in full or in part.
    AlreadyRefunded,
    /// The reason of a declined claim is empty, longer than [`SELLER_TEXT_LENGTH_MAX`] or holds control characters.
    Reason,
    /// More evidence was asked for after a replacement or refund.
    EvidenceNotNeeded,
    /// An evidence request names no subject, or one twice.
    EvidenceSubjects,
    /// The note of an evidence request is longer than [`SELLER_TEXT_LENGTH_MAX`] or holds control characters.
    EvidenceNote,
    /// The last day of an evidence request has passed, or is more than [`EVIDENCE_DAYS_MAX`](super::EVIDENCE_DAYS_MAX) days ahead.
    EvidenceUntil,
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
            Self::Reason => "the reason must be 1 to 1000 characters, none of them control characters but line breaks",
            Self::EvidenceNotNeeded => "a claim that is replaced or refunded needs no more evidence",
            Self::EvidenceSubjects => "the subjects must be one or more, each once",
            Self::EvidenceNote => {
                "the note must be at most 1000 characters, none of them control characters but line breaks"
            }
            Self::EvidenceUntil => "the last day must be today or within the next 90 days",
        })
    }
}

impl std::error::Error for EventRefused {}
