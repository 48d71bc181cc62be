//! The requests that are measured: a claim, a photo, a look at an order line.

use anyhow::{Context as _, Result};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use chrono::Utc;
use damage_report_backend::digest;
use damage_report_rules::claim::ClaimDraft;
use hmac::{Hmac, Mac as _};
use http_body_util::Full;
use hyper::{Method, Request, body::Bytes, header, http::request::Builder};
use serde_json::json;
use sha2::Sha256;

use crate::{
    client::RequestWithBody,
    sample_data,
    settings::{SECRET, SELLER_KEY},
};

/// How many photos are sent for one order line: those of a claim.
pub(crate) const PHOTOS_A_LINE: usize = sample_data::SUBJECTS.len();

/// Sends the claim `draft` about the order line called `id`, under the key that the widget gives it.
///
/// # Errors
///
/// Never, with identifiers that can stand in an address.
pub(crate) fn submit_claim_request(id: &str, draft: &ClaimDraft) -> Result<RequestWithBody> {
    let body = serde_json::to_vec(draft)?;
    let request = as_claimant(id, Method::POST, &format!("/order-lines/{id}/claims"))?
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", digest::sha256(&body).to_string());
    Ok(request.body(body.into())?)
}

/// Sends `bytes` as the photo `number` of the order line called `id`.
///
/// # Errors
///
/// Never, with identifiers that can stand in an address.
pub(crate) fn upload_photo_request(id: &str, number: usize, bytes: Vec<u8>) -> Result<RequestWithBody> {
    let subject = sample_data::SUBJECTS[number % PHOTOS_A_LINE].code();
    let path = format!("/order-lines/{id}/photos/{}?subject={subject}", digest::sha256(&bytes));
    Ok(as_claimant(id, Method::PUT, &path)?.header(header::CONTENT_TYPE, "image/jpeg").body(bytes.into())?)
}

/// Asks how the order line called `id` stands, as the widget does when it opens.
///
/// # Errors
///
/// Never, with identifiers that can stand in an address.
pub(crate) fn order_line_request(id: &str) -> Result<RequestWithBody> {
    Ok(as_claimant(id, Method::GET, &format!("/order-lines/{id}"))?.body(Full::default())?)
}

/// Takes the photo away again whose bytes are these.
///
/// # Errors
///
/// Never, with identifiers that can stand in an address.
pub(crate) fn discard_photo_request(id: &str, bytes: &[u8]) -> Result<RequestWithBody> {
    let path = format!("/order-lines/{id}/photos/{}", digest::sha256(bytes));
    Ok(as_claimant(id, Method::DELETE, &path)?.body(Full::default())?)
}

/// The head of a photo of these bytes as it goes over the wire, for senders that break the rules of a client: with a token of the
/// order line called `id`, or without any.
///
/// # Errors
///
/// Never.
pub(crate) fn raw_photo_head(id: Option<&str>, bytes: &[u8]) -> Result<String> {
    let authorization = id.map(|id| Ok::<_, anyhow::Error>(format!("authorization: Bearer {}\r\n", token(id)?)));
    let authorization = authorization.transpose()?.unwrap_or_default();
    let (line, digest, length) = (id.unwrap_or("any"), digest::sha256(bytes), bytes.len());
    Ok(format!(
        "PUT /order-lines/{line}/photos/{digest} HTTP/1.1\r\nhost: {HOST}\r\n{authorization}content-length: {length}\r\n\r\n"
    ))
}

/// Asks for the list of claims with this `query`, as the seller.
///
/// # Errors
///
/// Never, with a query that can stand in an address.
pub(crate) fn claim_list_request(query: &str) -> Result<RequestWithBody> {
    let request = Request::get(format!("/seller/claims?{query}")).header(header::HOST, HOST);
    let request = request.header(header::AUTHORIZATION, format!("Bearer {SELLER_KEY}"));
    Ok(request.body(Full::default())?)
}

/// Asks for nothing that costs anything.
///
/// # Errors
///
/// Never.
pub(crate) fn health_request() -> Result<RequestWithBody> {
    Ok(Request::get("/health").header(header::HOST, HOST).body(Full::<Bytes>::default())?)
}

/// The backend's public address in requests, wherever it listens.
const HOST: &str = "claims.shop.example";

fn as_claimant(id: &str, method: Method, path: &str) -> Result<Builder> {
    let authorization = format!("Bearer {}", token(id)?);
    let request = Request::builder().method(method).uri(path).header(header::HOST, HOST);
    Ok(request.header(header::AUTHORIZATION, authorization))
}

/// A token of the order line called `id`, as the shop signs it for its signed-in customer.
fn token(id: &str) -> Result<String> {
    let now = Utc::now().timestamp();
    let header = json!({"alg": "HS256", "typ": "JWT", "kid": "2026-11"});
    let claims = json!({
        "iss": "https://shop.example", "aud": "damage-report", "sub": id, "iat": now, "nbf": now, "exp": now + 600,
    });
    let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).context("HMAC takes keys of any length")?;
    mac.update(message.as_bytes());
    Ok(format!("{message}.{}", BASE64.encode(mac.finalize().into_bytes())))
}
