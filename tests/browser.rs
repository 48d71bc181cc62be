//! The widget in a real browser, page by page: mounted in a shadow root as its element does it, before a network that
//! says what it is told to say.
//!
//! What needs no browser is tested beside the code; the whole way against the real backend is in `e2e`. Nothing here
//! sleeps: tests wait for what they want to see, and give up after a while.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "browser/accessibility.rs"]
mod accessibility;
#[path = "browser/announcements.rs"]
mod announcements;
#[path = "browser/clock.rs"]
mod clock;
#[path = "browser/codec.rs"]
mod codec;
#[path = "browser/connection.rs"]
mod connection;
#[path = "browser/desk.rs"]
mod desk;
#[path = "browser/disk.rs"]
mod disk;
#[path = "browser/dom.rs"]
mod dom;
#[path = "browser/draft.rs"]
mod draft;
#[path = "browser/endings.rs"]
mod endings;
#[path = "browser/fetched.rs"]
mod fetched;
#[path = "browser/files.rs"]
mod files;
#[path = "browser/giving.rs"]
mod giving;
#[path = "browser/label.rs"]
mod label;
#[path = "browser/language.rs"]
mod language;
#[path = "browser/life.rs"]
mod life;
#[path = "browser/orders.rs"]
mod orders;
#[path = "browser/pages.rs"]
mod pages;
#[path = "browser/patience.rs"]
mod patience;
#[path = "browser/picking.rs"]
mod picking;
#[path = "browser/pictures.rs"]
mod pictures;
#[path = "browser/retries.rs"]
mod retries;
#[path = "browser/sending.rs"]
mod sending;
#[path = "browser/shapes.rs"]
mod shapes;
#[path = "browser/steps.rs"]
mod steps;
#[path = "browser/storage.rs"]
mod storage;
#[path = "browser/tabs.rs"]
mod tabs;
#[path = "browser/uploads.rs"]
mod uploads;
#[path = "browser/visit.rs"]
mod visit;
#[path = "browser/way.rs"]
mod way;
#[path = "browser/ways_out.rs"]
mod ways_out;
#[path = "browser/words.rs"]
mod words;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
