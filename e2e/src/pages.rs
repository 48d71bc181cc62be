//! The pages that the customer sees: the shop's page of orders, and the widget on it.
//!
//! The methods do what the customer does, or wait. The journeys assert.

mod order_page;
mod place;
mod report;
mod resumed;
mod route;

pub use self::{order_page::OrderPage, place::Place, report::Report};
