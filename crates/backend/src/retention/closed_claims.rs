//! Removes the photos and texts of closed claims when the shop's retention period for them is over. A row without personal data remains,
//! so that the order line cannot be claimed again and its page can say how the claim ended.

use std::time::Duration;

use chrono::{DateTime, Utc};
use damage_report_rules::contract::{ClaimEventType, Code};

use crate::{
    actor::Actor,
    app::App,
    claim_events, claim_list,
    clock::Clock,
    event_log,
    problem::Refusal,
    store::{
        claim_retention::{self, DueClaim},
        events::NewEvent,
        notes::{self, BackendNote, TRACES_DUE},
    },
};

/// How many due claims one query reads.
const PAGE: u32 = 200;

/// The pause after each claim: about a hundred and fifty times as long as an idle processor takes for the removal.
const PAUSE_PER_CLAIM: Duration = Duration::from_millis(375);

/// Removes the photos and texts of every claim whose retention is over at `now`, one after the other with a pause after each.
///
/// # Errors
///
/// The last failure of the database or the file system. A claim that fails does not stop the others, but a failure to read the list of due
/// claims does. A later call expires the claims that are left. Files that could not be deleted are left to the orphan sweep.
pub async fn expire_claims(app: &App, now: DateTime<Utc>) -> Result<(), Refusal> {
    let Some(retention) = app.config.closed_retention else { return Ok(()) };
    let until = Clock::saturating_add(now, -retention);
    let (mut after, mut expired, mut outcome) = (None::<DueClaim>, 0, Ok(()));
    loop {
        let page =
            claim_retention::due_claims(&mut *app.store.read_connection().await?, until, after.as_ref(), PAGE).await?;
        let Some(last) = page.last().cloned() else { break };
        for claim in &page {
            match expire(app, claim, until).await {
                Ok(done) => expired += usize::from(done),
                Err(refusal) => outcome = Err(refusal),
            }
            tokio::time::sleep(PAUSE_PER_CLAIM).await;
        }
        after = Some(last);
    }
    if expired > 0 {
        tracing::info!(expired, "photos and texts of closed claims are removed");
    }
    outcome
}

/// Expires `claim` if it is still due. Returns whether it was.
async fn expire(app: &App, claim: &DueClaim, until: DateTime<Utc>) -> Result<bool, Refusal> {
    let _lock = app.photos.lock_exclusive(&claim.order_line).await;
    let mut db = app.store.begin_write().await?;
    if !claim_retention::is_due(&mut db, &claim.reference, until).await? {
        return Ok(false);
    }
    let (row, line) = claim_events::find_claim(&mut db, &claim.reference).await?;
    let now = app.clock.now();
    claim_retention::redact_claim(&mut db, &row, &line, now).await?;
    let (redacted, line) = claim_events::find_claim(&mut db, &claim.reference).await?;
    claim_list::refresh_entry(&mut db, &redacted, &line, &app.config).await?;
    let told = NewEvent {
        kind: ClaimEventType::Expired,
        reference: &row.reference,
        order_line: &line.id,
        version: row.version + 1,
        actor: &Actor::Retention,
        at: now,
    };
    event_log::append_event(app, &mut db, &told).await?;
    notes::write(&mut db, BackendNote::Traces, TRACES_DUE).await?;
    db.commit().await?;
    // The rows go first: if this is interrupted, the orphan sweep removes the files that no row names.
    app.photos.remove_all(&line.id).await.map_err(|error| {
        tracing::error!(%error, "photos of a closed claim cannot be removed");
        Refusal::new(Code::Storage)
    })?;
    tracing::info!(reference = row.reference, "claim expired");
    Ok(true)
}
