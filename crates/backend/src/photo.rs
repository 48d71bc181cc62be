//! A photo on its way in: from hostile bytes to a clean, upright JPEG.
//!
//! [`receive`] takes the bytes off the wire, [`working_memory`] tells what it will take to decode them, [`jpeg`] whether a
//! JPEG is whole, [`develop`] makes the clean copy, with [`orientation`] for the way up and [`colours`] for what is shown.
//! What counts as a photo at all is for the rules to say; where the clean copy is kept is for `photo_store`.

pub mod colours;
pub mod develop;
mod entropy;
pub mod jpeg;
pub mod orientation;
pub mod receive;
pub mod working_memory;

use std::{
    fs::{self, File},
    io::{self, Read as _},
    sync::Arc,
    time::Duration,
};

use damage_report_rules::{
    contract::Code,
    evidence::Digest,
    photo::{HEAD_LENGTH, PhotoKind},
    policy::Policy,
};
use sha2::{Digest as _, Sha256};
use tokio::{
    runtime::{Builder, Runtime},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinHandle,
};

use crate::{limits::Shares, problem::Refusal};

/// How many photos are decoded at once; more would only queue for the processors.
pub const DECODES_AT_ONCE: usize = 2;

/// A photo that takes more than this part of the memory that one may have is large, and large ones are decoded one at a
/// time: all decoding together takes no more than four thirds of what one may have.
const LARGE: u64 = 3;

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

/// Where photos are developed: a few at a time, one at a time of each order line, one at a time of the large ones.
///
/// Order lines take turns: each waits for a seat with one photo only, and seats are given to whoever waits longest.
#[derive(Clone, Debug)]
pub struct Darkroom {
    memory_max: u64,
    order_lines: Arc<Shares<String>>,
    large: Arc<Semaphore>,
    seats: Arc<Semaphore>,
    threads: Arc<Threads>,
}

/// Room for one photo. It belongs to the work and not to whoever waits for it: a client that leaves does not stop a decoder.
type Room = (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>, OwnedSemaphorePermit);

impl Darkroom {
    /// One in which no photo takes more than `memory_max` bytes.
    #[must_use]
    pub fn new(memory_max: u64) -> Self {
        Self {
            memory_max,
            order_lines: Arc::new(Shares::new(1)),
            large: Arc::new(Semaphore::new(1)),
            seats: Arc::new(Semaphore::new(DECODES_AT_ONCE)),
            threads: Arc::default(),
        }
    }

    /// Makes a clean photo of `file`, which is of `order_line`, off the async threads, when it is its turn.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] that says what is wrong with the photo; `photo_pixels` also when it would take too much memory.
    pub async fn develop(
        &self,
        order_line: &str,
        file: receive::ReceivedFile,
        policy: &Policy,
    ) -> Result<CleanPhoto, Refusal> {
        let turn = self.order_lines.wait(order_line.to_owned()).await.ok_or_else(closed)?;
        let weighing = move || weigh(&file).map(|memory| (file, memory)).map_err(cannot_read);
        let (file, memory) = done(tokio::task::spawn_blocking(weighing)).await?;
        let memory_max = self.memory_max;
        let memory = memory.unwrap_or(memory_max);
        check_memory(memory, memory_max)?;
        let room = self.room(turn, memory).await?;
        let policy = policy.clone();
        self.threads
            .run(move || {
                let _room = room;
                let bytes = fs::read(file.path()).map_err(cannot_read)?;
                check_memory(in_memory(&bytes, bytes.len() as u64).unwrap_or_default(), memory_max)?;
                develop::develop(&bytes, &policy)
            })
            .await
    }

    /// Room for a photo that takes `memory`, for the order line whose `turn` it is.
    async fn room(&self, turn: OwnedSemaphorePermit, memory: u64) -> Result<Room, Refusal> {
        // The large ones wait for one another first, and never for a seat that small ones could have.
        let large = if memory > self.memory_max / LARGE { Some(acquire(&self.large).await?) } else { None };
        Ok((turn, large, acquire(&self.seats).await?))
    }
}

/// What it takes to decode `file`; nothing where its first bytes do not say so.
fn weigh(file: &receive::ReceivedFile) -> io::Result<Option<u64>> {
    let mut head = Vec::new();
    let open = File::open(file.path())?;
    let length = open.metadata()?.len();
    open.take(HEAD_LENGTH as u64).read_to_end(&mut head)?;
    Ok(in_memory(&head, length))
}

/// The same of a file of `length` bytes that begins with `head`. What is no photo takes nothing: it is refused before it is
/// decoded.
fn in_memory(head: &[u8], length: u64) -> Option<u64> {
    PhotoKind::sniff(head).map_or(Some(0), |kind| working_memory::working_memory(kind, head, length))
}

fn check_memory(memory: u64, memory_max: u64) -> Result<(), Refusal> {
    if memory <= memory_max {
        return Ok(());
    }
    let why = "coded as it is, it takes too much memory: send it with fewer pixels, or as a baseline JPEG";
    Err(Refusal::new(Code::PhotoPixels).detail(why))
}

