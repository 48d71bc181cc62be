//! Asks the backend again about the order line: when the customer returns to the page, when the browser is back online, when the
//! device has slept, and when the customer begins. The passing of days needs no request.

use super::session::OpenOrderLine;
use crate::{
    api::{
        Api,
        connection_health::{is_page_hidden, wait_or_wake},
    },
    order::ReportedOrderLine,
    reactive::scope::Scope,
};

/// The interval between two looks at the clock, in milliseconds. Only a look can tell that the device has slept.
const TICK_MS: f64 = 50_000.0;

/// Keeps the order line up to date as long as the current reactive owner lives.
pub(super) fn keep_order_line_fresh(open: OpenOrderLine) {
    let OpenOrderLine { order, api, persistence, .. } = open;
    Scope::current().spawn(async move {
        loop {
            let has_woken = wait_or_wake(order.ms_left_today().unwrap_or(TICK_MS).min(TICK_MS)).await;
            if is_page_hidden() {
                continue;
            }
            order.refresh_standing();
            if has_woken || order.has_device_slept() {
                persistence.retry_saving();
                refresh(order, api).await;
            }
        }
    });
}

/// Tells the backend that the customer has begun, unless it knows. Returns whether it had to be told.
pub(super) async fn tell_backend_begun(order: ReportedOrderLine, api: Api) -> bool {
    let must_tell = order.record_begin();
    if must_tell && let Some(at) = api.begin_draft().await {
        order.set_begun(&at);
    }
    must_tell
}

/// Tells the backend that the customer has begun, or asks it about the order line: either answer carries the time.
pub(super) async fn begin_or_refresh(order: ReportedOrderLine, api: Api) {
    if !tell_backend_begun(order, api).await {
        refresh(order, api).await;
    }
}

/// Asks the backend about the order line. Without an answer nothing changes.
async fn refresh(order: ReportedOrderLine, api: Api) {
    if let Ok(line) = api.fetch_order_line().await {
        order.set_line(line);
    }
}
