//! The handlers of the contract, one a file. [`router`](crate::router) puts them together.
//!
//! A handler reads its request and words its answer. Decisions are made in the modules below.

pub(crate) mod health;
pub(crate) mod openapi;
pub(crate) mod order_lines;
pub(crate) mod ready;
pub(crate) mod seller;
