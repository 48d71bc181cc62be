//! `GET /seller/webhooks/{name}/deliveries`

use damage_report_rules::contract::{ClaimEventType, Code};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{TestApp, refusal},
    webhooks::{
        Sending, app_telling, endpoint, log_event,
        receiver::{Answer, Receiver},
        state_in_the_end,
    },
};

async fn page(app: &TestApp, query: &str) -> Value {
    let path = format!("/seller/webhooks/erp/deliveries{query}");
    app.as_seller(Method::GET, &path).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn parked_events_are_listed_in_order_and_in_pages() {
    let receiver = Receiver::start(|_| Answer::Status(410)).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let _sending = Sending::start(&app);
    let mut ids = vec![log_event(&app, "DR-0", ClaimEventType::Submitted).await];
    state_in_the_end(&app, "erp", |state| state.parked == 1).await;
    for nth in 1..5 {
        ids.push(log_event(&app, &format!("DR-{nth}"), ClaimEventType::Submitted).await);
    }
    let (mut listed, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = page(&app, &query).await;
        listed.extend(page["deliveries"].as_array().unwrap().clone());
        query = format!("?limit=2&after={}", listed.last().unwrap()["event"]["id"].as_str().unwrap());
        if page["has_more"] == false {
            break;
        }
    }
    let listed_ids: Vec<&str> = listed.iter().map(|delivery| delivery["event"]["id"].as_str().unwrap()).collect();
    assert_eq!(listed_ids, ids);
    assert_eq!((&listed[0]["attempts"], &listed[0]["failure"]), (&json!(1), &json!("status_410")));
    assert_eq!((&listed[1]["attempts"], listed[1].get("failure")), (&json!(0), None));
    assert_eq!(listed[0]["parked_at"], "2026-11-24T11:00:00Z");
}

#[tokio::test]
async fn an_unknown_endpoint_or_query_is_refused() {
    let app = app_telling(vec![endpoint("erp", "http://127.0.0.1:9/")]).await;
    let get = async |path: &str| app.as_seller(Method::GET, path).send().await.unwrap();
    let refused = crate::app::problem(get("/seller/webhooks/desk/deliveries").await).await;
    assert_eq!((refused.status, refused.code), (404, Code::WebhookUnknown));
    crate::openapi::assert_named("get", "/seller/webhooks/{name}/deliveries", &refused);
    for query in ["?after=42", "?limit=0", "?limit=101", "?parked=true"] {
        let refused = refusal(get(&format!("/seller/webhooks/erp/deliveries{query}")).await).await;
        assert_eq!(refused, (400, Code::HeaderInvalid), "{query}");
    }
}
