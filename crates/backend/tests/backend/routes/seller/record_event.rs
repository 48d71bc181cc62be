//! `POST /seller/claims/{reference}/events`

use base64::{Engine as _, prelude::BASE64_STANDARD};
use damage_report_rules::{
    contract::{ClaimStatus, Code, Problem},
    lifecycle::{Investigation, Resolution, ReturnShipment},
};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{TestApp, problem, refusal};

async fn post(app: &TestApp, reference: &str, event: &Value) -> Response {
    let path = format!("/seller/claims/{reference}/events");
    app.as_seller(Method::POST, &path).json(event).send().await.unwrap()
}

async fn recorded(app: &TestApp, reference: &str, event: Value) -> ClaimStatus {
    let response = post(app, reference, &event).await;
    assert_eq!(response.status(), 200, "{event}");
    response.json().await.unwrap()
}

fn label(pdf: &[u8]) -> Value {
    json!({"type": "return_label_issued", "pdf": BASE64_STANDARD.encode(pdf)})
}

#[tokio::test]
async fn a_claim_goes_its_whole_way() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let on = "2026-11-24".parse().unwrap();
    let status = recorded(&app, &reference, json!({"type": "investigation_opened"})).await;
    assert_eq!(status.progress.investigation, Investigation::Open { since: on });
    let status = recorded(&app, &reference, label(b"%PDF-1.4\n%%EOF")).await;
    assert_eq!(status.progress.return_shipment, ReturnShipment::LabelIssued { on });
    assert!(status.has_return_label);
    recorded(&app, &reference, json!({"type": "return_handed_over"})).await;
    let status = recorded(&app, &reference, json!({"type": "return_received"})).await;
    assert_eq!(status.progress.return_shipment, ReturnShipment::Received { on });
    recorded(&app, &reference, json!({"type": "investigation_concluded"})).await;
    let refund = json!({"type": "refunded", "amount": {"cents": 39_900, "currency": "EUR"}});
    let status = recorded(&app, &reference, refund).await;
    assert!(matches!(status.progress.resolution, Resolution::Refunded { .. }));
    assert!(status.progress.is_closed());
}

#[tokio::test]
async fn an_event_is_dated_by_the_day_at_the_place_of_delivery() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    app.set_clock("2026-11-24T23:30:00Z");
    let status = recorded(&app, &reference, json!({"type": "investigation_opened"})).await;
    assert_eq!(status.progress.investigation, Investigation::Open { since: "2026-11-25".parse().unwrap() });
}

#[tokio::test]
async fn the_same_event_again_changes_nothing() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    for event in [json!({"type": "investigation_opened"}), label(b"%PDF-1.4\n%%EOF")] {
        let first = recorded(&app, &reference, event.clone()).await;
        app.clock().advance(chrono::TimeDelta::days(1));
        assert_eq!(recorded(&app, &reference, event).await, first);
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_reason() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let problem = problem(post(&app, &reference, &json!({"type": "return_received"})).await).await;
    assert_eq!((problem.status, problem.code), (409, Code::EventRefused));
    assert!(problem.detail.unwrap().contains("return label"));
    recorded(&app, &reference, label(b"%PDF-1.4\nfirst\n%%EOF")).await;
    let another = post(&app, &reference, &label(b"%PDF-1.4\nsecond\n%%EOF")).await;
    assert_eq!(refusal(another).await, (409, Code::EventRefused));
}

#[tokio::test]
async fn a_return_label_is_a_pdf() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    for event in [
        json!({"type": "return_label_issued"}),
        json!({"type": "return_label_issued", "pdf": "not base64!"}),
        label(b"<html>"),
        label(b"%PDF-1.4 cut off"),
        label(&[b"%PDF-1.4".to_vec(), vec![b' '; 2 * 1024 * 1024 - 10], b"%%EOF".to_vec()].concat()),
    ] {
        assert_eq!(refusal(post(&app, &reference, &event).await).await, (422, Code::ReturnLabelInvalid));
    }
    let too_large = label(&[b"%PDF-1.4".to_vec(), vec![b' '; 3 * 1024 * 1024], b"%%EOF".to_vec()].concat());
    assert_eq!(refusal(post(&app, &reference, &too_large).await).await, (413, Code::BodyTooLarge));
}

#[tokio::test]
async fn events_of_another_shape_are_refused() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    for (event, code) in [
        (json!({"type": "investigation_opened", "pdf": "JVBERi0="}), Code::FieldUnknown),
        (json!({"type": "refunded"}), Code::BodyShape),
        (json!({"type": "refunded", "amount": {"cents": 0, "currency": "EUR"}}), Code::BodyShape),
        (json!({"type": "investigation_opened", "on": "2020-01-01"}), Code::FieldUnknown),
        (json!({"type": "lost"}), Code::BodyShape),
        (json!([]), Code::BodyShape),
    ] {
        assert_eq!(refusal(post(&app, &reference, &event).await).await, (422, code), "{event}");
    }
}

#[tokio::test]
async fn a_reference_that_nobody_has_is_unknown() {
    let app = TestApp::new().await;
    let response = post(&app, "DR-0000000000", &json!({"type": "investigation_opened"})).await;
    assert_eq!(refusal(response).await, (404, Code::ClaimUnknown));
}

#[tokio::test]
async fn a_claimants_token_is_no_sellers_key() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let path = format!("/seller/claims/{reference}/events");
    let event = json!({"type": "investigation_opened"});
    let response = app.as_claimant(crate::app::LINE, Method::POST, &path).json(&event).send().await.unwrap();
    let problem: Problem = problem(response).await;
    assert_eq!((problem.status, problem.code), (401, Code::TokenInvalid));
}
