//! `DELETE /seller/order-lines/{id}`

use damage_report_backend::store;
use damage_report_rules::contract::{ClaimEventType, Code};
use reqwest::{Method, Response};
use serde_json::json;

use crate::{
    app::{LINE, SELLER_KEY, TestApp, claim, digest, refusal},
    photos,
};

const CANARY: &str = "kanarie";

async fn erase(app: &TestApp, line: &str) -> Response {
    app.as_seller(Method::DELETE, &format!("/seller/order-lines/{line}")).send().await.unwrap()
}

/// A claim of `line` with everything that can belong to one.
async fn full_claim(app: &TestApp, line: &str) -> String {
    let mut body = claim(&app.put_evidence(line).await);
    body["description"] = json!(format!("{CANARY}-{line}"));
    let accepted: serde_json::Value = app.post_claim(line, "key", &body).await.json().await.unwrap();
    let reference = accepted["reference"].as_str().unwrap().to_owned();
    let events = format!("/seller/claims/{reference}/events");
    let pdf = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, b"%PDF-1.7 label %%EOF");
    for event in [json!({"type": "investigation_opened"}), json!({"type": "return_label_issued", "pdf": pdf})] {
        let response = app.as_seller(Method::POST, &events).json(&event).send().await.unwrap();
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    }
    reference
}

/// How many rows each table has, but for the log of events, which outlives what is erased.
async fn rows(app: &TestApp) -> Vec<(String, i64)> {
    let mut db = app.app.store.read_connection().await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select name from sqlite_schema where type = 'table' and name <> 'events' and name not like 'claim\\_words%' escape '\\' and name not like 'webhook%' and name not like 'desk%' and name not like '\\_sqlx%' escape '\\' order by name",
    )
    .fetch_all(&mut *db)
    .await
    .unwrap();
    let mut rows = Vec::new();
    for table in tables {
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")));
        rows.push((table, count.fetch_one(&mut *db).await.unwrap()));
    }
    rows
}

#[tokio::test]
async fn p002_nothing_of_an_erased_order_line_is_left_and_all_of_anothers_is() {
    let app = TestApp::new().await;
    full_claim(&app, LINE).await;
    let before = rows(&app).await;
    assert!(before.iter().all(|(_, count)| *count > 0), "every table has a row about it: {before:?}");
    app.put_line("line-2", Some("2026-11-20T13:00:00Z")).await;
    let reference = full_claim(&app, "line-2").await;
    assert_eq!(app.files("photos").len(), 10);

    assert_eq!(erase(&app, "line-2").await.status(), 204);
    assert_eq!(rows(&app).await, before);
    assert_eq!(app.files("photos").len(), 5, "the same pictures, sent for another order line, are another's");
    let trace = format!("{CANARY}-line-2");
    for file in app.files("") {
        assert!(!file.windows(trace.len()).any(|bytes| bytes == trace.as_bytes()), "{trace} is still there");
    }
    let told =
        store::events::events_of_claim(&mut app.app.store.read_connection().await.unwrap(), &reference).await.unwrap();
    assert_eq!(told.last().map(|event| (event.kind, event.version)), Some((ClaimEventType::Erased, 4)));
    let gone = app.as_claimant("line-2", Method::GET, "/order-lines/line-2").send().await.unwrap();
    assert_eq!(refusal(gone).await, (404, Code::OrderUnknown));
    let path = format!("/order-lines/{LINE}/photos/{}", digest(&photos::plain(0)));
    assert_eq!(app.as_claimant(LINE, Method::GET, &path).send().await.unwrap().status(), 200);
    assert_eq!(erase(&app, "line-2").await.status(), 204, "asked again, it is erased already");
}

#[tokio::test]
async fn p002_a_photo_that_comes_while_its_order_line_is_erased_leaves_nothing() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    for _ in 0..20 {
        let (sent, erased) = tokio::join!(app.put_photo(LINE, &photo), erase(&app, LINE));
        assert!(matches!(sent.status().as_u16(), 201 | 404), "{}", sent.text().await.unwrap());
        assert_eq!(erased.status(), 204);
        let left = std::fs::read_dir(app.folder().path().join("photos")).unwrap().count();
        assert_eq!(left, 0, "not even a folder that is called as the order line's digest");
        app.put_line(LINE, Some("2026-11-20T13:00:00Z")).await;
    }
}

#[tokio::test]
async fn only_the_seller_may_erase() {
    let app = TestApp::new().await;
    let path = format!("/seller/order-lines/{LINE}");
    let response = app.as_claimant(LINE, Method::DELETE, &path).send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenInvalid));
    let response = app.request(Method::DELETE, &path).bearer_auth(&SELLER_KEY[1..]).send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenInvalid));
    assert_eq!(app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap().status(), 200);
}
