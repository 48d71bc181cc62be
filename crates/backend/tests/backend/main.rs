//! The backend as its clients see it: the real app on a loopback port, called over HTTP.
//!
//! The tree mirrors the routes. Tokens, limits, logs, the document and the demo concern all routes, and have files of their own.
#![expect(clippy::unwrap_used, reason = "in a test, what goes wrong ends the test")]

mod app;
mod backup;
mod catalogue;
mod claim_list;
mod claims;
mod client_limits;
mod corpus;
mod demo;
mod desk;
mod disconnects;
mod docs;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod failing_disk;
mod foreign_orders;
#[cfg(target_os = "linux")]
mod full_disk;
mod headers;
mod limits;
mod listed;
mod openapi;
mod origins;
mod photos;
mod recovery;
mod retention;
mod routes;
mod serving;
mod signed_token;
mod tokens;
mod traces;
mod unread_bodies;
mod webhooks;
