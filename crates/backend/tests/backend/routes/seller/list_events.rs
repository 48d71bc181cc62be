//! `GET /seller/events`

use damage_report_rules::contract::{ClaimEvent, ClaimEventType, Code};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{LINE, TestApp, claim, refusal};

/// The events of the page `query`, and whether there are more.
async fn page(app: &TestApp, query: &str) -> (Vec<ClaimEvent>, bool) {
    let response = app.as_seller(Method::GET, &format!("/seller/events{query}")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let page: Value = response.json().await.unwrap();
    (serde_json::from_value(page["events"].clone()).unwrap(), page["has_more"].as_bool().unwrap())
}

async fn investigate(app: &TestApp, reference: &str) {
    let path = format!("/seller/claims/{reference}/events");
    let opened = json!({"type": "investigation_opened"});
    assert_eq!(app.as_seller(Method::POST, &path).json(&opened).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn each_change_is_told_once_and_in_order_in_pages() {
    let app = TestApp::new().await;
    let mut references = Vec::new();
    for nth in 0..3 {
        let line = format!("line-{nth}");
        app.put_line(&line, Some("2026-11-20T13:00:00Z")).await;
        let accepted = app.post_claim(&line, "key", &claim(&app.put_evidence(&line).await)).await;
        let accepted: Value = accepted.json().await.unwrap();
        references.push(accepted["reference"].as_str().unwrap().to_owned());
    }
    for reference in &references {
        investigate(&app, reference).await;
        // The second time changes nothing, and is no event.
        investigate(&app, reference).await;
    }
    app.as_seller(Method::DELETE, "/seller/order-lines/line-1").send().await.unwrap();

    let (mut told, mut after) = (Vec::new(), String::new());
    loop {
        let (events, has_more) = page(&app, &format!("?limit=2{after}")).await;
        after = format!("&after={}", events.last().unwrap().id);
        told.extend(events);
        if !has_more {
            break;
        }
    }
    use ClaimEventType::{Erased, InvestigationOpened, Submitted};
    let kinds: Vec<_> =
        told.iter().map(|event| (event.kind, event.data.reference.clone(), event.data.version)).collect();
    let of_all = |kind, version| references.iter().map(move |reference| (kind, reference.clone(), version));
    let erased = (Erased, references[1].clone(), 3);
    let expected: Vec<_> = of_all(Submitted, 1).chain(of_all(InvestigationOpened, 2)).chain([erased]).collect();
    assert_eq!(kinds, expected);
    assert!(told.is_sorted_by(|one, next| one.id < next.id), "identifiers sort as texts");
    assert_eq!(told[0].data.url, Some(format!("/seller/claims/{}", references[0])));
    assert_eq!(told[6].data.url, None);
    assert_eq!(page(&app, &after.replacen('&', "?", 1)).await, (Vec::new(), false));
}

#[tokio::test]
async fn a_refused_claim_or_event_is_not_told() {
    let app = TestApp::new().await;
    let photos = app.put_evidence(LINE).await;
    let mut without_damage = claim(&photos);
    without_damage["damage"] = json!([]);
    assert_eq!(app.post_claim(LINE, "key", &without_damage).await.status(), 422);
    let reference = app.accepted_claim().await;
    let path = format!("/seller/claims/{reference}/events");
    let received = json!({"type": "return_received"});
    assert_eq!(app.as_seller(Method::POST, &path).json(&received).send().await.unwrap().status(), 409);
    assert_eq!(page(&app, "").await.0.len(), 1);
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused() {
    let app = TestApp::new().await;
    for query in ["?after=42", "?after=evt_42", "?limit=0", "?limit=101", "?limit=many", "?limit=1&limit=2", "?since=1"]
    {
        let response = app.as_seller(Method::GET, &format!("/seller/events{query}")).send().await.unwrap();
        assert_eq!(refusal(response).await, (400, Code::HeaderInvalid), "{query}");
    }
    let response = app.as_claimant(LINE, Method::GET, "/seller/events").send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenInvalid));
}
