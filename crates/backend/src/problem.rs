//! Refusals: problem documents of RFC 9457 with a stable code.
//!
//! The text of a refusal is for operators and for developers of clients. It never holds a path, an SQL text, a stack or the input.
//! The widget makes the customer's words from the code.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use damage_report_rules::{
    claim::Violation,
    contract::{Code, Problem, Retry},
    evidence::Digest,
};

/// The answer to a request that is not granted.
///
/// # Example
///
/// ```
/// use axum::response::IntoResponse;
/// use damage_report_backend::problem::Refusal;
/// use damage_report_rules::contract::Code;
///
/// let answer = Refusal::new(Code::PhotoEmpty).into_response();
/// assert_eq!(answer.status(), 422);
/// assert_eq!(answer.headers()["content-type"], "application/problem+json");
/// ```
#[derive(Clone, Debug)]
pub struct Refusal {
    problem: Box<Problem>,
    retry_after: Option<u64>,
}

impl Refusal {
    /// The refusal with `code`, without details of the request. Some codes have a default `Retry-After`.
    #[must_use]
    pub fn new(code: Code) -> Self {
        let (status, retry, title) = describe(code);
        let name = code_name(code);
        let problem = Problem {
            kind: format!("/problems/{name}"),
            title: title.to_owned(),
            status: status.as_u16(),
            code,
            retry,
            detail: None,
            violations: Vec::new(),
            photos: Vec::new(),
            reference: None,
        };
        Self { problem: Box::new(problem), retry_after: default_retry_after(code) }
    }

    /// The same, with a sentence about this request. The sentence must not repeat the input.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.problem.detail = Some(detail.into());
        self
    }

    /// The refusal of an invalid field of the body: its JSON pointer (RFC 6901), the expected value, and the kind of the received one.
    /// None of them may repeat the input.
    #[must_use]
    pub fn invalid_field(code: Code, pointer: &str, expected: &str, received: &str) -> Self {
        Self::new(code).with_detail(format!("at {pointer:?}: wanted {expected}; came {received}"))
    }

    /// A claim that breaks these rules.
    #[must_use]
    pub fn violations(violations: Vec<Violation>) -> Self {
        let mut refusal = Self::new(Code::ClaimViolations);
        refusal.problem.violations = violations;
        refusal
    }

    /// A claim with photos that are not stored here.
    #[must_use]
    pub fn unknown_photos(photos: Vec<Digest>) -> Self {
        let mut refusal = Self::new(Code::PhotoUnknown);
        refusal.problem.status = StatusCode::UNPROCESSABLE_ENTITY.as_u16();
        refusal.problem.retry = Retry::Once;
        refusal.problem.photos = photos;
        refusal
    }

    /// A second claim for an order line that has one.
    #[must_use]
    pub fn claim_exists(reference: String) -> Self {
        let mut refusal = Self::new(Code::ClaimExists);
        refusal.problem.reference = Some(reference);
        refusal
    }

    /// The same, with `Retry-After` in seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.problem.code
    }

    /// The problem document.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The default `Retry-After` in seconds. An overloaded backend is usually free within a second; a full disk waits for an
/// operator.
fn default_retry_after(code: Code) -> Option<u64> {
    match code {
        Code::Overloaded => Some(1),
        Code::Storage => Some(30),
        Code::TokenMissing
        | Code::TokenInvalid
        | Code::TokenExpired
        | Code::TokenLifetime
        | Code::OrderUnknown
        | Code::ClaimUnknown
        | Code::ReturnLabelUnknown
        | Code::NotDelivered
        | Code::RouteUnknown
        | Code::MethodUnknown
        | Code::DigestFormat
        | Code::DigestMismatch
        | Code::PhotoEmpty
        | Code::PhotoType
        | Code::PhotoTypeHeic
        | Code::PhotoUnreadable
        | Code::PhotoPixels
        | Code::PhotoTooSmall
        | Code::PhotoTooLarge
        | Code::PhotosQuota
        | Code::PhotoUnknown
        | Code::PhotoDamaged
        | Code::ContentType
        | Code::ContentEncoding
        | Code::BodyTooLarge
        | Code::BodySyntax
        | Code::BodyShape
        | Code::FieldUnknown
        | Code::HeaderInvalid
        | Code::ClaimViolations
        | Code::ClaimExists
        | Code::IdempotencyKeyMissing
        | Code::IdempotencyKeyInvalid
        | Code::IdempotencyKeyReused
        | Code::IdempotencyInFlight
        | Code::EventRefused
        | Code::VersionMissing
        | Code::VersionStale
        | Code::ClaimHeld
        | Code::WebhookUnknown
        | Code::EventUnknown
        | Code::ReturnLabelInvalid
        | Code::RateLimited
        | Code::Internal
        | Code::Unknown => None,
    }
}

/// The stable name of `code` in JSON.
fn code_name(code: Code) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        _ => "unknown".to_owned(),
    }
}

