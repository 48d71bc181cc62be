//! `POST /order-lines/{id}/claims`

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use damage_report_rules::{
    claim::ClaimDraft,
    contract::{ClaimStatus, Code, Problem},
};

use crate::{access::Claimant, app::App, json, problem::Refusal, submission};

/// The largest body. Twelve digests and 2 000 characters take less than 20 KiB in any encoding.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// The longest key. A UUID has 36 characters.
const KEY_LENGTH_MAX: usize = 255;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Submits the claim. Every rule is checked again here, against the server's own clock.
#[utoipa::path(
    post,
    path = "/order-lines/{id}/claims",
    tag = "claimant",
    security(("claimant" = [])),
    params(
        ("id" = String, Path, description = "The order line's identifier"),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 257, pattern = r#"^([!#-+\--\[\]-~]{1,255}|"[!#-+\--\[\]-~]{1,255}")$"#,
            description = "The same each time this claim is sent: 1 to 255 visible characters without commas, quotes and backslashes, in quotes or not"),
    ),
    request_body = ClaimDraft,
    responses(
        (status = 201, description = "The claim is accepted; for a key that was used before, the same answer with `Idempotent-Replayed: true`", body = ClaimStatus,
            headers(
                ("Location" = String, description = "The address of the claim"),
                ("Idempotent-Replayed" = String, description = "`true` where the key was used before"),
            )),
        (status = "default", description = "A refusal; the same key may be used again", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn submit_claim(
    State(app): State<Arc<App>>,
    claimant: Claimant,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let key = idempotency_key(&headers)?;
    let draft: ClaimDraft = json::read_body(&headers, claimant.incoming_body(&app, body), BODY_BYTES_MAX).await?;
    let submitted = submission::submit(&app, &claimant.line, key, &draft).await?;
    let status = StatusCode::from_u16(submitted.answer.status).unwrap_or(StatusCode::CREATED);
    let mut response = (status, submitted.answer.body).into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(location) = HeaderValue::from_str(&format!("/order-lines/{}/claim", claimant.line.id)) {
        answer.insert(header::LOCATION, location);
    }
    if submitted.is_replayed {
        answer.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The key, as a bare token or as a string of RFC 9651; both forms mean the same key.
fn idempotency_key(headers: &HeaderMap) -> Result<&str, Refusal> {
    let invalid =
        || Refusal::new(Code::IdempotencyKeyInvalid).with_detail("send one key of 1 to 255 visible characters");
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let value = values.next().ok_or_else(|| {
        Refusal::new(Code::IdempotencyKeyMissing)
            .with_detail("see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07")
    })?;
    if values.next().is_some() {
        return Err(invalid());
    }
    let text = value.to_str().map_err(|_| invalid())?.trim();
    let key = match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').ok_or_else(invalid)?,
        None => text,
    };
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b','));
    if key.is_empty() || key.len() > KEY_LENGTH_MAX || !visible { Err(invalid()) } else { Ok(key) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn key(value: &[u8]) -> Result<String, Code> {
        let mut headers = HeaderMap::new();
        headers.insert(IDEMPOTENCY_KEY, HeaderValue::from_bytes(value).unwrap());
        idempotency_key(&headers).map(str::to_owned).map_err(|refusal| refusal.code())
    }

    #[test]
    fn a_quoted_key_and_a_bare_one_are_the_same() {
        assert_eq!(key(b"\"8e03978e-40d5\""), Ok("8e03978e-40d5".to_owned()));
        assert_eq!(key(b"8e03978e-40d5"), Ok("8e03978e-40d5".to_owned()));
    }

    #[test]
    fn an_invalid_key_is_refused() {
        for value in [&b""[..], b"\"\"", b"\"half", b"half\"", b"a b", b"a,b", "k\u{eb}y".as_bytes(), &[b'k'; 256]] {
            assert_eq!(key(value), Err(Code::IdempotencyKeyInvalid), "{value:?}");
        }
        assert!(key(&[b'k'; 255]).is_ok());
    }

    proptest! {
        #[test]
        fn the_document_and_the_code_agree_on_every_key(
            key_or_not in "\"?[!-~ ]{0,4}\"?", length in 0..300_usize, quote in "\"?",
        ) {
            let document: Value = serde_json::from_str(crate::router::openapi_document()).unwrap();
            let parameters = document["paths"]["/order-lines/{id}/claims"]["post"]["parameters"].as_array().unwrap();
            let header = parameters.iter().find(|parameter| parameter["name"] == "Idempotency-Key").unwrap();
            let pattern = regex::Regex::new(header["schema"]["pattern"].as_str().unwrap()).unwrap();
            let (least, most) = (header["schema"]["minLength"].as_u64(), header["schema"]["maxLength"].as_u64());
            for text in [key_or_not.trim().to_owned(), format!("{quote}{}{quote}", "k".repeat(length))] {
                let fits = (least..=most).contains(&Some(text.len() as u64)) && pattern.is_match(&text);
                prop_assert_eq!(key(text.as_bytes()).is_ok(), fits, "{:?}", text);
            }
        }
    }
}
