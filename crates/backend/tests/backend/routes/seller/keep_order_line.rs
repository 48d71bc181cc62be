//! `PUT /seller/order-lines/{id}`

use damage_report_rules::contract::{Code, OrderLine};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{LINE, TestApp, refusal};

fn line() -> Value {
    json!({
        "order_number": "2000", "device": "iPad", "grade": "fair",
        "delivery": {"at": "2026-11-20T14:00:00+01:00", "zone": "Europe/Amsterdam"},
        "country": "NL", "carrier": "UPS", "tracking_number": "1Z999AA10123456784",
    })
}

#[tokio::test]
async fn an_order_line_that_is_put_in_twice_stands_as_put_in_last() {
    let app = TestApp::new().await;
    app.accepted_claim().await;
    for _ in 0..2 {
        let path = format!("/seller/order-lines/{LINE}");
        assert_eq!(app.as_seller(Method::PUT, &path).json(&line()).send().await.unwrap().status(), 204);
    }
    let response = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
    let shown: OrderLine = response.json().await.unwrap();
    assert_eq!(shown.device, "iPad");
    assert!(shown.claim.is_some(), "its claim stays");
}

#[tokio::test]
async fn an_order_line_of_another_shape_is_refused() {
    let app = TestApp::new().await;
    for (field, value, code) in [
        ("delivery", json!({"at": "2026-02-30T00:00:00Z", "zone": "Europe/Amsterdam"}), Code::BodyShape),
        ("delivery", json!({"at": "2026-11-20T14:00:00", "zone": "Europe/Amsterdam"}), Code::BodyShape),
        ("delivery", json!({"at": "2026-11-20T14:00:00Z", "zone": "Mars/Olympus"}), Code::BodyShape),
        ("grade", json!("pristine"), Code::BodyShape),
        ("device", json!("x".repeat(201)), Code::BodyShape),
        ("device", json!("a\nb"), Code::BodyShape),
        ("price", json!(1), Code::FieldUnknown),
    ] {
        let mut body = line();
        body[field] = value;
        let response = app.as_seller(Method::PUT, "/seller/order-lines/line-3").json(&body).send().await.unwrap();
        assert_eq!(refusal(response).await, (422, code), "{body}");
    }
    for id in ["..", ".hidden", "a%2Fb", "a%20b", "%00", &"x".repeat(65)] {
        let path = format!("/seller/order-lines/{id}");
        let response = app.as_seller(Method::PUT, &path).json(&line()).send().await.unwrap();
        assert!(matches!(response.status().as_u16(), 404 | 422), "{id}: {}", response.status());
    }
}

#[tokio::test]
async fn only_the_seller_puts_order_lines_in() {
    let app = TestApp::new().await;
    let path = format!("/seller/order-lines/{LINE}");
    let put = |token: &str| app.request(Method::PUT, &path).bearer_auth(token).json(&line()).send();
    assert_eq!(refusal(put(&app.token(LINE)).await.unwrap()).await, (401, Code::TokenInvalid));
    assert_eq!(refusal(put("").await.unwrap()).await, (401, Code::TokenInvalid));
    let response = app.request(Method::PUT, &path).json(&line()).send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenMissing));
}
