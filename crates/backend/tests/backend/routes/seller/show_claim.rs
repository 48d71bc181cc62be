//! `GET /seller/claims/{reference}`

use damage_report_rules::contract::{ClaimStatus, Code};
use reqwest::Method;
use serde_json::Value;

use crate::app::{LINE, TestApp, refusal};

#[tokio::test]
async fn the_seller_sees_the_claim_and_what_it_is_about() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let response = app.as_seller(Method::GET, &format!("/seller/claims/{reference}")).send().await.unwrap();
    let shown: Value = response.json().await.unwrap();
    assert_eq!((&shown["order_line"], &shown["order_number"]), (&LINE.into(), &"1000".into()));
    let status: ClaimStatus = serde_json::from_value(shown).unwrap();
    assert_eq!(status.reference, reference);
}

#[tokio::test]
async fn a_reference_is_found_as_people_type_it() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let typed = reference.to_lowercase().replace('0', "o").replace('1', "l");
    let response = app.as_seller(Method::GET, &format!("/seller/claims/{typed}")).send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["reference"], reference.as_str());
}

#[tokio::test]
async fn a_reference_that_nobody_has_is_unknown() {
    let app = TestApp::new().await;
    let response = app.as_seller(Method::GET, "/seller/claims/DR-0000000000").send().await.unwrap();
    assert_eq!(refusal(response).await, (404, Code::ClaimUnknown));
}