/// Status, retry advice and title of each code.
fn describe(code: Code) -> (StatusCode, Retry, &'static str) {
    use Retry::{Later, Never, NewToken, Once};
    const BAD: StatusCode = StatusCode::BAD_REQUEST;
    const CONFLICT: StatusCode = StatusCode::CONFLICT;
    const MEDIA: StatusCode = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    const MISSING: StatusCode = StatusCode::NOT_FOUND;
    const TOKEN: StatusCode = StatusCode::UNAUTHORIZED;
    const TOO_LARGE: StatusCode = StatusCode::PAYLOAD_TOO_LARGE;
    const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    match code {
        Code::TokenMissing => (TOKEN, NewToken, "A bearer token is needed"),
        Code::TokenInvalid => (TOKEN, NewToken, "The bearer token is not valid"),
        Code::TokenExpired => (TOKEN, NewToken, "The bearer token has expired"),
        Code::TokenLifetime => (TOKEN, NewToken, "The bearer token lives longer than is allowed"),
        Code::OrderUnknown => (MISSING, Never, "There is no such order line"),
        Code::ClaimUnknown => (MISSING, Never, "There is no such claim"),
        Code::ReturnLabelUnknown => (MISSING, Later, "There is no return label yet"),
        Code::NotDelivered => (CONFLICT, Later, "The order line has not been delivered yet"),
        Code::RouteUnknown => (MISSING, Never, "There is no such address"),
        Code::MethodUnknown => (StatusCode::METHOD_NOT_ALLOWED, Never, "This address does not take this method"),
        Code::DigestFormat => (UNPROCESSABLE, Never, "A digest is 64 lower-case hexadecimal digits"),
        Code::DigestMismatch => (UNPROCESSABLE, Once, "The bytes are not those of the digest"),
        Code::PhotoEmpty => (UNPROCESSABLE, Never, "The photo is empty"),
        Code::PhotoType => (MEDIA, Never, "The photo is not a JPEG, PNG or WebP"),
        Code::PhotoTypeHeic => (MEDIA, Never, "The photo is a HEIC; a JPEG, PNG or WebP is needed"),
        Code::PhotoUnreadable => (UNPROCESSABLE, Never, "The photo cannot be read whole"),
        Code::PhotoPixels => (UNPROCESSABLE, Never, "The photo has too many pixels"),
        Code::PhotoTooSmall => (UNPROCESSABLE, Never, "The photo is too small to show damage"),
        Code::PhotoTooLarge => (TOO_LARGE, Never, "The photo has too many bytes"),
        Code::PhotosQuota => (CONFLICT, Never, "The order line has as many photos as it may have"),
        Code::PhotoUnknown => (MISSING, Never, "There is no such photo"),
        Code::PhotoDamaged => (StatusCode::INTERNAL_SERVER_ERROR, Never, "The stored photo is not what it was"),
        Code::ContentType => (MEDIA, Never, "This address takes another media type"),
        Code::ContentEncoding => (MEDIA, Never, "Encoded bodies are not taken"),
        Code::BodyTooLarge => (TOO_LARGE, Never, "The body is too large"),
        Code::BodySyntax => (BAD, Never, "The body is not one well-formed JSON document"),
        Code::BodyShape => (UNPROCESSABLE, Never, "The body has another shape than is asked for"),
        Code::FieldUnknown => (UNPROCESSABLE, Never, "The body has a field that does not exist"),
        Code::HeaderInvalid => (BAD, Never, "The head of the request cannot be understood here"),
        Code::ClaimViolations => (UNPROCESSABLE, Never, "The claim breaks one or more rules"),
        Code::ClaimExists => (CONFLICT, Never, "The order line has a claim already"),
        Code::IdempotencyKeyMissing => (BAD, Never, "An Idempotency-Key header is needed"),
        Code::IdempotencyKeyInvalid => (BAD, Never, "The Idempotency-Key is not one"),
        Code::IdempotencyKeyReused => (UNPROCESSABLE, Never, "The Idempotency-Key was used for another claim"),
        Code::IdempotencyInFlight => (CONFLICT, Later, "The first request with this key is still at work"),
        Code::EventRefused => (CONFLICT, Never, "The event cannot be, as the claim stands"),
        Code::VersionMissing => {
            (StatusCode::PRECONDITION_REQUIRED, Never, "A decision names the version of the claim, in If-Match")
        }
        Code::VersionStale => (StatusCode::PRECONDITION_FAILED, Never, "The claim has changed since that version"),
        Code::ClaimHeld => (CONFLICT, Never, "The claim is on hold: release it first"),
        Code::WebhookUnknown => (MISSING, Never, "There is no such endpoint for webhooks"),
        Code::EventUnknown => (MISSING, Never, "There is no such event"),
        Code::ReturnLabelInvalid => (UNPROCESSABLE, Never, "The return label is not a PDF of at most 2 MiB"),
        Code::RateLimited => (StatusCode::TOO_MANY_REQUESTS, Later, "Too many requests in this time"),
        Code::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, Later, "There is more to do than can be done now"),
        Code::Storage => (StatusCode::SERVICE_UNAVAILABLE, Later, "Nothing can be stored now"),
        Code::Internal | Code::Unknown => (StatusCode::INTERNAL_SERVER_ERROR, Later, "Something went wrong here"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_a_problem_is_its_code() {
        let problem = Refusal::new(Code::PhotoTypeHeic).problem;
        assert_eq!(problem.kind, "/problems/photo_type_heic");
        assert_eq!(problem.status, 415);
    }

    #[test]
    fn a_missing_token_asks_for_a_bearer() {
        let response = Refusal::new(Code::TokenMissing).into_response();
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }

    #[test]
    fn a_refusal_for_later_says_when() {
        let response = Refusal::new(Code::RateLimited).with_retry_after(7).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "7");
        for code in [Code::Overloaded, Code::Storage] {
            let response = Refusal::new(code).into_response();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(response.headers().contains_key(header::RETRY_AFTER), "{code:?}");
        }
    }
}
