//! Enters new claims into the list, after their submission.
//!
//! An entry writes to the index of words and to three others, and took a quarter of the time of a submission. So submissions leave it
//! to [`run_claim_list`], which enters many at a time, and a reader of the list who comes first enters them: no claim is accepted and not found.
//! The log of events tells which claims are new, and the place up to which it was followed is stored with their entries.

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
        notes::{self, Note},
    },
};

/// The time in which new claims gather.
const PAUSE: Duration = Duration::from_millis(250);

/// How many times as long as its work [`run_claim_list`] pauses: claims that come in at the time wait for a twentieth of it at most.
const PAUSE_PER_WORK: u32 = 19;

/// Events that are followed in one transaction, which others wait for: some milliseconds of work.
const PAGE: u32 = 50;

/// Brings all entries up to date once, and then enters new claims soon after their submission, for as long as it is polled. Errors are
/// logged where they arise; the next start, submission or reader tries again.
pub async fn run_claim_list(app: Arc<App>) {
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
        // Other events are passed over once they fill a page, so that nobody reads more than a page of them again and again.
        if events.len() < PAGE as usize && !is_new {
            return Ok(());
        }
        drop(db);
        enter_page(app).await?;
    }
}

async fn enter_page(app: &App) -> Result<(), Refusal> {
    let mut db = app.store.begin_write().await?;
    // Read again in the transaction: another caller may have entered them.
    let (after, events) = next_events(&mut db).await?;
    let Some(EventRow { id: last, .. }) = events.last() else { return Ok(()) };
    // Without those that were erased meanwhile, and those that were decided: they have their entry already.
    let claims = store::claims::unlisted(&mut db, after, *last).await?;
    let ids: Vec<&str> = claims.iter().map(|claim| claim.order_line.as_str()).collect();
    let lines = store::order_lines::find_all(&mut db, &ids).await?;
    let lines: HashMap<&str, _> = lines.iter().map(|line| (line.id.as_str(), line)).collect();
    for claim in &claims {
        let line = lines.get(claim.order_line.as_str()).ok_or_else(|| Refusal::new(Code::Internal))?;
        listing::add_entry(&mut db, claim, line, &app.config).await?;
    }
    notes::write(&mut db, Note::Entered, &last.to_string()).await?;
    Ok(db.commit().await?)
}

/// The place in the log up to which it was followed, and a page of the events after it.
async fn next_events(db: &mut SqliteConnection) -> Result<(i64, Vec<EventRow>), Refusal> {
    let after = notes::read(db, Note::Entered).await?.parse().map_err(|_| Refusal::new(Code::Internal))?;
    Ok((after, store::events::events_after(db, after, PAGE).await?))
}
