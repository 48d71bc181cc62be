//! The order line and a token as a shop's server writes them into its page: `docs/tokens.md` says how.

use anyhow::Result;
use reqwest::{Client, RequestBuilder, header};
use serde_json::{Value, json};

/// The element with the data for `line`, of the shop at the address `shop`.
pub(crate) async fn page_data(shop: &str, line: &str) -> Result<String> {
    let client = Client::new();
    let request = client.post(format!("{shop}/demo/token")).header(header::CONTENT_TYPE, "application/json");
    let token = &answer(request.body(json!({ "order_line": line }).to_string())).await?["token"];
    let bearer = format!("Bearer {}", token.as_str().unwrap_or_default());
    let request = client.get(format!("{shop}/order-lines/{line}")).header(header::AUTHORIZATION, bearer);
    Ok(data_element(token, &answer(request).await?))
}

async fn answer(request: RequestBuilder) -> Result<Value> {
    let answer = request.send().await?.error_for_status()?;
    Ok(serde_json::from_str(&answer.text().await?)?)
}

fn data_element(token: &Value, order_line: &Value) -> String {
    // A `</script>` in a text would end the element.
    let data = json!({ "token": token, "order_line": order_line }).to_string().replace('<', r"\u003c");
    format!(r#"<script type="application/json">{data}</script>"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_the_data_in_the_page() {
        let line = json!({ "id": "1", "device": "</script><b>" });
        let element = data_element(&"a.b.c".into(), &line);
        let data =
            element.strip_prefix(r#"<script type="application/json">"#).unwrap().strip_suffix("</script>").unwrap();
        assert!(!data.contains('<'), "{data}");
        assert_eq!(serde_json::from_str::<Value>(data).unwrap(), json!({ "token": "a.b.c", "order_line": line }));
    }
}
