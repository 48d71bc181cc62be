//! `POST /seller/webhooks/{name}/resend`

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use damage_report_rules::contract::{ClaimEventType, Code};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{
    app::{TestApp, refusal},
    webhooks::{
        Sending, app_telling, endpoint, log_event,
        receiver::{Answer, Receiver},
        state_in_the_end,
    },
};

async fn resend(app: &TestApp, body: Value) -> Response {
    app.as_seller(Method::POST, "/seller/webhooks/erp/resend").json(&body).send().await.unwrap()
}

#[tokio::test]
async fn all_parked_events_are_sent_again_in_order_and_the_endpoint_is_on_again() {
    let status = Arc::new(AtomicU16::new(410));
    let answered = Arc::clone(&status);
    let receiver = Receiver::start(move |_| Answer::Status(answered.load(Ordering::Relaxed))).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let _sending = Sending::start(&app);
    let mut ids = vec![log_event(&app, "DR-1", ClaimEventType::Submitted).await];
    state_in_the_end(&app, "erp", |state| state.parked == 1).await;
    for _ in 0..3 {
        ids.push(log_event(&app, "DR-1", ClaimEventType::InvestigationOpened).await);
    }
    status.store(200, Ordering::Relaxed);
    let response = resend(&app, json!({"all_parked": true})).await;
    assert_eq!(response.status(), 200);
    let endpoint: Value = response.json().await.unwrap();
    assert_eq!((&endpoint["name"], &endpoint["parked"], endpoint.get("off_since")), (&json!("erp"), &json!(0), None));
    let received = receiver.wait_for(5).await;
    let sent: Vec<String> = received[1..].iter().map(|request| request.event().id).collect();
    assert_eq!(sent, ids);
    log_event(&app, "DR-2", ClaimEventType::Submitted).await;
    receiver.wait_for(6).await;
}

#[tokio::test]
async fn one_event_is_sent_again_also_where_it_was_delivered() {
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let _sending = Sending::start(&app);
    let id = log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    receiver.wait_for(1).await;
    state_in_the_end(&app, "erp", |state| state.waiting == 0).await;
    assert_eq!(resend(&app, json!({"event": id})).await.status(), 200);
    let received = receiver.wait_for(2).await;
    assert_eq!((&received[0].body, received[1].header("webhook-id")), (&received[1].body, id.as_str()));
    state_in_the_end(&app, "erp", |state| state.waiting == 0).await;
}

#[tokio::test]
async fn what_cannot_be_sent_again_is_refused() {
    let app = app_telling(vec![endpoint("erp", "http://127.0.0.1:9/")]).await;
    for (body, expected) in [
        (json!({}), (422, Code::BodyShape)),
        (json!({"all_parked": false}), (422, Code::BodyShape)),
        (json!({"all_parked": true, "event": "evt_00000000000000000001"}), (422, Code::BodyShape)),
        (json!({"event": 1}), (422, Code::BodyShape)),
        (json!({"events": "all"}), (422, Code::FieldUnknown)),
        (json!({"event": "evt_00000000000000000001"}), (404, Code::EventUnknown)),
        (json!({"event": "1"}), (404, Code::EventUnknown)),
    ] {
        assert_eq!(refusal(resend(&app, body.clone()).await).await, expected, "{body}");
    }
    let other = app.as_seller(Method::POST, "/seller/webhooks/desk/resend").json(&json!({"all_parked": true}));
    assert_eq!(refusal(other.send().await.unwrap()).await, (404, Code::WebhookUnknown));
    let stranger = app.request(Method::POST, "/seller/webhooks/erp/resend").json(&json!({"all_parked": true}));
    assert_eq!(refusal(stranger.send().await.unwrap()).await, (401, Code::TokenMissing));
}
