//! `DELETE /order-lines/{id}/photos/{sha256}`

use chrono::TimeDelta;
use damage_report_backend::retention::remove_expired;
use damage_report_rules::contract::{ClaimStatus, Code, OrderLine, Timestamp};
use reqwest::{Method, Response};

use crate::{
    app::{LINE, TestApp, claim, digest, problem, refusal},
    photos,
};

async fn ask(app: &TestApp, method: Method, line: &str, name: &str) -> Response {
    app.as_claimant(line, method, &format!("/order-lines/{line}/photos/{name}")).send().await.unwrap()
}

async fn discard(app: &TestApp, line: &str, name: &str) -> Response {
    ask(app, Method::DELETE, line, name).await
}

async fn begun_at(app: &TestApp) -> Option<Timestamp> {
    let response = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
    response.json::<OrderLine>().await.unwrap().draft_begun_at
}

#[tokio::test]
async fn a_photo_that_was_taken_away_is_gone_and_can_be_sent_anew() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    app.put_photo(LINE, &photo).await;
    let response = discard(&app, LINE, &digest(&photo)).await;
    assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (204, ""));
    assert_eq!(ask(&app, Method::HEAD, LINE, &digest(&photo)).await.status(), 404);
    assert!(app.files("photos").is_empty());
    assert_eq!(app.put_photo(LINE, &photo).await.status(), 201);
}

#[tokio::test]
async fn one_that_is_gone_or_never_was_is_taken_away_already() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    app.put_photo(LINE, &photo).await;
    for _ in 0..2 {
        assert_eq!(discard(&app, LINE, &digest(&photo)).await.status(), 204);
    }
    assert_eq!(discard(&app, LINE, &digest(b"never there")).await.status(), 204);
    assert_eq!(refusal(discard(&app, LINE, "none").await).await, (422, Code::DigestFormat));
}

#[tokio::test]
async fn its_place_can_be_taken_by_another() {
    let app = TestApp::with(|config| config.limits.photos_per_order_line = 1).await;
    app.put_photo(LINE, &photos::plain(0)).await;
    assert_eq!(refusal(app.put_photo(LINE, &photos::plain(1)).await).await, (409, Code::PhotosQuota));
    discard(&app, LINE, &digest(&photos::plain(0))).await;
    assert_eq!(app.put_photo(LINE, &photos::plain(1)).await.status(), 201);
}

#[tokio::test]
async fn another_order_lines_photo_is_not_touched() {
    let app = TestApp::new().await;
    app.put_line("line-2", Some("2026-11-20T13:00:00Z")).await;
    let photo = photos::plain(0);
    app.put_photo(LINE, &photo).await;
    app.put_photo("line-2", &photo).await;
    discard(&app, LINE, &digest(&photo)).await;
    assert_eq!(ask(&app, Method::GET, "line-2", &digest(&photo)).await.status(), 200);
    for line in ["line-2", "line-9"] {
        let path = format!("/order-lines/{line}/photos/{}", digest(&photo));
        let response = app.as_claimant(LINE, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(refusal(response).await, (404, Code::OrderUnknown), "as if it were not there");
    }
}

#[tokio::test]
async fn the_evidence_of_a_claim_stays_and_what_was_left_over_may_go() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let left_over = photos::plain(9);
    app.put_photo(LINE, &left_over).await;
    let problem = problem(discard(&app, LINE, &digest(&photos::plain(3))).await).await;
    assert_eq!((problem.status, problem.code, problem.reference), (409, Code::ClaimExists, Some(reference)));
    assert_eq!(discard(&app, LINE, &digest(&left_over)).await.status(), 204);
    assert_eq!(app.files("photos").len(), 5);
}

#[tokio::test]
async fn a_file_that_lost_its_row_in_a_power_cut_is_removed_when_asked_again() {
    let app = TestApp::new().await;
    let name = digest(b"x");
    app.app.photos.write(LINE, name.parse().unwrap(), photos::plain(0)).await.unwrap();
    assert_eq!(discard(&app, LINE, &name).await.status(), 204);
    assert!(app.files("photos").is_empty());
}

