//! The pages that the customer sees, the shop's page of orders and the widget on it, and those of the shop's people, the desk.
//!
//! The methods do what the customer does, or wait. The journeys assert.

mod damage_desk;
mod order_page;
mod place;
mod report;
mod resumed;
mod route;

pub use self::{
    damage_desk::{DamageDesk, Keyboard},
    order_page::OrderPage,
    place::Place,
    report::Report,
};
