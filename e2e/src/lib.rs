//! A customer's whole way through a damage report, in a real browser against the real backend.
//!
//! In reading order: [`environment`] is what a run is given; [`shop`] is the backend with its demo around it, [`browser`] the
//! customer's browser, [`timers`] those of its page and [`engine`] what differs from one to another, [`faults`] what can go wrong between them,
//! [`journey`] all of it together for one test; [`pages`] are what the customer sees, [`screenshots`] what that looked like
//! before, [`speech`] what a screen reader was told of it, [`print`] what is printed; [`pointer`] is quicker than a driver; [`photos`] what the customer's phone takes; [`records`] what the backend has on disk in the end. The journeys
//! are in `tests/journey`.
//!
//! Nothing of the widget or the backend is linked in but the shared rules: what is tested is what is delivered.

pub mod browser;
mod browser_files;
mod chromium;
mod driver;
pub mod engine;
pub mod environment;
pub mod faults;
mod firefox;
pub mod journey;
mod listener;
pub mod odd_hosts;
pub mod pages;
pub mod photos;
pub mod pointer;
pub mod print;
mod processes;
pub mod programs;
pub mod records;
mod screen;
pub mod screenshots;
pub mod shop;
pub mod speech;
pub mod timers;
pub mod wait;
mod webkit;
pub mod words;
