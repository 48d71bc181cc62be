//! Enters new claims into the list, after their submission.
//!
//! An entry writes to the index of words and to three other indexes. That took a quarter of the time of a submission, so submissions do
//! not make it: [`keep_claim_list_current`] enters many claims at a time. A request that reads the list enters the new claims first, so every
//! accepted claim can be found at once. The log of events tells which claims are new. The last event that was followed is stored in the
//! transaction that makes the entries.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use damage_report_rules::contract::{ClaimEventType, Code};
use sqlx::SqliteConnection;

use super::listing;
use crate::{
    app::App,
    problem::Refusal,
    store::{
        self,
        events::EventRow,
        notes::{self, BackendNote},
    },
};

/// The pause before new claims are entered, so that several can be entered together.
const PAUSE: Duration = Duration::from_millis(250);

/// [`keep_claim_list_current`] pauses 19 times as long as its work took, so that entering delays submissions by a twentieth at most.
const PAUSE_PER_WORK: u32 = 19;

/// How many events are followed in one transaction. Other writers wait for it, and so many take some milliseconds.
const PAGE: u32 = 50;

/// Brings all entries up to date once, and then enters new claims soon after their submission. It never returns. Errors are logged where
/// they arise, and the next start, submission or reader tries again.
pub async fn keep_claim_list_current(app: Arc<App>) {
    let _ = listing::refresh_all_entries(&app).await;
    loop {
        let begun = Instant::now();
        let _ = enter_new_claims(&app).await;
        let pause = PAUSE + PAUSE_PER_WORK * begun.elapsed();
        app.list_signal.notified().await;
        tokio::time::sleep(pause).await;
    }
}

/// Enters the claims that were submitted before this call and are not in the list yet.
///
/// # Errors
///
/// A failure of the database. A later call enters what is left.
pub async fn enter_new_claims(app: &App) -> Result<(), Refusal> {
    loop {
        let mut db = app.store.read_connection().await?;
        let (_, events) = next_events(&mut db).await?;
        let is_new = events.iter().any(|event| event.kind == ClaimEventType::Submitted);
        // Other events are only stepped over when they fill a page: that saves a write, and at most a page of them is read again.
        if events.len() < PAGE as usize && !is_new {
            return Ok(());
        }
        drop(db);
        enter_page(app).await?;
    }
}

async fn enter_page(app: &App) -> Result<(), Refusal> {
    let mut db = app.store.begin_write().await?;
    // Read again in the transaction, because another caller may have entered these claims meanwhile.
    let (after, events) = next_events(&mut db).await?;
    let Some(EventRow { id: last, .. }) = events.last() else { return Ok(()) };
    // Claims that were erased meanwhile are not among these, nor claims that already have an entry because they were decided.
    let claims = store::claims::unlisted(&mut db, after, *last).await?;
    let ids: Vec<&str> = claims.iter().map(|claim| claim.order_line.as_str()).collect();
    let lines = store::order_lines::find_all(&mut db, &ids).await?;
    let lines: HashMap<&str, _> = lines.iter().map(|line| (line.id.as_str(), line)).collect();
    for claim in &claims {
        let line = lines.get(claim.order_line.as_str()).ok_or_else(|| Refusal::new(Code::Internal))?;
        listing::add_entry(&mut db, claim, line, &app.config).await?;
    }
    notes::write(&mut db, BackendNote::Entered, &last.to_string()).await?;
    Ok(db.commit().await?)
}

/// The id of the last event that was followed, and a page of the events after it.
async fn next_events(db: &mut SqliteConnection) -> Result<(i64, Vec<EventRow>), Refusal> {
    let after = notes::read(db, BackendNote::Entered).await?.parse().map_err(|_| Refusal::new(Code::Internal))?;
    Ok((after, store::events::events_after(db, after, PAGE).await?))
}
