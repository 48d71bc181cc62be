//! Background work that ends when the widget is unmounted, and its timers.

use std::pin::Pin;

use js_sys::{Array, Promise};
use leptos::{prelude::*, task::spawn_local_scoped_with_cancellation};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Starts work under the reactive owner that was current when the scope was made.
#[derive(Clone)]
pub(crate) struct Scope(Owner);

impl Scope {
    /// Work from here on ends with the current owner.
    pub(crate) fn current() -> Self {
        Self(Owner::current().unwrap_or_default())
    }

    /// Makes something that lives as long.
    pub(crate) fn run<T>(&self, make: impl FnOnce() -> T) -> T {
        self.0.with(make)
    }

    /// Starts `work`.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        // Boxed, so that the machinery around it is compiled once.
        let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
        self.0.with(|| spawn_local_scoped_with_cancellation(work));
    }
}

/// The value of `promise`, or `undefined` after `ms` milliseconds.
///
/// # Errors
///
/// The rejection of `promise`.
pub(crate) async fn with_timeout(promise: &Promise, ms: f64) -> Result<JsValue, JsValue> {
    let over = Promise::new(&mut |resolve, _| {
        // Without a timer the promise would never end; an error here means there is no page left to wait in.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms as i32);
    });
    JsFuture::from(Promise::race(&Array::of2(promise, &over))).await
}

/// Waits for `ms` milliseconds.
pub(crate) async fn sleep(ms: f64) {
    // Nothing else ends it, and nothing rejects it.
    let _ = with_timeout(&Promise::new(&mut |_, _| {}), ms).await;
}
