//! The data that expires, and the data that does not (rows I012, I015, P001).

mod closed_claims;

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use damage_report_backend::{
    retention::{enforce_retention, remove_expired, sweep_orphans},
    store::notes::{self, BackendNote},
};
use damage_report_rules::contract::Code;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{LINE, TestApp, claim, digest, refusal},
    photos,
};

/// A backend that keeps photos and texts of closed claims for so many days.
pub(crate) async fn keeping(days: i64) -> TestApp {
    TestApp::with(|config| config.closed_retention = Some(TimeDelta::days(days))).await
}

/// Records `event` of the seller about the claim as it stands.
pub(crate) async fn record(app: &TestApp, reference: &str, event: Value) {
    let path = format!("/seller/claims/{reference}");
    let claim: Value = app.as_seller(Method::GET, &path).send().await.unwrap().json().await.unwrap();
    let request =
        app.as_seller(Method::POST, &format!("{path}/events")).header("if-match", format!("\"{}\"", claim["version"]));
    let response = request.json(&event).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
}

/// Declines the claim called `reference`.
pub(crate) async fn decline(app: &TestApp, reference: &str) {
    record(app, reference, json!({"type": "declined", "reason": "De doos was heel."})).await;
}

async fn look_for_old_things(app: &TestApp) {
    remove_expired(&app.app, app.clock().now()).await.unwrap();
}

#[tokio::test]
async fn p001_photos_of_a_draft_that_was_never_sent_are_gone_after_seven_days() {
    let app = TestApp::new().await;
    app.put_evidence(LINE).await;
    app.clock().advance(TimeDelta::days(7));
    look_for_old_things(&app).await;
    assert_eq!(app.files("photos").len(), 5, "seven days are not over yet");
    app.clock().advance(TimeDelta::seconds(1));
    look_for_old_things(&app).await;
    assert!(app.files("photos").is_empty());
    assert_eq!(app.put_photo(LINE, &photos::plain(0)).await.status(), 201, "it can be sent again");
}

#[tokio::test]
async fn the_photos_of_a_claim_stay() {
    let app = TestApp::new().await;
    app.accepted_claim().await;
    app.put_photo(LINE, &photos::plain(9)).await;
    app.clock().advance(TimeDelta::days(100));
    look_for_old_things(&app).await;
    assert_eq!(app.files("photos").len(), 5, "the one that was not part of the claim is gone");
}

#[tokio::test]
async fn i015_a_photo_that_is_sent_again_is_there_whatever_is_removed_meanwhile() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    for _ in 0..20 {
        app.put_photo(LINE, &photo).await;
        app.clock().advance(TimeDelta::days(8));
        let (sent, ()) = tokio::join!(app.put_photo(LINE, &photo), look_for_old_things(&app));
        assert!(sent.status().is_success());
        let path = format!("/order-lines/{LINE}/photos/{}", digest(&photo));
        let shown = app.as_claimant(LINE, reqwest::Method::GET, &path).send().await.unwrap();
        assert_eq!(shown.status(), 200);
    }
}

#[tokio::test]
async fn i012_an_old_key_is_forgotten_and_the_claim_is_not() {
    let app = TestApp::new().await;
    let body = claim(&app.put_evidence(LINE).await);
    app.post_claim(LINE, "key", &body).await;
    app.clock().advance(TimeDelta::days(31));
    look_for_old_things(&app).await;
    assert_eq!(refusal(app.post_claim(LINE, "key", &body).await).await, (409, Code::ClaimExists));
}

#[tokio::test]
async fn files_that_no_row_knows_are_swept_away_and_the_others_stay() {
    let app = TestApp::new().await;
    app.accepted_claim().await;
    app.put_photo(LINE, &photos::plain(9)).await;
    // The power went between a file and its row, and after the rows of an order line before its files.
    let name = digest(b"x").parse().unwrap();
    for line in [LINE, "line-without-rows"] {
        app.app.photos.write(line, name, b"left over".to_vec()).await.unwrap();
    }
    let kept = app.files("photos");
    assert_eq!(kept.len(), 8);
    sweep_orphans(&app.app).await.unwrap();
    let mut left: Vec<_> = kept.into_iter().filter(|file| file != b"left over").collect();
    let mut found = app.files("photos");
    left.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, left);
    assert_eq!(left.len(), 6);
}

