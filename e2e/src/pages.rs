//! The pages that the customer sees, the shop's page of orders and the widget on it, and those of the shop's people, the desk.
//!
//! The methods do what the customer does, or wait. The journeys assert.

mod damage_desk;
mod order_page;
mod report_widget;
mod resumed;
mod route;
mod widget_page;

pub use self::{
    damage_desk::{DamageDesk, Keyboard},
    order_page::OrderPage,
    report_widget::ReportWidget,
    widget_page::WidgetPage,
};
