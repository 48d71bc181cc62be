//! `damage-report`, the widget: the customer of a web shop reports a delivery that arrived damaged.
//!
//! Read it in this order:
//!
//! 1. [`flow`]: the steps and phases of a report, as plain data;
//! 2. [`draft`] and [`order`]: the claim so far and the order line it is about; [`reactive`]: signals, handles, scopes;
//! 3. [`wizard`]: the page before Begin, from phase and step to a page after it, and the one sending of a claim;
//! 4. [`steps`] and [`status`]: the pages; [`ui`]: what they are made of;
//! 5. [`photos`]: from a picked file to a photo that the backend keeps; [`persistence`]: what outlives the page;
//! 6. [`text`], [`api`], [`clock`], [`failure`]: words, network, time, and what can go wrong;
//! 7. [`element`] and `events`: how the page around it embeds it, and what it hears.
//!
//! Every rule it applies is in `damage-report-rules`; there is none here.

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
pub mod saved;
pub mod sending;
pub mod status;
pub mod steps;
pub mod text;
pub mod ui;
pub mod wizard;
