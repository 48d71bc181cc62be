//! The backend as its clients see it: the real app on a loopback port, called over HTTP.
//!
//! The tree mirrors the routes. Tokens, limits, logs, the document and the demo concern all routes, and have files of their own.
#![expect(clippy::unwrap_used, reason = "in a test, what goes wrong ends the test")]

mod app;
mod backup;
mod catalogue;
mod claims;
mod corpus;
mod demo;
mod docs;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod failing_disk;
#[cfg(target_os = "linux")]
mod full_disk;
mod headers;
mod held;
mod left_alone;
mod limits;
mod openapi;
mod origins;
mod photos;
mod retention;
mod routes;
mod serving;
mod signed_token;
mod strangers;
mod tokens;
mod unread;
mod well_again;
