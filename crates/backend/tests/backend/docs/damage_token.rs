//! The Rust route of `docs/tokens.md`, word for word: a test compares.
#![expect(unreachable_pub, reason = "it stands here as it stands there")]

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, StatusCode, header::CACHE_CONTROL},
    routing::post,
};
use jsonwebtoken::{EncodingKey, Header, encode, get_current_timestamp};
use serde_json::json;

use super::shop::{customer_of, owns};

type Answer = Result<([(HeaderName, &'static str); 1], String), StatusCode>;

pub fn routes(secret: &[u8]) -> Router {
    let route = post(damage_token).with_state(EncodingKey::from_secret(secret));
    Router::new().route("/my-orders/{line}/damage-token", route)
}

pub fn token_for(key: &EncodingKey, line: &str) -> Option<String> {
    let (iat, kid) = (get_current_timestamp(), Some("2026-11".to_owned()));
    let claims = json!({
        "iss": "https://shop.example", "aud": "damage-report", "sub": line, "iat": iat, "nbf": iat, "exp": iat + 600,
    });
    encode(&Header { kid, ..Header::default() }, &claims, key).ok()
}

async fn damage_token(State(key): State<EncodingKey>, Path(line): Path<String>, headers: HeaderMap) -> Answer {
    let customer = customer_of(&headers).await.ok_or(StatusCode::UNAUTHORIZED)?;
    if !owns(&customer, &line).await {
        return Err(StatusCode::NOT_FOUND);
    }
    let token = token_for(&key, &line).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(([(CACHE_CONTROL, "no-store")], token))
}
