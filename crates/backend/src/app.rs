//! The state of a running backend, shared by all handlers. The routes that use it are in [`router`](crate::router).

use std::sync::Arc;

use damage_report_rules::policy::Policy;
use tokio::sync::Notify;

use crate::{
    body_drain::BodyDrains,
    clock::Clock,
    config::Config,
    photo::PhotoCleaner,
    photo_store::PhotoStore,
    readiness::Readiness,
    store::{OpenError, Store},
    tasks::Tasks,
    throttle::Throttle,
    token::Tokens,
};

/// The state that handlers share.
#[derive(Debug)]
pub struct App {
    /// The shop's settings.
    pub config: Config,
    /// The shop's clock.
    pub clock: Clock,
    /// The database.
    pub store: Store,
    /// The photos' files.
    pub photos: PhotoStore,
    /// Decodes received photos.
    pub photo_cleaner: PhotoCleaner,
    /// Checks tokens.
    pub tokens: Tokens,
    /// The limits on requests.
    pub throttle: Throttle,
    /// The last result of the readiness check.
    pub readiness: Readiness,
    /// Wakes what sends webhooks: an event was logged, or a delivery is to be looked at again.
    pub webhook_signal: Notify,
    /// Wakes what enters new claims into the list.
    pub list_signal: Notify,
    /// Unread bodies that are being drained.
    pub(crate) body_drains: BodyDrains,
    /// Work that outlives the request that started it.
    pub(crate) tasks: Tasks,
}

impl App {
    /// Opens the data folder of `config`.
    ///
    /// # Errors
    ///
    /// [`OpenError`], which says what to do.
    pub async fn open(config: Config, clock: Clock) -> Result<Arc<Self>, OpenError> {
        let store = Store::open(&config.data).await?;
        let photos =
            PhotoStore::open(&config.data).map_err(|error| OpenError::Unwritable(config.data.clone(), error))?;
        for (place, year) in config.holidays.places_ending_soon(clock.now().date_naive()) {
            tracing::warn!(place, year, "the holidays after this year are not known: set them in [holidays]");
        }
        Ok(Arc::new(Self::of(config, clock, store, photos)))
    }

    /// An app on the same data folder and clock with another policy, as of a shop that has changed its mind. Its own settings stay.
    pub(crate) fn with_policy(&self, policy: Policy) -> Arc<Self> {
        let config = Config { policy, ..self.config.clone() };
        Arc::new(Self::of(config, self.clock.clone(), self.store.clone(), self.photos.clone()))
    }

    fn of(config: Config, clock: Clock, store: Store, photos: PhotoStore) -> Self {
        let tasks = Tasks::default();
        Self {
            tokens: Tokens::new(config.tokens.clone()),
            throttle: Throttle::new(&config.limits),
            webhook_signal: Notify::new(),
            list_signal: Notify::new(),
            body_drains: BodyDrains::default(),
            photo_cleaner: PhotoCleaner::new(config.limits.decode_memory),
            readiness: Readiness::new(store.clone(), photos.clone(), tasks.clone()),
            tasks,
            photos,
            store,
            clock,
            config,
        }
    }

    /// Waits for running work, then closes the database.
    pub async fn close(&self) {
        self.tasks.wait_for_all(self.config.limits.shutdown_grace).await;
        self.store.close().await;
    }
}
