//! The pages that say why a request to the desk is not granted.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::{
    error::{DeskError, ErrorWordsKey},
    language::Language,
    page::{self, PageFrame},
    session::Session,
};
use crate::app::App;

/// The answer to a method that a page does not take.
pub(super) async fn unknown_method() -> DeskError {
    DeskError::Page(StatusCode::METHOD_NOT_ALLOWED, "unknown", None)
}

/// Writes the page of an error, in the language of the request.
pub(super) async fn render_errors(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let answer = next.run(request).await;
    let words = match answer.extensions().get::<ErrorWordsKey>() {
        Some(&ErrorWordsKey(words)) => words,
        // A refusal of the framework below, such as an address that is not UTF-8.
        None if answer.status().is_client_error() && !is_page(&answer) => "unreadable",
        None => return answer,
    };
    // An error's page must not depend on a database that may be the error.
    let session = Session::of_request(&app, &headers).await.ok().flatten();
    let frame = PageFrame::new(&app, Language::of_request(&headers), session.as_ref(), "/desk");
    let mut page = page::error_page(frame, answer.status(), words);
    if let Some(seconds) = answer.headers().get(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, seconds.clone());
    }
    page
}

fn is_page(answer: &Response) -> bool {
    answer.headers().get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_its_words() {
        for page in DeskError::PAGES {
            for part in ["title", "text"] {
                assert_ne!(Language::Dutch.words(&format!("error_{page}_{part}")), "", "{page}");
            }
        }
    }
}
