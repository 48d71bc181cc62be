//! The report's code, a WebAssembly module of its own. The browser loads it while the customer reads the first page, which then
//! opens after half the bytes.
//!
//! After linking, `xtask/src/split.rs` splits off the functions that only [`code`] reaches, by the tool of Leptos's own lazy routes.
//! Both modules share one memory. A build that does not split (the browser tests) has one module.

use js_sys::{Function, Promise, TypeError};
use wasm_bindgen::{JsCast, JsValue};

use super::{
    preview::{GivenOrderLine, PreviewHost, preview},
    refresh::keep_order_line_fresh,
    report::report_pages,
    session::{OpenOrderLine, ReportEntry},
};
use crate::{
    failure::Failure,
    photos::prepare::PhotoProcessor,
    reactive::scope::with_timeout,
    ui::{dom::El, focus::Focus},
};

/// How long one attempt to load it may take, in milliseconds. Code that comes later serves the next attempt.
const CODE_MS: f64 = 10_000.0;

/// The functions of that module that the first one calls.
#[derive(Clone, Copy)]
pub(super) struct ReportCode {
    /// See [`report_pages`].
    pub(super) report: fn(OpenOrderLine, PhotoProcessor, ReportEntry, Focus) -> El,
    /// See [`keep_order_line_fresh`].
    pub(super) keep_fresh: fn(OpenOrderLine),
    /// See [`preview`].
    pub(super) preview: fn(Box<dyn PreviewHost>, &GivenOrderLine, u32),
}

/// Waits for the code of the report and for the processor of its photos, which `get_photo_processor` promises together.
///
/// # Errors
///
/// `Unreachable` without a connection, or when it takes too long. `UnexpectedResponse` when something else was loaded.
pub(super) async fn load_report_code(get_photo_processor: &Function) -> Result<(ReportCode, PhotoProcessor), Failure> {
    let promise = get_photo_processor.call0(&JsValue::NULL).map_err(|_| Failure::UnexpectedResponse)?;
    let processor = with_timeout(&Promise::resolve(&promise), CODE_MS).await.map_err(|error| {
        // `fetch` rejects with a `TypeError` when there is no connection.
        if error.is_instance_of::<TypeError>() { Failure::Unreachable } else { Failure::UnexpectedResponse }
    })?;
    if processor.is_undefined() {
        return Err(Failure::Unreachable);
    }
    Ok((code().await, processor.unchecked_into()))
}

/// The way into the other module. Call it only once that is loaded.
#[cfg(feature = "split")]
#[leptos::wasm_split::wasm_split(report, wasm_split_path = crate::wizard::lazy)]
pub(super) fn code() -> ReportCode {
    ReportCode { report: report_pages, keep_fresh: keep_order_line_fresh, preview }
}

#[cfg(not(feature = "split"))]
pub(super) async fn code() -> ReportCode {
    ReportCode { report: report_pages, keep_fresh: keep_order_line_fresh, preview }
}

/// The loader that `wasm_split` expects. It has no work, because `js/runtime.js` has loaded the module before.
#[cfg(all(feature = "split", target_arch = "wasm32"))]
pub(super) mod rt {
    use std::{convert::Infallible, ffi::c_void, pin::Pin};

    pub(crate) type LoadCallbackFn = unsafe extern "C" fn(*const c_void, bool);

    pub(crate) struct LazySplitLoader;

    impl LazySplitLoader {
        pub(crate) const fn new(_: unsafe extern "C" fn(LoadCallbackFn, *const c_void)) -> Self {
            Self
        }
    }

    pub(crate) async fn ensure_loaded(_: Pin<&LazySplitLoader>) -> Result<(), Infallible> {
        Ok(())
    }
}
