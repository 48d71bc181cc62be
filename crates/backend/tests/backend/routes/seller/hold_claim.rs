//! `PUT` and `DELETE /seller/claims/{reference}/hold`

use chrono::TimeDelta;
use damage_report_backend::{retention::expire_claims, store};
use damage_report_rules::contract::{ClaimEventType, Code};
use reqwest::{Method, Response};
use serde_json::Value;

use crate::{
    app::{LINE, TestApp, refusal},
    retention::{decline, keeping},
};

async fn ask(app: &TestApp, method: Method, reference: &str) -> Response {
    app.as_seller(method, &format!("/seller/claims/{reference}/hold")).send().await.unwrap()
}

/// Whether the claim is on hold, and its version, as the answer to `method` says.
async fn answered(app: &TestApp, method: Method, reference: &str) -> (bool, u64) {
    let response = ask(app, method, reference).await;
    assert_eq!(response.status(), 200);
    let etag = response.headers()["etag"].to_str().unwrap().to_owned();
    let claim: Value = response.json().await.unwrap();
    let version = claim["version"].as_u64().unwrap();
    assert_eq!(etag, format!("\"{version}\""));
    (claim["held"].as_bool().unwrap(), version)
}

#[tokio::test]
async fn a_claim_is_held_and_released_once_however_often_it_is_asked() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    for _ in 0..2 {
        assert_eq!(answered(&app, Method::PUT, &reference).await, (true, 2));
    }
    for _ in 0..2 {
        assert_eq!(answered(&app, Method::DELETE, &reference).await, (false, 3));
    }
    let events =
        store::events::events_of_claim(&mut app.app.store.read_connection().await.unwrap(), &reference).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| (event.kind, event.version)).collect();
    let expected = [(ClaimEventType::Submitted, 1), (ClaimEventType::Held, 2), (ClaimEventType::Released, 3)];
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn a_held_claim_is_neither_expired_nor_erased_until_it_is_released() {
    let app = keeping(30).await;
    let reference = app.accepted_claim().await;
    decline(&app, &reference).await;
    answered(&app, Method::PUT, &reference).await;
    app.clock().advance(TimeDelta::days(1000));
    expire_claims(&app.app, app.clock().now()).await.unwrap();
    assert_eq!(app.files("photos").len(), 5);
    let erase = || app.as_seller(Method::DELETE, &format!("/seller/order-lines/{LINE}")).send();
    assert_eq!(refusal(erase().await.unwrap()).await, (409, Code::ClaimHeld));
    assert_eq!(app.files("photos").len(), 5);

    answered(&app, Method::DELETE, &reference).await;
    expire_claims(&app.app, app.clock().now()).await.unwrap();
    assert!(app.files("photos").is_empty());
    assert_eq!(refusal(ask(&app, Method::PUT, &reference).await).await, (409, Code::EventRefused));
    assert_eq!(erase().await.unwrap().status(), 204);
    assert_eq!(refusal(ask(&app, Method::PUT, &reference).await).await, (404, Code::ClaimUnknown));
}
