//! How long to wait before trying again.

use js_sys::{Math, Promise};
use wasm_bindgen_futures::JsFuture;

/// The first wait is at most this long; each further one at most twice as long.
const BASE_MS: f64 = 500.0;

/// No wait is longer.
const CEILING_MS: f64 = 30_000.0;

/// Waits before the try after `attempt` (from 0): anything between nothing and the bound, so that the browsers of a
/// thousand customers do not all come back in the same second.
pub(crate) async fn pause(attempt: u32) {
    let bound = (BASE_MS * f64::from(2_u32.saturating_pow(attempt))).min(CEILING_MS);
    let wait = (Math::random() * bound) as i32;
    let waited = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            // Without a timer the promise would never end; an error here means there is no page left to wait in.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait);
        }
    });
    // The promise is never rejected.
    let _ = JsFuture::from(waited).await;
}
