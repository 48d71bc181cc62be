//! The Rust function of `docs/tokens.md` that writes an order line into a page, word for word: a test compares.
#![expect(unreachable_pub, reason = "it stands here as it stands there")]

use std::time::Duration;

use jsonwebtoken::EncodingKey;
use reqwest::Client;
use serde_json::{Value, json};

use super::damage_token::token_for;

pub async fn data_for(client: &Client, endpoint: &str, key: &EncodingKey, line: &str) -> Option<String> {
    let token = token_for(key, line)?;
    let request = client.get(format!("{endpoint}/order-lines/{line}")).bearer_auth(&token);
    let answer = request.timeout(Duration::from_millis(500)).send().await.ok()?.error_for_status().ok()?;
    let order_line: Value = serde_json::from_slice(&answer.bytes().await.ok()?).ok()?;
    let data = json!({ "token": token, "order_line": order_line }).to_string().replace('<', "\\u003c");
    Some(format!(r#"<script type="application/json">{data}</script>"#))
}
