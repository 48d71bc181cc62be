//! A photo's bytes, taken off the wire into a file of their own while they are counted and digested.
//!
//! Into a file rather than into memory: a thousand slow phones must not add up to a thousand photos in memory. The file
//! is gone when its owner is dropped, whatever became of the request.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use axum::body::Body;
use damage_report_rules::{contract::Code, evidence::Digest};
use http_body_util::BodyExt as _;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use crate::{problem::Refusal, random};

/// A file of received bytes, removed when dropped.
#[derive(Debug)]
pub struct ReceivedFile(PathBuf);

impl ReceivedFile {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ReceivedFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(%error, "a received file cannot be removed; the next start will");
        }
    }
}

/// What arrived.
#[derive(Debug)]
pub struct Received {
    /// The bytes.
    pub file: ReceivedFile,
    /// How many there are.
    pub length: u64,
    /// Their digest.
    pub digest: Digest,
}

/// Takes `body` into a new file in `folder`.
///
/// # Errors
///
/// A [`Refusal`]: `photo_too_large` at the first byte over `length_max`, `overloaded` when nothing came for
/// `idle_timeout`, `header_invalid` when the body broke off, `storage` when it cannot be kept.
pub async fn receive(
    mut body: Body,
    folder: &Path,
    length_max: u64,
    idle_timeout: Duration,
) -> Result<Received, Refusal> {
    let path = folder.join(format!("{}.part", random::name()));
    let mut sink = tokio::fs::OpenOptions::new().write(true).create_new(true).open(&path).await.map_err(cannot_keep)?;
    let file = ReceivedFile(path);
    let mut hasher = Sha256::new();
    let mut length: u64 = 0;
    loop {
        let frame = tokio::time::timeout(idle_timeout, body.frame()).await.map_err(|_| too_slow())?;
        let Some(frame) = frame else { break };
        let Ok(bytes) = frame.map_err(|_| broken_off())?.into_data() else { continue };
        length += bytes.len() as u64;
        if length > length_max {
            return Err(Refusal::new(Code::PhotoTooLarge));
        }
        hasher.update(&bytes);
        sink.write_all(&bytes).await.map_err(cannot_keep)?;
    }
    sink.flush().await.map_err(cannot_keep)?;
    Ok(Received { file, length, digest: Digest::new(hasher.finalize().into()) })
}

fn too_slow() -> Refusal {
    Refusal::new(Code::Overloaded).detail("the body paused for too long").after(1)
}

fn broken_off() -> Refusal {
    Refusal::new(Code::HeaderInvalid).detail("the body ended before it was complete")
}

fn cannot_keep(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "a photo cannot be received");
    Refusal::new(Code::Storage).after(30)
}
