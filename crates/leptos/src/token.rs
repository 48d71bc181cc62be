//! The token: asked for by the element, given by the app.
//!
//! `docs/tokens.md` explains what a token is and who signs it.

use std::rc::Rc;

use js_sys::{Promise, TypeError};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoToken {
    /// The customer is not signed in any more: they are told so, and may try again.
    SignedOut,
    /// There is no connection to the server that gives tokens: the element tries again by itself.
    Unreachable,
}

impl From<JsValue> for NoToken {
    /// The browser's `fetch` throws a `TypeError` where there is no connection; any other error counts as a refusal.
    fn from(thrown: JsValue) -> Self {
        if thrown.is_instance_of::<TypeError>() { Self::Unreachable } else { Self::SignedOut }
    }
}

/// The function that the element calls for a token.
pub(crate) fn token_function(get_token: impl AsyncFn() -> Result<String, NoToken> + 'static) -> JsValue {
    let get_token = Rc::new(get_token);
    let function = move || -> Promise {
        let get_token = Rc::clone(&get_token);
        future_to_promise(async move { get_token().await.map(JsValue::from).map_err(thrown) })
    };
    // The browser lets go of it when it lets go of the element.
    Closure::<dyn Fn() -> Promise>::new(function).into_js_value()
}

/// The two, as the element tells them apart.
fn thrown(reason: NoToken) -> JsValue {
    match reason {
        NoToken::SignedOut => js_sys::Error::new("the customer is not signed in").into(),
        NoToken::Unreachable => TypeError::new("there is no connection to the server that gives tokens").into(),
    }
}
