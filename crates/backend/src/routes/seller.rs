//! The routes of the seller's own systems, under `/seller`. Each needs a seller's key.

pub(crate) mod erase_order_line;
pub(crate) mod export_order_line;
pub(crate) mod find_claim;
pub(crate) mod hold_claim;
pub(crate) mod list_claims;
pub(crate) mod list_deliveries;
pub(crate) mod list_events;
pub(crate) mod list_webhooks;
pub(crate) mod put_order_line;
pub(crate) mod record_event;
pub(crate) mod resend_webhooks;
pub(crate) mod show_claim;
pub(crate) mod show_photo;
