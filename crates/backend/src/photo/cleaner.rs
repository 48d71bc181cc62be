//! Makes the clean copies of received photos on threads of their own, within limits of number and memory.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    sync::Arc,
    time::Duration,
};

use damage_report_rules::{
    contract::Code,
    photo::{HEAD_LENGTH, PhotoKind},
    policy::Policy,
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinHandle,
};

use super::{
    receive::ReceivedFile,
    reencode::{CleanPhoto, reencode},
    working_memory::working_memory,
};
use crate::{keyed_semaphore::KeyedSemaphore, problem::Refusal};

/// Photos that are decoded at once; more would only wait for the processors.
pub const CONCURRENT_DECODES: usize = 2;

/// A photo that takes more than a third of the memory limit is large. Large photos are decoded one at a time, so all decodes
/// together take at most four thirds of the limit.
const LARGE_DIVISOR: u64 = 3;

/// Decodes photos and makes their clean copies: [`CONCURRENT_DECODES`] at a time, and one at a time of each order line and of the
/// large ones.
///
/// Each order line has at most one photo in the queue for a permit, and the queue is first come, first served.
#[derive(Clone, Debug)]
pub struct PhotoCleaner {
    memory_max: u64,
    order_lines: Arc<KeyedSemaphore<String>>,
    large: Arc<Semaphore>,
    permits: Arc<Semaphore>,
    threads: Arc<DecoderThreads>,
}

/// The permits of one decode. The decode holds them, not the client that waits: a client that disconnects does not stop a decode.
struct DecodePermits {
    _order_line: OwnedSemaphorePermit,
    _large: Option<OwnedSemaphorePermit>,
    _decode: OwnedSemaphorePermit,
}

impl PhotoCleaner {
    /// A cleaner that takes at most `memory_max` bytes for one photo.
    #[must_use]
    pub fn new(memory_max: u64) -> Self {
        Self {
            memory_max,
            order_lines: Arc::new(KeyedSemaphore::new(1)),
            large: Arc::new(Semaphore::new(1)),
            permits: Arc::new(Semaphore::new(CONCURRENT_DECODES)),
            threads: Arc::default(),
        }
    }

    /// Makes the clean photo of `file`, which was sent for `order_line`, outside the async threads.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] that says what is wrong with the photo; `photo_pixels` also when it would take too much memory.
    pub async fn clean(&self, order_line: &str, file: ReceivedFile, policy: &Policy) -> Result<CleanPhoto, Refusal> {
        let order_line = self.order_lines.acquire(order_line.to_owned()).await.ok_or_else(overloaded)?;
        let memory_max = self.memory_max;
        let estimate = move || estimate_memory(&file).map(|memory| (file, memory)).map_err(cannot_read);
        let (file, memory) = finished(tokio::task::spawn_blocking(estimate)).await?;
        let memory = memory.unwrap_or(memory_max);
        check_memory(memory, memory_max)?;
        let permits = self.acquire(order_line, memory).await?;
        let policy = policy.clone();
        self.threads
            .run(move || {
                let _permits = permits;
                let bytes = fs::read(file.path()).map_err(cannot_read)?;
                check_memory(memory_of(&bytes, bytes.len() as u64).unwrap_or_default(), memory_max)?;
                reencode(&bytes, &policy)
            })
            .await
    }

    /// Waits for the permits of a photo that takes `memory` bytes.
    async fn acquire(&self, order_line: OwnedSemaphorePermit, memory: u64) -> Result<DecodePermits, Refusal> {
        // Large photos wait for each other first, so that they never hold a permit that a small one could use.
        let is_large = memory > self.memory_max / LARGE_DIVISOR;
        let large = if is_large { Some(acquire(&self.large).await?) } else { None };
        Ok(DecodePermits { _order_line: order_line, _large: large, _decode: acquire(&self.permits).await? })
    }
}

/// The memory that decoding `file` takes, in bytes; none where its first bytes do not tell.
fn estimate_memory(file: &ReceivedFile) -> io::Result<Option<u64>> {
    let mut head = Vec::new();
    let open = File::open(file.path())?;
    let length = open.metadata()?.len();
    open.take(HEAD_LENGTH as u64).read_to_end(&mut head)?;
    Ok(memory_of(&head, length))
}

/// The same for a file of `length` bytes that begins with `head`. A file that is not a photo takes no memory: it is refused
/// before it is decoded.
fn memory_of(head: &[u8], length: u64) -> Option<u64> {
    PhotoKind::sniff(head).map_or(Some(0), |kind| working_memory(kind, head, length))
}

fn check_memory(memory: u64, memory_max: u64) -> Result<(), Refusal> {
    if memory <= memory_max {
        return Ok(());
    }
    let why = "coded as it is, it takes too much memory: send it with fewer pixels, or as a baseline JPEG";
    Err(Refusal::new(Code::PhotoPixels).with_detail(why))
}

async fn acquire(semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Refusal> {
    Arc::clone(semaphore).acquire_owned().await.map_err(|_| overloaded())
}

fn overloaded() -> Refusal {
    Refusal::new(Code::Overloaded)
}

fn cannot_read(error: io::Error) -> Refusal {
    tracing::error!(%error, "a received photo cannot be read back");
    Refusal::new(Code::Storage)
}

/// Threads that only decode. The system's allocator keeps memory for each thread that ever decoded a photo: spread over tokio's
/// hundreds of threads, that came to 150 MiB and more.
#[derive(Debug)]
struct DecoderThreads(Option<Runtime>);

impl Default for DecoderThreads {
    fn default() -> Self {
        let mut threads = Builder::new_current_thread();
        threads.max_blocking_threads(CONCURRENT_DECODES).thread_keep_alive(Duration::MAX).thread_name("decoder");
        // The runtime has no I/O driver, so hardly anything can fail here. Without it every photo is refused as `overloaded`.
        Self(threads.build().inspect_err(|error| tracing::error!(%error, "there are no threads to decode with")).ok())
    }
}

impl DecoderThreads {
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let threads = self.0.as_ref().ok_or_else(overloaded)?;
        finished(threads.spawn_blocking(work)).await
    }
}

