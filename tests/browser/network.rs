//! The network of a test's page, and the requests that were sent over it. See `scripts/network.js`.

use serde_json::Value;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    /// The network of this page. See `scripts/network.js`.
    #[derive(Clone)]
    pub(crate) type Network;

    #[wasm_bindgen(constructor)]
    pub(crate) fn new() -> Network;
    #[wasm_bindgen(method, js_name = answer)]
    pub(crate) fn answer_with(this: &Network, what: &str, status: u16, body: &str);
    #[wasm_bindgen(method, js_name = answer)]
    fn answer_in_full(this: &Network, what: &str, status: u16, body: &str, headers: &str);
    #[wasm_bindgen(method, js_name = answer)]
    pub(crate) fn answer_bytes(this: &Network, what: &str, status: u16, body: &[u8]);
    #[wasm_bindgen(method)]
    pub(crate) fn lose(this: &Network, what: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn forget(this: &Network, what: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn hold(this: &Network, what: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn release(this: &Network, what: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn leaves(this: &Network, part: f64);
    #[wasm_bindgen(method)]
    pub(crate) fn moves(this: &Network, part: f64);
    #[wasm_bindgen(method)]
    pub(crate) fn aborted(this: &Network) -> u32;
    #[wasm_bindgen(method)]
    pub(crate) fn asked(this: &Network, what: &str) -> Vec<Asked>;

    /// A request that the page has sent.
    pub(crate) type Asked;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn path(this: &Asked) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn query(this: &Asked) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn token(this: &Asked) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn key(this: &Asked) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn body(this: &Asked) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn size(this: &Asked) -> f64;
}

impl Network {
    /// Sets the answer to requests for `what`. The syntax of `what` is in `browser.js`.
    pub(crate) fn answer(&self, what: &str, status: u16, body: &Value) {
        self.answer_with(what, status, &body.to_string());
    }

    /// Sets the answer to requests for `what`, with headers.
    pub(crate) fn answer_under(&self, what: &str, status: u16, headers: &Value, body: &Value) {
        self.answer_in_full(what, status, &body.to_string(), &headers.to_string());
    }
}
