//! The routes of the claimant's widget, under `/order-lines/{id}`. Each needs a token of that order line.

pub(crate) mod begin_draft;
pub(crate) mod discard_photo;
pub(crate) mod find_photo;
pub(crate) mod show;
pub(crate) mod show_claim;
pub(crate) mod show_photo;
pub(crate) mod show_return_label;
pub(crate) mod submit_claim;
pub(crate) mod upload_photo;
