//! A claim sent more than once (rows I001 to I017).

use std::sync::Arc;

use chrono::TimeDelta;
use damage_report_rules::{contract::Code, evidence::Digest};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::{
    app::{LINE, TestApp, claim, digest, problem, refusal},
    photos,
};

async fn claims_kept(app: &TestApp) -> i64 {
    let mut db = app.app.store.read_connection().await.unwrap();
    sqlx::query_scalar("select count(*) from claims").fetch_one(&mut *db).await.unwrap()
}

#[tokio::test]
async fn i001_a_claim_needs_a_key() {
    let app = TestApp::new().await;
    let body = claim(&app.put_evidence(LINE).await);
    let path = format!("/order-lines/{LINE}/claims");
    let response = app.as_claimant(LINE, Method::POST, &path).json(&body).send().await.unwrap();
    let problem = problem(response).await;
    assert_eq!((problem.status, problem.code), (400, Code::IdempotencyKeyMissing));
    assert!(problem.detail.unwrap().contains("https://"), "it says where to read about keys");
}

#[tokio::test]
async fn i002_a_key_that_is_none_is_refused() {
    let app = TestApp::new().await;
    let body = claim(&app.put_evidence(LINE).await);
    for key in ["\"\"", "a b", &"k".repeat(256)] {
        assert_eq!(refusal(app.post_claim(LINE, key, &body).await).await, (400, Code::IdempotencyKeyInvalid));
    }
}

#[tokio::test]
async fn i003_the_same_key_gets_the_same_answer_byte_for_byte() {
    let app = TestApp::new().await;
    let body = claim(&app.put_evidence(LINE).await);
    let first = app.post_claim(LINE, "key", &body).await;
    let (location, text) = (first.headers()["location"].clone(), first.text().await.unwrap());
    app.clock().advance(TimeDelta::hours(25));
    let again = app.post_claim(LINE, "\"key\"", &body).await;
    assert_eq!(again.status(), 201);
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.headers()["location"], location);
    assert_eq!(again.text().await.unwrap(), text);
    assert_eq!(claims_kept(&app).await, 1);
}

#[tokio::test]
async fn h004_an_answer_is_repeated_also_after_the_window_closed() {
    let app = TestApp::new().await;
    let body = claim(&app.put_evidence(LINE).await);
    app.post_claim(LINE, "key", &body).await;
    app.set_clock("2026-12-10T12:00:00Z");
    assert_eq!(app.post_claim(LINE, "key", &body).await.status(), 201);
}

#[tokio::test]
async fn i004_the_same_key_for_another_claim_is_refused() {
    let app = TestApp::new().await;
    let mut body = claim(&app.put_evidence(LINE).await);
    app.post_claim(LINE, "key", &body).await;
    body["description"] = json!("Iets anders.");
    assert_eq!(refusal(app.post_claim(LINE, "key", &body).await).await, (422, Code::IdempotencyKeyReused));
}

#[tokio::test]
async fn i005_spaces_and_the_order_of_fields_make_no_other_claim() {
    let app = TestApp::new().await;
    let body = claim(&app.put_evidence(LINE).await);
    app.post_claim(LINE, "key", &body).await;
    let fields = body.as_object().unwrap();
    let reversed: Vec<String> = fields.iter().rev().map(|(name, value)| format!("{name:?} :\n {value}")).collect();
    let path = format!("/order-lines/{LINE}/claims");
    let request = app.as_claimant(LINE, Method::POST, &path).header("idempotency-key", "key");
    let request = request.header("content-type", "application/json").body(format!("{{{}}}", reversed.join(" ,")));
    assert_eq!(request.send().await.unwrap().headers()["idempotent-replayed"], "true");
}

#[tokio::test]
async fn i008_what_was_refused_may_be_put_right_under_the_same_key() {
    let app = TestApp::new().await;
    let mut body = claim(&app.put_evidence(LINE).await);
    body["damage"] = json!([]);
    assert_eq!(refusal(app.post_claim(LINE, "key", &body).await).await, (422, Code::ClaimViolations));
    body["damage"] = json!(["dent"]);
    assert_eq!(app.post_claim(LINE, "key", &body).await.status(), 201);
}

#[tokio::test]
async fn i010_a_key_lives_inside_one_order_line() {
    let app = TestApp::new().await;
    let first = claim(&app.put_evidence(LINE).await);
    app.post_claim(LINE, "key", &first).await;
    app.clock().advance(TimeDelta::minutes(1));
    assert_eq!(app.post_claim(LINE, "key", &first).await.status(), 201, "another token of the same order line");
    app.put_line("line-2", Some("2026-11-20T13:00:00Z")).await;
    let second = claim(&app.put_evidence("line-2").await);
    let response = app.post_claim("line-2", "key", &second).await;
    assert_eq!(response.status(), 201);
    assert!(!response.headers().contains_key("idempotent-replayed"));
    assert_eq!(claims_kept(&app).await, 2);
}

#[tokio::test]
async fn i011_another_key_finds_the_claim_that_is_there() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let body = claim(&app.put_evidence(LINE).await);
    let problem = problem(app.post_claim(LINE, "another", &body).await).await;
    assert_eq!((problem.status, problem.code), (409, Code::ClaimExists));
    assert_eq!(problem.reference, Some(reference));
}

