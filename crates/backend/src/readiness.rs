//! Whether a photo and a claim could be kept now, found out by keeping something.
//!
//! However many ask, one probe is at work, and what it found is told for half a second.

use std::{sync::Arc, time::Duration};

use damage_report_rules::contract::Code;
use tokio::{sync::Mutex, time::Instant};

use crate::{
    app::App,
    problem::Refusal,
    random,
    store::notes::{self, Note},
};

/// For how long what was found is told again. A disk that is well again is known to be so within a second.
const TOLD_FOR: Duration = Duration::from_millis(500);

/// How long to wait for a disk that does not answer: as much as a request waits for its turn, and as much again.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was found last, and when. Locked by the one who finds out.
#[derive(Debug, Default)]
pub struct Readiness(Arc<Mutex<Option<Found>>>);

#[derive(Clone, Copy, Debug)]
struct Found {
    at: Instant,
    ready: Result<(), Code>,
}

/// Says whether a photo and a claim could be kept now.
///
/// # Errors
///
/// `storage` or `overloaded`: they could not.
pub async fn ask(app: &Arc<App>) -> Result<(), Refusal> {
    let asking = async {
        let mut last = Arc::clone(&app.readiness.0).lock_owned().await;
        if let Some(found) = *last
            && found.at.elapsed() < TOLD_FOR
        {
            return found.ready.map_err(Refusal::new);
        }
        let probed = Arc::clone(app);
        // Whoever asks may leave: the next one waits for this probe instead of adding another.
        app.to_the_end(async move {
            let ready = probe(&probed).await;
            *last = Some(Found { at: Instant::now(), ready: ready.as_ref().copied().map_err(Refusal::code) });
            ready
        })
        .await
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| {
        tracing::error!("the data folder does not answer");
        Err(Refusal::new(Code::Storage))
    })
}

async fn probe(app: &App) -> Result<(), Refusal> {
    app.photos.probe().await.map_err(|error| {
        tracing::error!(%error, "the data folder cannot be written");
        Refusal::new(Code::Storage)
    })?;
    let mut db = app.store.write().await?;
    // Something else each time: where nothing changes SQLite writes nothing.
    notes::write(&mut db, Note::Probed, &random::name()).await?;
    Ok(db.commit().await?)
}