#[tokio::test]
async fn a_claim_and_the_removal_of_its_photo_at_once_never_leave_a_claim_without_its_photo() {
    let app = TestApp::new().await;
    for round in 0..20 {
        let line = format!("round-{round}");
        app.put_line(&line, Some("2026-11-20T13:00:00Z")).await;
        let names = app.put_evidence(&line).await;
        let body = claim(&names);
        let (discarded, posted) = if round % 2 == 0 {
            tokio::join!(discard(&app, &line, &names[4]), app.post_claim(&line, "key", &body))
        } else {
            let (posted, discarded) =
                tokio::join!(app.post_claim(&line, "key", &body), discard(&app, &line, &names[4]));
            (discarded, posted)
        };
        match (discarded.status().as_u16(), posted.status().as_u16()) {
            (204, 422) => assert_eq!(problem(posted).await.photos, [names[4].parse().unwrap()]),
            (409, 201) => {
                for name in &names {
                    assert_eq!(ask(&app, Method::GET, &line, name).await.status(), 200);
                }
            }
            other => panic!("neither came first: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_photo_that_is_sent_and_taken_away_at_once_is_there_whole_or_not_at_all() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    let name = digest(&photo);
    for round in 0..20 {
        if round % 2 == 0 {
            app.put_photo(LINE, &photo).await;
        }
        let (sent, discarded) = tokio::join!(app.put_photo(LINE, &photo), discard(&app, LINE, &name));
        assert!(sent.status().is_success() && discarded.status() == 204);
        let is_listed = ask(&app, Method::HEAD, LINE, &name).await.status() == 200;
        assert_eq!(ask(&app, Method::GET, LINE, &name).await.status() == 200, is_listed);
        let mut db = app.app.store.read_connection().await.unwrap();
        let rows: i64 = sqlx::query_scalar("select count(*) from photos").fetch_one(&mut *db).await.unwrap();
        assert_eq!((rows, app.files("photos").len()), if is_listed { (1, 1) } else { (0, 0) });
    }
}

#[tokio::test]
async fn a_draft_stays_begun_when_its_first_photo_goes() {
    let app = TestApp::new().await;
    // Ten minutes before the window closes the first photo comes, ten minutes after it another takes its place.
    app.set_clock("2026-11-25T22:50:00Z");
    let replaced = photos::plain(9);
    app.put_photo(LINE, &replaced).await;
    app.set_clock("2026-11-25T23:10:00Z");
    let names = app.put_evidence(LINE).await;
    discard(&app, LINE, &digest(&replaced)).await;
    app.put_photo(LINE, &photos::plain(0)).await;
    assert_eq!(begun_at(&app).await, Some(Timestamp("2026-11-25T22:50:00Z".to_owned())));
    app.set_clock("2026-11-25T23:40:00Z");
    let response = app.post_claim(LINE, "key", &claim(&names)).await;
    assert_eq!(response.status(), 201);
    assert!(!response.json::<ClaimStatus>().await.unwrap().late);
}

#[tokio::test]
async fn p001_a_draft_is_forgotten_a_week_after_it_was_touched_last() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    app.put_photo(LINE, &photo).await;
    let begun = begun_at(&app).await;
    app.clock().advance(TimeDelta::days(6));
    discard(&app, LINE, &digest(&photo)).await;
    app.clock().advance(TimeDelta::days(6));
    remove_expired(&app.app, app.clock().now()).await.unwrap();
    assert_eq!(begun_at(&app).await, begun, "its owner was at work six days ago");
    app.clock().advance(TimeDelta::days(2));
    remove_expired(&app.app, app.clock().now()).await.unwrap();
    assert_eq!(begun_at(&app).await, None);
}
