//! What is forgotten, and what is not (rows I012, I015, P001).

use chrono::TimeDelta;
use damage_report_backend::retention::{forget_old, sweep};
use damage_report_rules::contract::Code;

use crate::{
    app::{LINE, TestApp, claim, digest, refusal},
    photos,
};

async fn look_for_old_things(app: &TestApp) {
    forget_old(&app.app, app.clock().now()).await.unwrap();
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
        app.app.photos.keep(line, name, b"left over".to_vec()).await.unwrap();
    }
    let kept = app.files("photos");
    assert_eq!(kept.len(), 8);
    sweep(&app.app).await.unwrap();
    let mut left: Vec<_> = kept.into_iter().filter(|file| file != b"left over").collect();
    let mut found = app.files("photos");
    left.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, left);
    assert_eq!(left.len(), 6);
}
