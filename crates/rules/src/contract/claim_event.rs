//! The events that a backend tells a shop's systems: each change of a claim, once, in order.

use serde::{Deserialize, Serialize};

use super::Timestamp;
use crate::lifecycle::Event;

/// A change of a claim. It is both the body of a webhook and an entry of `GET /seller/events`.
///
/// It holds no personal data: the rest is read at `url`, with the seller's key.
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::{ClaimEvent, ClaimEventType};
///
/// let event: ClaimEvent = serde_json::from_str(
///     r#"{
///         "id": "evt_00000000000000000042",
///         "type": "claim.refunded",
///         "timestamp": "2026-11-24T09:12:30Z",
///         "data": {
///             "reference": "DR-7K3M9QXA2T",
///             "order_line": "ol_8c21",
///             "version": 4,
///             "url": "/seller/claims/DR-7K3M9QXA2T"
///         }
///     }"#,
/// )?;
/// assert_eq!(event.kind, ClaimEventType::Refunded);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimEvent {
    /// Its identifier. Identifiers sort as texts in the order in which the events happened.
    pub id: String,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: ClaimEventType,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The claim that it happened to.
    pub data: ClaimEventData,
}

/// The claim of a [`ClaimEvent`].
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::ClaimEventData;
///
/// let erased: ClaimEventData =
///     serde_json::from_str(r#"{"reference": "DR-7K3M9QXA2T", "order_line": "ol_8c21", "version": 5}"#)?;
/// assert_eq!(erased.url, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimEventData {
    /// The claim's reference.
    pub reference: String,
    /// The order line's identifier.
    pub order_line: String,
    /// The version of the claim after this event.
    pub version: u32,
    /// The path of the claim; absent once the claim is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Defines the types of events with their names, once.
macro_rules! types {
    ($(#[doc = $doc:literal] $variant:ident = $name:literal,)*) => {
        /// What happened to a claim.
        ///
        /// # Example
        ///
        /// ```
        /// use damage_report_rules::contract::ClaimEventType;
        ///
        /// assert_eq!(ClaimEventType::Submitted.name(), "claim.submitted");
        /// assert_eq!(ClaimEventType::named("claim.submitted"), Some(ClaimEventType::Submitted));
        /// assert_eq!(ClaimEventType::named("claim.lost"), None);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ClaimEventType {
            $(#[doc = $doc] #[serde(rename = $name)] $variant,)*
        }

        impl ClaimEventType {
            /// Every type.
            ///
            /// # Example
            ///
            /// ```
            /// use damage_report_rules::contract::ClaimEventType;
            ///
            /// assert!(ClaimEventType::ALL.iter().all(|kind| kind.name().starts_with("claim.")));
            /// ```
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its stable name.
            ///
            /// # Example
            ///
            /// ```
            /// use damage_report_rules::contract::ClaimEventType;
            ///
            /// assert_eq!(serde_json::to_value(ClaimEventType::Erased)?, ClaimEventType::Erased.name());
            /// # Ok::<(), serde_json::Error>(())
            /// ```
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What happened, in a sentence for the reader of a document.
            ///
            /// # Example
            ///
            /// ```
            /// use damage_report_rules::contract::ClaimEventType;
            ///
            /// assert_eq!(ClaimEventType::Submitted.description(), "A claimant sent the claim.");
            /// ```
            #[must_use]
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc.trim_ascii(),)* }
            }
        }
    };
}

types! {
    /// A claimant sent the claim.
    Submitted = "claim.submitted",
    /// The carrier was asked what happened.
    InvestigationOpened = "claim.investigation_opened",
    /// The inquiry with the carrier is over.
    InvestigationConcluded = "claim.investigation_concluded",
    /// The claimant was given a return label.
    ReturnLabelIssued = "claim.return_label_issued",
    /// The claimant handed the device over to a carrier.
    ReturnHandedOver = "claim.return_handed_over",
    /// The device is back with the seller.
    ReturnReceived = "claim.return_received",
    /// Another device was sent.
    ReplacementSent = "claim.replacement_sent",
    /// The money was paid back.
    Refunded = "claim.refunded",
    /// Part of the money was paid back.
    PartiallyRefunded = "claim.partially_refunded",
    /// The seller declined the claim.
    Declined = "claim.declined",
    /// The claimant was asked for more evidence.
    EvidenceRequested = "claim.evidence_requested",
    /// The claim was put on hold: its photos and texts are kept although its time is over.
    Held = "claim.held",
    /// The hold on the claim ended.
    Released = "claim.released",
    /// The photos and texts of the closed claim were removed, as the shop's retention says.
    Expired = "claim.expired",
    /// The seller erased the claim with its order line.
    Erased = "claim.erased",
}

impl ClaimEventType {
    /// The type called `name`.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::contract::ClaimEventType;
    ///
    /// assert_eq!(ClaimEventType::named("claim.refunded"), Some(ClaimEventType::Refunded));
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

impl From<&Event> for ClaimEventType {
    fn from(event: &Event) -> Self {
        match event {
            Event::InvestigationOpened => Self::InvestigationOpened,
            Event::InvestigationConcluded => Self::InvestigationConcluded,
            Event::ReturnLabelIssued => Self::ReturnLabelIssued,
            Event::ReturnHandedOver => Self::ReturnHandedOver,
            Event::ReturnReceived => Self::ReturnReceived,
            Event::ReplacementSent { .. } => Self::ReplacementSent,
            Event::Refunded { .. } => Self::Refunded,
            Event::PartiallyRefunded { .. } => Self::PartiallyRefunded,
            Event::Declined { .. } => Self::Declined,
            Event::EvidenceRequested { .. } => Self::EvidenceRequested,
        }
    }
}
