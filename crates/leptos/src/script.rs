//! The element's own script, for pages that do not load it by a tag.

use leptos::{prelude::document, task::spawn_local};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Url;

#[wasm_bindgen]
extern "C" {
    /// The browser's `import()`. A page's policy allows it what it allows tags, and it needs no Trusted Types; what was
    /// loaded before is not loaded again.
    #[wasm_bindgen(catch)]
    fn import(address: &str) -> Result<js_sys::Promise, JsValue>;
}

/// Loads the script at `address`, as seen from the page, or calls `failed`.
pub(crate) fn load_script(address: &str, failed: impl FnOnce() + 'static) {
    let seen_from_page = document().base_uri().ok().flatten().and_then(|page| Url::new_with_base(address, &page).ok());
    let address = seen_from_page.map_or_else(|| address.to_owned(), |url| url.href());
    spawn_local(async move {
        let loaded = match import(&address) {
            Ok(promise) => JsFuture::from(promise).await,
            Err(error) => Err(error),
        };
        if let Err(error) = loaded {
            leptos::logging::error!("damage-report: {address} cannot be loaded: {error:?}");
            failed();
        }
    });
}
