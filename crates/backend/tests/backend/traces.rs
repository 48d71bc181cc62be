//! What an erasure or expiry leaves in the bytes of the data folder: nothing, after histories of any kind.

mod history;
mod windows;

use std::{fs, path::Path, sync::Arc};

use chrono::TimeDelta;
use damage_report_backend::retention::{expire_claims, overwrite_traces, remove_expired, sweep_orphans};
use damage_report_rules::policy::Terms;
use fastrand::Rng;
use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use tempfile::TempDir;

use self::{
    history::{End, History},
    windows::Runs,
};
use crate::app::TestApp;

/// The data folders, and the histories in each.
const FOLDERS: u64 = 20;
const HISTORIES: usize = 10;

async fn open(folder: Arc<TempDir>) -> TestApp {
    TestApp::on(folder, |config| {
        config.closed_retention = Some(TimeDelta::days(30));
        config.policy = Terms { photo_side_min: 16, ..Terms::default() }.try_into().unwrap();
    })
    .await
}

/// Ends the backend in order, or as a power cut does: what is on the disk then is all that the next one has.
async fn restart(app: TestApp, random: &mut Rng) -> TestApp {
    if random.bool() {
        return open(app.close().await).await;
    }
    let copy = TempDir::new().unwrap();
    copy_folder(app.folder().path(), copy.path());
    app.close().await;
    open(Arc::new(copy)).await
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Lets random things happen to [`HISTORIES`] order lines at once, and ends each as it ends.
async fn live(seed: u64) -> (TestApp, Vec<History>) {
    let mut random = Rng::with_seed(seed);
    let mut app = open(Arc::new(TempDir::new().unwrap())).await;
    let names = (0..HISTORIES).map(|nth| format!("line-{seed}-{nth}"));
    let mut histories: Vec<_> = names.map(|line| History::random(line, &mut random)).collect();
    let mut open_ones: Vec<usize> = (0..HISTORIES).collect();
    while !open_ones.is_empty() {
        let chosen = random.usize(..open_ones.len());
        let history = &mut histories[open_ones[chosen]];
        if !history.step(&app, &mut random).await {
            if history.end == End::Erased {
                erase(&app, history).await;
            }
            open_ones.swap_remove(chosen);
        }
        if random.u8(..) < 4 {
            app = restart(app, &mut random).await;
        }
    }
    app.clock().advance(TimeDelta::days(31));
    remove_expired(&app.app, app.clock().now()).await.unwrap();
    expire_claims(&app.app, app.clock().now()).await.unwrap();
    (restart(app, &mut random).await, histories)
}

async fn erase(app: &TestApp, history: &History) {
    let path = format!("/seller/order-lines/{}", history.line);
    assert_eq!(app.as_seller(Method::DELETE, &path).send().await.unwrap().status(), 204);
}

/// The files of the data folder in which a run of what is gone is found.
fn with_traces(app: &TestApp, histories: &[History]) -> usize {
    let sent = |is_kept: bool| -> Vec<Vec<u8>> {
        let chosen = histories.iter().filter(|history| (history.end == End::Kept) == is_kept);
        chosen.flat_map(|history| history.sent.iter().cloned()).collect()
    };
    let (gone, kept) = (sent(false), sent(true));
    assert!(gone.len() > HISTORIES, "something is gone");
    // Every JPEG has tables in common with the others.
    let runs = Runs::of(&gone, &kept);
    let found = app.files("").iter().filter(|file| runs.find(file).is_some()).count();
    let of_kept = Runs::of(&kept, &[]);
    let is_there = app.files("").iter().any(|file| of_kept.find(file).is_some());
    assert!(is_there || kept.is_empty(), "what is kept is found where it is");
    found
}

#[tokio::test]
async fn no_run_of_a_photo_or_text_is_left_in_the_data_folder_once_it_is_gone() {
    let left = stream::iter(0..FOLDERS).map(async |seed| {
        let (app, histories) = live(seed).await;
        sweep_orphans(&app.app).await.unwrap();
        overwrite_traces(&app.app).await.unwrap();
        (seed, with_traces(&app, &histories))
    });
    let left: Vec<_> = left.buffer_unordered(4).filter(|(_, found)| std::future::ready(*found > 0)).collect().await;
    assert_eq!(left, [], "seeds with files that hold traces");
}
