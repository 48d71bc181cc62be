//! Writes a request's body to a file, and counts and digests the bytes as they arrive.
//!
//! It uses files because a thousand slow uploads must not keep a thousand photos in memory. The file is removed when its owner is
//! dropped, however the request ends.

use std::path::{Path, PathBuf};

use damage_report_rules::{contract::Code, evidence::Digest};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use crate::{
    incoming_body::{BodyError, IncomingBody},
    problem::Refusal,
    random,
};

/// A file of received bytes, removed when dropped.
#[derive(Debug)]
pub struct ReceivedFile(PathBuf);

impl ReceivedFile {
    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ReceivedFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(%error, "a received file cannot be removed; the next start of the backend will try again");
        }
    }
}

/// A body that was received in full.
#[derive(Debug)]
pub struct ReceivedBody {
    /// The file with the bytes.
    pub file: ReceivedFile,
    /// The number of bytes.
    pub length: u64,
    /// Their digest.
    pub digest: Digest,
}

/// Writes `body` to a new file in `folder`.
///
/// # Errors
///
/// A [`Refusal`]: `photo_too_large` at the first byte over `length_max`, `overloaded` when the body is too slow,
/// `token_expired` when its token expires first, `header_invalid` when the connection breaks, `storage` when the file cannot be
/// written.
pub async fn receive_body(mut body: IncomingBody, folder: &Path, length_max: u64) -> Result<ReceivedBody, Refusal> {
    let path = folder.join(format!("{}.part", random::random_id()));
    // The task creates the file together with its guard: a client that disconnects meanwhile leaves no file behind.
    let created = tokio::task::spawn_blocking(move || {
        let sink = std::fs::File::create_new(&path)?;
        Ok((ReceivedFile(path), sink))
    });
    let created: std::io::Result<_> = created.await.map_err(std::io::Error::other).flatten();
    let (file, sink) = created.map_err(cannot_store)?;
    let mut sink = tokio::fs::File::from_std(sink);
    let mut hasher = Sha256::new();
    let mut length: u64 = 0;
    while let Some(bytes) = body.next_chunk().await.map_err(refusal)? {
        length += bytes.len() as u64;
        if length > length_max {
            return Err(Refusal::new(Code::PhotoTooLarge));
        }
        hasher.update(&bytes);
        sink.write_all(&bytes).await.map_err(cannot_store)?;
    }
    sink.flush().await.map_err(cannot_store)?;
    Ok(ReceivedBody { file, length, digest: Digest::new(hasher.finalize().into()) })
}

fn refusal(error: BodyError) -> Refusal {
    match error {
        BodyError::Aborted => Refusal::new(Code::HeaderInvalid).with_detail("the body ended before it was complete"),
        BodyError::TimedOut(refusal) => refusal,
    }
}

fn cannot_store(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "a photo cannot be received");
    Refusal::new(Code::Storage)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::Body;
    use futures_util::{StreamExt as _, stream};
    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::config::Limits;

    /// Receives 400 kB in pieces of `piece` bytes, one every `pause` seconds. Returns the result, and how many seconds it took.
    async fn received(piece: usize, pause: u64) -> (Result<u64, Code>, u64) {
        received_with_token(piece, pause, 15 * 60).await
    }

    /// The same with a token that expires after `remaining` seconds.
    async fn received_with_token(piece: usize, pause: u64, remaining: u64) -> (Result<u64, Code>, u64) {
        let folder = tempfile::tempdir().unwrap();
        let pieces = stream::iter(0..400_000 / piece).then(move |_| async move {
            sleep(Duration::from_secs(pause)).await;
            Ok::<_, std::io::Error>(vec![0; piece])
        });
        let started = Instant::now();
        let body = IncomingBody::new(Body::from_stream(pieces), &Limits::default())
            .with_token_lifetime(Duration::from_secs(remaining));
        let received = receive_body(body, folder.path(), 1_000_000).await;
        (received.map(|received| received.length).map_err(|refusal| refusal.code()), started.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn h011_a_photo_may_take_its_time_while_it_comes() {
        // Two photos share a connection of 50 kbit/s: each gets 3 125 bytes a second.
        assert_eq!(received(3_125, 1).await, (Ok(400_000), 128));
        // Six photos share it: each gets a kilobyte a second.
        assert_eq!(received(1_000, 1).await, (Ok(400_000), 400));
        // One upload pauses again and again, each time for less than the limit.
        assert_eq!(received(40_000, 29).await, (Ok(400_000), 290));
    }

    #[tokio::test(start_paused = true)]
    async fn h011_a_body_that_is_slower_than_any_network_is_given_up_after_its_time() {
        // Without a limit, a client that sends a byte every 25 seconds would hold an upload permit for hours.
        assert_eq!(received(1, 25).await, (Err(Code::Overloaded), 60));
        // The limit is a minute, plus a second for each kilobyte received.
        assert_eq!(received(4_000, 29).await, (Err(Code::Overloaded), 68));
        assert_eq!(received(700, 1).await, (Err(Code::Overloaded), 197));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_too_slow() {
        assert_eq!(received(40_000, 31).await, (Err(Code::Overloaded), 30));
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_its_token_is_the_end_of_a_photo() {
        assert_eq!(received_with_token(3_125, 1, 100).await, (Err(Code::TokenExpired), 100));
        assert_eq!(received_with_token(3_125, 1, 200).await, (Ok(400_000), 128));
    }
}
