//! The routes of the seller's own systems.

mod erase_order_line;
mod export_order_line;
mod find_claim;
mod hold_claim;
mod list_claims;
mod list_deliveries;
mod list_events;
mod list_webhooks;
mod put_order_line;
mod record_event;
mod resend_webhooks;
mod show_claim;
mod show_photo;
