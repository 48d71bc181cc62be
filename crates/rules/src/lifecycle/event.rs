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
#[serde(tag = "type", rename_all = "snake_case", from = "Wire")]
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
        /// Its tracking number.
        tracking_number: String,
    },
    /// The money was paid back.
    Refunded {
        /// How much.
        amount: Money,
    },
}

/// An [`Event`] as it is read. serde ignores unknown fields beside a tag where a variant has no braces
/// (serde-rs/serde, issue 2294), so here every variant has them.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Wire {
    InvestigationOpened {},
    InvestigationConcluded {},
    ReturnLabelIssued {},
    ReturnHandedOver {},
    ReturnReceived {},
    ReplacementSent { tracking_number: String },
    Refunded { amount: Money },
}

impl From<Wire> for Event {
    fn from(wire: Wire) -> Self {
        match wire {
            Wire::InvestigationOpened {} => Self::InvestigationOpened,
            Wire::InvestigationConcluded {} => Self::InvestigationConcluded,
            Wire::ReturnLabelIssued {} => Self::ReturnLabelIssued,
            Wire::ReturnHandedOver {} => Self::ReturnHandedOver,
            Wire::ReturnReceived {} => Self::ReturnReceived,
            Wire::ReplacementSent { tracking_number } => Self::ReplacementSent { tracking_number },
            Wire::Refunded { amount } => Self::Refunded { amount },
        }
    }
}
