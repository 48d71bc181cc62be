//! The wire between customers and the backend: requests that are asked until an answer is known, and those that are left alone.

use std::time::{Duration, Instant};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use chrono::{TimeDelta, Utc};
use hmac::{Hmac, Mac as _};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::{
    configuration::{Address, SECRET, SELLER_KEY},
    faults::Faults,
};

/// How long an answer is waited for in all, over kills and full disks. It only ends a hang.
const PATIENCE: Duration = Duration::from_secs(300);

/// How long after a failure the next try is.
const PAUSE: Duration = Duration::from_millis(50);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) is_replayed: bool,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Notes a fault when the status is none of these.
    pub(crate) fn expect(self, statuses: &[u16], what: &str, faults: &Faults) -> Self {
        let said = || String::from_utf8_lossy(&self.body[..self.body.len().min(300)]).into_owned();
        faults.check(statuses.contains(&self.status), || format!("{what}: {} {}", self.status, said()));
        self
    }
}

/// Where a customer leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leaves {
    WithinTheBody,
    BeforeTheAnswer,
}

/// A way to the backend.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    client: Client,
    at: Address,
    pub(crate) faults: Faults,
}

impl Line {
    pub(crate) fn new(at: Address, faults: Faults) -> Self {
        Self { client: Client::builder().timeout(PATIENCE).build().unwrap(), at, faults }
    }

    /// Asks until there is an answer that says what is: over kills, and for as long as the backend says that it cannot now.
    pub(crate) async fn until_known(
        &self,
        method: &str,
        path: &str,
        bearer: Option<&str>,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let begun = Instant::now();
        loop {
            let answer = self.once(method, path, bearer, headers, body).await;
            match answer {
                Some(answer) if !matches!(answer.status, 429 | 503) => return answer,
                _ if begun.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
                _ => panic!("{method} {path}: nothing is known after {PATIENCE:?}: {answer:?}"),
            }
        }
    }

    /// Asks once. No answer means that the backend is down, or went down meanwhile.
    pub(crate) async fn once(
        &self,
        method: &str,
        path: &str,
        bearer: Option<&str>,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        let base = self.base().await;
        let mut request = self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{base}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        let response = request.body(body.to_vec()).send().await.ok()?;
        let status = response.status().as_u16();
        let is_replayed = response.headers().contains_key("idempotent-replayed");
        Some(Answer { status, is_replayed, body: response.bytes().await.ok()?.to_vec() })
    }

    /// Asks, and leaves: nobody is told what became of it.
    pub(crate) async fn leave(
        &self,
        leaves: Leaves,
        method: &str,
        path: &str,
        bearer: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) {
        let base = self.base().await;
        let Ok(mut stream) = TcpStream::connect(base.trim_start_matches("http://")).await else { return };
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {bearer}\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let sent = match leaves {
            Leaves::WithinTheBody => &body[..body.len() / 2],
            Leaves::BeforeTheAnswer => body,
        };
        // Killed meanwhile, it is left all the same.
        let _ = stream.write_all(&[request.as_bytes(), sent].concat()).await;
        let _ = stream.flush().await;
    }

    /// The order line `id` as the shop sends it, delivered an hour ago.
    pub(crate) fn order_line(id: &str) -> String {
        let delivered = (Utc::now() - TimeDelta::hours(1)).to_rfc3339();
        let line = json!({
            "order_number": id, "device": "iPhone 13 128 GB, blauw", "grade": "good", "country": "NL",
            "delivery": {"at": delivered, "zone": "Europe/Amsterdam"}, "carrier": "PostNL", "tracking_number": "3SDEVC123456789",
        });
        line.to_string()
    }

    /// Puts the order line `id` in.
    pub(crate) async fn put_in(&self, id: &str) {
        let (path, line) = (format!("/seller/order-lines/{id}"), Self::order_line(id));
        let answer = self.until_known("PUT", &path, Some(SELLER_KEY), &[JSON], line.as_bytes()).await;
        answer.expect(&[204], "an order line is put in", &self.faults);
    }

    /// Every event of the log.
    pub(crate) async fn event_log(&self) -> Vec<Value> {
        let (mut log, mut query) = (Vec::new(), String::new());
        loop {
            let path = format!("/seller/events{query}");
            let page = self.until_known("GET", &path, Some(SELLER_KEY), &[], &[]).await.json();
            log.extend(page["events"].as_array().cloned().unwrap_or_default());
            match log.last() {
                Some(last) if page["has_more"] == true => {
                    query = format!("?after={}", last["id"].as_str().unwrap_or_default());
                }
                _ => return log,
            }
        }
    }

    async fn base(&self) -> String {
        let mut at = self.at.clone();
        let base = at.wait_for(Option::is_some).await.expect("the backend outlives its customers");
        base.clone().unwrap()
    }
}

pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");

/// A token of `order_line`, as a shop signs it.
pub(crate) fn token(order_line: &str) -> String {
    let now = Utc::now().timestamp();
    let header = json!({"alg": "HS256", "typ": "JWT", "kid": "new"});
    let claims = json!({
        "iss": "https://shop.example", "aud": "damage-report", "sub": order_line, "iat": now, "nbf": now, "exp": now + 600,
    });
    let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", BASE64.encode(mac.finalize().into_bytes()))
}
