//! What is not kept for ever: photos that were never sent with a claim, and the answers to old keys.
//!
//! Photos and claims of customers who did report are not touched here.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use crate::{app::App, problem::Refusal, store};

/// How often old things are looked for. A week is not counted by the minute.
const EVERY: Duration = Duration::from_secs(3600);

/// Looks for old things now and every hour, for as long as it is polled.
pub async fn keep_at_it(app: Arc<App>) {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        hours.tick().await;
        // What went wrong is in the log already, and is tried again in an hour.
        let _ = forget_old(&app, app.clock.now()).await;
    }
}

/// Removes what is old at `now`.
///
/// # Errors
///
/// That the database or the file system fails; what was not removed then is removed another time.
pub async fn forget_old(app: &App, now: DateTime<Utc>) -> Result<(), Refusal> {
    let _turn = app.photos.turn_to_remove().await;
    let mut db = app.store.write().await?;
    let removed = store::photos::remove_unclaimed(&mut db, now - app.config.limits.draft_lifetime).await?;
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
