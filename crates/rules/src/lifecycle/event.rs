//! What the seller says happened, as it travels.

use serde::{Deserialize, Serialize};

use super::Money;

/// One thing that the seller says happened to a claim.
///
/// On the wire: `{"type": "refunded", "amount": {"cents": 39900, "currency": "EUR"}}`. Unknown fields are refused: a
/// seller's system that says more than is understood should hear so, not be half believed.
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
#[serde(tag = "type", rename_all = "snake_case", try_from = "Wire")]
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

/// An [`Event`] as it is read, with the fields of all types. serde's own way to read a tagged enum forgets where in the body a
/// mistake stands, and ignores unknown fields where a variant has none (serde-rs/serde, issue 2294).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
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

impl TryFrom<Wire> for Event {
    type Error = &'static str;

    /// Its errors are worded as serde's own, which readers take apart.
    fn try_from(Wire { kind, tracking_number, amount }: Wire) -> Result<Self, Self::Error> {
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
