//! Closed claims whose time is over.

use chrono::TimeDelta;
use damage_report_backend::{
    actor::Actor,
    retention::{expire_claims, sweep_orphans},
    store,
};
use damage_report_rules::{
    contract::{ClaimEventType, ClaimStatus, Code, OrderLine},
    lifecycle::Resolution,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{decline, keeping, record};
use crate::{
    app::{LINE, TestApp, claim, refusal},
    photos,
    recovery::fail_once,
};

async fn expire(app: &TestApp) {
    expire_claims(&app.app, app.clock().now()).await.unwrap();
}

async fn seen_by_claimant(app: &TestApp) -> OrderLine {
    let path = format!("/order-lines/{LINE}");
    app.as_claimant(LINE, Method::GET, &path).send().await.unwrap().json().await.unwrap()
}

async fn seen_by_seller(app: &TestApp, reference: &str) -> Value {
    app.as_seller(Method::GET, &format!("/seller/claims/{reference}")).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn p003_a_closed_claim_keeps_no_photo_and_no_text_beyond_its_time() {
    let app = keeping(30).await;
    let reference = app.accepted_claim().await;
    app.put_photo(LINE, &photos::plain(9)).await;
    let pdf = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, b"%PDF-1.7 label %%EOF");
    let request =
        json!({"type": "evidence_requested", "subjects": ["label"], "note": "Leesbaar", "until": "2026-12-01"});
    for event in [json!({"type": "return_label_issued", "pdf": pdf}), request] {
        record(&app, &reference, event).await;
    }
    decline(&app, &reference).await;
    app.clock().advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    expire(&app).await;
    assert_eq!(app.files("photos").len(), 6, "its time is not over");

    app.clock().advance(TimeDelta::seconds(1));
    expire(&app).await;
    assert!(app.files("photos").is_empty());
    let line = seen_by_claimant(&app).await;
    assert_eq!((line.order_number.as_str(), line.consignment.tracking_number.as_str()), ("", ""));
    assert_eq!(line.device, "iPhone 13 128 GB, blauw");
    let status = line.claim.unwrap();
    assert!(status.content_removed && !status.has_return_label);
    assert_eq!(status.claim, status.claim.redacted());
    assert_eq!(status.claim.damage.len(), 1);
    assert!(matches!(status.progress.resolution, Resolution::Declined { ref reason, .. } if reason.is_empty()));
    assert_eq!(status.progress.evidence_request.unwrap().note, "");

    let mut db = app.app.store.read_connection().await.unwrap();
    for table in ["photos", "claim_photos", "return_labels", "idempotency_keys", "drafts"] {
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")));
        let count: i64 = count.fetch_one(&mut *db).await.unwrap();
        assert_eq!(count, 0, "{table}");
    }
    let recorded: Vec<String> = sqlx::query_scalar("select event from claim_events").fetch_all(&mut *db).await.unwrap();
    assert_eq!(recorded.len(), 3, "that they were recorded stays");
    for event in recorded {
        assert!(!event.contains("Leesbaar") && !event.contains("De doos was heel."), "{event}");
    }
    let told = store::events::events_of_claim(&mut db, &reference).await.unwrap();
    let last = told.last().unwrap();
    assert_eq!((last.kind, last.version, &last.actor), (ClaimEventType::Expired, 5, &Actor::Retention));
    assert_eq!(seen_by_seller(&app, &reference).await["version"], 5);
}

#[tokio::test]
async fn an_expired_claim_is_still_the_only_one_and_comes_back_by_no_order_line() {
    let app = keeping(30).await;
    let reference = app.accepted_claim().await;
    decline(&app, &reference).await;
    app.clock().advance(TimeDelta::days(30));
    expire(&app).await;
    let body = claim(&app.put_evidence(LINE).await);
    assert_eq!(refusal(app.post_claim(LINE, "first", &body).await).await, (409, Code::ClaimExists));
    app.put_line(LINE, Some("2026-11-20T13:00:00Z")).await;
    assert_eq!(seen_by_claimant(&app).await.order_number, "");
    expire(&app).await;
    let told =
        store::events::events_of_claim(&mut app.app.store.read_connection().await.unwrap(), &reference).await.unwrap();
    assert_eq!(told.iter().filter(|event| event.kind == ClaimEventType::Expired).count(), 1);
}

#[tokio::test]
async fn an_open_claim_stays_and_so_does_every_claim_where_no_time_is_set() {
    let app = keeping(30).await;
    app.accepted_claim().await;
    app.clock().advance(TimeDelta::days(1000));
    expire(&app).await;
    assert_eq!(app.files("photos").len(), 5);

    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    decline(&app, &reference).await;
    app.clock().advance(TimeDelta::days(1000));
    expire(&app).await;
    assert_eq!(app.files("photos").len(), 5);
}

#[tokio::test]
async fn what_is_written_about_an_expired_claim_goes_after_the_same_time() {
    let app = keeping(30).await;
    let reference = app.accepted_claim().await;
    decline(&app, &reference).await;
    app.clock().advance(TimeDelta::days(30));
    expire(&app).await;
    record(&app, &reference, json!({"type": "investigation_opened"})).await;
    expire(&app).await;
    let version = seen_by_seller(&app, &reference).await["version"].clone();
    record(&app, &reference, json!({"type": "replacement_sent", "tracking_number": "3SDEVC123456789"})).await;
    let number = async || match seen_by_claimant(&app).await.claim.unwrap().progress.resolution {
        Resolution::Replaced { tracking_number, .. } => tracking_number,
        other => panic!("{other:?}"),
    };
    app.clock().advance(TimeDelta::days(29));
    expire(&app).await;
    assert_eq!(number().await, "3SDEVC123456789");
    app.clock().advance(TimeDelta::days(1));
    expire(&app).await;
    assert_eq!(number().await, "");
    let after = seen_by_seller(&app, &reference).await["version"].as_u64();
    assert_eq!(after, version.as_u64().map(|version| version + 2), "it is sent, and expires");
}

#[tokio::test]
async fn a_claim_that_cannot_be_expired_keeps_no_other_from_it() {
    let app = keeping(30).await;
    app.put_line("line-2", Some("2026-11-20T13:00:00Z")).await;
    for line in [LINE, "line-2"] {
        let body = claim(&app.put_evidence(line).await);
        let accepted: ClaimStatus = app.post_claim(line, "key", &body).await.json().await.unwrap();
        decline(&app, &accepted.reference).await;
    }
    app.clock().advance(TimeDelta::days(30));
    fail_once(&app, "claim_photos").await;
    assert!(expire_claims(&app.app, app.clock().now()).await.is_err());
    assert_eq!(app.files("photos").len(), 5, "one of the two is gone");
    expire(&app).await;
    assert!(app.files("photos").is_empty());
}

#[tokio::test]
async fn files_whose_rows_expired_before_the_power_went_are_swept() {
    let app = keeping(30).await;
    let reference = app.accepted_claim().await;
    decline(&app, &reference).await;
    app.clock().advance(TimeDelta::days(30));
    let (row, line) = {
        let mut db = app.app.store.read_connection().await.unwrap();
        damage_report_backend::claim_events::find_claim(&mut db, &reference).await.unwrap()
    };
    let mut db = app.app.store.begin_write().await.unwrap();
    store::claim_retention::redact_claim(&mut db, &row, &line, app.clock().now()).await.unwrap();
    db.commit().await.unwrap();
    let app = TestApp::on(app.close().await, |_| {}).await;
    assert_eq!(app.files("photos").len(), 5);
    sweep_orphans(&app.app).await.unwrap();
    assert!(app.files("photos").is_empty());
}
