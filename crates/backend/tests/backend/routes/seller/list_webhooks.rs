//! `GET /seller/webhooks`

use chrono::TimeDelta;
use damage_report_rules::contract::{ClaimEventType, Code};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{LINE, TestApp, refusal},
    webhooks::{
        SECRET, Sending, app_telling, endpoint, log_event,
        receiver::{Answer, Receiver},
        state_in_the_end,
    },
};

#[tokio::test]
async fn the_endpoints_are_listed_with_what_waits_and_how_they_failed() {
    let receiver = Receiver::start(|request| match request.event().kind {
        ClaimEventType::Erased => Answer::Status(410),
        _ => Answer::Status(503),
    })
    .await;
    let mut some = endpoint("some", "http://127.0.0.1:9/?shop=1");
    some.types = vec![ClaimEventType::Refunded];
    let app = app_telling(vec![endpoint("erp", &receiver.url), some]).await;
    let sending = Sending::start(&app);
    let shown = async || -> Value {
        let response = app.as_seller(Method::GET, "/seller/webhooks").send().await.unwrap();
        assert_eq!(response.headers()["cache-control"], "no-store");
        let text = response.text().await.unwrap();
        assert!(!text.contains(SECRET) && !text.contains("secret"), "{text}");
        serde_json::from_str(&text).unwrap()
    };
    let untouched = json!({
        "name": "some", "url": "http://127.0.0.1:9/?shop=1", "types": ["claim.refunded"], "waiting": 0, "parked": 0,
    });
    assert_eq!(shown().await["endpoints"][1], untouched);

    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    state_in_the_end(&app, "erp", |state| state.last_failure.is_some()).await;
    app.clock().advance(TimeDelta::seconds(1));
    log_event(&app, "DR-2", ClaimEventType::Erased).await;
    state_in_the_end(&app, "erp", |state| state.parked == 2).await;
    sending.stop().await;
    let erp = &shown().await["endpoints"][0];
    assert_eq!((&erp["waiting"], &erp["parked"]), (&json!(0), &json!(2)));
    assert_eq!(erp["off_since"], "2026-11-24T11:00:01Z");
    assert_eq!(erp["last_failure"], json!({"at": "2026-11-24T11:00:01Z", "reason": "status_410"}));
    assert_eq!(erp["types"].as_array().unwrap().len(), ClaimEventType::ALL.len());
}

#[tokio::test]
async fn only_the_seller_sees_them_and_a_query_is_refused() {
    let app = TestApp::new().await;
    let listed = app.as_seller(Method::GET, "/seller/webhooks").send().await.unwrap();
    assert_eq!(listed.json::<Value>().await.unwrap(), json!({"endpoints": []}));
    let response = app.as_seller(Method::GET, "/seller/webhooks?name=erp").send().await.unwrap();
    assert_eq!(refusal(response).await, (400, Code::HeaderInvalid));
    let response = app.as_claimant(LINE, Method::GET, "/seller/webhooks").send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenInvalid));
}
