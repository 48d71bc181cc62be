//! What is not kept for ever: drafts and photos that were never sent with a claim, and the answers to old keys.
//! What was not brought to its end, by an earlier run or on a failing disk, goes as well.
//!
//! Photos and claims of customers who did report are not touched here.

use std::{collections::HashMap, io, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use damage_report_rules::{contract::Code, evidence::Digest};

use crate::{
    app::App,
    clock::Clock,
    photo_store::{KnownFolders, folder_name},
    problem::Refusal,
    store::{
        self,
        notes::{self, Note},
    },
};

/// How often old things are looked for. A week is not counted by the minute.
const EVERY: Duration = Duration::from_secs(3600);

/// How long after a sweep the next one begins: what a failing disk left behind is not kept until the next start.
const SWEPT_EVERY: Duration = Duration::from_secs(24 * 3600);

/// How many order lines are looked at before a pause: some milliseconds' work.
const PAGE: u32 = 200;

/// The pause for each row that was looked at, some fifty times as long as the look takes on an idle machine. Not measured while
/// it runs: a look on a busy machine takes long, and the sweep would never end. With a tenth of a processor order lines were
/// looked at a tenth slower for as long as a million of them were gone through.
const PAUSE: Duration = Duration::from_micros(500);

/// How many identifiers alone cost as much as one look.
const IDS_A_LOOK: u32 = 10;

/// Sweeps now and every day, and looks for old things now and every hour, for as long as it is polled.
pub async fn keep_at_it(app: Arc<App>) {
    let sweeping = async {
        loop {
            // What went wrong is in the log already, and is tried again in an hour, from there on.
            let pause = if sweep(&app).await.is_ok() { SWEPT_EVERY } else { EVERY };
            tokio::time::sleep(pause).await;
        }
    };
    let forgetting = async {
        let mut hours = tokio::time::interval(EVERY);
        loop {
            hours.tick().await;
            // As above.
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
    let since = Clock::moved(now, -app.config.limits.draft_lifetime);
    let mut photos = 0;
    for order_line in store::photos::unclaimed(&mut *app.store.read().await?, since).await? {
        photos += forget_photos(app, &order_line, since).await?;
    }
    let mut db = app.store.write().await?;
    store::drafts::forget(&mut db, since).await?;
    store::idempotency::forget(&mut db, now).await?;
    db.commit().await?;
    if photos > 0 {
        tracing::info!(photos, "photos of drafts that were never sent are removed");
    }
    Ok(())
}

/// Removes the photos of `order_line` that were last sent before `since` and belong to no claim; says how many.
///
/// In this order line's turn alone: one who waits for a decoder has a turn too, and nobody else is to wait for that.
async fn forget_photos(app: &App, order_line: &str, since: DateTime<Utc>) -> Result<usize, Refusal> {
    let _turn = app.photos.turn_to_remove(order_line).await;
    let mut db = app.store.write().await?;
    let removed = store::photos::remove_unclaimed(&mut db, order_line, since).await?;
    // Rows first: a file without a row is waste, a row without a file would be a lie.
    db.commit().await?;
    for digest in &removed {
        if let Err(error) = app.photos.remove(order_line, *digest).await {
            tracing::error!(%error, "an old photo cannot be removed");
        }
    }
    Ok(removed.len())
}

/// Removes the files that no row knows: photos that were being kept or taken away when an earlier run ended, or a disk failed.
///
/// It goes through all there is, so it takes its time: a few hundred order lines, then a pause. Nobody waits for it, and
/// what it finds is looked at again once nobody else is at it. Where it is cut off, the next one goes on, also after a start.
///
/// # Errors
///
/// That the database or the file system fails; what was not removed then is removed another time.
pub async fn sweep(app: &App) -> Result<(), Refusal> {
    let (mut files, mut failed) = (0, None);
    while let Some(page) = sweep_page(app).await? {
        match page {
            Ok(removed) => files += removed,
            // One folder that cannot be read keeps none of the others from being swept.
            Err(error) => failed = Some(unreadable(error)),
        }
    }
    let folders = sweep_folders(app).await?;
    note_swept(app, "").await?;
    if files + folders > 0 {
        tracing::info!(files, folders, "files that no row knew are removed");
    }
    failed.map_or(Ok(()), Err)
}

/// Sweeps the order lines that come next, and pauses; says how many files it removed. None when all are done.
async fn sweep_page(app: &App) -> Result<Option<io::Result<usize>>, Refusal> {
    let after = notes::read(&mut *app.store.read().await?, Note::Swept).await?;
    let page = page_after(app, &after).await?;
    let Some((last, _)) = page.last().cloned() else { return Ok(None) };
    let looks: usize = page.iter().map(|(_, photos)| 1 + photos.len()).sum();
    let removed = remove_strays(app, page).await?;
    note_swept(app, &last).await?;
    tokio::time::sleep(PAUSE * u32::try_from(looks).unwrap_or(u32::MAX)).await;
    Ok(Some(removed))
}

/// Removes from the folders of these order lines, each with its photos, what is none of those; says how many files.
async fn remove_strays(app: &App, order_lines: Vec<(String, Vec<Digest>)>) -> Result<io::Result<usize>, Refusal> {
    let with_others = match app.photos.with_others(order_lines).await {
        Ok(with_others) => with_others,
        Err(error) => return Ok(Err(error)),
    };
    let mut removed = Ok(0);
    for order_line in with_others {
        let _turn = app.photos.turn_to_remove(&order_line).await;
        let photos = store::photos::all(&mut *app.store.read().await?, &order_line).await?;
        let known = photos.iter().map(|photo| photo.digest).collect();
        let more = app.photos.remove_all_but(&order_line, known).await;
        removed = removed.and_then(|removed| Ok(removed + more?));
    }
    Ok(removed)
}

/// Notes that the next sweep goes on after the order line called `last`.
async fn note_swept(app: &App, last: &str) -> Result<(), Refusal> {
    let mut db = app.store.write().await?;
    notes::write(&mut db, Note::Swept, last).await?;
    Ok(db.commit().await?)
}

/// Removes the folders of no order line; says how many.
async fn sweep_folders(app: &App) -> Result<usize, Refusal> {
    let mut known = KnownFolders::default();
    let mut after = String::new();
    loop {
        let ids = store::order_lines::ids_after(&mut *app.store.read().await?, &after, PAGE).await?;
        let Some(last) = ids.last() else { break };
        after.clone_from(last);
        ids.iter().for_each(|id| known.note(id));
        tokio::time::sleep(PAUSE * (PAGE / IDS_A_LOOK)).await;
    }
    let known = Arc::new(known);
    if app.photos.folders_but(&known).await.map_err(unreadable)?.is_empty() {
        return Ok(0);
    }
    // Order lines may have come meanwhile: the strange folders are looked at again while nobody keeps a photo.
    let _turn = app.photos.turn_to_remove_any().await;
    let mut strange = app.photos.folders_but(&known).await.map_err(unreadable)?;
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

fn unreadable(error: io::Error) -> Refusal {
    tracing::error!(%error, "the photos' folder cannot be swept");
    Refusal::new(Code::Storage)
}
