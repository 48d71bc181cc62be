//! A backup that is made while the backend is at work, and what is restored of it.

use std::{process::Command, sync::Arc};

use damage_report_backend::backup;
use damage_report_rules::contract::{ClaimStatus, OrderLine};
use reqwest::Method;
use tempfile::TempDir;

use crate::{
    app::{TestApp, claim},
    photos,
    retention::decline,
};

/// One customer after the other: a line with a claim, one with a draft, one that is erased.
async fn be_busy(app: &TestApp, customer: usize) {
    let id = |what: &str| format!("{what}-{customer}");
    let delivered = Some("2026-11-20T13:00:00Z");
    for line in [id("claimed"), id("drafted"), id("erased")] {
        app.put_line(&line, delivered).await;
        let names = app.put_evidence(&line).await;
        if line == id("claimed") {
            assert_eq!(app.post_claim(&line, "key", &claim(&names)).await.status(), 201);
        }
    }
    let erase = app.as_seller(Method::DELETE, &format!("/seller/order-lines/{}", id("erased")));
    assert_eq!(erase.send().await.unwrap().status(), 204);
}

/// Asserts that each photo can be seen that the restored backend names, in claims and drafts; gives the number of claims.
async fn assert_whole(app: &TestApp, customers: usize) -> usize {
    let mut claims = 0;
    for customer in 0..customers {
        for what in ["claimed", "drafted", "erased"] {
            let line = format!("{what}-{customer}");
            let path = format!("/order-lines/{line}");
            let shown = app.as_claimant(&line, Method::GET, &path).send().await.unwrap();
            if shown.status() == 404 {
                continue;
            }
            let shown: OrderLine = shown.json().await.unwrap();
            let of_draft = shown.photos.iter().map(|photo| photo.sha256);
            let of_claim = shown.claim.iter().flat_map(|claim| claim.claim.photos.all().map(|(_, photo)| photo));
            for photo in of_draft.chain(of_claim) {
                let path = format!("{path}/photos/{photo}");
                assert_eq!(app.as_claimant(&line, Method::GET, &path).send().await.unwrap().status(), 200, "{path}");
            }
            claims += usize::from(shown.claim.is_some());
        }
    }
    claims
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_busy_backend_is_restored_whole() {
    const CUSTOMERS: usize = 8;
    let app = Arc::new(TestApp::new().await);
    be_busy(&app, 0).await;
    let folder = TempDir::new().unwrap();
    let busy = tokio::spawn({
        let app = Arc::clone(&app);
        async move {
            for customer in 1..CUSTOMERS {
                be_busy(&app, customer).await;
            }
        }
    });
    let mut backups = Vec::new();
    while !busy.is_finished() {
        let to = folder.path().join(backups.len().to_string());
        let copied = backup::copy_data_folder(app.folder().path(), &to).await.unwrap();
        assert_eq!(copied.lost, 0);
        backups.push(to);
    }
    busy.await.unwrap();
    let last = folder.path().join("last");
    backup::copy_data_folder(app.folder().path(), &last).await.unwrap();
    backups.push(last);

    let mut claims = Vec::new();
    for to in backups {
        // Into the folder of another machine, say.
        let restored = Arc::new(TempDir::new().unwrap());
        std::fs::remove_dir(restored.path()).unwrap();
        std::fs::rename(to, restored.path()).unwrap();
        let restored = TestApp::on(restored, |_| {}).await;
        claims.push(assert_whole(&restored, CUSTOMERS).await);
        restored.close().await;
    }
    assert!(claims.is_sorted() && claims[0] >= 1, "{claims:?}");
    assert_eq!(claims.last(), Some(&CUSTOMERS), "all of it is in the last");
}

/// The export of the order line of most tests, and the log of events.
async fn kept(app: &TestApp) -> (Vec<u8>, String) {
    let ask = async |path: &str| app.as_seller(Method::GET, path).send().await.unwrap();
    let export = ask(&format!("/seller/order-lines/{}/export", crate::app::LINE)).await;
    assert_eq!(export.status(), 200);
    (export.bytes().await.unwrap().to_vec(), ask("/seller/events").await.text().await.unwrap())
}

#[tokio::test]
async fn a_restored_backend_goes_on_where_the_backup_was_made() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    decline(&app, &reference).await;
    let told = kept(&app).await;
    let parent = TempDir::new().unwrap();
    let to = parent.path().join("backup");
    backup::copy_data_folder(app.folder().path(), &to).await.unwrap();
    let restored = Arc::new(TempDir::new().unwrap());
    std::fs::remove_dir(restored.path()).unwrap();
    std::fs::rename(to, restored.path()).unwrap();
    let restored = TestApp::on(restored, |_| {}).await;

    assert_eq!(kept(&restored).await, told, "the order line, its claim, photos and events");
    let path = format!("/seller/claims/{reference}");
    let status: ClaimStatus = restored.as_seller(Method::GET, &path).send().await.unwrap().json().await.unwrap();
    assert_eq!(status.claim.photos.all().count(), 5);
    // The same request as before gets the same answer: the keys are in it too.
    let names: Vec<String> = status.claim.photos.all().map(|(_, photo)| photo.to_string()).collect();
    let again = restored.post_claim(crate::app::LINE, "first", &claim(&names)).await;
    assert_eq!((again.status().as_u16(), &again.headers()["idempotent-replayed"]), (201, &"true".parse().unwrap()));
    assert!(restored.put_photo(crate::app::LINE, &photos::plain(9)).await.status().is_success());
}

#[test]
fn the_command_copies_and_says_what_keeps_it_from_it() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("damage-report.toml");
    let configuration = include_str!("../../../../docs/backend.md").split("```toml\n").nth(1).unwrap();
    std::fs::write(&file, configuration.split("```").next().unwrap()).unwrap();
    let run = |to: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_damage-report-backend"));
        command.args(["backup", "--config"]).arg(&file).arg("--to").arg(folder.path().join(to));
        command.env("DAMAGE_REPORT_DATA", folder.path().join("data")).output().unwrap()
    };
    let nothing = run("copy");
    assert!(!nothing.status.success());
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("there is no claims.sqlite in"), "{nothing:?}");

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = runtime.block_on(damage_report_backend::store::Store::open(&folder.path().join("data"))).unwrap();
    let made = run("copy");
    assert!(made.status.success(), "{made:?}");
    assert!(folder.path().join("copy/claims.sqlite").is_file());
    let again = run("copy");
    assert!(
        !again.status.success() && String::from_utf8_lossy(&again.stderr).contains("is there already"),
        "{again:?}"
    );
    runtime.block_on(store.close());
}
