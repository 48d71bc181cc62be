//! How the connection stands, and when to try again.
//!
//! What passes by itself is tried again for as long as the page lives: a tunnel may be long. How long each wait is, is for
//! [`Failure::pause`] to say; here it is waited, and cut short as soon as the browser hears of a network again.

use js_sys::{Math, Promise, Reflect};
use wasm_bindgen::JsValue;

use crate::{failure::Failure, reactive::scope::with_timeout, reactive::signal::Signal, retry::Policy};

/// The connection to the backend. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct Connection {
    trouble: Signal<Option<Failure>>,
    /// How often an upload was given up because nothing moved.
    silences: Signal<u32>,
}

impl Connection {
    /// A connection of which nothing bad is known.
    pub(crate) fn new() -> Self {
        Self { trouble: Signal::new(None), silences: Signal::new(0) }
    }

    /// The failure for which requests are tried again. Follows it.
    pub(crate) fn trouble(self) -> Option<Failure> {
        self.trouble.get()
    }

    /// Whether the browser believes that it has a network. A hint: it is right only when it says no.
    pub(crate) fn is_online(self) -> bool {
        let says = |window: web_sys::Window| Reflect::get(&window.navigator(), &"onLine".into()).ok();
        web_sys::window().and_then(says) != Some(JsValue::FALSE)
    }

    /// An upload was given up because nothing moved for too long. On a thin line that may be a mistake: a whole photo may
    /// lie in the system's buffers, where nobody sees it move, and goes on from there after it was given up. From here on
    /// there is more patience, and one upload at a time.
    pub(super) fn record_stall(self) {
        self.silences.update(|silences| *silences += 1);
    }

    /// Whether uploads were given up.
    pub(super) fn is_slow(self) -> bool {
        self.silences.get_untracked() > 0
    }

    /// How much longer than usual an upload may be silent: twice as long for each that was given up, up to 16 times.
    pub(super) fn timeout_factor(self) -> f64 {
        f64::from(2_u32.pow(self.silences.get_untracked().min(4)))
    }

    /// How many uploads may run at a time. Two keep a line full; more only make each of them slower.
    pub(crate) fn parallel_uploads(self) -> usize {
        if self.is_slow() { 1 } else { 2 }
    }

    /// A request has succeeded.
    pub(crate) fn record_success(self) {
        self.trouble.set_if_changed(None);
    }

    /// Waits until the request that failed with `failure` is to be sent again, and counts the attempts. Only for the opening:
    /// through [`retry`](crate::retry::retry) its two requests made the first page half a kilobyte heavier.
    ///
    /// # Errors
    ///
    /// The failure, where it does not pass by itself.
    pub(crate) async fn back_off(self, failure: Failure, attempt: &mut u32) -> Result<(), Failure> {
        if !self.wait(&failure, *attempt).await {
            return Err(failure);
        }
        *attempt += 1;
        Ok(())
    }
}

impl Policy for Connection {
    type Failure = Failure;

    async fn wait(&self, failure: &Failure, attempt: u32) -> bool {
        let Some(pause) = failure.pause(attempt) else {
            self.record_success();
            return false;
        };
        // One failed request is no trouble worth a word, unless the browser itself has no network.
        if attempt > 0 || !self.is_online() {
            self.trouble.set_if_changed(Some(failure.clone()));
        }
        wait(pause.least + Math::random() * pause.jitter).await;
        true
    }
}

/// What cuts a wait short: the browser hears of a network, or the customer comes back to the page, from the log-in of a
/// network, with an open lid, or by the browser's Back. All are heard by the window, some on their way to the document.
const WAKING: [&str; 4] = ["online", "visibilitychange", "pageshow", "resume"];

/// Whether the customer looks at another page by now.
pub(crate) fn is_hidden() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden())
}

/// Waits for so many milliseconds, but no longer than until there is a reason to try again; gives whether there was one.
pub(crate) async fn wait(ms: f64) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let mut listener = None;
    let back = Promise::new(&mut |resolve, _| {
        for event in WAKING {
            // A page that takes no listener waits the whole time.
            let _ = window.add_event_listener_with_callback_and_bool(event, &resolve, true);
        }
        listener = Some(resolve);
    });
    // Neither promise is ever rejected.
    let has_woken = with_timeout(&back, ms).await.is_ok_and(|event| !event.is_undefined());
    if let Some(listener) = listener {
        for event in WAKING {
            let _ = window.remove_event_listener_with_callback_and_bool(event, &listener, true);
        }
    }
    has_woken
}
