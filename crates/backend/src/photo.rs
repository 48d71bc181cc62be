//! A photo on its way in: from hostile bytes to a clean, upright JPEG.
//!
//! [`receive`] takes the bytes off the wire, [`jpeg`] tells whether a JPEG is whole, [`develop`] makes the clean copy, with
//! [`orientation`] for the way up and [`colours`] for what is shown.
//! What counts as a photo at all is for the rules to say; where the clean copy is kept is for `photo_store`.

pub mod colours;
pub mod develop;
mod entropy;
pub mod jpeg;
pub mod orientation;
pub mod receive;

use std::sync::Arc;

use damage_report_rules::{contract::Code, evidence::Digest, policy::Policy};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::problem::Refusal;

/// How many photos are decoded at once. Two take up to twice [`develop::ALLOCATION_MAX`]; more would only queue for
/// the processors.
pub const DECODES_AT_ONCE: usize = 2;

/// A photo as it is kept: decoded, turned upright and encoded again, so that nothing but its pixels is left.
#[derive(Clone, Debug)]
pub struct CleanPhoto {
    /// The photo as a JPEG without any metadata.
    pub jpeg: Vec<u8>,
    /// The digest of [`jpeg`](Self::jpeg).
    pub stored: Digest,
    /// The digest of the pixels as decoded: the same picture under other metadata has the same one.
    pub pixels: Digest,
    /// Width of the upright picture.
    pub width: u32,
    /// Height of the upright picture.
    pub height: u32,
}

/// Where photos are developed, a few at a time.
#[derive(Clone, Debug)]
pub struct Darkroom {
    seats: Arc<Semaphore>,
}

impl Default for Darkroom {
    fn default() -> Self {
        Self { seats: Arc::new(Semaphore::new(DECODES_AT_ONCE)) }
    }
}

impl Darkroom {
    /// Makes a clean photo of the file at `path`, off the async threads, when there is a seat.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] that says what is wrong with the photo; `internal` when the file cannot be read back.
    pub async fn develop(&self, file: receive::ReceivedFile, policy: &Policy) -> Result<CleanPhoto, Refusal> {
        let _seat = self.seats.acquire().await.map_err(|_| Refusal::new(Code::Overloaded))?;
        let policy = policy.clone();
        let developed = tokio::task::spawn_blocking(move || {
            let bytes = std::fs::read(file.path()).map_err(|error| {
                tracing::error!(%error, "a received photo cannot be read back");
                Refusal::new(Code::Storage)
            })?;
            develop::develop(&bytes, &policy)
        });
        developed.await.unwrap_or_else(|panic| {
            // A decoder that panics has met a file it was not written for. That is the file's fault, not ours.
            tracing::error!(%panic, "a decoder panicked");
            Err(Refusal::new(Code::PhotoUnreadable))
        })
    }
}

/// The SHA-256 of `bytes`.
#[must_use]
pub fn digest(bytes: &[u8]) -> Digest {
    Digest::new(Sha256::digest(bytes).into())
}
