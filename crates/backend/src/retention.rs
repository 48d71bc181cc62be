//! What is not kept for ever: drafts and photos that were never sent with a claim, and the answers to old keys.
//! What an earlier run did not get to the end of goes as well.
//!
//! Photos and claims of customers who did report are not touched here.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use damage_report_rules::contract::Code;

use crate::{app::App, problem::Refusal, store};

/// How often old things are looked for. A week is not counted by the minute.
const EVERY: Duration = Duration::from_secs(3600);

/// Looks for what an earlier run left behind, and for old things now and every hour, for as long as it is polled.
pub async fn keep_at_it(app: Arc<App>) {
    if let Err(refusal) = sweep(&app).await {
        tracing::error!(code = ?refusal.code(), "what an earlier run left behind cannot be removed");
    }
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
    let _turn = app.photos.turn_to_remove_any().await;
    let mut db = app.store.write().await?;
    let since = now - app.config.limits.draft_lifetime;
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
/// # Errors
///
/// That the database or the file system fails; what was not removed then is removed another time.
pub async fn sweep(app: &App) -> Result<(), Refusal> {
    let unreadable = |error: std::io::Error| {
        tracing::error!(%error, "the photos' folder cannot be swept");
        Refusal::new(Code::Storage)
    };
    let order_lines = store::order_lines::ids(&mut *app.store.read().await?).await?;
    let mut files = 0;
    for order_line in &order_lines {
        let _turn = app.photos.turn_to_remove(order_line).await;
        let photos = store::photos::all(&mut *app.store.read().await?, order_line).await?;
        let known = photos.iter().map(|photo| photo.digest).collect();
        files += app.photos.remove_all_but(order_line, known).await.map_err(unreadable)?;
    }
    let _turn = app.photos.turn_to_remove_any().await;
    let order_lines = store::order_lines::ids(&mut *app.store.read().await?).await?;
    let folders = app.photos.remove_folders_but(&order_lines).await.map_err(unreadable)?;
    if files + folders > 0 {
        tracing::info!(files, folders, "what an earlier run left behind is removed");
    }
    Ok(())
}
