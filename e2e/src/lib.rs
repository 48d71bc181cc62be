//! A customer's whole way through a damage report, in a real browser against the real backend.
//!
//! In reading order: [`stage`] is what a run is given; [`shop`] is the backend with its demo around it, [`browser`] the
//! customer's browser, [`timers`] those of its page and [`engine`] what differs from one to another, [`faults`] what can go wrong between them,
//! [`journey`] all of it together for one test; [`pages`] are what the customer sees, [`looks`] what that looked like
//! before, [`heard`] what a screen reader was told of it, [`paper`] what is printed; [`hand`] is quicker than a driver; [`photos`] what the customer's phone takes; [`records`] what the backend has on disk in the end. The journeys
//! are in `tests/journey`.
//!
//! Nothing of the widget or the backend is linked in but the shared rules: what is tested is what is delivered.

pub mod browser;
mod chromium;
pub mod engine;
pub mod faults;
mod firefox;
pub mod hand;
pub mod heard;
pub mod journey;
mod listener;
pub mod looks;
pub mod pages;
pub mod paper;
pub mod patience;
pub mod photos;
mod processes;
pub mod records;
pub mod shop;
pub mod stage;
pub mod strange;
pub mod timers;
mod webkit;
