//! `<damage-report>` as a component, for shops whose pages are [Leptos](https://leptos.dev) apps, rendered in the browser.
//!
//! The component puts the element on the page, sets its attributes and properties, and passes its events on in Rust types. It
//! contains nothing of the report itself: that is in the element's own files, which the page loads by `damage-report.js` as
//! any other page does, or the component loads from the address in `script`. `docs/embedding.md` describes the element.
//!
//! - [`component`]: the component;
//! - [`token`]: why there is no token to give;
//! - [`messages`]: words that replace the element's own;
//! - [`events`]: the events of the element.
//!
//! # Example
//!
//! ```
//! use damage_report_leptos::{DamageReport, NoToken};
//! use leptos::prelude::*;
//!
//! /// Asks the shop's own server for a token.
//! async fn token(order_line: &str) -> Result<String, NoToken> {
//! #   let _ = order_line;
//!     // …
//! #   Err(NoToken::SignedOut)
//! }
//!
//! #[component]
//! fn DamageHelp(order_line: &'static str) -> impl IntoView {
//!     let is_open = RwSignal::new(false);
//!     let reference = RwSignal::new(None);
//!     view! {
//!         <DamageReport
//!             order_line
//!             endpoint="https://claims.shop.example"
//!             script="/damage-report/damage-report.js"
//!             open=is_open
//!             get_token=async move || token(order_line).await
//!             on_submitted=move |given: String| reference.set(Some(given))
//!         >
//!             <a href="/contact">"Contact us about a damaged delivery"</a>
//!         </DamageReport>
//!         <p>{move || reference.get().map(|reference| format!("Reported as {reference}"))}</p>
//!     }
//! }
//! # let _ = DamageHelp;
//! ```
//!
//! Leptos makes constant text in `view!` from markup, which the browser refuses where a policy asks for Trusted Types
//! (`require-trusted-types-for 'script'`): write such words as `{"Contact us"}` there.

/// The example of the docs, compiled as it stands there.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/bundlers.md")]
struct Docs;

pub mod component;
mod detail;
pub mod events;
pub mod messages;
mod script;
pub mod token;

pub use component::DamageReport;
pub use events::{Claim, Deadline, Draft, Photo, PhotoState, Reason, Sending, Standing, Step, Subject, Violation};
pub use messages::Messages;
pub use token::NoToken;
