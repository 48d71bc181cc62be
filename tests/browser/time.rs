//! Time as a test wants it. See `scripts/time.js`.

use wasm_bindgen::prelude::*;

use crate::waiting::eventually;

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    /// A fake clock, which stands still until a test moves it.
    pub(crate) type Time;

    #[wasm_bindgen(constructor)]
    pub(crate) fn stop() -> Time;
    #[wasm_bindgen(method, js_name = pass)]
    pub(crate) async fn pass(this: &Time, ms: f64);
    #[wasm_bindgen(method)]
    pub(crate) fn sleep(this: &Time, ms: f64);
    #[wasm_bindgen(method)]
    fn waits(this: &Time) -> Vec<f64>;
}

impl Time {
    /// Waits until a timer of `ms` milliseconds is pending.
    pub(crate) async fn is_waited_for(&self, ms: f64) {
        self.is_waited_for_by(1, ms).await;
    }

    /// Waits until `count` timers of `ms` milliseconds are pending.
    pub(crate) async fn is_waited_for_by(&self, count: usize, ms: f64) {
        if !eventually(|| self.waits().iter().filter(|wait| **wait == ms).count() >= count).await {
            panic!("fewer than {count} timers of {ms} ms are pending: {:?}", self.waits());
        }
    }
}
