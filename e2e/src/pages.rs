//! What the customer sees: the shop's page of orders, and the widget on it.
//!
//! Named for what the customer does. What should be there then is for the journeys to say.

mod order_page;
mod report;
mod resumed;

pub use self::{
    order_page::OrderPage,
    report::{Place, Report},
};