#[tokio::test]
async fn i012_after_a_month_a_key_is_forgotten_and_the_claim_is_not() {
    let app = TestApp::new().await;
    let body = claim(&app.put_evidence(LINE).await);
    app.post_claim(LINE, "key", &body).await;
    app.clock().advance(TimeDelta::days(29));
    assert_eq!(app.post_claim(LINE, "key", &body).await.status(), 201);
    app.clock().advance(TimeDelta::days(2));
    assert_eq!(refusal(app.post_claim(LINE, "key", &body).await).await, (409, Code::ClaimExists));
}

#[tokio::test]
async fn i006_i013_a_hundred_at_once_with_one_key_make_one_claim_and_99_replays() {
    let app = TestApp::new().await;
    let body = claim(&app.put_evidence(LINE).await);
    let responses = join_all((0..100).map(|_| app.post_claim(LINE, "key", &body))).await;
    assert!(responses.iter().all(|response| response.status() == 201));
    let replayed = responses.iter().filter(|response| response.headers().contains_key("idempotent-replayed"));
    assert_eq!(replayed.count(), 99);
    assert_eq!(claims_kept(&app).await, 1);
}

#[tokio::test]
async fn i013_a_hundred_at_once_with_as_many_keys_make_one_claim() {
    let app = TestApp::new().await;
    let body = claim(&app.put_evidence(LINE).await);
    let keys: Vec<String> = (0..100).map(|n| format!("key-{n}")).collect();
    let responses = join_all(keys.iter().map(|key| app.post_claim(LINE, key, &body))).await;
    let mut statuses: Vec<u16> = responses.iter().map(|response| response.status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[99]), (201, 409, 409));
}

#[tokio::test]
async fn i016_i017_a_claim_before_its_last_photo_is_told_which_and_succeeds_after() {
    let app = TestApp::new().await;
    let mut photos = app.put_evidence(LINE).await;
    photos[2] = digest(&photos::plain(7));
    // The file is there, its row is not: a claim between the two finds no photo.
    let name: damage_report_rules::evidence::Digest = photos[2].parse().unwrap();
    app.app.photos.write(LINE, name, photos::plain(7)).await.unwrap();
    let problem = problem(app.post_claim(LINE, "key", &claim(&photos)).await).await;
    assert_eq!((problem.code, problem.photos), (Code::PhotoUnknown, vec![name]));
    app.put_photo(LINE, &photos::plain(7)).await;
    assert_eq!(app.post_claim(LINE, "key", &claim(&photos)).await.status(), 201);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let body = claim(&(0..5).map(|shade| digest(&photos::plain(shade))).collect::<Vec<_>>());
    let folder = app.close().await;
    let app = TestApp::on(Arc::clone(&folder), |_| {}).await;
    let again = app.post_claim(LINE, "first", &body).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.json::<serde_json::Value>().await.unwrap()["reference"], reference.as_str());
}

#[tokio::test]
async fn a_claim_rests_on_photos_that_are_there_and_whole_and_is_told_which_are_not() {
    let app = TestApp::new().await;
    let names = app.put_evidence(LINE).await;
    let file = |nth: usize| app.file_of(LINE, &names[nth]);
    let flip = |path: std::path::PathBuf| {
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(path, bytes).unwrap();
    };
    std::fs::remove_file(file(0)).unwrap();
    std::fs::write(file(1), b"").unwrap();
    flip(file(3));
    let problem = problem(app.post_claim(LINE, "key", &claim(&names)).await).await;
    let expected: Vec<Digest> = [0, 1, 3].map(|nth| names[nth].parse().unwrap()).into();
    assert_eq!((problem.status, problem.code, problem.photos), (422, Code::PhotoUnknown, expected));
    // A whole file that was copied here by hand is as good.
    std::fs::copy(file(4), file(4).with_extension("copy")).unwrap();
    std::fs::rename(file(4).with_extension("copy"), file(4)).unwrap();
    for shade in [0, 1, 3] {
        assert_eq!(app.put_photo(LINE, &photos::plain(shade)).await.status(), 200);
    }
    assert_eq!(app.post_claim(LINE, "key", &claim(&names)).await.status(), 201);
    // An accepted claim gets the same answer, even when its files are lost.
    std::fs::remove_file(file(0)).unwrap();
    let again = app.post_claim(LINE, "key", &claim(&names)).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
}

#[tokio::test]
async fn a_claim_that_comes_while_its_order_line_is_erased_is_accepted_or_of_no_order_line() {
    let app = TestApp::new().await;
    for round in 0..30 {
        let line = format!("line-{round}-of-many");
        app.put_line(&line, Some("2026-11-20T13:00:00Z")).await;
        let body = claim(&app.put_evidence(&line).await);
        let erase = app.as_seller(Method::DELETE, &format!("/seller/order-lines/{line}")).send();
        let (claimed, erased) = if round % 2 == 0 {
            tokio::join!(app.post_claim(&line, "key", &body), erase)
        } else {
            let (erased, claimed) = tokio::join!(erase, app.post_claim(&line, "key", &body));
            (claimed, erased)
        };
        assert_eq!(erased.unwrap().status(), 204);
        if claimed.status() != 201 {
            assert_eq!(refusal(claimed).await, (404, Code::OrderUnknown));
        }
    }
}
