//! The routes of the seller's own systems.

mod erase_order_line;
mod find_claim;
mod hold_claim;
mod keep_order_line;
mod list_events;
mod record_event;
mod show_claim;
mod show_photo;
