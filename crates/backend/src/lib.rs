//! The reference site backend of a damage report: it stores claims and their evidence for a shop.
//!
//! A shop runs this, or copies from it, or writes its own against the contract in `docs/openapi.json`. `damage_report_rules` decides
//! what is in time, enough and allowed, here as in the browser; this crate decides no rule again.
//!
//! Imports run from the top of this list to the bottom, never back:
//!
//! 1. [`demo`]: a made-up shop around all of this, for the `demo` command only; [`backup`]: copies a data folder that is in use;
//! 2. [`server`] and [`router`]: connections, routes and the layers around them (`middleware`);
//! 3. `routes`: the contract, one handler a file; [`access`]: who is calling; `desk`: pages for the people who settle claims;
//! 4. [`evidence`], [`submission`], [`claim_events`], [`claim_list`], [`removal`], [`retention`] and [`export`]: photos and claims are
//!    accepted, followed up, listed, removed and handed out; [`event_log`]: each change is logged, and [`webhooks`] tells it;
//! 5. [`app`]: the state that all of these share, made of the parts below;
//! 6. [`photo`], [`photo_store`] and [`store`]: from untrusted bytes to a clean photo, the photos' files, and the database;
//! 7. [`readiness`], [`throttle`], `body_drain`, `tasks`, `client_address`, [`keyed_semaphore`]: limits, and work in the background;
//! 8. [`actor`], [`public_address`], [`claim`], [`order_line`], [`return_label`] and [`token`]: one value each;
//! 9. [`json`], `query`, `field_error`, [`incoming_body`] and [`problem`]: how a request is read, and how it is refused;
//! 10. [`config`], [`clock`], [`digest`] and [`random`]: the only places that read the environment, the time and chance.

pub mod access;
pub mod actor;
pub mod app;
pub mod backup;
mod body_drain;
pub mod claim;
pub mod claim_events;
pub mod claim_list;
mod client_address;
pub mod clock;
pub mod config;
pub mod demo;
mod desk;
pub mod digest;
pub mod event_log;
pub mod evidence;
pub mod export;
mod field_error;
pub mod incoming_body;
pub mod json;
pub mod keyed_semaphore;
mod middleware;
mod openapi;
pub mod order_line;
pub mod photo;
pub mod photo_store;
pub mod problem;
pub mod public_address;
mod query;
pub mod random;
pub mod readiness;
pub mod removal;
pub mod retention;
pub mod return_label;
pub mod router;
mod routes;
pub mod server;
pub mod store;
pub mod submission;
mod tasks;
pub mod throttle;
pub mod token;
pub mod webhooks;
