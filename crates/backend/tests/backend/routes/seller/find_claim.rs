//! `GET /seller/order-lines/{id}/claim`

use damage_report_rules::contract::Code;
use reqwest::{Method, Response};
use serde_json::Value;

use crate::app::{LINE, TestApp, refusal};

async fn find(app: &TestApp, line: &str) -> Response {
    app.as_seller(Method::GET, &format!("/seller/order-lines/{line}/claim")).send().await.unwrap()
}

#[tokio::test]
async fn the_seller_finds_the_claim_of_an_order_line() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let found: Value = find(&app, LINE).await.json().await.unwrap();
    let path = format!("/seller/claims/{reference}");
    let shown: Value = app.as_seller(Method::GET, &path).send().await.unwrap().json().await.unwrap();
    assert_eq!(found["reference"], reference.as_str());
    assert_eq!(found, shown, "by either way it is the same");
}

#[tokio::test]
async fn an_order_line_without_a_claim_and_one_that_is_not_there_are_told_apart() {
    let app = TestApp::new().await;
    assert_eq!(refusal(find(&app, LINE).await).await, (404, Code::ClaimUnknown));
    assert_eq!(refusal(find(&app, "line-9").await).await, (404, Code::OrderUnknown));
}

#[tokio::test]
async fn a_claimants_token_does_not_open_it() {
    let app = TestApp::new().await;
    app.accepted_claim().await;
    let path = format!("/seller/order-lines/{LINE}/claim");
    let response = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenInvalid));
}
