//! Sends the deliveries of one endpoint: several at once, those of one claim in order.

use std::{collections::HashSet, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use damage_report_rules::contract::ClaimEvent;
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    failure::DeliveryFailure,
    schedule,
    sender::{WebhookMessage, WebhookSender},
};
use crate::{
    app::App,
    clock::Clock,
    config::WebhookEndpoint,
    event_log, random,
    store::{
        StoreError,
        webhooks::{self as rows, Delivery},
    },
};

/// How many deliveries to one endpoint run at once.
const CONCURRENCY: usize = 8;

/// The longest sleep. It is bounded because the system's clock may be changed meanwhile.
const SLEEP_MAX: Duration = Duration::from_secs(60);

/// The pause after an error of the database.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Sends to one endpoint.
pub(super) struct Dispatcher {
    app: Arc<App>,
    endpoint: Arc<WebhookEndpoint>,
    sender: WebhookSender,
    /// The attempts that are running.
    attempts: JoinSet<Attempt>,
    /// The ids of the events whose attempts are running or not recorded yet. Until then they are not sent again.
    busy: HashSet<i64>,
    /// The attempts whose result is not recorded yet.
    finished: Vec<Attempt>,
    /// The end of the pause that the endpoint asked for by `Retry-After`.
    paused_until: Option<DateTime<Utc>>,
}

/// An attempt that ended.
struct Attempt {
    delivery: Delivery,
    result: Result<(), DeliveryFailure>,
}

impl Dispatcher {
    pub(super) fn new(app: Arc<App>, endpoint: WebhookEndpoint, sender: WebhookSender) -> Self {
        Self {
            app,
            endpoint: Arc::new(endpoint),
            sender,
            attempts: JoinSet::new(),
            busy: HashSet::new(),
            finished: Vec::new(),
            paused_until: None,
        }
    }

