//! Photos on their way in: from untrusted bytes to a clean, upright JPEG.
//!
//! [`receive`] writes the bytes of a request to a file. [`working_memory`] estimates from the first bytes how much memory
//! decoding takes, [`jpeg`] checks that a JPEG is complete, and [`reencode`] makes the clean copy: `transcode` codes a plain JPEG
//! anew while it is checked, and any other file is decoded, with [`orientation`] to turn it upright and [`colours`] to convert its
//! colours. [`cleaner`] limits how many photos are decoded at once.
//!
//! The rules decide which files count as photos; [`photo_store`](crate::photo_store) stores the clean copies.

pub mod cleaner;
pub mod colours;
mod encode;
mod entropy;
pub mod jpeg;
mod jpeg_sink;
pub mod orientation;
pub mod receive;
pub mod reencode;
mod transcode;
pub mod working_memory;

pub use self::{cleaner::PhotoCleaner, reencode::CleanPhoto};
