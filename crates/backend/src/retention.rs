//! Removes what is not stored for ever: drafts and photos that were never sent with a claim, remembered answers, and the photos and
//! texts of claims that have been closed for as long as the shop keeps them.
//!
//! Data goes in three steps, each of which repairs what an interrupted one before it left: rows, then files ([`sweep_orphans`] removes those
//! without a row), then what SQLite left of the rows ([`overwrite_traces`]).

mod closed_claims;
mod hold;
mod orphans;
mod traces;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

pub use self::{
    closed_claims::expire_claims,
    hold::{HoldChange, change_hold},
    orphans::sweep_orphans,
    traces::overwrite_traces,
};
use crate::{app::App, clock::Clock, problem::Refusal, store};

/// The time between two removals of expired data. Data expires after days, so an hour more does not matter.
const EXPIRY_INTERVAL: Duration = Duration::from_secs(3600);

/// The time between two sweeps. Without it, files that a failing disk left behind would stay until the next start.
const SWEEP_INTERVAL: Duration = Duration::from_secs(24 * 3600);

/// The time between two looks whether there are traces to overwrite.
const TRACES_INTERVAL: Duration = Duration::from_secs(60);

/// Sweeps now and every day, removes expired data now and every hour, and overwrites traces within a minute, for as long as it is
/// polled. Errors are logged where they arise; the next round tries again.
pub async fn enforce_retention(app: Arc<App>) {
    let sweeping = async {
        loop {
            // After an error the sweep continues from there in an hour.
            let pause = if sweep_orphans(&app).await.is_ok() { SWEEP_INTERVAL } else { EXPIRY_INTERVAL };
            tokio::time::sleep(pause).await;
        }
    };
    let expiring = async {
        let mut hours = tokio::time::interval(EXPIRY_INTERVAL);
        loop {
            hours.tick().await;
            let _ = remove_expired(&app, app.clock.now()).await;
        }
    };
    // Apart from the others: with many claims to expire at once, one round takes hours.
    let closing = async {
        loop {
            let _ = expire_claims(&app, app.clock.now()).await;
            tokio::time::sleep(EXPIRY_INTERVAL).await;
        }
    };
    let overwriting = async {
        loop {
            tokio::time::sleep(TRACES_INTERVAL).await;
            let _ = overwrite_traces(&app).await;
        }
    };
    tokio::join!(sweeping, expiring, closing, overwriting);
}

/// Removes drafts, photos of drafts and remembered answers that have expired at `now`.
///
/// # Errors
///
/// A failure of the database or the file system. A later call removes what is left.
pub async fn remove_expired(app: &App, now: DateTime<Utc>) -> Result<(), Refusal> {
    let since = Clock::saturating_add(now, -app.config.limits.draft_lifetime);
    let mut photos = 0;
    for order_line in store::photos::order_lines_with_unclaimed(&mut *app.store.read_connection().await?, since).await?
    {
        photos += remove_unclaimed_photos(app, &order_line, since).await?;
    }
    let mut db = app.store.begin_write().await?;
    store::drafts::remove_expired(&mut db, since).await?;
    store::idempotency::remove_expired(&mut db, now).await?;
    db.commit().await?;
    if photos > 0 {
        tracing::info!(photos, "photos of drafts that were never sent are removed");
    }
    Ok(())
}

/// Removes the photos of `order_line` that were last sent before `since` and belong to no claim. Returns how many.
///
/// It locks this order line only: an upload may hold its lock while it waits for the decoder, and must not delay others.
async fn remove_unclaimed_photos(app: &App, order_line: &str, since: DateTime<Utc>) -> Result<usize, Refusal> {
    let _lock = app.photos.lock_exclusive(order_line).await;
    let mut db = app.store.begin_write().await?;
    let removed = store::photos::remove_unclaimed(&mut db, order_line, since).await?;
    // Rows first: a file without a row is waste, a row without a file would promise a photo that is lost.
    db.commit().await?;
    for digest in &removed {
        if let Err(error) = app.photos.remove(order_line, *digest).await {
            tracing::error!(%error, "an old photo cannot be removed");
        }
    }
    Ok(removed.len())
}
