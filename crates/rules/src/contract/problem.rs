//! Problem documents. The widget makes the customer's words.

use serde::{Deserialize, Serialize};

use crate::{claim::Violation, evidence::Digest};

/// An error, as RFC 9457 says (`application/problem+json`).
///
/// # Example
///
/// ```
/// use damage_report_rules::{claim::Violation, contract::{Code, Problem, Retry}};
///
/// let problem: Problem = serde_json::from_str(
///     r#"{
///         "type": "/problems/claim_violations",
///         "title": "The claim breaks rules",
///         "status": 422,
///         "code": "claim_violations",
///         "retry": "never",
///         "violations": [{"code": "damage_min"}]
///     }"#,
/// )?;
/// assert_eq!((problem.code, problem.retry), (Code::ClaimViolations, Retry::Never));
/// assert_eq!(problem.violations, [Violation::DamageMin]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A reference that identifies the kind of problem: `/problems/photo_empty`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in a few words, in English, for readers of a log.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code to act on.
    pub code: Code,
    /// Whether the same request can succeed later.
    pub retry: Retry,
    /// The details of this request, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// For `claim_violations`: every rule that the claim breaks, in page order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// For `photo_unknown`: the photos that the backend does not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Digest>,
    /// For `claim_exists`: the reference of the claim that is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Whether the same request can succeed later.
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::Retry;
///
/// assert_eq!(serde_json::from_str::<Retry>(r#""new_token""#)?, Retry::NewToken);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// It cannot.
    Never,
    /// After a while, as `Retry-After` says if it is there.
    Later,
    /// With a new token.
    NewToken,
    /// Once more at once: the request may have been damaged on its way.
    Once,
}

/// The stable code of a [`Problem`].
///
/// # Example
///
/// ```
/// use damage_report_rules::contract::Code;
///
/// assert_eq!(serde_json::to_string(&Code::PhotoTypeHeic)?, r#""photo_type_heic""#);
/// assert_eq!(serde_json::from_str::<Code>(r#""a_code_of_next_year""#)?, Code::Unknown);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// No bearer token.
    TokenMissing,
    /// A token that is not ours, or not whole.
    TokenInvalid,
    /// A token whose time is over.
    TokenExpired,
    /// A token made to live longer than the shop allows.
    TokenLifetime,
    /// No such order line, or not this token's.
    OrderUnknown,
    /// No claim for this order line, or no such reference.
    ClaimUnknown,
    /// No return label yet.
    ReturnLabelUnknown,
    /// The order line has not been delivered yet.
    NotDelivered,
    /// A path that does not exist.
    RouteUnknown,
    /// A method that does not exist here.
    MethodUnknown,
    /// The photo's digest in the address is not one.
    DigestFormat,
    /// The bytes are not those of the digest.
    DigestMismatch,
    /// No bytes.
    PhotoEmpty,
    /// Not a JPEG, PNG or WebP.
    PhotoType,
    /// A HEIC or HEIF photo, as iPhones make them.
    PhotoTypeHeic,
    /// It cannot be read in full.
    PhotoUnreadable,
    /// Too many pixels.
    PhotoPixels,
    /// Too small to show damage.
    PhotoTooSmall,
    /// Too many bytes.
    PhotoTooLarge,
    /// As many photos as one order line may have.
    PhotosQuota,
    /// Photos that the claim names and the backend does not have.
    PhotoUnknown,
    /// A stored photo that has changed.
    PhotoDamaged,
    /// A body of another media type than this route takes.
    ContentType,
    /// A body in an encoding (gzip and such) that is not taken.
    ContentEncoding,
    /// A body over the limit.
    BodyTooLarge,
    /// A body that is not JSON, or not once.
    BodySyntax,
    /// JSON of another shape.
    BodyShape,
    /// A field that does not exist.
    FieldUnknown,
    /// A header, or a query in the address, that cannot be understood here.
    HeaderInvalid,
    /// The claim breaks rules: see `violations`.
    ClaimViolations,
    /// The order line has a claim already: see `reference`.
    ClaimExists,
    /// No `Idempotency-Key`.
    IdempotencyKeyMissing,
    /// An `Idempotency-Key` that is not one.
    IdempotencyKeyInvalid,
    /// The same key with another body.
    IdempotencyKeyReused,
    /// The same key while the first request is in progress.
    IdempotencyInFlight,
    /// The seller's event does not fit the state of the claim.
    EventRefused,
    /// A decision that does not name the version of the claim that it was made on (`If-Match`).
    VersionMissing,
    /// A change of a version of the claim that is not the latest one: somebody else changed the claim meanwhile.
    VersionStale,
    /// The claim is on hold: it is erased once the hold has ended.
    ClaimHeld,
    /// An endpoint for webhooks that is not in the configuration.
    WebhookUnknown,
    /// No event with this identifier.
    EventUnknown,
    /// A return label that is not a PDF, or too large.
    ReturnLabelInvalid,
    /// More requests than are allowed in this time.
    RateLimited,
    /// The backend is overloaded.
    Overloaded,
    /// The backend cannot store anything now.
    Storage,
    /// A fault of the backend's own.
    Internal,
    /// A code newer than this reader.
    #[serde(other)]
    Unknown,
}
