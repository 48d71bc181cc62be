//! The journeys. One program, so that they share what it takes to build them, and three run at once on two processors.
//!
//! - The report: `full_claim` (from damage to its end), `refused`, `tampered` (claims past the widget), `hostile` (files that
//!   are no photos), `pictures` (every coding of photos), `drag_and_drop`, `durability` (nothing lost, nothing sent twice),
//!   `history` (the browser's Back), `double_press`, `keyboard`.
//! - The page around it: `embedded`, `packaged` (the npm package in frameworks), `odd_hosts`, `contract` and `page_data` (what a page
//!   may do with the element), `host` (what it does all the same), `visibility` (layers, styles and paper), `missing_apis`.
//! - For every customer: `accessible` (axe-core), `display_modes` (targets, forced colours, motion), `screenshots`, `speech`,
//!   `live_regions`, `focus`, `main_thread` (pauses of the page).
//! - The shop's people: `damage_desk`, from the report to the refund, by keyboard, and with pictures of its own.
//! - With faults: `network`, `backend_answers`, `unreachable` (policies and blocked files), `saved` (storage),
//!   `tabs` (also two devices), `killed` (SIGKILL).
//! - `cross_browser` repeats some of them in Firefox and WebKit. All others run in Chromium.
//!
//! Tests that begin with the number of a row are that row of the list of faults; `docs/faults.md` lists them all.

mod accessible;
mod backend_answers;
mod contract;
mod cross_browser;
mod damage_desk;
mod decisions;
mod display_modes;
mod double_press;
mod drag_and_drop;
mod durability;
mod embedded;
mod focus;
mod full_claim;
mod history;
mod host;
mod hostile;
mod keyboard;
mod killed;
mod live_regions;
mod main_thread;
mod missing_apis;
mod network;
mod odd_hosts;
mod packaged;
mod page_data;
mod pictures;
mod refused;
mod saved;
mod screenshots;
mod speech;
mod tabs;
mod tampered;
mod unreachable;
mod visibility;
