//! The report's code, which is a WebAssembly module of its own: fetched while the customer reads the first page, so that
//! they wait for half as much before they see it.
//!
//! What can be reached from [`code`] alone is split off after linking (`xtask/src/split.rs`), by the tool of Leptos's own lazy
//! routes. Both modules share one memory. A build that does not split (the browser tests) has all of it in one module.

use js_sys::{Function, Promise, TypeError};
use wasm_bindgen::{JsCast, JsValue};

use super::{refresh::keep_current, report::Report};
use crate::{
    failure::Failure, photos::prepare::PhotoProcessor, reactive::scope::with_timeout, saved::Saved, ui::dom::El,
};

/// How long it may take before that counts as a try in vain, in milliseconds. What comes later serves the try after that.
const CODE_MS: f64 = 10_000.0;

/// What the report's code can do.
#[derive(Clone, Copy)]
pub(super) struct ReportCode {
    /// Makes the page of a report: see [`Report::view`].
    pub(super) view: fn(Report, PhotoProcessor, Option<Saved>, bool, bool) -> El,
    /// See [`keep_current`].
    pub(super) keep_current: fn(Report),
}

/// The code of a report, once it is there, and the processor for its photos; `get_photo_processor` promises that.
///
/// # Errors
///
/// Without a connection, which passes by itself, or where it is not there in time; or when what comes is not that code.
pub(super) async fn report_code(get_photo_processor: &Function) -> Result<(ReportCode, PhotoProcessor), Failure> {
    let promise = get_photo_processor.call0(&JsValue::NULL).map_err(|_| Failure::UnexpectedResponse)?;
    let processor = with_timeout(&Promise::resolve(&promise), CODE_MS).await.map_err(|error| {
        // What `fetch` says where there is no connection.
        if error.is_instance_of::<TypeError>() { Failure::Unreachable } else { Failure::UnexpectedResponse }
    })?;
    if processor.is_undefined() {
        return Err(Failure::Unreachable);
    }
    Ok((code().await, processor.unchecked_into()))
}

/// The way into the other module: to be called when that is there.
#[cfg(feature = "split")]
#[leptos::wasm_split::wasm_split(report, wasm_split_path = crate::wizard::lazy)]
fn code() -> ReportCode {
    ReportCode { view: Report::view, keep_current }
}

#[cfg(not(feature = "split"))]
async fn code() -> ReportCode {
    ReportCode { view: Report::view, keep_current }
}

/// What `wasm_split` asks of whoever loads the module: nothing, because it is there.
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
