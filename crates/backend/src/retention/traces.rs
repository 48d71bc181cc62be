//! Overwrites the traces of removed rows: SQLite leaves their bytes in its files.

use std::time::Duration;

use crate::{
    app::App,
    problem::Refusal,
    store::{
        notes::{self, BackendNote},
        unallocated,
    },
};

/// How many pages are read before a pause: a megabyte, some milliseconds of work.
const PAGES: i64 = 256;

/// The pause after [`PAGES`] pages: about a hundred and fifty times as long as an idle processor takes to read them.
const PAUSE: Duration = Duration::from_millis(450);

/// The additional pause for each page that was overwritten: overwriting one costs as much as reading six. The first round overwrites a third
/// of all pages.
const PAUSE_PER_OVERWRITTEN: Duration = Duration::from_millis(10);

/// The note while a round runs. A removal that commits meanwhile sets it back, and another round follows.
const RUNNING: &str = "running";

/// Overwrites the traces of removed rows in the database and truncates its write-ahead log, if something was removed since the last
/// round. An interrupted round begins again.
///
/// # Errors
///
/// A failure of the database. A later round does what is left.
pub async fn overwrite_traces(app: &App) -> Result<(), Refusal> {
    if notes::read(&mut *app.store.read_connection().await?, BackendNote::Traces).await?.is_empty() {
        return Ok(());
    }
    note(app, RUNNING).await?;
    let mut first = 1;
    loop {
        let mut db = app.store.read_connection().await?;
        let count = unallocated::page_count(&mut db).await?;
        if first > count {
            break;
        }
        let last = count.min(first + PAGES - 1);
        let pages = unallocated::pages_with_traces(&mut db, first, last).await?;
        drop(db);
        if !pages.is_empty() {
            let mut db = app.store.begin_write().await?;
            unallocated::overwrite_pages(&mut db, &pages).await?;
            db.commit().await?;
        }
        first = last + 1;
        if first <= count {
            let overwritten = u32::try_from(pages.len()).unwrap_or(u32::MAX);
            tokio::time::sleep(PAUSE + PAUSE_PER_OVERWRITTEN * overwritten).await;
        }
    }
    if !app.store.truncate_wal().await? {
        tracing::info!("the write-ahead log is still read, and is truncated later");
        return Ok(());
    }
    let mut db = app.store.begin_write().await?;
    if notes::read(&mut db, BackendNote::Traces).await? == RUNNING {
        notes::write(&mut db, BackendNote::Traces, "").await?;
    }
    Ok(db.commit().await?)
}

async fn note(app: &App, value: &str) -> Result<(), Refusal> {
    let mut db = app.store.begin_write().await?;
    notes::write(&mut db, BackendNote::Traces, value).await?;
    Ok(db.commit().await?)
}
