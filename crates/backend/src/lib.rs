//! The reference site backend of a damage report: it keeps claims and their evidence for a shop.
//!
//! A shop runs this, or copies from it, or writes its own against the contract in `docs/openapi.json`. What is in time,
//! enough and allowed is decided by `damage_report_rules`, here as in the browser; nothing here decides a rule again.
//!
//! Read it in this order:
//!
//! 1. [`config`] and [`clock`]: the only places that read the environment and the time;
//! 2. [`app`]: what every handler is given, and the layers around the routes;
//! 3. `routes`: the contract, one handler a file;
//! 4. [`token`] and [`access`]: who is calling;
//! 5. [`photo`] and [`evidence`]: from hostile bytes to a clean photo that is kept;
//! 6. [`submission`], [`follow_up`] and [`return_label`]: a claim is accepted, and what the seller does about it;
//! 7. [`store`] and [`photo_store`]: the database and the files;
//! 8. [`removal`] and [`retention`]: what is taken away when asked, and what is forgotten when old; [`backup`]: what is
//!    copied while it runs;
//! 9. [`problem`], `field`, `unread_body`, [`limits`], [`pace`], [`server`]: how it says no and is heard, how much it takes and
//!    how slowly, how it starts and ends;
//! 10. [`demo`]: a made-up shop around all of this, for the `demo` command only.

pub mod access;
pub mod app;
pub mod backup;
pub mod claim;
pub mod clock;
pub mod config;
pub mod demo;
pub mod evidence;
mod field;
pub mod follow_up;
mod head;
pub mod json;
pub mod limits;
pub mod openapi;
pub mod order_line;
pub mod pace;
pub mod photo;
pub mod photo_store;
pub mod problem;
pub mod random;
pub mod readiness;
pub mod removal;
mod request_log;
pub mod retention;
pub mod return_label;
mod routes;
pub mod server;
pub mod store;
pub mod submission;
pub mod token;
mod unread_body;
