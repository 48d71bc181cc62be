//! `damage-report`, the widget: the customer of a web shop reports a delivery that arrived damaged.
//!
//! Read it in this order:
//!
//! 1. [`flow`]: the steps and phases of a report, as plain data;
//! 2. [`draft`] and [`order`]: the claim so far and the order line it is about; [`watched`]: values that pages follow;
//! 3. [`wizard`]: the page before Begin, from phase and step to a page after it, and the one sending of a claim;
//! 4. [`steps`] and [`status`]: the pages; [`ui`]: what they are made of;
//! 5. [`photos`]: from a picked file to a photo that the backend keeps; [`storage`]: what outlives the page;
//! 6. [`text`], [`api`], [`clock`], [`failure`]: words, network, time, and what can go wrong;
//! 7. [`element`] and `announcer`: how the page around it embeds it, and what it hears.
//!
//! Every rule it applies is in `damage-report-rules`; there is none here.

mod announcer;
pub mod api;
mod background;
pub mod clock;
pub mod draft;
pub mod element;
pub mod failure;
pub mod flow;
mod held;
pub mod json;
#[cfg(target_arch = "wasm32")]
mod memory;
pub mod order;
pub mod photos;
pub mod status;
pub mod steps;
pub mod storage;
pub mod text;
pub mod ui;
pub mod watched;
pub mod wizard;