impl Drop for DecoderThreads {
    fn drop(&mut self) {
        // A runtime must not wait for its threads inside another runtime.
        if let Some(threads) = self.0.take() {
            threads.shutdown_background();
        }
    }
}

async fn finished<T>(work: JoinHandle<Result<T, Refusal>>) -> Result<T, Refusal> {
    work.await.unwrap_or_else(|panic| {
        // A panic means that the file is one that the decoder cannot handle: the photo is refused, the backend goes on.
        tracing::error!(%panic, "a decoder panicked");
        Err(Refusal::new(Code::PhotoUnreadable))
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use image::{Rgb, RgbImage};
    use jpeg_encoder::{ColorType, Encoder};
    use tempfile::TempDir;

    use super::*;
    use crate::{config::Limits, incoming_body::IncomingBody, photo::receive::receive_body};

    /// Ends a test that hangs.
    const HANG_TIMEOUT: Duration = Duration::from_secs(60);

    fn cleaner() -> PhotoCleaner {
        PhotoCleaner::new(Limits::default().decode_memory)
    }

    /// A received photo of `side` pixels each way.
    async fn received(folder: &TempDir, side: u16, is_progressive: bool) -> ReceivedFile {
        let picture = RgbImage::from_fn(side.into(), side.into(), |x, y| Rgb([x, y, x / 16].map(|n| n as u8)));
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, 80);
        encoder.set_progressive(is_progressive);
        encoder.encode(&picture, side, side, ColorType::Rgb).unwrap();
        let body = IncomingBody::new(Body::from(jpeg), &Limits::default());
        receive_body(body, folder.path(), 10_000_000).await.unwrap().file
    }

    async fn cleaned(cleaner: &PhotoCleaner, order_line: &str, file: ReceivedFile) -> Result<CleanPhoto, Code> {
        let policy = Policy::default();
        let cleaning = cleaner.clean(order_line, file, &policy);
        tokio::time::timeout(HANG_TIMEOUT, cleaning).await.expect("it ends").map_err(|refusal| refusal.code())
    }

    #[tokio::test]
    async fn a_permit_belongs_to_the_decode_and_not_to_the_client_that_waits_for_it() {
        let (folder, cleaner) = (TempDir::new().unwrap(), cleaner());
        let file = received(&folder, 4000, false).await;
        let working = cleaner.clone();
        let client = tokio::spawn(async move { working.clean("a", file, &Policy::default()).await });
        let started = async {
            while cleaner.permits.available_permits() == CONCURRENT_DECODES {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(HANG_TIMEOUT, started).await.expect("the decode takes a permit");
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
        // The decode takes a good part of a second, and this line a microsecond.
        assert_eq!(cleaner.permits.available_permits(), CONCURRENT_DECODES - 1);
        let all = tokio::time::timeout(HANG_TIMEOUT, cleaner.permits.acquire_many(CONCURRENT_DECODES as u32));
        assert!(all.await.is_ok(), "the permit is free after the decode");
        assert!(cleaner.order_lines.try_acquire("a".to_owned()).is_some());
    }

    #[tokio::test]
    async fn one_order_line_has_one_photo_at_work_and_others_do_not_wait_for_it() {
        let (folder, cleaner) = (TempDir::new().unwrap(), cleaner());
        let at_work = cleaner.order_lines.try_acquire("a".to_owned()).unwrap();
        let (working, mine) = (cleaner.clone(), received(&folder, 400, false).await);
        let waiting = tokio::spawn(async move { cleaned(&working, "a", mine).await });
        // Together these take several times as long as the waiting photo would.
        for other in ["b", "c", "d", "e"] {
            assert!(cleaned(&cleaner, other, received(&folder, 400, false).await).await.is_ok());
        }
        assert!(!waiting.is_finished());
        drop(at_work);
        assert!(waiting.await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn large_photos_wait_for_one_another_and_small_ones_do_not_wait_for_them() {
        let (folder, cleaner) = (TempDir::new().unwrap(), cleaner());
        // One large photo is being decoded, and two wait.
        let at_work = (cleaner.large.acquire().await.unwrap(), cleaner.permits.acquire().await.unwrap());
        let mut waiting = Vec::new();
        for order_line in ["a", "b"] {
            // 17 megapixels, each colour as fine as brightness, progressive: nine bytes for each pixel.
            let (working, file) = (cleaner.clone(), received(&folder, 4200, true).await);
            waiting.push(tokio::spawn(async move { cleaned(&working, order_line, file).await }));
        }
        for order_line in ["c", "d"] {
            assert!(cleaned(&cleaner, order_line, received(&folder, 400, false).await).await.is_ok());
        }
        assert!(waiting.iter().all(|waiting| !waiting.is_finished()));
        drop(at_work);
        for waiting in waiting {
            assert!(waiting.await.unwrap().is_ok());
        }
    }

    #[tokio::test]
    async fn a_photo_that_would_take_too_much_memory_is_refused_before_it_is_decoded() {
        let folder = TempDir::new().unwrap();
        let cleaner = PhotoCleaner::new(64 * 1024 * 1024);
        let file = received(&folder, 4200, true).await;
        assert_eq!(cleaned(&cleaner, "a", file).await.unwrap_err(), Code::PhotoPixels);
        assert!(cleaned(&cleaner, "a", received(&folder, 400, true).await).await.is_ok());
    }
}