async fn acquire(seats: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Refusal> {
    Arc::clone(seats).acquire_owned().await.map_err(|_| closed())
}

fn closed() -> Refusal {
    Refusal::new(Code::Overloaded)
}

fn cannot_read(error: io::Error) -> Refusal {
    tracing::error!(%error, "a received photo cannot be read back");
    Refusal::new(Code::Storage)
}

/// The threads that decode, which do nothing else. Any of hundreds could: the system's allocator keeps some of what a photo took
/// for each thread that ever decoded one, which came to 150 MiB and more.
#[derive(Debug)]
struct Threads(Option<Runtime>);

impl Default for Threads {
    fn default() -> Self {
        let mut threads = Builder::new_current_thread();
        threads.max_blocking_threads(DECODES_AT_ONCE).thread_keep_alive(Duration::MAX).thread_name("decoder");
        // Without a driver of its own there is little that could fail; what does would fail later too.
        Self(threads.build().inspect_err(|error| tracing::error!(%error, "there are no threads to decode with")).ok())
    }
}

impl Threads {
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let threads = self.0.as_ref().ok_or_else(closed)?;
        done(threads.spawn_blocking(work)).await
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // To wait for them is not allowed where others wait.
        if let Some(threads) = self.0.take() {
            threads.shutdown_background();
        }
    }
}

async fn done<T>(work: JoinHandle<Result<T, Refusal>>) -> Result<T, Refusal> {
    work.await.unwrap_or_else(|panic| {
        // A decoder that panics has met a file it was not written for. That is the file's fault, not ours.
        tracing::error!(%panic, "a decoder panicked");
        Err(Refusal::new(Code::PhotoUnreadable))
    })
}

/// The SHA-256 of `bytes`.
#[must_use]
pub fn digest(bytes: &[u8]) -> Digest {
    Digest::new(Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use image::{Rgb, RgbImage};
    use jpeg_encoder::{ColorType, Encoder};
    use tempfile::TempDir;

    use super::*;
    use crate::{config::Limits, pace::Incoming};

    /// Ends a test that hangs.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn darkroom() -> Darkroom {
        Darkroom::new(Limits::default().decode_memory)
    }

    /// A received photo of `side` pixels each way.
    async fn received(folder: &TempDir, side: u16, is_progressive: bool) -> receive::ReceivedFile {
        let picture = RgbImage::from_fn(side.into(), side.into(), |x, y| Rgb([x, y, x / 16].map(|n| n as u8)));
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, 80);
        encoder.set_progressive(is_progressive);
        encoder.encode(&picture, side, side, ColorType::Rgb).unwrap();
        let body = Incoming::new(Body::from(jpeg), &Limits::default());
        receive::receive(body, folder.path(), 10_000_000).await.unwrap().file
    }

    async fn developed(darkroom: &Darkroom, order_line: &str, file: receive::ReceivedFile) -> Result<CleanPhoto, Code> {
        let policy = Policy::default();
        let developing = darkroom.develop(order_line, file, &policy);
        tokio::time::timeout(PATIENCE, developing).await.expect("it ends").map_err(|refusal| refusal.code())
    }

    #[tokio::test]
    async fn a_seat_is_the_works_and_not_the_clients_who_waits_for_it() {
        let (folder, darkroom) = (TempDir::new().unwrap(), darkroom());
        let file = received(&folder, 4000, false).await;
        let working = darkroom.clone();
        let client = tokio::spawn(async move { working.develop("a", file, &Policy::default()).await });
        let seated = async {
            while darkroom.seats.available_permits() == DECODES_AT_ONCE {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, seated).await.expect("the work takes a seat");
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
        // The work takes a good part of a second, and this line a microsecond.
        assert_eq!(darkroom.seats.available_permits(), DECODES_AT_ONCE - 1);
        let room = tokio::time::timeout(PATIENCE, darkroom.seats.acquire_many(DECODES_AT_ONCE as u32));
        assert!(room.await.is_ok(), "the seat is free when the work is done");
        assert!(darkroom.order_lines.take("a".to_owned()).is_some());
    }

    #[tokio::test]
    async fn one_order_line_has_one_photo_at_work_and_others_do_not_wait_for_it() {
        let (folder, darkroom) = (TempDir::new().unwrap(), darkroom());
        let at_work = darkroom.order_lines.take("a".to_owned()).unwrap();
        let (working, mine) = (darkroom.clone(), received(&folder, 400, false).await);
        let waiting = tokio::spawn(async move { developed(&working, "a", mine).await });
        // Several times as long as it would take, were it at work beside them.
        for other in ["b", "c", "d", "e"] {
            assert!(developed(&darkroom, other, received(&folder, 400, false).await).await.is_ok());
        }
        assert!(!waiting.is_finished());
        drop(at_work);
        assert!(waiting.await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn large_photos_wait_for_one_another_and_small_ones_do_not_wait_for_them() {
        let (folder, darkroom) = (TempDir::new().unwrap(), darkroom());
        // A large one is at work, and two wait.
        let at_work = (darkroom.large.acquire().await.unwrap(), darkroom.seats.acquire().await.unwrap());
        let mut waiting = Vec::new();
        for order_line in ["a", "b"] {
            // 17 megapixels, each colour as fine as brightness, progressive: nine bytes for each pixel.
            let (working, file) = (darkroom.clone(), received(&folder, 4200, true).await);
            waiting.push(tokio::spawn(async move { developed(&working, order_line, file).await }));
        }
        for order_line in ["c", "d"] {
            assert!(developed(&darkroom, order_line, received(&folder, 400, false).await).await.is_ok());
        }
        assert!(waiting.iter().all(|waiting| !waiting.is_finished()));
        drop(at_work);
        for waiting in waiting {
            assert!(waiting.await.unwrap().is_ok());
        }
    }

    #[tokio::test]
    async fn what_would_take_more_memory_than_one_may_is_refused_before_it_is_decoded() {
        let folder = TempDir::new().unwrap();
        let darkroom = Darkroom::new(64 * 1024 * 1024);
        let file = received(&folder, 4200, true).await;
        assert_eq!(developed(&darkroom, "a", file).await.unwrap_err(), Code::PhotoPixels);
        assert!(developed(&darkroom, "a", received(&folder, 400, true).await).await.is_ok());
    }
}
