//! Replaces wasm-streams, which Leptos depends on for server functions that stream. There are none here.
//!
//! The real one gives the page three classes, used or not, and what is given to the page stays in the module with all that
//! it needs. Here is as much of it as its one user, server_fn, names; a stream of it can be named, and never be made.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use wasm_bindgen::JsValue;

/// A stream that is never made.
#[derive(Debug)]
pub enum ReadableStream {}

impl ReadableStream {
    /// Never returns.
    ///
    /// # Panics
    ///
    /// Always: with this crate in its place, nothing may stream.
    pub fn from_raw(_: web_sys::ReadableStream) -> Self {
        unreachable!("nothing here streams")
    }

    /// Never returns.
    ///
    /// # Panics
    ///
    /// Always: with this crate in its place, nothing may stream.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        unreachable!("nothing here streams")
    }

    /// Never called.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        match self {}
    }

    /// Never called.
    pub fn into_stream(self) -> Self {
        self
    }
}

impl Stream for ReadableStream {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match *self {}
    }
}
