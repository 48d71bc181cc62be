//! The database: order lines, the rows of photos, drafts, claims and their events.
//!
//! SQLite in WAL mode with `synchronous=FULL`, so that an acknowledged commit survives a power cut. One connection writes, each
//! transaction with `BEGIN IMMEDIATE`, so that no writer ever finds the database locked; a few connections read. SQL decides no
//! rule. The photos' bytes are files, see [`photo_store`](crate::photo_store).

pub mod claim_list;
pub mod claim_retention;
pub mod claims;
mod database;
pub mod desk;
pub mod drafts;
mod error;
pub mod events;
mod folder;
pub mod idempotency;
mod instant;
pub mod notes;
pub mod order_lines;
pub mod photos;
mod schema;
pub mod unallocated;
pub mod webhooks;

pub use self::{
    database::Store,
    error::{OpenError, StoreError},
    folder::{DATABASE, delete_contents},
};
