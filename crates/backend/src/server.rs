//! Serves the routes: with a limit on connections, on the time and size of a request's head, and with a shutdown that lets running
//! requests finish.

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
    client_address::{client_network, is_trusted},
    keyed_semaphore::KeyedSemaphore,
};

/// The largest head of a request. The widget's are under two kilobytes; the answer to a larger one is 431.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// The pause after the system failed to accept a connection, usually for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The usual time until the connection of an aborted drain is closed. After that the next drain is aborted.
const ABORT_PAUSE: Duration = Duration::from_millis(250);

/// The answer to an address that has too many connections. Its request is not read.
const TOO_MANY_CONNECTIONS: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 10\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Serves `router`, the routes of `app`, on `listener` until `stop` is done. Running requests then have the grace to finish.
pub async fn serve(listener: TcpListener, router: Router, app: &App, stop: impl Future<Output = ()>) {
    let limits = &app.config.limits;
    let running = GracefulShutdown::new();
    let connections = ConnectionLimits::new(app);
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = connections.accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let (stream, peer, permits) = match accepted {
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
        // Without this, an answer in pieces waits until its head is acknowledged.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.body_idle_timeout));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout)
            // The buffer limits heads that arrive in pieces. A head that arrives at once is read whole, at any length.
            .max_buf_size(HEAD_BYTES_MAX)
            .max_header_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        let watched = running.watch(connection);
        tokio::spawn(async move {
            let _permits = permits;
            // A connection breaks when a customer goes out of range, so this is not an error of the backend.
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

/// The limits on connections: in all, and for each address.
struct ConnectionLimits<'a> {
    app: &'a App,
    all: Arc<Semaphore>,
    by_address: KeyedSemaphore<IpAddr>,
}

/// The permits of one connection. A proxy's connections need none of their address.
struct ConnectionPermits {
    _connection: OwnedSemaphorePermit,
    _address: Option<OwnedSemaphorePermit>,
}

impl<'a> ConnectionLimits<'a> {
    fn new(app: &'a App) -> Self {
        let limits = &app.config.limits;
        let all = Arc::new(Semaphore::new(limits.connections));
        Self { app, all, by_address: KeyedSemaphore::new(limits.connections_per_peer) }
    }

    /// The next connection with its permits; none where its address has too many. Later connections wait in the system's queue.
    async fn accept(&self, listener: &TcpListener) -> io::Result<Option<(TcpStream, SocketAddr, ConnectionPermits)>> {
        let (stream, peer) = listener.accept().await?;
        // A proxy's connections belong to all its clients. The proxy itself must limit them.
        let is_proxy = is_trusted(peer.ip(), &self.app.config.trusted_proxies);
        let address = self.by_address.try_acquire(client_network(peer.ip().to_canonical()));
        if address.is_none() && !is_proxy {
            let _ = stream.try_write(TOO_MANY_CONNECTIONS);
            return Ok(None);
        }
        let connection = self.acquire().await.map_err(io::Error::other)?;
        let permits = ConnectionPermits { _connection: connection, _address: address.filter(|_| !is_proxy) };
        Ok(Some((stream, peer, permits)))
    }

    /// Waits for the permit of a connection. One becomes free in time, because every pause of a client has a limit: before a head, within
    /// a body, and while it does not read an answer. Drains are aborted meanwhile, the oldest first.
    async fn acquire(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        let mut permit = std::pin::pin!(Arc::clone(&self.all).acquire_owned());
        loop {
            tokio::select! {
                biased;
                permit = &mut permit => return permit,
                () = self.app.body_drains.abort_oldest() => {}
            }
            if let Ok(permit) = timeout(ABORT_PAUSE, &mut permit).await {
                return permit;
            }
        }
    }
}

/// Waits for SIGINT or SIGTERM, from this call on. A second signal ends the process at once.
///
/// Call it before the program reports that it is ready: an earlier signal kills the process.
///
/// # Errors
/// When the system does not let a process handle signals.
#[cfg(unix)]
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
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

/// Waits for Ctrl-C.
///
/// # Errors
/// None on this system.
#[cfg(not(unix))]
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
