//! Failures of requests and rejections of photos, as data. `text` has the words for them.

use damage_report_rules::{
    claim::Violation,
    contract::{Code, Problem, Retry},
    evidence::{Digest, Subject},
};

/// Why a request did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer: no connection, a refused preflight, a certificate, a blocker.
    Unreachable,
    /// An answer that is not of the contract: the page of a captive portal, the error of a proxy.
    UnexpectedResponse,
    /// The host page gave no token, or a token that the backend refuses.
    SignedOut,
    /// The backend cannot do it now. It may have said after how many seconds to try again.
    Later(Option<u32>),
    /// The claim breaks these rules.
    Violations(Vec<Violation>),
    /// The backend does not have these photos.
    PhotosUnknown(Vec<Digest>),
    /// The order line already has a claim.
    ClaimExists,
    /// The backend refuses the request, and would refuse it again.
    Refused(Refusal),
}

/// The cause of a refusal that would be repeated, as far as the widget treats causes differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The photo; the customer can pick another.
    Photo(PhotoRefusal),
    /// The order line: the backend does not know it.
    OrderUnknown,
    /// The address: another server answers, or an older backend.
    RouteUnknown,
    /// Another cause, which only the shop can repair.
    Other,
}

/// Why the backend does not take a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoRefusal {
    /// It has no bytes.
    Empty,
    /// It is no JPEG, PNG or WebP.
    Type,
    /// It is a HEIC file.
    Heic,
    /// It cannot be read whole.
    Unreadable,
    /// It has too few pixels to show damage.
    TooSmall,
    /// It has more pixels or bytes than the backend takes.
    TooLarge,
    /// The order line has as many photos as it may.
    Quota,
}

/// Why a file cannot serve as a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoRejection {
    /// It has no bytes.
    Empty,
    /// It is no JPEG, PNG or WebP.
    Type,
    /// It is a HEIC file that this browser cannot read.
    Heic,
    /// Its bytes cannot be read: it was deleted, moved or changed after the pick, it is a folder, or it is in a cloud that is offline.
    Unavailable,
    /// It cannot be decoded, or not whole.
    Unreadable,
    /// It has too few pixels to show damage.
    TooSmall,
    /// It has more pixels or bytes than the widget takes.
    TooLarge,
    /// It is the same picture as the photo of this subject with this number.
    SameAs(Subject, usize),
    /// The backend does not take it.
    Backend(PhotoRefusal),
}

/// How long to wait before a request is sent again, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPause {
    /// The shortest wait.
    pub least: f64,
    /// A random part of this is added, so that the browsers of a thousand customers do not all return in the same second.
    pub jitter: f64,
}

/// The longest first wait. Each later one is at most twice as long as the one before.
const BASE_MS: f64 = 500.0;

/// The longest wait, unless the backend asks for a longer one.
const CEILING_MS: f64 = 30_000.0;

/// The longest wait that the backend may ask for. For a longer one the customer is told the time, and has a button.
const LONGEST_WAIT_S: u32 = 600;

impl Failure {
    /// Whether the backend was not reached: another server answered, or none did.
    #[must_use]
    pub fn is_backend_unreached(&self) -> bool {
        matches!(self, Self::Unreachable | Self::UnexpectedResponse | Self::Refused(Refusal::RouteUnknown))
    }

    /// The wait before the same request is sent again, after attempt number `attempt` (from 0) failed like this. `None` if a retry
    /// would not help.
    #[must_use]
    pub fn retry_pause(&self, attempt: u32) -> Option<RetryPause> {
        let backoff =
            RetryPause { least: 0.0, jitter: (BASE_MS * f64::from(2_u32.saturating_pow(attempt))).min(CEILING_MS) };
        match *self {
            // The backend is reached as soon as the customer has logged in at a captive portal.
            Self::Unreachable | Self::UnexpectedResponse | Self::Later(None) => Some(backoff),
            Self::Later(Some(seconds)) if seconds <= LONGEST_WAIT_S => {
                Some(RetryPause { least: f64::from(seconds) * 1000.0, jitter: BASE_MS })
            }
            Self::Later(Some(_))
            | Self::SignedOut
            | Self::Violations(_)
            | Self::PhotosUnknown(_)
            | Self::ClaimExists
            | Self::Refused(_) => None,
        }
    }

    /// The failure that an answer without success means. Without a problem of the contract, a proxy or portal gave it.
    #[must_use]
    pub fn from_response(status: u16, problem: Option<Problem>, retry_after: Option<u32>) -> Self {
        match problem.map(Self::from) {
            Some(Self::Later(_)) => Self::Later(retry_after),
            Some(failure) => failure,
            None if matches!(status, 408 | 425 | 429 | 500..) => Self::Later(retry_after),
            None if status == 401 => Self::SignedOut,
            // A proxy or a firewall refuses the request, and would refuse it again.
            None if status == 413 => Self::Refused(Refusal::Photo(PhotoRefusal::TooLarge)),
            None if status == 415 => Self::Refused(Refusal::Photo(PhotoRefusal::Type)),
            None if (400..500).contains(&status) => Self::Refused(Refusal::RouteUnknown),
            None => Self::UnexpectedResponse,
        }
    }
}

