//! Somebody with one token who does their worst within the limits, and strangers who help.
//!
//! Photos of 50 megapixels that take as much memory as one may, sent and taken away again, so that a decoder is never idle;
//! clients that leave once they have sent one; uploads as slow as they may be; bodies without a token that never end.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use hyper::StatusCode;
use tokio::{io::AsyncWriteExt as _, net::TcpStream, task::JoinSet, time::sleep};

use crate::{client::Client, pictures::PhotoTemplate, requests};

/// How many send photos and take them away again. With those who leave, no more at once than one order line may have at work.
const SENDERS: usize = 3;

/// How many send a photo and leave.
const LEAVERS: usize = 3;

/// How many send a kilobyte a second.
const SLOW: usize = 2;

/// How many send without a token, and go on after the refusal. All come from one address, as everybody does here.
const STRANGERS: usize = 24;

/// The tasks that run.
pub(crate) struct RunningAttack {
    at_work: JoinSet<Result<()>>,
    kept: Arc<AtomicUsize>,
}

impl RunningAttack {
    /// Begun at `address` with a token of `line` and prints of `large`; the first photo is at work.
    ///
    /// # Errors
    ///
    /// When nobody listens.
    pub(crate) async fn begin(address: SocketAddr, line: &str, large: &PhotoTemplate) -> Result<Self> {
        let (mut at_work, kept) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
        for number in 0..LEAVERS {
            let photo = large.numbered_copy(1_000 + number as u64);
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(requests::raw_photo_head(Some(line), &photo)?.as_bytes()).await?;
            stream.write_all(&photo).await?;
        }
        for number in 0..SENDERS {
            let (line, large, kept) = (line.to_owned(), large.clone(), Arc::clone(&kept));
            at_work.spawn(async move { send_and_take_away(address, &line, &large, number, &kept).await });
        }
        for number in 0..SLOW + STRANGERS {
            let line = (number < SLOW).then(|| line.to_owned());
            at_work.spawn(trickle(address, line));
        }
        while kept.load(Ordering::Relaxed) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
        Ok(Self { at_work, kept })
    }

    /// Ends all of it, and says how many photos were decoded.
    ///
    /// # Errors
    ///
    /// When it did not do its worst.
    pub(crate) async fn end(mut self) -> Result<usize> {
        self.at_work.abort_all();
        while let Some(ended) = self.at_work.join_next().await {
            if let Ok(Err(error)) = ended {
                return Err(error);
            }
        }
        Ok(self.kept.load(Ordering::Relaxed))
    }
}

async fn send_and_take_away(
    address: SocketAddr,
    line: &str,
    large: &PhotoTemplate,
    number: usize,
    kept: &AtomicUsize,
) -> Result<()> {
    let mut client = Client::connect(address).await?;
    let photo = large.numbered_copy(number as u64);
    loop {
        let (status, _) = client.send(requests::upload_photo_request(line, number, photo.clone())?).await?;
        if status == StatusCode::CREATED {
            kept.fetch_add(1, Ordering::Relaxed);
            client.send(requests::discard_photo_request(line, &photo)?).await?;
        } else {
            // Too often or too many, and told so.
            sleep(Duration::from_millis(500)).await;
        }
    }
}

/// Sends what is no photo, a kilobyte a second, and again when the connection is closed; without a token when there is no
/// line.
async fn trickle(address: SocketAddr, line: Option<String>) -> Result<()> {
    let photo = vec![0; 1_000_000];
    loop {
        let Ok(mut stream) = TcpStream::connect(address).await else { continue };
        let head = requests::raw_photo_head(line.as_deref(), &photo)?;
        let mut sent = stream.write_all(head.as_bytes()).await;
        for piece in photo.chunks(1_100) {
            if sent.is_err() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
            sent = stream.write_all(piece).await;
        }
    }
}
