//! Webhooks: tells the endpoints in `[[webhooks]]` of each change of a claim, as the Standard Webhooks specification says.
//!
//! [`event_log`](crate::event_log) inserts the deliveries with the events. Here they are sent, by one task for each endpoint, so that a
//! slow or dead endpoint delays neither claims nor other endpoints. A delivery is removed once it succeeded. A process that ends in between
//! sends it again later, under the same identifier.

mod dispatcher;
mod failure;
mod schedule;
mod sender;
mod signature;

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use self::{dispatcher::Dispatcher, sender::WebhookSender};
use crate::{
    app::App,
    problem::Refusal,
    store::{StoreError, webhooks as rows},
};

/// The pause after the database failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Sends webhooks until `stop`. Attempts that are running then may finish.
pub async fn deliver_webhooks(app: Arc<App>, stop: CancellationToken) {
    if let Err(error) = remove_of_others(&app).await {
        tracing::warn!(%error, "the webhooks of endpoints that are not configured any more stay until the next start");
    }
    if app.config.webhooks.is_empty() {
        return;
    }
    let sender = WebhookSender::new();
    let wakes: Vec<Arc<Notify>> = app.config.webhooks.iter().map(|_| Arc::default()).collect();
    let sending = app.config.webhooks.iter().zip(&wakes).map(|(endpoint, wake)| {
        let dispatcher = Dispatcher::new(Arc::clone(&app), endpoint.clone(), sender.clone());
        AbortOnDropHandle::new(tokio::spawn(dispatcher.run(Arc::clone(wake), stop.clone())))
    });
    let sending = join_all(sending.collect::<Vec<_>>());
    tokio::select! {
        () = wake_after_events(&app, &wakes) => {}
        () = stop.cancelled() => {}
    }
    sending.await;
}

/// Wakes all endpoints after each event that is committed, for as long as it is polled.
async fn wake_after_events(app: &App, wakes: &[Arc<Notify>]) {
    loop {
        app.webhook_signal.notified().await;
        if let Err(error) = app.store.wait_for_writes().await {
            tracing::warn!(%error, "webhooks wait for the database");
            // The event may not be committed yet, so the endpoints are woken once more after a pause.
            tokio::time::sleep(STORE_PAUSE).await;
            app.webhook_signal.notify_one();
        }
        wakes.iter().for_each(|wake| wake.notify_one());
    }
}

/// Removes the deliveries to endpoints that are not in the configuration any more.
async fn remove_of_others(app: &App) -> Result<(), StoreError> {
    let names: Vec<&str> = app.config.webhooks.iter().map(|endpoint| endpoint.name.as_str()).collect();
    let mut deliveries = 0;
    loop {
        let mut db = app.store.begin_write().await?;
        let removed = rows::remove_some_of_unknown_endpoints(&mut db, &names).await?;
        db.commit().await?;
        deliveries += removed;
        if removed == 0 {
            break;
        }
    }
    if deliveries > 0 {
        tracing::warn!(deliveries, "webhooks to endpoints that are not configured any more are dropped");
    }
    Ok(())
}

/// Sends the event at place `event` of the log to `endpoint` again, also where it was delivered, and switches the endpoint on.
///
/// # Errors
///
/// A failure of the database.
pub async fn resend_event(app: &App, endpoint: &str, event: i64, reference: &str) -> Result<(), Refusal> {
    let mut db = app.store.begin_write().await?;
    rows::switch_endpoint_on(&mut db, endpoint).await?;
    rows::resend_delivery(&mut db, endpoint, event, reference, app.clock.now()).await?;
    db.commit().await?;
    app.webhook_signal.notify_one();
    Ok(())
}

/// Sends all parked events to `endpoint` again, in order, and switches the endpoint on. Returns how many.
///
/// # Errors
///
/// A failure of the database.
pub async fn resend_parked(app: &App, endpoint: &str) -> Result<u64, Refusal> {
    let mut resent = 0;
    loop {
        let mut db = app.store.begin_write().await?;
        rows::switch_endpoint_on(&mut db, endpoint).await?;
        let some = rows::resend_some_parked(&mut db, endpoint, app.clock.now()).await?;
        db.commit().await?;
        app.webhook_signal.notify_one();
        resent += some;
        if some == 0 {
            return Ok(resent);
        }
    }
}