    /// Sends until `stop`, woken by `wake`. Attempts that are running then may finish.
    pub(super) async fn run(mut self, wake: Arc<Notify>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let pause = match self.start_due().await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::warn!(%error, "webhooks wait for the database");
                    STORE_PAUSE
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = wake.notified() => {}
                Some(ended) = self.attempts.join_next() => self.finish(ended.ok()).await,
                () = sleep(pause) => {}
            }
        }
        let grace = self.app.config.limits.shutdown_grace;
        let ending = async {
            while let Some(ended) = self.attempts.join_next().await {
                self.finish(ended.ok()).await;
            }
        };
        if timeout(grace, ending).await.is_err() {
            tracing::warn!("stopping: some webhooks were cut off, and are sent again after a start");
        }
    }

    /// Starts attempts for the deliveries that are due, up to [`CONCURRENCY`]. Returns how long to sleep: until the next delivery is due or
    /// the endpoint's pause ends, and at most [`SLEEP_MAX`].
    async fn start_due(&mut self) -> Result<Duration, StoreError> {
        self.record().await?;
        let now = self.app.clock.now();
        if let Some(until) = self.paused_until.filter(|&until| until > now) {
            return Ok(duration(until - now));
        }
        self.paused_until = None;
        let free = CONCURRENCY.saturating_sub(self.attempts.len());
        if free == 0 {
            return Ok(SLEEP_MAX);
        }
        let mut db = self.app.store.read_connection().await?;
        let due = rows::due_deliveries(&mut db, &self.endpoint.name, now, free + self.busy.len()).await?;
        let next = rows::next_due_at(&mut db, &self.endpoint.name, now).await?;
        drop(db);
        let new: Vec<Delivery> =
            due.into_iter().filter(|delivery| !self.busy.contains(&delivery.event.id)).take(free).collect();
        for delivery in new {
            self.start(delivery);
        }
        Ok(next.map_or(SLEEP_MAX, |next| duration(next - now)))
    }

    fn start(&mut self, delivery: Delivery) {
        self.busy.insert(delivery.event.id);
        let (sender, endpoint, clock) = (self.sender.clone(), Arc::clone(&self.endpoint), self.app.clock.clone());
        self.attempts.spawn(async move {
            let event = ClaimEvent::from(delivery.event.clone());
            let result = match serde_json::to_vec(&event) {
                Ok(body) => sender.send(&endpoint, WebhookMessage { id: event.id, body }, clock.now()).await,
                Err(_) => Err(DeliveryFailure::NoAnswer),
            };
            Attempt { delivery, result }
        });
    }

    /// Records the result of this attempt, and of all others that have ended.
    async fn finish(&mut self, ended: Option<Attempt>) {
        self.finished.extend(ended);
        while let Some(ended) = self.attempts.try_join_next() {
            self.finished.extend(ended.ok());
        }
        if let Err(error) = self.record().await {
            tracing::warn!(%error, "the results of webhooks cannot be recorded yet");
        }
    }

    /// Records the results of the attempts that have ended, in one transaction. If that fails, the next call tries again.
    async fn record(&mut self) -> Result<(), StoreError> {
        if self.finished.is_empty() {
            return Ok(());
        }
        let (now, name) = (self.app.clock.now(), &self.endpoint.name);
        let mut db = self.app.store.begin_write().await?;
        let mut is_gone = false;
        for Attempt { delivery, result } in &self.finished {
            match result {
                Ok(()) => rows::remove_delivery(&mut db, name, delivery.event.id).await?,
                Err(failure) => {
                    let next = next_attempt(delivery.attempts + 1, *failure, now);
                    rows::record_failure(&mut db, name, delivery.event.id, &failure.code(), now, next).await?;
                    is_gone |= failure.is_endpoint_gone();
                }
            }
        }
        if is_gone {
            rows::switch_endpoint_off(&mut db, name, now).await?;
        }
        db.commit().await?;
        for attempt in std::mem::take(&mut self.finished) {
            self.busy.remove(&attempt.delivery.event.id);
            self.log(&attempt);
            let pause = attempt.result.err().and_then(DeliveryFailure::retry_after);
            self.paused_until = self.paused_until.max(pause.map(|pause| Clock::saturating_add(now, pause)));
        }
        if is_gone { park_all(&self.app, name, now).await } else { Ok(()) }
    }

    fn log(&self, Attempt { delivery, result }: &Attempt) {
        let (endpoint, event) = (&self.endpoint.name, event_log::event_identifier(delivery.event.id));
        let attempts = delivery.attempts + 1;
        match result {
            Ok(()) => tracing::debug!(endpoint, event, attempts, "webhook delivered"),
            Err(failure) if failure.is_endpoint_gone() => {
                tracing::warn!(endpoint, event, "the endpoint answered 410, and gets no webhooks any more");
            }
            Err(failure) => {
                tracing::warn!(endpoint, event, attempts, failure = failure.code(), "webhook not delivered")
            }
        }
    }
}

/// Parks every delivery that waits for `endpoint`, in batches. A parked delivery is kept, and sent again only when the seller asks for it.
async fn park_all(app: &App, endpoint: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    loop {
        let mut db = app.store.begin_write().await?;
        let parked = rows::park_some_deliveries(&mut db, endpoint, now).await?;
        db.commit().await?;
        if parked == 0 {
            return Ok(());
        }
    }
}

/// When a delivery is tried again after `attempts` attempts, the last of which ended in `failure`. `None` if it is given up.
fn next_attempt(attempts: u32, failure: DeliveryFailure, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if failure.is_endpoint_gone() {
        return None;
    }
    let pause = schedule::retry_pause(attempts, u16::from_le_bytes(random::random_bytes()))?;
    Some(Clock::saturating_add(now, pause.max(failure.retry_after().unwrap_or_default())))
}

fn duration(until: TimeDelta) -> Duration {
    until.to_std().unwrap_or_default().min(SLEEP_MAX)
}
