//! Waiting for what a page is about to do: looked at once a frame, and given up after a while.

use wasm_bindgen::prelude::*;

/// How long is waited for what does not come: far more than anything here takes on the busiest machine.
const PATIENCE_MS: f64 = 60_000.0;

/// Waits until `is_so`, and says whether it came to that.
pub(crate) async fn eventually(is_so: impl Fn() -> bool) -> bool {
    let begun = now();
    while !is_so() {
        if now() - begun > PATIENCE_MS {
            return false;
        }
        frame().await;
    }
    true
}

/// Waits until `is_so`.
pub(crate) async fn until(what: &str, is_so: impl Fn() -> bool) {
    assert!(eventually(is_so).await, "waited in vain for {what}");
}

/// Waits until `find` finds something.
pub(crate) async fn found<T>(what: &str, find: impl Fn() -> Option<T>) -> T {
    until(what, || find().is_some()).await;
    find().unwrap()
}

/// Waits two frames, after which the page has done everything that it does by itself.
pub(crate) async fn settled() {
    frame().await;
    frame().await;
}

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    /// Waits until the page was painted once more.
    pub(crate) async fn frame();
}

fn now() -> f64 {
    web_sys::window().unwrap().performance().unwrap().now()
}
