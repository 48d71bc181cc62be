//! `GET /order-lines/{id}/claim`

use damage_report_rules::contract::{ClaimStatus, Code};
use reqwest::Method;

use crate::app::{LINE, TestApp, refusal};

#[tokio::test]
async fn a_claim_is_shown_as_it_stands() {
    let app = TestApp::new().await;
    let path = format!("/order-lines/{LINE}/claim");
    let response = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap();
    assert_eq!(refusal(response).await, (404, Code::ClaimUnknown));

    let reference = app.accepted_claim().await;
    app.clock().advance(chrono::TimeDelta::minutes(1));
    let response = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap();
    let status: ClaimStatus = response.json().await.unwrap();
    assert_eq!(status.reference, reference);
    assert_eq!(status.received_at.0, "2026-11-24T11:00:00Z");
    assert_eq!(status.claim.description, "Scherm gebarsten bij aankomst.");
    assert!(!status.late && !status.has_return_label);
    // Submitted on a Tuesday: three working days later it is Friday.
    assert_eq!(status.resolution_due, Some("2026-11-27".parse().unwrap()));
}

#[tokio::test]
async fn the_sellers_days_may_start_when_the_return_is_received() {
    let app = TestApp::with(|config| {
        let mut terms: damage_report_rules::policy::Terms = config.policy.clone().into();
        terms.resolution_from = damage_report_rules::policy::ResolutionPeriodStart::ReturnReceived;
        config.policy = terms.try_into().unwrap();
    })
    .await;
    app.accepted_claim().await;
    let path = format!("/order-lines/{LINE}/claim");
    let status: ClaimStatus = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap().json().await.unwrap();
    assert_eq!(status.resolution_due, None);
}
