//! `GET /order-lines/{id}/return-label`

use base64::{Engine as _, prelude::BASE64_STANDARD};
use damage_report_rules::contract::Code;
use reqwest::Method;
use serde_json::json;

use crate::app::{LINE, TestApp, refusal};

#[tokio::test]
async fn the_label_that_the_seller_issued_is_there_to_be_saved() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let path = format!("/order-lines/{LINE}/return-label");
    let response = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap();
    assert_eq!(refusal(response).await, (404, Code::ReturnLabelUnknown));

    let pdf = b"%PDF-1.4\n%%EOF\n";
    let event = json!({"type": "return_label_issued", "pdf": BASE64_STANDARD.encode(pdf)});
    let events = format!("/seller/claims/{reference}/events");
    assert_eq!(app.as_seller(Method::POST, &events).json(&event).send().await.unwrap().status(), 200);
    let response = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap();
    let headers = response.headers().clone();
    assert_eq!(headers["content-type"], "application/pdf");
    assert_eq!(headers["content-disposition"], "attachment; filename=\"return-label.pdf\"");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(response.bytes().await.unwrap(), &pdf[..]);
}
