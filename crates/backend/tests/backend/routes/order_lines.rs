//! What the claimant's widget asks.

mod begin_draft;
mod discard_photo;
mod find_photo;
mod keep_photo;
mod show;
mod show_claim;
mod show_photo;
mod show_return_label;
mod submit_claim;
