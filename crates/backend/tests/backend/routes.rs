//! One file a route, as in `src/routes`.

mod openapi;
mod operation;
mod order_lines;
mod seller;
