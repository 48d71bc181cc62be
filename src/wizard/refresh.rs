//! What was true when the page opened is asked anew: when it is seen again, when the browser is back online, when the device has
//! slept, and when the customer begins. Days pass without asking.

use super::report::Report;
use crate::{
    api::{
        Api,
        connection::{is_hidden, wait},
    },
    order::Order,
    reactive::scope::Scope,
};

/// How long nobody looks at the clock, in milliseconds: a device that slept in between shows it only then.
const LOOK_MS: f64 = 50_000.0;

/// Keeps what is known of the order of `report` as it is, for as long as the current page lives.
pub(super) fn keep_current(report: Report) {
    let Report { order, api, persistence, .. } = report;
    Scope::current().spawn(async move {
        loop {
            let has_woken = wait(order.rest_of_day().unwrap_or(LOOK_MS).min(LOOK_MS)).await;
            if is_hidden() {
                continue;
            }
            order.look_again();
            if has_woken || order.is_stale() {
                persistence.try_again();
                renew(order, api).await;
            }
        }
    });
}

/// Tells the backend that the customer begins. Whether that is news.
pub(super) async fn begin(order: Order, api: Api) -> bool {
    let is_news = order.begin();
    if is_news && let Some(at) = api.begin_draft().await {
        order.was_begun(&at);
    }
    is_news
}

/// Hears from the backend what time it is when the customer begins, or goes on with what was begun.
pub(super) async fn begin_or_renew(order: Order, api: Api) {
    if !begin(order, api).await {
        renew(order, api).await;
    }
}

/// Asks how the order line stands. Where there is no answer, it stands as it did.
async fn renew(order: Order, api: Api) {
    if let Ok(line) = api.order_line().await {
        order.renew(line);
    }
}
