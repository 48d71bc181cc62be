//! One photo on its way, by XHR because only that tells how far it has come.
//!
//! There is no limit on how long it may take, only on how long nothing happens: a photo may need minutes on a thin line. Where nobody
//! tells whether something happens, its length says how long that may be.

use std::{cell::Cell, rc::Rc};

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

use crate::reactive::scope::with_timeout;

/// Silence after which an upload is taken for dead while bytes are left to send. From the product's list of faults.
const STALL_MS: f64 = 30_000.0;

/// How long the answer may take once the last byte has left. From the product's list of faults.
const ANSWER_MS: f64 = 60_000.0;

/// In bytes a second: slower than this is no line that is used. A service worker of the shop's page hides how far an upload has
/// come, and half of the thinnest line in the product's list of faults is what is left to count on.
const LEAST_SPEED: f64 = 3_000.0;

/// How often a silent upload is looked at.
const GLANCE_MS: f64 = 5_000.0;

/// An upload. Dropping it ends it.
pub(super) struct XhrUpload {
    request: XmlHttpRequest,
    ended: Promise,
    progress: Rc<Progress>,
    /// How long it may take altogether where nobody tells how far it has come.
    untold_ms: f64,
    /// Kept because the request calls it for as long as it lives.
    _on_progress: Closure<dyn FnMut(ProgressEvent)>,
}

#[derive(Default)]
struct Progress {
    has_moved: Cell<bool>,
    /// Whether it was ever told how far it has come.
    is_told: Cell<bool>,
    has_left: Cell<bool>,
}

/// How an upload ended.
pub(super) enum UploadEnd {
    /// With an answer.
    Answered(XmlHttpRequest, u16),
    /// Without one.
    Broken {
        /// Whether everything had left, so that the backend may have it all the same.
        has_left: bool,
    },
    /// It was given up, because nothing moved for too long.
    Silent,
}

impl XhrUpload {
    pub(super) fn start(address: &str, token: &str, jpeg: &Blob, on_progress: impl Fn(u8) + 'static) -> Option<Self> {
        let request = XmlHttpRequest::new().ok()?;
        request.open_with_async("PUT", address, true).ok()?;
        request.set_request_header("Authorization", &["Bearer ", token].concat()).ok()?;
        // A blob from a saved draft has lost its type; the backend reads it from the bytes.
        let kind = jpeg.type_();
        request.set_request_header("Content-Type", if kind.is_empty() { "image/jpeg" } else { &kind }).ok()?;
        let progress = Rc::new(Progress::default());
        let seen = Rc::clone(&progress);
        let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            let (loaded, total) = (event.loaded(), event.total());
            if event.length_computable() && total > 0.0 {
                seen.has_moved.set(true);
                seen.is_told.set(true);
                seen.has_left.set(loaded >= total);
                on_progress((loaded / total * 100.0) as u8);
            }
        });
        request.upload().ok()?.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
        // `loadend` comes after success, error and abort alike; a status of 0 tells the last two.
        let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
        request.send_with_opt_blob(Some(jpeg)).ok()?;
        let untold_ms = STALL_MS + jpeg.size() / LEAST_SPEED * 1_000.0;
        Some(Self { request, ended, progress, untold_ms, _on_progress: on_progress })
    }

    /// Waits for the end, `patience` times as long as usual where nothing moves; no longer than it `is_wanted`.
    pub(super) async fn wait_for_end(self, patience: f64, is_wanted: &impl Fn() -> bool) -> UploadEnd {
        let mut silence = 0.0;
        loop {
            let ended = with_timeout(&self.ended, GLANCE_MS).await.is_ok_and(|event| !event.is_undefined());
            let has_left = self.progress.has_left.get();
            if ended {
                return match self.request.status() {
                    Ok(status) if status != 0 => UploadEnd::Answered(self.request.clone(), status),
                    _ => UploadEnd::Broken { has_left },
                };
            }
            if !is_wanted() {
                return UploadEnd::Broken { has_left };
            }
            silence = if self.progress.has_moved.take() { 0.0 } else { silence + GLANCE_MS };
            let limit = match (has_left, self.progress.is_told.get()) {
                (true, _) => ANSWER_MS,
                (false, true) => STALL_MS,
                (false, false) => self.untold_ms,
            };
            if silence >= patience * limit {
                return UploadEnd::Silent;
            }
        }
    }
}

impl Drop for XhrUpload {
    fn drop(&mut self) {
        self.request.set_onloadend(None);
        // To abort what is done would take its answer away.
        if self.request.ready_state() != XmlHttpRequest::DONE {
            // The upload is over, so a failure here concerns nobody.
            let _ = self.request.abort();
        }
    }
}
