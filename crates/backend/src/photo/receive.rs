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
    Refusal::new(Code::Overloaded).detail("the body paused for too long")
}

fn broken_off() -> Refusal {
    Refusal::new(Code::HeaderInvalid).detail("the body ended before it was complete")
}

fn cannot_keep(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "a photo cannot be received");
    Refusal::new(Code::Storage)
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};
    use tokio::time::{Instant, sleep};

    use super::*;

    const IDLE: Duration = Duration::from_secs(30);

    /// What becomes of 400 kB in pieces of `piece` bytes, one every `pause`, and how long it takes.
    async fn received(piece: usize, pause: Duration) -> (Result<u64, Code>, Duration) {
        let folder = tempfile::tempdir().unwrap();
        let pieces = stream::iter(0..400_000 / piece).then(move |_| async move {
            sleep(pause).await;
            Ok::<_, std::io::Error>(vec![0; piece])
        });
        let began = Instant::now();
        let received = receive(Body::from_stream(pieces), folder.path(), 1_000_000, IDLE).await;
        (received.map(|received| received.length).map_err(|refusal| refusal.code()), began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn h011_a_photo_may_take_as_long_as_it_likes_while_it_comes() {
        // Two photos share 50 kbit/s: each gets 3 125 bytes a second.
        let (length, took) = received(3_125, Duration::from_secs(1)).await;
        assert_eq!((length, took.as_secs()), (Ok(400_000), 128));
        // One that stalls again and again, each time for less than it may.
        let (length, took) = received(4_000, Duration::from_secs(29)).await;
        assert_eq!((length, took.as_secs()), (Ok(400_000), 2_900));
    }

    #[tokio::test(start_paused = true)]
    async fn only_silence_is_too_slow() {
        let (length, took) = received(4_000, Duration::from_secs(31)).await;
        assert_eq!((length, took.as_secs()), (Err(Code::Overloaded), 30));
    }
}
