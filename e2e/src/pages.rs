//! The pages that the customer sees: the shop's page of orders, and the widget on it.
//!
//! Named for what the customer does. The journeys say what should be there then.

mod order_page;
mod place;
mod report;
mod resumed;
mod route;

pub use self::{order_page::OrderPage, place::Place, report::Report};
