//! Tokens made from scratch, so that no code of the backend is trusted to make them.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384};

pub(crate) const SECRET: &str = "a secret of no fewer than 32 bytes";

/// A token to be signed, its parts as JSON text, so that they can be anything.
#[derive(Clone)]
pub(crate) struct Token {
    header: String,
    pub(crate) payload: String,
    secret: Vec<u8>,
}

impl Token {
    /// A good token of `line`, made at `now`.
    pub(crate) fn of(line: &str, now: DateTime<Utc>) -> Self {
        let iat = now.timestamp();
        let payload = json!({
            "iss": "https://shop.example", "aud": "damage-report", "sub": line,
            "iat": iat, "nbf": iat, "exp": iat + 600,
        });
        Self {
            header: json!({"alg": "HS256", "typ": "JWT", "kid": "new"}).to_string(),
            payload: payload.to_string(),
            secret: SECRET.into(),
        }
    }

    pub(crate) fn header(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.header = with(&self.header, field, value.into());
        self
    }

    pub(crate) fn claim(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.payload = with(&self.payload, field, value.into());
        self
    }

    /// The payload with `from` in its text replaced: for what JSON values cannot say.
    pub(crate) fn payload(mut self, from: &str, to: &str) -> Self {
        assert!(self.payload.contains(from), "{} does not say {from}", self.payload);
        self.payload = self.payload.replace(from, to);
        self
    }

    pub(crate) fn secret(mut self, secret: impl Into<Vec<u8>>) -> Self {
        self.secret = secret.into();
        self
    }

    pub(crate) fn message(&self) -> String {
        format!("{}.{}", BASE64.encode(&self.header), BASE64.encode(&self.payload))
    }

    pub(crate) fn sign(&self) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).unwrap();
        mac.update(self.message().as_bytes());
        format!("{}.{}", self.message(), BASE64.encode(mac.finalize().into_bytes()))
    }

    pub(crate) fn sign_with_sha384(&self) -> String {
        let mut mac = Hmac::<Sha384>::new_from_slice(&self.secret).unwrap();
        mac.update(self.message().as_bytes());
        format!("{}.{}", self.message(), BASE64.encode(mac.finalize().into_bytes()))
    }
}

/// `object` with `field` set, or removed by a null.
fn with(object: &str, field: &str, value: Value) -> String {
    let mut object: serde_json::Map<String, Value> = serde_json::from_str(object).unwrap();
    if value.is_null() {
        object.remove(field);
    } else {
        object.insert(field.to_owned(), value);
    }
    Value::from(object).to_string()
}
