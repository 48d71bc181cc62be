//! Why a delivery failed, in one word for the database, the log and the shop.

use axum::http::StatusCode;
use chrono::TimeDelta;

/// Why an attempt to deliver failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeliveryFailure {
    /// The endpoint's host name resolves to no address.
    NameUnknown,
    /// The host name resolves only to addresses that may not be called.
    AddressRefused,
    /// No connection could be made.
    Unreachable,
    /// The certificate is not trusted, or TLS failed otherwise.
    Tls,
    /// No complete answer came in time.
    Timeout,
    /// The connection ended without an answer.
    NoAnswer,
    /// An answer with another status than success, and how long it said to wait, if it did.
    Answer(StatusCode, Option<TimeDelta>),
}

impl DeliveryFailure {
    /// The failure in one word.
    pub(super) fn code(self) -> String {
        match self {
            Self::NameUnknown => "name_unknown".to_owned(),
            Self::AddressRefused => "address_refused".to_owned(),
            Self::Unreachable => "unreachable".to_owned(),
            Self::Tls => "tls".to_owned(),
            Self::Timeout => "timeout".to_owned(),
            Self::NoAnswer => "no_answer".to_owned(),
            Self::Answer(status, _) => format!("status_{}", status.as_u16()),
        }
    }

    /// Whether the endpoint says that it wants no more webhooks.
    pub(super) fn is_endpoint_gone(self) -> bool {
        matches!(self, Self::Answer(StatusCode::GONE, _))
    }

    /// How long the endpoint asked us to wait.
    pub(super) fn retry_after(self) -> Option<TimeDelta> {
        match self {
            Self::Answer(_, retry_after) => retry_after,
            _ => None,
        }
    }
}
