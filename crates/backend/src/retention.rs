//! What is not kept for ever: drafts and photos that were never sent with a claim, and the answers to old keys.
//! What an earlier run did not get to the end of goes as well.
//!
//! Photos and claims of customers who did report are not touched here.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use damage_report_rules::{contract::Code, evidence::Digest};

use crate::{
    app::App,
    clock::Clock,
    photo_store::{KnownFolders, folder_name},
    problem::Refusal,
    store,
};

/// How often old things are looked for. A week is not counted by the minute.
const EVERY: Duration = Duration::from_secs(3600);

/// How many order lines are looked at before a pause: some milliseconds' work.
const PAGE: u32 = 200;

/// How many times as long the pause is as the work: a fiftieth of one processor. With a tenth, order lines were looked at a
/// tenth slower for as long as a million of them were gone through.
const PAUSE: u32 = 49;

/// Looks for what an earlier run left behind, and for old things now and every hour, for as long as it is polled.
pub async fn keep_at_it(app: Arc<App>) {
    let sweeping = async {
        if let Err(refusal) = sweep(&app).await {
            tracing::error!(code = ?refusal.code(), "what an earlier run left behind cannot be removed");
        }
    };
    let forgetting = async {
        let mut hours = tokio::time::interval(EVERY);
        loop {
            hours.tick().await;
            // What went wrong is in the log already, and is tried again in an hour.
            let _ = forget_old(&app, app.clock.now()).await;
        }
    };
    tokio::join!(sweeping, forgetting);
}

/// Removes what is old at `now`.
///
/// # Errors
///
/// That the database or the file system fails; what was not removed then is removed another time.
pub async fn forget_old(app: &App, now: DateTime<Utc>) -> Result<(), Refusal> {
    let _turn = app.photos.turn_to_remove_any().await;
    let mut db = app.store.write().await?;
    let since = Clock::moved(now, -app.config.limits.draft_lifetime);
    let removed = store::photos::remove_unclaimed(&mut db, since).await?;
    store::drafts::forget(&mut db, since).await?;
    store::idempotency::forget(&mut db, now).await?;
    // Rows first: a file without a row is waste, a row without a file would be a lie.
    db.commit().await?;
    for (order_line, digest) in &removed {
        if let Err(error) = app.photos.remove(order_line, *digest).await {
            tracing::error!(%error, "an old photo cannot be removed");
        }
    }
    if !removed.is_empty() {
        tracing::info!(photos = removed.len(), "photos of drafts that were never sent are removed");
    }
    Ok(())
}

/// Removes the files that no row knows: photos that were being kept or taken away when an earlier run ended.
///
/// It goes through all there is, so it takes its time: a few hundred order lines, then a pause. Nobody waits for it, and
/// what it finds is looked at again once nobody else is at it.
///
/// # Errors
///
/// That the database or the file system fails; what was not removed then is removed another time.
pub async fn sweep(app: &App) -> Result<(), Refusal> {
    let mut known = KnownFolders::default();
    let (mut files, mut after) = (0, String::new());
    loop {
        let begun = Instant::now();
        let page = page_after(app, &after).await?;
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        page.iter().for_each(|(order_line, _)| known.note(order_line));
        for order_line in app.photos.with_others(page).await.map_err(unreadable)? {
            let _turn = app.photos.turn_to_remove(&order_line).await;
            let photos = store::photos::all(&mut *app.store.read().await?, &order_line).await?;
            let known = photos.iter().map(|photo| photo.digest).collect();
            files += app.photos.remove_all_but(&order_line, known).await.map_err(unreadable)?;
        }
        tokio::time::sleep(begun.elapsed() * PAUSE).await;
    }
    let folders = sweep_folders(app, &Arc::new(known)).await?;
    if files + folders > 0 {
        tracing::info!(files, folders, "what an earlier run left behind is removed");
    }
    Ok(())
}

/// Removes the folders of none of the order lines in `known`, unless they came meanwhile; says how many.
async fn sweep_folders(app: &App, known: &Arc<KnownFolders>) -> Result<usize, Refusal> {
    if app.photos.folders_but(known).await.map_err(unreadable)?.is_empty() {
        return Ok(0);
    }
    let _turn = app.photos.turn_to_remove_any().await;
    let mut strange = app.photos.folders_but(known).await.map_err(unreadable)?;
    let mut after = String::new();
    loop {
        let ids = store::order_lines::ids_after(&mut *app.store.read().await?, &after, PAGE).await?;
        let Some(last) = ids.last() else { break };
        after.clone_from(last);
        for id in &ids {
            strange.remove(&folder_name(id));
        }
    }
    let count = strange.len();
    app.photos.remove_folders(strange).await.map_err(unreadable)?;
    Ok(count)
}

/// The next order lines after the one called `after`, each with its photos.
async fn page_after(app: &App, after: &str) -> Result<Vec<(String, Vec<Digest>)>, Refusal> {
    let mut db = app.store.read().await?;
    let ids = store::order_lines::ids_after(&mut db, after, PAGE).await?;
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
    let mut photos: HashMap<String, Vec<Digest>> = HashMap::new();
    for (order_line, photo) in store::photos::between(&mut db, first, last).await? {
        photos.entry(order_line).or_default().push(photo);
    }
    let with_its_own = |id: String| {
        let own = photos.remove(&id).unwrap_or_default();
        (id, own)
    };
    Ok(ids.into_iter().map(with_its_own).collect())
}

fn unreadable(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "the photos' folder cannot be swept");
    Refusal::new(Code::Storage)
}
