//! `damage-report`, the widget: the customer of a web shop reports a delivery that arrived damaged.
//!
//! Read it in this order:
//!
//! 1. [`flow`] and [`sending`]: the steps and phases of a report, and the decisions about a claim on its way, as plain data;
//! 2. [`draft`] and [`order`]: the claim so far, and the order line that it is about; [`reactive`]: signals, scopes, stored values;
//! 3. [`wizard`]: from the embedded element to the first page, from page to page, and the one sending of a claim;
//! 4. [`steps`] and [`status`]: the pages; [`ui`]: their components;
//! 5. [`photos`]: from a picked file to an uploaded photo; [`persistence`] and [`saved`]: the draft in the browser's storage;
//! 6. [`text`], [`api`], [`clock`], [`failure`]: words, network, time and failures;
//! 7. [`element`] and `host_events`: how the host page embeds the widget, and the events that it hears.
//!
//! `damage-report-rules` has every rule; this crate only applies them.

#[cfg(target_arch = "wasm32")]
mod allocator;
pub mod api;
pub mod clock;
pub mod draft;
pub mod element;
pub mod failure;
pub mod flow;
mod host_events;
pub mod json;
pub mod order;
pub mod persistence;
pub mod photos;
pub mod reactive;
pub mod retry;
pub mod saved;
pub mod sending;
pub mod status;
pub mod steps;
pub mod text;
pub mod ui;
pub mod wizard;
