//! Whether the backend can store a photo and a claim now. The check stores a small file and a row.
//!
//! One check runs at a time, however many clients ask, and its result counts for half a second.

use std::{sync::Arc, time::Duration};

use damage_report_rules::contract::Code;
use tokio::{sync::Mutex, time::Instant};

use crate::{
    photo_store::PhotoStore,
    problem::Refusal,
    random,
    store::{
        Store,
        notes::{self, BackendNote},
    },
    tasks::Tasks,
};

/// How long a result is reused. A disk that works again is reported within a second.
const CACHE_TTL: Duration = Duration::from_millis(500);

/// How long to wait for a disk that does not answer: twice as long as a request waits for the database.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Checks data folder and database, and remembers the last result.
#[derive(Debug)]
pub struct Readiness {
    store: Store,
    photos: PhotoStore,
    tasks: Tasks,
    /// Locked while a check runs.
    last: Arc<Mutex<Option<CheckResult>>>,
}

#[derive(Clone, Copy, Debug)]
struct CheckResult {
    at: Instant,
    outcome: Result<(), Code>,
}

impl Readiness {
    /// The readiness of this data folder; nothing is checked yet.
    pub(crate) fn new(store: Store, photos: PhotoStore, tasks: Tasks) -> Self {
        Self { store, photos, tasks, last: Arc::default() }
    }

    /// Checks whether a photo and a claim can be stored.
    ///
    /// # Errors
    ///
    /// `storage` or `overloaded` when they cannot.
    pub async fn check(&self) -> Result<(), Refusal> {
        let checking = async {
            let mut last = Arc::clone(&self.last).lock_owned().await;
            if let Some(result) = *last
                && result.at.elapsed() < CACHE_TTL
            {
                return result.outcome.map_err(Refusal::new);
            }
            let (store, photos) = (self.store.clone(), self.photos.clone());
            // The client may disconnect: the next one then waits for this check and does not start another.
            let check = async move {
                let outcome = store_and_remove(&store, &photos).await;
                *last =
                    Some(CheckResult { at: Instant::now(), outcome: outcome.as_ref().copied().map_err(Refusal::code) });
                outcome
            };
            self.tasks.run_to_completion(check).await
        };
        tokio::time::timeout(TIMEOUT, checking).await.unwrap_or_else(|_| {
            tracing::error!("the data folder does not answer");
            Err(Refusal::new(Code::Storage))
        })
    }
}

async fn store_and_remove(store: &Store, photos: &PhotoStore) -> Result<(), Refusal> {
    photos.check_writable().await.map_err(|error| {
        tracing::error!(%error, "the data folder cannot be written");
        Refusal::new(Code::Storage)
    })?;
    let mut db = store.begin_write().await?;
    // SQLite writes only changes, so the value is new each time.
    notes::write(&mut db, BackendNote::Probed, &random::random_id()).await?;
    Ok(db.commit().await?)
}
