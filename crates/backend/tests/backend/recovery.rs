//! A disk that fails, and the very next request after it is well: nothing that failed is remembered.

use damage_report_rules::contract::Code;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;

use crate::{
    app::{LINE, TestApp, claim, digest, refusal},
    photos,
};

/// Has SQLite end the next transaction that writes to `table` by itself, as it does when the disk fails. It does so on the
/// connection that is there now, and on no other.
pub(crate) async fn fail_once(app: &TestApp, table: &str) {
    for on in ["insert", "update", "delete"] {
        let mut db = app.app.store.begin_write().await.unwrap();
        let trigger = format!(
            "create temp trigger fails_on_{on} before {on} on main.{table} begin select raise(rollback, 'disk I/O error'); end"
        );
        sqlx::query(sqlx::AssertSqlSafe(trigger)).execute(&mut *db).await.unwrap();
        db.commit().await.unwrap();
    }
}

/// The names of all files and folders in the photos' folder.
pub(crate) fn names(app: &TestApp) -> Vec<std::path::PathBuf> {
    let mut names = Vec::new();
    let mut folders = vec![app.folder().path().join("photos")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            names.push(path);
        }
    }
    names
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

#[tokio::test]
async fn after_each_write_that_failed_the_same_request_succeeds_at_once() {
    let app = TestApp::new().await;
    let photo = photos::plain(9);
    let photo_path = format!("/order-lines/{LINE}/photos/{}", digest(&photo));
    let draft_path = format!("/order-lines/{LINE}/draft");
    let line_path = format!("/seller/order-lines/{LINE}");
    let line = json!({"order_number": "1", "device": "iPad", "grade": "good", "country": "NL",
        "delivery": {"at": "2026-11-20T13:00:00Z", "zone": "Europe/Amsterdam"}, "carrier": "PostNL"});

    let put_line = || sent(app.as_seller(Method::PUT, &line_path).json(&line));
    let begin = || sent(app.as_claimant(LINE, Method::PUT, &draft_path));
    let put_photo = || app.put_photo(LINE, &photo);
    let discard = || sent(app.as_claimant(LINE, Method::DELETE, &photo_path));

    fail_once(&app, "order_lines").await;
    assert_eq!(refusal(put_line().await).await, (503, Code::Storage));
    assert_eq!(put_line().await.status(), 204);

    fail_once(&app, "drafts").await;
    assert_eq!(refusal(begin().await).await, (503, Code::Storage));
    assert_eq!(begin().await.status(), 200);

    fail_once(&app, "photos").await;
    assert_eq!(refusal(put_photo().await).await, (503, Code::Storage));
    assert_eq!(names(&app), Vec::<std::path::PathBuf>::new(), "a photo that is not kept leaves nothing");
    assert_eq!(put_photo().await.status(), 201);

    fail_once(&app, "photos").await;
    assert_eq!(refusal(put_photo().await).await, (503, Code::Storage), "sent again");
    assert_eq!(put_photo().await.status(), 200);

    fail_once(&app, "photos").await;
    assert_eq!(refusal(discard().await).await, (503, Code::Storage));
    assert_eq!(
        sent(app.as_claimant(LINE, Method::GET, &photo_path)).await.status(),
        200,
        "row and file are still there"
    );
    assert_eq!(discard().await.status(), 204);

    let body = claim(&app.put_evidence(LINE).await);
    for table in ["claims", "claim_photos", "events", "idempotency_keys"] {
        fail_once(&app, table).await;
        assert_eq!(refusal(app.post_claim(LINE, "key", &body).await).await, (503, Code::Storage), "{table}");
    }
    let accepted = app.post_claim(LINE, "key", &body).await;
    assert_eq!(accepted.status(), 201);
    let reference = accepted.json::<serde_json::Value>().await.unwrap()["reference"].as_str().unwrap().to_owned();

    let event = || {
        let events = format!("/seller/claims/{reference}/events");
        sent(app.as_seller(Method::POST, &events).json(&json!({"type": "investigation_opened"})))
    };
    for table in ["claim_events", "events"] {
        fail_once(&app, table).await;
        assert_eq!(refusal(event().await).await, (503, Code::Storage), "{table}");
    }
    assert_eq!(event().await.status(), 200);

    let erase = || sent(app.as_seller(Method::DELETE, &line_path));
    for table in ["order_lines", "events"] {
        fail_once(&app, table).await;
        assert_eq!(refusal(erase().await).await, (503, Code::Storage), "{table}");
    }
    assert_eq!(sent(app.as_seller(Method::GET, &format!("/seller/claims/{reference}"))).await.status(), 200);
    assert_eq!(erase().await.status(), 204);
    assert_eq!(names(&app), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn what_is_forgotten_on_a_failing_disk_is_forgotten_when_it_is_well() {
    let app = TestApp::new().await;
    app.put_photo(LINE, &photos::plain(0)).await;
    app.clock().advance(chrono::TimeDelta::days(8));
    let forget = || damage_report_backend::retention::remove_expired(&app.app, app.clock().now());
    fail_once(&app, "photos").await;
    assert!(forget().await.is_err());
    assert_eq!(app.files("photos").len(), 1);
    forget().await.unwrap();
    assert_eq!(names(&app), Vec::<std::path::PathBuf>::new());
}

/// Whether the backend says that it is ready, asked until it says `expected`: what it found is told for a while.
pub(crate) async fn is_ready_in_the_end(app: &TestApp, expected: u16) {
    let asking = async {
        while sent(app.request(Method::GET, "/ready")).await.status() != expected {
            tokio::task::yield_now().await;
        }
    };
    let hang = std::time::Duration::from_secs(60);
    tokio::time::timeout(hang, asking).await.unwrap_or_else(|_| panic!("it never says {expected}"));
}

#[tokio::test]
async fn it_is_not_ready_while_nothing_can_be_committed() {
    let app = TestApp::new().await;
    is_ready_in_the_end(&app, 204).await;
    fail_once(&app, "notes").await;
    is_ready_in_the_end(&app, 503).await;
    is_ready_in_the_end(&app, 204).await;
}

#[tokio::test]
async fn it_is_not_ready_while_no_folder_can_be_made_for_photos() {
    let app = TestApp::new().await;
    let photos = app.folder().path().join("photos");
    std::fs::remove_dir(&photos).unwrap();
    std::fs::write(&photos, "no folder").unwrap();
    is_ready_in_the_end(&app, 503).await;
    std::fs::remove_file(&photos).unwrap();
    std::fs::create_dir(&photos).unwrap();
    is_ready_in_the_end(&app, 204).await;
    assert_eq!(names(&app), Vec::<std::path::PathBuf>::new(), "asking leaves nothing");
}

#[tokio::test]
async fn however_many_ask_whether_it_is_ready_one_of_them_finds_out() {
    let app = TestApp::new().await;
    // Counted where it is written, on the one connection that writes.
    let mut writing = app.app.store.begin_write().await.unwrap();
    for statement in [
        "create temp table probes (name text)",
        "create temp trigger probed after update on main.notes begin insert into probes values (new.name); end",
    ] {
        sqlx::query(statement).execute(&mut *writing).await.unwrap();
    }
    writing.commit().await.unwrap();
    // The first probe waits for its turn to write, and the others for what it finds.
    let writing = app.app.store.begin_write().await.unwrap();
    let asked = (0..100).map(|_| sent(app.request(Method::GET, "/ready")));
    let asking = tokio::spawn(futures_util::future::join_all(asked));
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    writing.rollback().await.unwrap();
    assert!(asking.await.unwrap().iter().all(|answer| answer.status() == 204));
    let mut db = app.app.store.begin_write().await.unwrap();
    let probes: i64 = sqlx::query_scalar("select count(*) from probes").fetch_one(&mut *db).await.unwrap();
    // One, and another where so many took longer than what was found is told.
    assert!((1..10).contains(&probes), "{probes} probes for a hundred who asked");
}