impl From<Problem> for Failure {
    /// Lists every code, so that a new one does not compile until somebody has decided what it means here.
    fn from(problem: Problem) -> Self {
        let refusal = match problem.code {
            // Without violations there are no words for the customer to follow.
            Code::ClaimViolations if !problem.violations.is_empty() => return Self::Violations(problem.violations),
            Code::PhotoUnknown => return Self::PhotosUnknown(problem.photos),
            Code::ClaimExists => return Self::ClaimExists,
            Code::TokenMissing | Code::TokenInvalid => return Self::SignedOut,
            Code::PhotoEmpty => Refusal::Photo(PhotoRefusal::Empty),
            Code::PhotoType => Refusal::Photo(PhotoRefusal::Type),
            Code::PhotoTypeHeic => Refusal::Photo(PhotoRefusal::Heic),
            Code::PhotoUnreadable => Refusal::Photo(PhotoRefusal::Unreadable),
            Code::PhotoTooSmall => Refusal::Photo(PhotoRefusal::TooSmall),
            Code::PhotoPixels | Code::PhotoTooLarge => Refusal::Photo(PhotoRefusal::TooLarge),
            Code::PhotosQuota => Refusal::Photo(PhotoRefusal::Quota),
            Code::OrderUnknown => Refusal::OrderUnknown,
            Code::RouteUnknown => Refusal::RouteUnknown,
            Code::ClaimViolations
            | Code::TokenExpired
            | Code::TokenLifetime
            | Code::ClaimUnknown
            | Code::ReturnLabelUnknown
            | Code::NotDelivered
            | Code::MethodUnknown
            | Code::DigestFormat
            | Code::DigestMismatch
            | Code::PhotoDamaged
            | Code::ContentType
            | Code::ContentEncoding
            | Code::BodyTooLarge
            | Code::BodySyntax
            | Code::BodyShape
            | Code::FieldUnknown
            | Code::HeaderInvalid
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
            | Code::Overloaded
            | Code::Storage
            | Code::Internal
            | Code::Unknown => Refusal::Other,
        };
        match problem.retry {
            Retry::NewToken => Self::SignedOut,
            Retry::Later | Retry::Once => Self::Later(None),
            Retry::Never => Self::Refused(refusal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: Code, retry: Retry, expected: &Failure) {
        let problem = Problem {
            kind: String::new(),
            title: String::new(),
            status: 400,
            code,
            retry,
            detail: None,
            violations: vec![],
            photos: vec![],
            reference: None,
        };
        assert_eq!(&Failure::from(problem), expected);
    }

    #[test]
    fn a_problem_says_what_to_do_next() {
        check(Code::TokenExpired, Retry::NewToken, &Failure::SignedOut);
        check(Code::TokenInvalid, Retry::Never, &Failure::SignedOut);
        check(Code::Storage, Retry::Later, &Failure::Later(None));
        check(Code::DigestMismatch, Retry::Once, &Failure::Later(None));
        check(Code::PhotoPixels, Retry::Never, &Failure::Refused(Refusal::Photo(PhotoRefusal::TooLarge)));
        check(Code::PhotoPixels, Retry::Later, &Failure::Later(None));
        check(Code::Unknown, Retry::Never, &Failure::Refused(Refusal::Other));
        check(Code::ClaimExists, Retry::Never, &Failure::ClaimExists);
    }

    #[test]
    fn what_stands_between_us_and_the_backend_says_it_by_status_alone() {
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert_eq!(Failure::from_response(status, None, Some(7)), Failure::Later(Some(7)), "{status}");
        }
        for status in [200, 204, 301, 302] {
            assert_eq!(Failure::from_response(status, None, None), Failure::UnexpectedResponse, "{status}");
        }
        let refusals = [
            (400, Refusal::RouteUnknown),
            (403, Refusal::RouteUnknown),
            (404, Refusal::RouteUnknown),
            (413, Refusal::Photo(PhotoRefusal::TooLarge)),
            (415, Refusal::Photo(PhotoRefusal::Type)),
        ];
        for (status, refusal) in refusals {
            assert_eq!(Failure::from_response(status, None, None), Failure::Refused(refusal), "{status}");
        }
        assert_eq!(Failure::from_response(401, None, None), Failure::SignedOut);
    }

    #[test]
    fn waits_double_up_to_half_a_minute_and_never_end() {
        let bounds = [0, 1, 5, 6, 60].map(|attempt| Failure::Unreachable.retry_pause(attempt).unwrap().jitter);
        assert_eq!(bounds, [500.0, 1_000.0, 16_000.0, 30_000.0, 30_000.0]);
        for failure in [Failure::Later(None), Failure::UnexpectedResponse] {
            assert_eq!(failure.retry_pause(6), Failure::Unreachable.retry_pause(6));
        }
    }

    #[test]
    fn the_backend_says_when_unless_nobody_would_wait_so_long() {
        assert_eq!(Failure::Later(Some(7)).retry_pause(0), Some(RetryPause { least: 7_000.0, jitter: 500.0 }));
        assert_eq!(Failure::Later(Some(600)).retry_pause(9).map(|pause| pause.least), Some(600_000.0));
        assert_eq!(Failure::Later(Some(601)).retry_pause(0), None);
        assert_eq!(Failure::Later(Some(86_400)).retry_pause(0), None);
    }

    #[test]
    fn what_does_not_pass_by_itself_is_asked_about() {
        let lasting =
            [Failure::SignedOut, Failure::ClaimExists, Failure::Refused(Refusal::Other), Failure::Violations(vec![])];
        assert!(lasting.iter().all(|failure| failure.retry_pause(0).is_none()));
    }
}
