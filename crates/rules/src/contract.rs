//! The shapes in which everything travels between the widget and a shop's backend.
//!
//! They stand beside the rules because both sides read them, and a shape that stands twice is a rule that stands
//! twice. Nothing here decides anything. What the widget *reads* tolerates unknown fields, so that a backend can be
//! newer than a cached widget; what a backend reads (a [`ClaimDraft`], an event) does not.
//!
//! [`ClaimDraft`]: crate::claim::ClaimDraft

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::problem::{Code, Problem, Retry};
use crate::{
    calendar::Holidays,
    claim::ClaimDraft,
    evidence::{Digest, Subject},
    lifecycle::Progress,
    policy::Policy,
};

mod problem;

/// An instant as RFC 3339 text in UTC, for example `2026-11-20T13:05:00Z`.
///
/// The rules work on local dates and never look inside; each side turns it into a local date with its own clock and
/// zones.
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
/// use damage_report_rules::contract::{Grade, OrderLine};
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
/// assert_eq!(line.grade, Grade::Excellent);
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
    pub grade: Grade,
    /// When it was handed over; absent while it is still on its way.
    #[serde(default)]
    pub delivery: Option<Delivery>,
    /// What was carried, and by whom.
    pub consignment: Consignment,
    /// The shop's policy.
    pub policy: Policy,
    /// The holidays of the place of delivery.
    pub holidays: Holidays,
    /// Whom to turn to.
    pub shop: Shop,
    /// When the draft was begun, if it was: the first time that the backend heard of it, by `PUT …/draft` or a photo.
    #[serde(default)]
    pub draft_begun_at: Option<Timestamp>,
    /// The photos that the backend keeps for a claim that is not sent yet, in the order in which they came: they need not
    /// be sent again, not even by a browser that has lost its own copies.
    #[serde(default)]
    pub photos: Vec<UploadedPhoto>,
    /// What time it is on the server.
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
/// use damage_report_rules::contract::Grade;
///
/// assert_eq!(serde_json::to_string(&Grade::Fair)?, r#""fair""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Like new.
    Premium,
    /// No damage to be seen at arm's length.
    Excellent,
    /// Light scratches.
    Good,
    /// Visible signs of use.
    Fair,
}

impl Grade {
    /// Every condition, the best first.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::contract::Grade;
    ///
    /// assert_eq!(Grade::ALL[0], Grade::Premium);
    /// ```
    pub const ALL: [Self; 4] = [Self::Premium, Self::Excellent, Self::Good, Self::Fair];

    /// Its stable code, as it travels and is kept.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::contract::Grade;
    ///
    /// for grade in Grade::ALL {
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

/// What was carried, and by whom.
///
/// # Example
///
/// ```
/// use damage_report_rules::{contract::Consignment, tracking::{Hint, hint}};
///
/// let consignment = Consignment { carrier: "PostNL".into(), tracking_number: "3SDEVC123456789".into() };
/// assert_eq!(hint(&consignment.tracking_number, &consignment.carrier), Hint::Fine);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consignment {
    /// The carrier, as the shop calls it: `PostNL`. Empty until the parcel was delivered, where the shop does not say.
    pub carrier: String,
    /// Its identifier; empty where there is none.
    pub tracking_number: String,
}

/// The shop, as the customer may turn to it.
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

/// That the backend has noted when the draft was begun: the answer to `PUT …/draft`.
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
    /// When it was begun: the first time that this was asked, or that a photo came.
    pub begun_at: Timestamp,
}

/// A photo that the backend keeps: the answer to `PUT …/photos/{sha256}`, and an entry of [`OrderLine::photos`].
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
    /// What it shows, if whoever sent it said so (`PUT …/photos/{sha256}?subject=device`).
    #[serde(default)]
    pub subject: Option<Subject>,
}

/// A claim as the backend keeps it, and how it stands: the answer to `POST …/claims` and `GET …/claim`.
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
/// assert!(status.progress.keep_packaging());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimStatus {
    /// What the customer quotes: `DR-7K3M9QXA2T`.
    pub reference: String,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// Whether it came after the window closed.
    pub late: bool,
    /// What the claimant reported.
    pub claim: ClaimDraft,
    /// The three tracks.
    pub progress: Progress,
    /// The day by the end of which the seller sends a replacement or refunds; absent while its time has not started.
    #[serde(default, with = "crate::date::optional")]
    pub resolution_due: Option<NaiveDate>,
    /// Whether a return label can be fetched at `GET …/return-label`.
    #[serde(default)]
    pub has_return_label: bool,
}
