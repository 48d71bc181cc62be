//! The widget in a real browser, page by page: mounted in a shadow root as its element does it, before a network that
//! says what it is told to say.
//!
//! Tests that need no browser stand next to the code; whole journeys against the real backend are in `e2e`. Nothing here
//! sleeps: tests wait for what they want to see, and give up after a while.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accessibility;
mod clock;
mod codec;
mod connection;
mod decisions;
mod disk;
mod dom;
mod draft;
mod dropping;
mod endings;
mod events;
mod files;
mod given;
mod label;
mod language;
mod lazy;
mod lifecycle;
mod network;
mod orders;
mod page_data;
mod pages;
mod persistence;
mod picking;
mod pictures;
mod processor;
mod retries;
mod saved;
mod sending;
mod shapes;
mod steps;
mod stubs;
mod tabs;
mod time;
mod uploads;
mod visit;
mod waiting;
mod walkthrough;
mod ways_out;
mod words;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
