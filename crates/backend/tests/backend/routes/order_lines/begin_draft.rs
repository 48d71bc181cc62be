//! `PUT /order-lines/{id}/draft`

use chrono::TimeDelta;
use damage_report_rules::contract::{Code, DraftBegun, OrderLine};
use reqwest::Method;

use crate::{
    app::{LINE, TestApp, refusal},
    photos,
};

/// When the draft was begun, as the answer to this one says.
async fn begins(app: &TestApp) -> String {
    let response = app.as_claimant(LINE, Method::PUT, &format!("/order-lines/{LINE}/draft")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json::<DraftBegun>().await.unwrap().begun_at.0
}

/// When the draft was begun, as a page that is opened is told.
async fn begun(app: &TestApp) -> Option<String> {
    let response = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
    response.json::<OrderLine>().await.unwrap().draft_begun_at.map(|at| at.0)
}

#[tokio::test]
async fn a_draft_is_begun_once_and_the_beginning_stays() {
    let app = TestApp::new().await;
    assert_eq!(begun(&app).await, None);
    assert_eq!(begins(&app).await, "2026-11-24T11:00:00Z");
    app.clock().advance(TimeDelta::minutes(5));
    assert_eq!(begins(&app).await, "2026-11-24T11:00:00Z");
    app.put_photo(LINE, &photos::plain(0)).await;
    assert_eq!(begun(&app).await.as_deref(), Some("2026-11-24T11:00:00Z"));
}

#[tokio::test]
async fn a_photo_that_came_first_has_begun_it() {
    let app = TestApp::new().await;
    app.put_photo(LINE, &photos::plain(0)).await;
    app.clock().advance(TimeDelta::minutes(5));
    assert_eq!(begins(&app).await, "2026-11-24T11:00:00Z");
}

#[tokio::test]
async fn nobody_begins_without_a_token() {
    let app = TestApp::new().await;
    let response = app.request(Method::PUT, &format!("/order-lines/{LINE}/draft")).send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenMissing));
}

#[tokio::test]
async fn a_draft_that_is_begun_while_its_order_line_is_erased_is_begun_or_of_no_order_line() {
    let app = TestApp::new().await;
    let mut unknown = 0;
    for round in 0..100 {
        let line = format!("line-{round}-of-many");
        app.put_line(&line, None).await;
        let begin = app.as_claimant(&line, Method::PUT, &format!("/order-lines/{line}/draft")).send();
        let erase = app.as_seller(Method::DELETE, &format!("/seller/order-lines/{line}")).send();
        let (begun, erased) = tokio::join!(begin, erase);
        assert_eq!(erased.unwrap().status(), 204);
        let begun = begun.unwrap();
        if begun.status() != 200 {
            assert_eq!(refusal(begun).await, (404, Code::OrderUnknown));
            unknown += 1;
        }
    }
    assert!(unknown > 0, "in none of 100 rounds the erasing came first");
}
