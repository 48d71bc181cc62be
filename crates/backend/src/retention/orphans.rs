//! The sweep: removes the files that an interrupted upload or removal left behind.

use std::{collections::HashMap, io, sync::Arc, time::Duration};

use damage_report_rules::{contract::Code, evidence::Digest};

use crate::{
    app::App,
    photo_store::{KnownFolders, folder_name},
    problem::Refusal,
    store::{
        self,
        notes::{self, BackendNote},
    },
};

/// Order lines that are looked up before a pause: some milliseconds of work.
const PAGE: u32 = 200;

/// The pause for each row that was read: about a hundred times as long as reading takes on an idle machine. The reading itself is not
/// timed, because it is slow on a busy machine and the sweep would never end. With a tenth of a processor, order lines were
/// shown a tenth slower while a sweep went through a million of them.
const PAUSE_PER_ROW: Duration = Duration::from_micros(1000);

/// As many identifiers cost as much to read as one row.
const IDS_PER_ROW: u32 = 10;

/// Removes the files without a row: photos that were being stored or removed when an earlier run ended, or when a disk failed.
///
/// It reads all order lines, a page at a time with a pause after each. It checks a suspicious folder again under the lock before it
/// removes anything. An interrupted sweep continues where it stopped, also after a start.
///
/// # Errors
///
/// A failure of the database or the file system. A later sweep removes what is left.
pub async fn sweep_orphans(app: &App) -> Result<(), Refusal> {
    let (mut files, mut failed) = (0, None);
    while let Some(page) = sweep_page(app).await? {
        match page {
            Ok(removed) => files += removed,
            // A folder that cannot be read must not keep the others from being swept.
            Err(error) => failed = Some(unreadable(error)),
        }
    }
    let folders = sweep_folders(app).await?;
    save_position(app, "").await?;
    if files + folders > 0 {
        tracing::info!(files, folders, "files that no row knew are removed");
    }
    failed.map_or(Ok(()), Err)
}

/// Sweeps the next page of order lines, and pauses. Returns how many files it removed; none when all pages are done.
async fn sweep_page(app: &App) -> Result<Option<io::Result<usize>>, Refusal> {
    let after = notes::read(&mut *app.store.read_connection().await?, BackendNote::Swept).await?;
    let page = page_after(app, &after).await?;
    let Some((last, _)) = page.last().cloned() else { return Ok(None) };
    let rows: usize = page.iter().map(|(_, photos)| 1 + photos.len()).sum();
    let removed = remove_orphans(app, page).await?;
    save_position(app, &last).await?;
    tokio::time::sleep(PAUSE_PER_ROW * u32::try_from(rows).unwrap_or(u32::MAX)).await;
    Ok(Some(removed))
}

/// Removes from the folders of these order lines the files that are none of their photos. Returns how many.
async fn remove_orphans(app: &App, order_lines: Vec<(String, Vec<Digest>)>) -> Result<io::Result<usize>, Refusal> {
    let suspicious = match app.photos.order_lines_with_orphans(order_lines).await {
        Ok(suspicious) => suspicious,
        Err(error) => return Ok(Err(error)),
    };
    let mut removed = Ok(0);
    for order_line in suspicious {
        let _lock = app.photos.lock_exclusive(&order_line).await;
        let photos = store::photos::photos_of_order_line(&mut *app.store.read_connection().await?, &order_line).await?;
        let known = photos.iter().map(|photo| photo.digest).collect();
        let more = app.photos.remove_orphans(&order_line, known).await;
        removed = removed.and_then(|removed| Ok(removed + more?));
    }
    Ok(removed)
}

/// Saves that the sweep continues after the order line called `last`.
async fn save_position(app: &App, last: &str) -> Result<(), Refusal> {
    let mut db = app.store.begin_write().await?;
    notes::write(&mut db, BackendNote::Swept, last).await?;
    Ok(db.commit().await?)
}

/// Removes the folders that belong to no order line. Returns how many.
async fn sweep_folders(app: &App) -> Result<usize, Refusal> {
    let mut known = KnownFolders::default();
    let mut after = String::new();
    loop {
        let ids = store::order_lines::ids_after(&mut *app.store.read_connection().await?, &after, PAGE).await?;
        let Some(last) = ids.last() else { break };
        after.clone_from(last);
        ids.iter().for_each(|id| known.insert(id));
        tokio::time::sleep(PAUSE_PER_ROW * (PAGE / IDS_PER_ROW)).await;
    }
    let known = Arc::new(known);
    if app.photos.unknown_folders(&known).await.map_err(unreadable)?.is_empty() {
        return Ok(0);
    }
    // Order lines may have been added meanwhile, so the unknown folders are checked again while no photo can be stored.
    let _locks = app.photos.lock_all().await;
    let mut unknown = app.photos.unknown_folders(&known).await.map_err(unreadable)?;
    let mut after = String::new();
    loop {
        let ids = store::order_lines::ids_after(&mut *app.store.read_connection().await?, &after, PAGE).await?;
        let Some(last) = ids.last() else { break };
        after.clone_from(last);
        for id in &ids {
            unknown.remove(&folder_name(id));
        }
    }
    let count = unknown.len();
    app.photos.remove_folders(unknown).await.map_err(unreadable)?;
    Ok(count)
}

/// The next page of order lines after the one called `after`, each with its photos.
async fn page_after(app: &App, after: &str) -> Result<Vec<(String, Vec<Digest>)>, Refusal> {
    let mut db = app.store.read_connection().await?;
    let ids = store::order_lines::ids_after(&mut db, after, PAGE).await?;
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
    let mut photos: HashMap<String, Vec<Digest>> = HashMap::new();
    for (order_line, photo) in store::photos::photos_between(&mut db, first, last).await? {
        photos.entry(order_line).or_default().push(photo);
    }
    let with_photos = |id: String| {
        let own = photos.remove(&id).unwrap_or_default();
        (id, own)
    };
    Ok(ids.into_iter().map(with_photos).collect())
}

fn unreadable(error: io::Error) -> Refusal {
    tracing::error!(%error, "the photos' folder cannot be swept");
    Refusal::new(Code::Storage)
}
