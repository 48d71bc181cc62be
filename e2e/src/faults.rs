//! A server between browser and backend that breaks connections, delays them, and replaces answers.
//!
//! Page and backend are both opened through it, so the origin stays one. Which faults strike which requests is data: a
//! [`FaultRule`] each ([`fault`]). The quality of the link, for everything on it, is a [`Link`] ([`link`]). The requests that really
//! passed are written down ([`request_log`]), so that a journey can say that nothing was sent twice.
//!
//! It works on bare TCP and understands just enough of HTTP/1.1 to know which request is which ([`request`]); one
//! request goes through one connection (`exchange`). An HTTP library on the customer's side would read ahead,
//! answer, and close connections as it sees fit, and each of these is what a test wants to decide: after which byte of
//! a body the line breaks, that nothing more is read, that the end is a reset. One request a connection keeps browsers
//! honest as well: on a connection that was used before, Chromium hides a reset by asking again of itself.

mod exchange;
pub mod fault;
pub mod link;
mod mutex;
pub mod request;
pub mod request_log;
mod shared;

use std::{future::Future, net::SocketAddr, sync::Arc};

use anyhow::{Context as _, Result};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
};

pub use self::{
    fault::{BodyShare, ConnectionFault, ExchangePoint, FakeAnswer, Fault, FaultRule, Occurrence},
    link::Link,
    request::RequestKind,
    request_log::SeenRequest,
};
use self::{mutex::lock_ignoring_panics, shared::SharedState};
use crate::wait::eventually;

/// The most that the system may take in for this server before it is read. A slow line must be felt by the browser, and
/// what lies in buffers has left it. Measured on Linux, with segments of 1400 bytes: 72 kB leave the program at the other
/// end of a connection that nobody reads; with 16 KiB here 296 kB; with the segments of the loopback device 3 MB.
const BUFFER: usize = 4 * 1024;

/// How many connections may wait to be taken in.
const BACKLOG: i32 = 64;

/// A running server. It ends, and resets all open connections, with this value.
#[derive(Debug)]
pub struct FaultServer {
    address: SocketAddr,
    shared: Arc<SharedState>,
    wanted: watch::Sender<bool>,
    is_online: watch::Receiver<bool>,
    service: JoinHandle<Result<()>>,
    // Holds the port while nobody listens on it: an address that is only bound refuses connections, as is wanted then.
    _port: Socket,
}

impl FaultServer {
    /// Starts one in front of the backend at `backend`: `127.0.0.1:40123`. Without faults, for the time being.
    ///
    /// # Errors
    ///
    /// When there is no port.
    pub async fn in_front_of(backend: SocketAddr) -> Result<Self> {
        let port = bound(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let address = port.local_addr()?.as_socket().context("a port of another kind")?;
        let (wanted, wants) = watch::channel(true);
        let (is, mut is_online) = watch::channel(false);
        let shared = Arc::new(SharedState::new(backend));
        let service = tokio::spawn(serve(address, Arc::clone(&shared), wants, is));
        is_online.wait_for(|online| *online).await.context("the fault server cannot listen")?;
        Ok(Self { address, shared, wanted, is_online, service, _port: port })
    }

    /// Where it is: `http://127.0.0.1:40124`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on `rule` strikes too. Of several that would strike one request, the one that was added first does.
    pub fn add_rule(&self, rule: FaultRule) {
        lock_ignoring_panics(&self.shared.rules).push(rule);
    }

    /// No rule strikes any more. A request that was struck already stays so.
    pub fn clear_rules(&self) {
        lock_ignoring_panics(&self.shared.rules).clear();
    }

    /// From now on the line is `line`, for what is under way as well.
    pub fn set_link(&self, line: Link) {
        self.shared.wire.set_link(line);
    }

    /// Lets silent requests go on.
    pub fn release_silent_requests(&self) {
        self.shared.released.notify_waiters();
    }

    /// Refuses every connection, and resets what is under way.
    ///
    /// # Errors
    ///
    /// When the server has ended.
    pub async fn go_offline(&self) -> Result<()> {
        self.be(false).await
    }

    /// Takes connections again, at the same address.
    ///
    /// # Errors
    ///
    /// When the server has ended.
    pub async fn go_online(&self) -> Result<()> {
        self.be(true).await
    }

    /// The requests so far, in the order in which they began.
    #[must_use]
    pub fn seen_requests(&self) -> Vec<SeenRequest> {
        self.shared.records.all_requests()
    }

    /// The requests so far that asked for `asked`.
    #[must_use]
    pub fn seen_requests_of(&self, asked: RequestKind) -> Vec<SeenRequest> {
        self.seen_requests().into_iter().filter(|seen| seen.asked == asked).collect()
    }

    /// Waits until `look` finds in what was seen what it looks for: `what`, in words.
    ///
    /// # Errors
    ///
    /// When that does not come to be, with what was seen instead.
    pub async fn wait_until_seen<T>(&self, what: &str, look: impl Fn(&[SeenRequest]) -> Option<T>) -> Result<T> {
        let found = eventually(what, || std::future::ready(Ok(look(&self.seen_requests())))).await;
        found.with_context(|| format!("the fault server saw {}", request_log::summarise(&self.seen_requests())))
    }

    async fn be(&self, online: bool) -> Result<()> {
        self.wanted.send_replace(online);
        self.is_online.clone().wait_for(|is| *is == online).await.context("the fault server has ended")?;
        Ok(())
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.service.abort();
    }
}

/// Serves while it is wanted, and refuses while it is not.
async fn serve(
    address: SocketAddr,
    shared: Arc<SharedState>,
    mut wanted: watch::Receiver<bool>,
    is: watch::Sender<bool>,
) -> Result<()> {
    loop {
        let listener = listening(address)?;
        is.send_replace(true);
        serve_until(wanted.wait_for(|online| !online), &listener, &shared).await?;
        drop(listener);
        is.send_replace(false);
        wanted.wait_for(|online| *online).await?;
    }
}

/// Lets requests pass until `end` comes. Open connections are then cut off.
async fn serve_until<T>(
    end: impl Future<Output = Result<T, watch::error::RecvError>>,
    listener: &TcpListener,
    shared: &Arc<SharedState>,
) -> Result<()> {
    let mut exchanges = JoinSet::new();
    tokio::pin!(end);
    for number in 0.. {
        tokio::select! {
            ended = &mut end => {
                ended?;
                break;
            }
            accepted = listener.accept() => {
                let (customer, _) = accepted?;
                exchanges.spawn(exchange::relay_request(customer, Arc::clone(shared), number));
            }
            Some(_) = exchanges.join_next() => {}
        }
    }
    exchanges.shutdown().await;
    Ok(())
}

/// A socket that has `address`, and may share it with another one.
fn bound(address: SocketAddr) -> Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    // Before it listens, because that is when the size of a window is agreed on.
    socket.set_recv_buffer_size(BUFFER)?;
    // The loopback device carries 64 KiB at once; senders make their own buffers as large as many of these.
    #[cfg(unix)]
    socket.set_tcp_mss(link::SEGMENT as u32)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

fn listening(address: SocketAddr) -> Result<TcpListener> {
    let socket = bound(address)?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(TcpListener::from_std(socket.into())?)
}