/// Keeps files of these order lines that no row knows.
async fn leave_over(app: &TestApp, lines: &[&str]) {
    for line in lines {
        let _turn = app.app.photos.lock_shared(line).await;
        app.app.photos.write(line, digest(b"x").parse().unwrap(), b"left over".to_vec()).await.unwrap();
    }
}

/// Whether the photo that was left over of `line` is there still.
fn is_left_over(app: &TestApp, line: &str) -> bool {
    app.file_of(line, &digest(b"x")).exists()
}

#[tokio::test]
async fn a_sweep_that_was_cut_off_goes_on_where_it_was_also_after_a_start() {
    let app = TestApp::new().await;
    // More than are swept between two pauses; "line-1" is the last.
    for nth in 0..250 {
        app.put_line(&format!("a-{nth:03}"), None).await;
    }
    leave_over(&app, &["a-000", LINE]).await;
    let swept_to =
        async || notes::read(&mut app.app.store.read_connection().await.unwrap(), BackendNote::Swept).await.unwrap();
    tokio::select! {
        done = sweep_orphans(&app.app) => panic!("it is not cut off: {done:?}"),
        () = async { while swept_to().await.is_empty() { tokio::task::yield_now().await } } => {}
    }
    assert_eq!(swept_to().await, "a-199");
    assert!(!is_left_over(&app, "a-000") && is_left_over(&app, LINE));

    leave_over(&app, &["a-000"]).await;
    let app = TestApp::on(app.close().await, |_| {}).await;
    sweep_orphans(&app.app).await.unwrap();
    assert!(is_left_over(&app, "a-000") && !is_left_over(&app, LINE), "it went on with what it had not seen");
    sweep_orphans(&app.app).await.unwrap();
    assert!(!is_left_over(&app, "a-000"), "the next one begins at the beginning");
}

#[tokio::test]
async fn it_is_swept_every_day_not_only_after_a_start() {
    let app = TestApp::new().await;
    let keeping = tokio::spawn(enforce_retention(Arc::clone(&app.app)));
    for day in 0..3 {
        leave_over(&app, &[LINE, "line-without-rows"]).await;
        let mut hours = 0;
        while is_left_over(&app, LINE) || is_left_over(&app, "line-without-rows") {
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
            // A day, and what it takes until the sweep before it is at its end.
            assert!(hours < 100, "day {day}");
            hours += 1;
            tokio::time::pause();
            tokio::time::advance(Duration::from_secs(3600)).await;
            tokio::time::resume();
        }
    }
    keeping.abort();
}

#[tokio::test]
async fn a_folder_that_cannot_be_swept_keeps_no_other_from_it() {
    let app = TestApp::new().await;
    for nth in 0..250 {
        app.put_line(&format!("a-{nth:03}"), None).await;
    }
    leave_over(&app, &["a-000", LINE]).await;
    // A folder with the name of a file cannot be removed as a file.
    let broken = app.file_of("a-000", &digest(b"y"));
    std::fs::create_dir(&broken).unwrap();
    assert!(sweep_orphans(&app.app).await.is_err(), "it is said, and tried again");
    assert!(!is_left_over(&app, LINE));
    std::fs::remove_dir(&broken).unwrap();
    sweep_orphans(&app.app).await.unwrap();
    assert!(!is_left_over(&app, "a-000"));
}

#[tokio::test]
async fn what_is_old_is_forgotten_while_another_order_line_waits_for_a_decoder() {
    let app = TestApp::new().await;
    app.put_photo(LINE, &photos::plain(0)).await;
    app.clock().advance(TimeDelta::days(8));
    // A photo of another line has its turn, and does not come to an end.
    let turn = app.app.photos.lock_shared("line-2").await;
    let forgotten = tokio::time::timeout(Duration::from_secs(60), remove_expired(&app.app, app.clock().now())).await;
    forgotten.expect("it waits for photos of others").unwrap();
    assert!(app.files("photos").is_empty());
    drop(turn);
}
