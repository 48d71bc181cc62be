//! The JSON shapes that the widget and a shop's backend exchange.
//!
//! They are in this crate because both sides read them; none of them decides anything. Shapes that the widget reads tolerate unknown
//! fields, so that a backend can be newer than a cached widget. Shapes that a backend reads (a [`ClaimDraft`], an event) do not.
//!
//! [`ClaimDraft`]: crate::claim::ClaimDraft

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::{
    claim_event::{ClaimEvent, ClaimEventData, ClaimEventType},
    problem::{Code, Problem, Retry},
};
use crate::{
    calendar::Holidays,
    claim::ClaimDraft,
    evidence::{Digest, Subject},
    lifecycle::Progress,
    policy::Policy,
};

mod claim_event;
mod problem;

/// An instant as RFC 3339 text in UTC, for example `2026-11-20T13:05:00Z`.
///
/// The rules use local dates only. Each side converts an instant to a local date with its own zones.
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::Timestamp;
///
/// let delivered: Timestamp = serde_json::from_str(r#""2026-11-20T13:05:00Z""#)?;
/// assert_eq!(delivered.0, "2026-11-20T13:05:00Z");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
#[serde(transparent)]
pub struct Timestamp(pub String);

/// All that the widget needs to know of one order line: the answer to `GET /order-lines/{id}`.
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::{DeviceGrade, OrderLine};
///
/// let line: OrderLine = serde_json::from_str(
///     r#"{
///         "id": "ol_8c21",
///         "order_number": "2026-104233",
///         "device": "iPhone 13 128 GB, blauw",
///         "grade": "excellent",
///         "delivery": {"at": "2026-11-20T13:05:00Z", "zone": "Europe/Amsterdam"},
///         "consignment": {"carrier": "PostNL", "tracking_number": "3SDEVC123456789"},
///         "policy": {},
///         "holidays": {"years": [2026], "dates": ["2026-12-25"]},
///         "shop": {"name": "Tweede Leven", "contact_url": "https://shop.example/contact"},
///         "server_time": "2026-11-22T09:00:00Z",
///         "a_field_of_a_newer_backend": true
///     }"#,
/// )?;
/// assert_eq!(line.grade, DeviceGrade::Excellent);
/// assert_eq!(line.policy.reporting_days, 3);
/// assert_eq!(line.claim, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderLine {
    /// The order line's identifier.
    pub id: String,
    /// The number by which the customer knows the order.
    pub order_number: String,
    /// The device, as the shop calls it: `iPhone 13 128 GB, blauw`.
    pub device: String,
    /// The condition bought.
    pub grade: DeviceGrade,
    /// When it was handed over; absent while it is still on its way.
    #[serde(default)]
    pub delivery: Option<Delivery>,
    /// The carrier and the tracking number.
    pub consignment: Consignment,
    /// The shop's policy.
    pub policy: Policy,
    /// The holidays of the place of delivery.
    pub holidays: Holidays,
    /// The shop's name and contact page.
    pub shop: Shop,
    /// When the draft was begun, if it was: at the first `PUT …/draft` or photo.
    #[serde(default)]
    pub draft_begun_at: Option<Timestamp>,
    /// The stored photos of a claim that is not sent yet, in the order in which they arrived. They need not be sent again, not even by
    /// a browser that has lost its own copies.
    #[serde(default)]
    pub photos: Vec<UploadedPhoto>,
    /// The time on the server.
    pub server_time: Timestamp,
    /// The claim, if there is one.
    #[serde(default)]
    pub claim: Option<ClaimStatus>,
}

/// The condition bought.
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::DeviceGrade;
///
/// assert_eq!(serde_json::to_string(&DeviceGrade::Fair)?, r#""fair""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Grade))]
#[serde(rename_all = "snake_case")]
pub enum DeviceGrade {
    /// Like new.
    Premium,
    /// No damage to be seen at arm's length.
    Excellent,
    /// Light scratches.
    Good,
    /// Visible signs of use.
    Fair,
}

impl DeviceGrade {
    /// Every condition, the best first.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::contract::DeviceGrade;
    ///
    /// assert_eq!(DeviceGrade::ALL[0], DeviceGrade::Premium);
    /// ```
    pub const ALL: [Self; 4] = [Self::Premium, Self::Excellent, Self::Good, Self::Fair];

    /// Its stable code, as sent and stored.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::contract::DeviceGrade;
    ///
    /// for grade in DeviceGrade::ALL {
    ///     assert_eq!(serde_json::to_value(grade)?, grade.code());
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Premium => "premium",
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Fair => "fair",
        }
    }
}

