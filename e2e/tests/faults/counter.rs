//! A backend that takes in what comes, and answers how many bytes that were.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::Result;
use damage_report_e2e::faults::FaultServer;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The backend.
pub(crate) struct Counter {
    address: SocketAddr,
    whole: Arc<AtomicUsize>,
    service: JoinHandle<()>,
}

impl Counter {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let whole = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&whole);
        let service = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let count = Arc::clone(&count);
                tokio::spawn(async move { answer(stream, &count).await });
            }
        });
        Ok(Self { address, whole, service })
    }

    /// One, with a fault server in front of it.
    pub(crate) async fn behind_faults() -> Result<(Self, FaultServer)> {
        let counter = Self::start().await?;
        let faults = FaultServer::in_front_of(counter.address).await?;
        Ok((counter, faults))
    }

    /// How many requests came whole.
    pub(crate) fn heard(&self) -> usize {
        self.whole.load(Ordering::SeqCst)
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.service.abort();
    }
}

/// Answers `{"received": 12}`, with 413 and without listening to the end if the path says that it is too much.
async fn answer(mut stream: TcpStream, whole: &AtomicUsize) -> Option<()> {
    let mut heard = Vec::new();
    let head = loop {
        stream.read_buf(&mut heard).await.ok().filter(|length| *length > 0)?;
        if let Some(end) = heard.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let words = String::from_utf8_lossy(&heard[..head]).into_owned();
    let length = words.lines().find_map(|line| line.strip_prefix("Content-Length: ")?.parse::<usize>().ok());
    let length = length.unwrap_or(0);
    let is_too_much = words.contains("too-much");
    let mut received = heard.len() - head;
    let mut more = [0; 4096];
    while received < length && !is_too_much {
        received += stream.read(&mut more).await.ok().filter(|length| *length > 0)?;
    }
    whole.fetch_add(usize::from(!is_too_much), Ordering::SeqCst);
    let status = if is_too_much { "413 Content Too Large" } else { "200 OK" };
    let body = format!("{{\"received\": {received}}}");
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()?;
    // A server that hangs up while the client still sends takes back its answer.
    while stream.read(&mut more).await.ok()? > 0 {}
    Some(())
}
