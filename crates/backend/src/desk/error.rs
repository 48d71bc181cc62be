//! Why a request to the desk is not granted. The page that says so is written by `error_pages`.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use damage_report_rules::contract::Code;

use crate::{problem::Refusal, store::StoreError};

/// Why a request is not granted.
#[derive(Clone, Debug)]
pub(super) enum DeskError {
    /// Nobody is signed in.
    SignIn,
    /// Another reason, with its status and the key of its words.
    Page(StatusCode, &'static str, Option<HeaderValue>),
}

impl DeskError {
    pub(super) const UNKNOWN: Self = Self::Page(StatusCode::NOT_FOUND, "unknown", None);
    pub(super) const UNREADABLE: Self = Self::Page(StatusCode::BAD_REQUEST, "unreadable", None);
    pub(super) const FOREIGN: Self = Self::Page(StatusCode::FORBIDDEN, "foreign", None);
    pub(super) const STALE_FORM: Self = Self::Page(StatusCode::FORBIDDEN, "stale_form", None);
    pub(super) const LOOK_ONLY: Self = Self::Page(StatusCode::FORBIDDEN, "look_only", None);

    /// The keys of the words of all pages.
    #[cfg(test)]
    pub(super) const PAGES: [&str; 9] =
        ["unknown", "unreadable", "foreign", "stale_form", "look_only", "too_large", "busy", "storage", "broken"];
}

/// The key of an error's words, for the page that says them.
#[derive(Clone, Copy)]
pub(super) struct ErrorWordsKey(pub(super) &'static str);

impl From<Refusal> for DeskError {
    fn from(refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.problem().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let words = match refusal.code() {
            Code::Storage => "storage",
            Code::BodyTooLarge => "too_large",
            _ => match status {
                StatusCode::NOT_FOUND => "unknown",
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "busy",
                status if status.is_client_error() => "unreadable",
                _ => "broken",
            },
        };
        let retry_after = refusal.into_response().headers_mut().remove(header::RETRY_AFTER);
        Self::Page(status, words, retry_after)
    }
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        Refusal::from(error).into()
    }
}

impl IntoResponse for DeskError {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn => Redirect::to("/desk/sign-in").into_response(),
            Self::Page(status, words, retry_after) => {
                let mut answer = status.into_response();
                answer.extensions_mut().insert(ErrorWordsKey(words));
                if let Some(seconds) = retry_after {
                    answer.headers_mut().insert(header::RETRY_AFTER, seconds);
                }
                answer
            }
        }
    }
}
