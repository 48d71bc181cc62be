//! The state of the connection, and when to try again.
//!
//! Requests with a temporary failure are retried as long as the page lives, because a train may be in a tunnel for a long time.
//! [`Failure::retry_pause`] decides how long to wait. This module waits, and stops waiting as soon as the browser is online again.

use js_sys::{Math, Promise, Reflect};
use wasm_bindgen::JsValue;

use crate::{failure::Failure, reactive::scope::with_timeout, reactive::signal::Signal, retry::RetryPolicy};

/// How well requests get through to the backend: the current failure, and the uploads that stalled. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct ConnectionHealth {
    trouble: Signal<Option<Failure>>,
    /// How many uploads were aborted because they made no progress.
    silences: Signal<u32>,
}

impl ConnectionHealth {
    /// Without any failure so far.
    pub(crate) fn new() -> Self {
        Self { trouble: Signal::new(None), silences: Signal::new(0) }
    }

    /// The failure that causes the current retries. Reactive.
    pub(crate) fn current_failure(self) -> Option<Failure> {
        self.trouble.get()
    }

    /// Whether the browser believes that it is online. Only `false` is reliable.
    pub(crate) fn is_online(self) -> bool {
        let says = |window: web_sys::Window| Reflect::get(&window.navigator(), &"onLine".into()).ok();
        web_sys::window().and_then(says) != Some(JsValue::FALSE)
    }

    /// Records that an upload was aborted because it made no progress. On a slow connection this may be a false alarm: the
    /// system's send buffer can hold a whole photo, show no progress, and still send it after we abort. So from then on, timeouts
    /// are longer and uploads run one at a time.
    pub(super) fn record_stall(self) {
        self.silences.update(|silences| *silences += 1);
    }

    /// Whether an upload was aborted because it made no progress.
    pub(super) fn is_slow(self) -> bool {
        self.silences.get_untracked() > 0
    }

    /// The factor by which the timeout of an upload without progress grows: it doubles with each aborted upload, up to 16.
    pub(super) fn timeout_factor(self) -> f64 {
        f64::from(2_u32.pow(self.silences.get_untracked().min(4)))
    }

    /// How many uploads may run at a time. Two saturate a connection; more would only slow each other down.
    pub(crate) fn parallel_uploads(self) -> usize {
        if self.is_slow() { 1 } else { 2 }
    }

    /// Records that a request succeeded.
    pub(crate) fn record_success(self) {
        self.trouble.set_if_changed(None);
    }
}

impl RetryPolicy for ConnectionHealth {
    type Failure = Failure;

    fn wait(&self, failure: &Failure, attempt: u32) -> Option<impl Future> {
        let Some(pause) = failure.retry_pause(attempt) else {
            self.record_success();
            return None;
        };
        // A single failed request is not reported, unless the browser is offline.
        if attempt > 0 || !self.is_online() {
            self.trouble.set_if_changed(Some(failure.clone()));
        }
        Some(wait_or_wake(pause.least + Math::random() * pause.jitter))
    }
}

/// The events that end a wait early: the browser is online again, or the customer returns to the page (from a captive portal's
/// log-in, by opening the lid, by Back). Some events target the document, so we listen on the window in the capture phase.
const WAKE_EVENTS: [&str; 4] = ["online", "visibilitychange", "pageshow", "resume"];

/// Whether this page is hidden.
pub(crate) fn is_page_hidden() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden())
}

/// Waits for `ms` milliseconds, or until one of [`WAKE_EVENTS`]. Returns whether such an event ended the wait.
pub(crate) async fn wait_or_wake(ms: f64) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let mut listener = None;
    let back = Promise::new(&mut |resolve, _| {
        for event in WAKE_EVENTS {
            // If the listener cannot be added, the wait lasts the whole time.
            let _ = window.add_event_listener_with_callback_and_bool(event, &resolve, true);
        }
        listener = Some(resolve);
    });
    // Neither promise is ever rejected.
    let has_woken = with_timeout(&back, ms).await.is_ok_and(|event| !event.is_undefined());
    if let Some(listener) = listener {
        for event in WAKE_EVENTS {
            let _ = window.remove_event_listener_with_callback_and_bool(event, &listener, true);
        }
    }
    has_woken
}
