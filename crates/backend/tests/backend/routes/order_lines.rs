//! The routes of the claimant's widget.

mod begin_draft;
mod discard_photo;
mod find_photo;
mod show;
mod show_claim;
mod show_photo;
mod show_return_label;
mod submit_claim;
mod upload_photo;
