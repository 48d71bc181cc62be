//! Changes to the browser for one test: what it lacks, what fails in it, and what is counted.

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = shiftClock)]
    pub(crate) fn shift_clock(days: i32) -> Function;
    #[wasm_bindgen(js_name = forbidWorkers)]
    pub(crate) fn forbid_workers() -> Function;
    #[wasm_bindgen(js_name = onDevice)]
    pub(crate) fn on_device(memory: f64, is_touched: bool) -> Function;
    #[wasm_bindgen(js_name = countDecoded)]
    pub(crate) fn count_decoded() -> Function;
    #[wasm_bindgen(js_name = deadWorkers)]
    pub(crate) fn dead_workers(times: u32) -> Function;
    #[wasm_bindgen(js_name = forbidMarkup)]
    pub(crate) fn forbid_markup() -> Function;

    #[wasm_bindgen(js_name = asItWas)]
    pub(crate) fn as_it_was();
    #[wasm_bindgen(js_name = chance)]
    pub(crate) fn chance(n: f64);
    #[wasm_bindgen(js_name = setOnline)]
    pub(crate) fn set_online(is_online: bool);
    #[wasm_bindgen(js_name = asksBeforeLeaving)]
    pub(crate) fn asks_before_leaving() -> bool;
    #[wasm_bindgen(js_name = countClosedBitmaps)]
    pub(crate) fn count_closed_bitmaps() -> Function;

    /// The errors that reach the page's error handlers.
    pub(crate) type Errors;

    #[wasm_bindgen(constructor)]
    pub(crate) fn new() -> Errors;
    #[wasm_bindgen(method)]
    pub(crate) fn heard(this: &Errors) -> Vec<String>;
    #[wasm_bindgen(method)]
    pub(crate) fn stop(this: &Errors);
}
