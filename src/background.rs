//! Work that goes on while the customer does, and ends when the widget is taken down.

use std::pin::Pin;

use js_sys::{Math, Promise};
use leptos::{prelude::*, task::spawn_local_scoped_with_cancellation};
use wasm_bindgen_futures::JsFuture;

/// The first wait is at most this long; each further one at most twice as long.
const BASE_MS: f64 = 500.0;

/// No wait is longer.
const CEILING_MS: f64 = 30_000.0;

/// Starts work under the reactive owner that it was made under, whoever asks for it.
#[derive(Clone)]
pub(crate) struct Background(Owner);

impl Background {
    /// Work from here on ends with the current owner.
    pub(crate) fn here() -> Self {
        Self(Owner::current().unwrap_or_default())
    }

    /// Makes something that lives as long.
    pub(crate) fn under<T>(&self, make: impl FnOnce() -> T) -> T {
        self.0.with(make)
    }

    /// Starts `work`.
    pub(crate) fn start(&self, work: impl Future<Output = ()> + 'static) {
        // Boxed, so that the machinery around it is compiled once.
        let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
        self.0.with(|| spawn_local_scoped_with_cancellation(work));
    }
}

/// Waits before the try after `attempt` (from 0): anything between nothing and the bound, so that the browsers of a
/// thousand customers do not all come back in the same second.
pub(crate) async fn pause(attempt: u32) {
    let bound = (BASE_MS * f64::from(2_u32.saturating_pow(attempt))).min(CEILING_MS);
    let wait = (Math::random() * bound) as i32;
    let waited = Promise::new(&mut |resolve, _| {
        // Without a timer the promise would never end; an error here means there is no page left to wait in.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait);
    });
    // The promise is never rejected.
    let _ = JsFuture::from(waited).await;
}
