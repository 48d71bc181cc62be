//! Whether a form was sent by a page of this backend.
//!
//! The session's cookie is `SameSite=Strict`, and each form holds a token of the session. This is a third lock, and the only one of the
//! sign-in form.

use axum::http::{HeaderMap, header};

use super::error::DeskError;

/// Refuses a request that another site's page sent, or that does not say which page did.
///
/// `Sec-Fetch-Site` decides where the browser sends it: pages without referrers send `Origin: null` with their own forms.
///
/// # Errors
///
/// A [`DeskError`] that says so.
pub(super) fn require_same_origin(headers: &HeaderMap) -> Result<(), DeskError> {
    let text = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let value = values.next()?;
        Some(if values.next().is_some() { "" } else { value.to_str().unwrap_or_default() })
    };
    let is_ours = match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some_and(|host| text(header::HOST.as_str()).is_some_and(|own| own.eq_ignore_ascii_case(host)))
        }
        (None, None) => false,
    };
    if is_ours { Ok(()) } else { Err(DeskError::FOREIGN) }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_form_of_our_own_page_is_accepted() {
        let is_ours = |lines: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, HeaderValue::from_static(value));
            }
            require_same_origin(&headers).is_ok()
        };
        let host = ("host", "desk.shop.example");
        for lines in [
            &[host, ("sec-fetch-site", "same-origin"), ("origin", "null")][..],
            &[host, ("origin", "https://desk.shop.example")],
            &[("host", "localhost:8080"), ("origin", "http://LOCALHOST:8080")],
        ] {
            assert!(is_ours(lines), "{lines:?}");
        }
        for lines in [
            &[host][..],
            &[host, ("origin", "null")],
            &[host, ("origin", "https://evil.example")],
            &[host, ("origin", "https://desk.shop.example.evil.example")],
            &[host, ("origin", "https://desk.shop.example"), ("origin", "https://evil.example")],
            &[host, ("sec-fetch-site", "same-site"), ("origin", "https://desk.shop.example")],
            &[host, ("sec-fetch-site", "cross-site")],
            &[host, ("sec-fetch-site", "none")],
        ] {
            assert!(!is_ours(lines), "{lines:?}");
        }
    }
}