/// The moment a parcel was handed over, and the zone in which its days are counted.
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::Delivery;
///
/// let delivery: Delivery = serde_json::from_str(r#"{"at": "2026-11-20T13:05:00Z", "zone": "Europe/Amsterdam"}"#)?;
/// assert_eq!(delivery.zone, "Europe/Amsterdam");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// The moment.
    pub at: Timestamp,
    /// An IANA zone name: `Europe/Amsterdam`.
    pub zone: String,
}

/// The carrier and the tracking number.
///
/// # Example
///
/// ```
/// use damage_report_rules::{contract::Consignment, tracking::{TrackingHint, tracking_hint}};
///
/// let consignment = Consignment { carrier: "PostNL".into(), tracking_number: "3SDEVC123456789".into() };
/// assert_eq!(tracking_hint(&consignment.tracking_number, &consignment.carrier), TrackingHint::Fine);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consignment {
    /// The carrier, as the shop calls it: `PostNL`. Empty until the parcel was delivered, where the shop does not say.
    pub carrier: String,
    /// The tracking number; may be empty.
    pub tracking_number: String,
}

/// The shop's name and contact page.
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::Shop;
///
/// let shop = Shop { name: "Tweede Leven".into(), contact_url: "https://shop.example/contact".into() };
/// assert_eq!(serde_json::to_value(&shop)?["name"], "Tweede Leven");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shop {
    /// Its name.
    pub name: String,
    /// The address of its contact page, `https:` (or `http:` on a machine of its own).
    pub contact_url: String,
}

/// The time at which the draft was begun: the answer to `PUT …/draft`.
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::DraftBegun;
///
/// let begun: DraftBegun = serde_json::from_str(r#"{"begun_at": "2026-11-25T22:50:00Z"}"#)?;
/// assert_eq!(begun.begun_at.0, "2026-11-25T22:50:00Z");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftBegun {
    /// When it was begun: at the first such request, or the first photo.
    pub begun_at: Timestamp,
}

/// A photo that the backend has stored: the answer to `PUT …/photos/{sha256}`, and an entry of [`OrderLine::photos`].
///
/// # Example
///
/// An answer that does not name the photo (a captive portal's page, say) is no success.
///
/// ```
/// use damage_report_rules::contract::UploadedPhoto;
///
/// assert!(serde_json::from_str::<UploadedPhoto>("<html>Welcome to our hotel</html>").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
// The document was published with this name.
#[cfg_attr(feature = "openapi", schema(as = PhotoKept))]
pub struct UploadedPhoto {
    /// The digest of the bytes that were sent.
    pub sha256: Digest,
    /// Width of the upright picture, in pixels.
    pub width: u32,
    /// Height of the upright picture, in pixels.
    pub height: u32,
    /// Its subject, if the upload named one (`PUT …/photos/{sha256}?subject=device`).
    #[serde(default)]
    pub subject: Option<Subject>,
}

/// A stored claim and its status: the answer to `POST …/claims` and `GET …/claim`.
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::ClaimStatus;
///
/// let status: ClaimStatus = serde_json::from_str(
///     r#"{
///         "reference": "DR-7K3M9QXA2T",
///         "received_at": "2026-11-22T09:12:30Z",
///         "late": false,
///         "claim": {"damage": ["screen_broken"], "photos": {"device": []}},
///         "progress": {
///             "investigation": {"state": "open", "since": "2026-11-23"},
///             "return_shipment": {"state": "label_issued", "on": "2026-11-23"},
///             "resolution": {"state": "pending"}
///         },
///         "resolution_due": "2026-11-25",
///         "has_return_label": true
///     }"#,
/// )?;
/// assert!(status.progress.must_keep_packaging());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimStatus {
    /// The reference that the customer quotes: `DR-7K3M9QXA2T`.
    pub reference: String,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// Whether it came after the window closed.
    pub late: bool,
    /// The claimant's report.
    pub claim: ClaimDraft,
    /// The three tracks.
    pub progress: Progress,
    /// The last day for the seller to send a replacement or refund; absent while the seller's time has not started.
    #[serde(default, with = "crate::date::optional")]
    pub resolution_due: Option<NaiveDate>,
    /// Whether a return label can be fetched at `GET …/return-label`.
    #[serde(default)]
    pub has_return_label: bool,
    /// Whether photos, texts and tracking numbers were removed, as the shop's retention says. They are empty then.
    #[serde(default)]
    pub content_removed: bool,
}
