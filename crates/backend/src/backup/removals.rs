//! Removals while a backup runs, repeated in the copy: nobody's data comes back with a backup that was made after it was removed.

use std::{fs, io, path::Path};

use chrono::{DateTime, Utc};
use damage_report_rules::contract::ClaimEventType;
use sqlx::SqliteConnection;

use super::error::BackupError;
use crate::{
    photo_store,
    store::{
        self,
        events::{EventRow, NewEvent},
        notes::{self, BackendNote, TRACES_DUE},
        unallocated,
    },
};

/// The number of events that are read at once.
const PAGE: u32 = 200;

/// The note in the copy once something was removed from it.
const REMOVED: &str = "removed";

/// Repeats in `copy` what was removed from `source` since the copy was made: order lines, and the content of claims, with the events that
/// tell of it. Returns how many copied photos are gone.
pub(super) async fn repeat_removals(
    source: &mut SqliteConnection,
    copy: &mut SqliteConnection,
    to: &Path,
) -> Result<u64, BackupError> {
    let mut photos = repeat_events(source, copy, to).await?;
    let mut after = String::new();
    loop {
        let ids = store::order_lines::ids_after(copy, &after, PAGE).await?;
        let Some(last) = ids.last() else { return Ok(photos) };
        after.clone_from(last);
        for id in &ids {
            // Without a claim, no event tells that it was erased.
            if store::order_lines::find(source, id).await?.is_none() {
                photos += erase_order_line(copy, to, id).await?;
            }
        }
    }
}

async fn repeat_events(
    source: &mut SqliteConnection,
    copy: &mut SqliteConnection,
    to: &Path,
) -> Result<u64, BackupError> {
    let (mut after, mut photos) = (store::events::last_place(copy).await?, 0);
    loop {
        let page = store::events::events_after(source, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(photos) };
        after = last.id;
        for event in &page {
            photos += repeat_event(source, copy, to, event).await?;
        }
    }
}

async fn repeat_event(
    source: &mut SqliteConnection,
    copy: &mut SqliteConnection,
    to: &Path,
    event: &EventRow,
) -> Result<u64, BackupError> {
    let known = store::events::events_of_claim(copy, &event.reference).await?;
    let (Some(before), ClaimEventType::Erased | ClaimEventType::Expired) = (known.last(), event.kind) else {
        // It came after the copy was made, or it removes nothing.
        return Ok(0);
    };
    let version = before.version + 1;
    let is_there = store::claims::find(copy, &event.reference).await?.is_some_and(|claim| claim.expired_at.is_none());
    let photos = match event.kind {
        ClaimEventType::Expired if is_there => expire_claim(copy, to, &event.order_line, event.at).await?,
        ClaimEventType::Erased if store::claims::find(copy, &event.reference).await?.is_some() => {
            let photos = erase_order_line(copy, to, &event.order_line).await?;
            if let Some(line) = store::order_lines::find(source, &event.order_line).await? {
                store::order_lines::put(copy, &line).await?;
            }
            photos
        }
        _ => 0,
    };
    let (kind, reference, order_line) = (event.kind, event.reference.as_str(), event.order_line.as_str());
    let told = NewEvent { kind, reference, order_line, version, actor: &event.actor, at: event.at };
    store::events::append_at(copy, event.id, &told).await?;
    Ok(photos)
}

/// Erases the order line called `id` from the copy, with its copied photos. Returns how many these were.
pub(super) async fn erase_order_line(copy: &mut SqliteConnection, to: &Path, id: &str) -> Result<u64, BackupError> {
    store::order_lines::erase(copy, id).await?;
    notes::write(copy, BackendNote::Traces, REMOVED).await?;
    remove_photos(to, id)
}

/// Removes the personal part of the claim about the order line called `id` from the copy, with its copied photos. Returns how many these
/// were.
pub(super) async fn expire_claim(
    copy: &mut SqliteConnection,
    to: &Path,
    id: &str,
    at: DateTime<Utc>,
) -> Result<u64, BackupError> {
    let line = store::order_lines::find(copy, id).await?;
    if let (Some(claim), Some(line)) = (store::claims::of_order_line(copy, id).await?, line) {
        store::claim_retention::redact_claim(copy, &claim, &line, at).await?;
    }
    notes::write(copy, BackendNote::Traces, REMOVED).await?;
    remove_photos(to, id)
}

fn remove_photos(to: &Path, id: &str) -> Result<u64, BackupError> {
    let folder = to.join(photo_store::PHOTOS).join(photo_store::folder_name(id));
    let failed = |error| BackupError::File(folder.clone(), error);
    let photos = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        entries => entries.map_err(failed)?.count() as u64,
    };
    if photos > 0 {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    Ok(photos)
}

/// Overwrites what SQLite left in the copy of the rows that were removed from it.
pub(super) async fn overwrite_traces(copy: &mut SqliteConnection) -> Result<(), BackupError> {
    if notes::read(copy, BackendNote::Traces).await? == REMOVED {
        let last = unallocated::page_count(copy).await?;
        let mut first = 1;
        while first <= last {
            let pages = unallocated::pages_with_traces(copy, first, last.min(first + i64::from(PAGE))).await?;
            unallocated::overwrite_pages(copy, &pages).await?;
            first += i64::from(PAGE) + 1;
        }
    }
    // The copied pages may hold copies of rows, which are traces once these are removed.
    Ok(notes::write(copy, BackendNote::Traces, TRACES_DUE).await?)
}
