//! The fault server does to requests what it says: tried without a browser, in front of a backend that only counts.
//!
//! `breaking` is what becomes of connections, `answers` the answers instead of the backend's, `links` how fast things
//! go. `counter` is the backend and `caller` the customer, both on bare TCP: what an HTTP library makes of a broken line
//! is its own affair.

mod answers;
mod breaking;
mod caller;
mod counter;
mod links;
