//! Keeps the language that a person chose.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Redirect, Response},
};

use super::{
    cookies::secure_attribute,
    error::DeskError,
    form::Form,
    language::{COOKIE, Language},
    same_origin,
};
use crate::app::App;

/// A year, in seconds.
const COOKIE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// Keeps the language that the person chose, and leads back to the page.
pub(super) async fn choose_language(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, DeskError> {
    same_origin::require_same_origin(&headers)?;
    let form = Form::read(&app, &headers, body, &["language", "back"]).await?;
    let language = Language::from_tag(form.value("language")).ok_or(DeskError::UNREADABLE)?;
    let secure = secure_attribute(&app);
    let cookie =
        format!("{COOKIE}={}; Path=/desk; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Strict{secure}", language.tag());
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(page_of_the_desk(form.value("back")))).into_response())
}

/// `path` if it is a page of the desk, else the list. Nothing else is ever redirected to.
fn page_of_the_desk(path: &str) -> &str {
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_ours = path == "/desk" || path.starts_with("/desk/") || path.starts_with("/desk?");
    if is_plain && is_ours && !path.contains("//") { path } else { "/desk" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_desk_are_led_back_to() {
        for path in ["/desk", "/desk?state=open", "/desk/claims/DR-7K3M9QXA2T"] {
            assert_eq!(page_of_the_desk(path), path);
        }
        for path in [
            "",
            "/",
            "//evil.example",
            "/desk//evil.example",
            "https://evil.example/desk",
            "/deskx",
            "/desk/\\evil",
            "/desk/\r\nx",
        ] {
            assert_eq!(page_of_the_desk(path), "/desk", "{path:?}");
        }
    }
}
