//! A customer's whole way through a damage report, in a real browser against the real backend.
//!
//! In reading order:
//!
//! - [`environment`]: the programs and the site of a run. [`shop`]: the backend with its demo.
//! - [`browser`]: the customer's browser. [`engine`]: differences between engines. [`timers`] and `scrolling`: those of its page.
//! - [`faults`]: a server between browser and backend that breaks connections and answers.
//! - [`journey`]: all of it together for one test. [`pages`]: the pages that the customer sees. [`words`]: their texts by key.
//! - [`screenshots`] and [`speech`]: references that pages are compared with. [`mod@print`]: the text of printed pages.
//! - [`mod@pointer`]: presses that are quicker than a driver's. [`photos`]: photos from the customer's phone.
//! - [`odd_hosts`]: unusual pages around the widget. [`records`]: the backend's data on disk.
//!
//! The journeys are in `tests/journey`.
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
mod scrolling;
pub mod shop;
pub mod speech;
pub mod timers;
pub mod wait;
mod webkit;
pub mod words;
