//! Serving the routes: so many connections and no more, with limits on how slow and how large a request's head may be,
//! and an end that lets running requests finish.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use crate::{
    app::App,
    limits::{self, Shares},
};

/// The largest head of a request. Ours are under two kilobytes; over this the answer is 431.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// How long to wait after the system refused a connection, for want of file descriptors mostly.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long the place of a body that was read off takes to come free, mostly. After that the next one goes.
const MAKING_ROOM: Duration = Duration::from_millis(250);

/// What an address is told that has as many connections as it may have, if it listens. Nothing that it sends is read.
const TOO_MANY: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 10\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Serves `router`, the routes of `app`, on `listener` until `stop` is done, and then until running requests are, or their grace is over.
pub async fn serve(listener: TcpListener, router: Router, app: &App, stop: impl Future<Output = ()>) {
    let limits = &app.config.limits;
    let running = GracefulShutdown::new();
    let places = Places::new(app);
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = places.accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let (stream, peer, place) = match accepted {
            Ok(Some(accepted)) => accepted,
            Ok(None) => continue,
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        // An answer that is sent piece by piece must not wait for word that its head has arrived.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.body_idle_timeout));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout)
            // The buffer bounds heads that come in pieces. One that comes at once is read into it whole, however long it is.
            .max_buf_size(HEAD_BYTES_MAX)
            .max_header_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        let watched = running.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            // A connection that breaks is the customer's tunnel, not a fault of ours.
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    tracing::info!("stopping: running requests may finish");
    if timeout(limits.shutdown_grace, running.shutdown()).await.is_err() {
        tracing::warn!("stopping: some requests were cut off");
    }
}

/// The places for connections: so many in all, and so many for each address.
struct Places<'a> {
    app: &'a App,
    all: Arc<Semaphore>,
    of_peers: Shares<IpAddr>,
}

/// A place, and the share in those of the address; none where it is a proxy's.
type Place = (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>);

impl<'a> Places<'a> {
    fn new(app: &'a App) -> Self {
        let limits = &app.config.limits;
        let all = Arc::new(Semaphore::new(limits.connections));
        Self { app, all, of_peers: Shares::new(limits.connections_per_peer) }
    }

    /// The next connection, with a place for it; nothing where its address has all that it may have. Those after it wait
    /// where the system keeps what was not accepted yet.
    async fn accept(&self, listener: &TcpListener) -> io::Result<Option<(TcpStream, SocketAddr, Place)>> {
        let (stream, peer) = listener.accept().await?;
        // A proxy's connections are those of all its callers. That it is not flooded is for the proxy to see to.
        let is_proxy = limits::is_trusted(peer.ip(), &self.app.config.trusted_proxies);
        let share = self.of_peers.take(limits::network(peer.ip().to_canonical()));
        if share.is_none() && !is_proxy {
            let _ = stream.try_write(TOO_MANY);
            return Ok(None);
        }
        let place = self.place().await.map_err(io::Error::other)?;
        Ok(Some((stream, peer, (place, share.filter(|_| !is_proxy)))))
    }

    /// A place when one comes free, and they do: each silence has its time, before a head, within a body, and while an answer
    /// is not taken. What is read off for nobody goes for it, the oldest first.
    async fn place(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        let mut place = std::pin::pin!(Arc::clone(&self.all).acquire_owned());
        loop {
            tokio::select! {
                biased;
                place = &mut place => return place,
                () = self.app.read_offs.end_oldest() => {}
            }
            if let Ok(place) = timeout(MAKING_ROOM, &mut place).await {
                return place;
            }
        }
    }
}

/// Listens from now on for SIGINT and SIGTERM, and is done at the first. A second one ends the process at once.
///
/// Call it before saying that the program is ready: a signal that comes earlier kills it.
///
/// # Errors
/// When the system lets nobody listen.
#[cfg(unix)]
pub fn signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut next = async move || {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    Ok(async move {
        next().await;
        tokio::spawn(async move {
            next().await;
            std::process::exit(130);
        });
    })
}

/// Is done at the first Ctrl-C.
///
/// # Errors
/// Never here.
#[cfg(not(unix))]
pub fn signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
