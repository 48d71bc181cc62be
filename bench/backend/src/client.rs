//! Clients that ask one request after another over connections that stay open, and how long each answer takes.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use hdrhistogram::Histogram;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, StatusCode,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet};

/// A request with its whole body.
pub(crate) type RequestWithBody = Request<Full<Bytes>>;

/// The measurements of some clients together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoadFigures {
    /// Answers a second.
    pub(crate) per_second: f64,
    /// Half of the answers took no longer, in milliseconds.
    pub(crate) p50_ms: f64,
    /// 99 of 100 answers took no longer, in milliseconds.
    pub(crate) p99_ms: f64,
    /// The slowest answer, in milliseconds.
    pub(crate) max_ms: f64,
}

/// One connection.
pub(crate) struct Client(SendRequest<Full<Bytes>>);

impl Client {
    /// Connected to `address`.
    ///
    /// # Errors
    ///
    /// When nobody listens there.
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self(sender))
    }

    /// The answer to `request`, with its whole body.
    ///
    /// # Errors
    ///
    /// When no answer came.
    pub(crate) async fn send(&mut self, request: RequestWithBody) -> Result<(StatusCode, Bytes)> {
        self.0.ready().await?;
        let (head, body) = self.0.send_request(request).await?.into_parts();
        Ok((head.status, body.collect().await?.to_bytes()))
    }
}

/// Asks `requests` of `address` by as many clients as are said, which share them evenly, and sees what that takes.
///
/// # Errors
///
/// When an answer is not the one that is `expected`: a refusal is quick, and would look good.
pub(crate) async fn measure_load(
    address: SocketAddr,
    clients: usize,
    requests: Vec<RequestWithBody>,
    expected: StatusCode,
) -> Result<LoadFigures> {
    let mut shares: Vec<Vec<RequestWithBody>> = (0..clients).map(|_| Vec::new()).collect();
    let count = requests.len();
    for (number, request) in requests.into_iter().enumerate() {
        shares[number % clients].push(request);
    }
    let mut connected = Vec::new();
    for share in shares {
        connected.push((Client::connect(address).await?, share));
    }
    let begun = Instant::now();
    let mut asking = JoinSet::new();
    for (client, share) in connected {
        asking.spawn(ask_in_turn(client, share, expected));
    }
    let mut times = microseconds()?;
    while let Some(share) = asking.join_next().await {
        times.add(share??)?;
    }
    let took = begun.elapsed();
    let ms = |microseconds: u64| microseconds as f64 / 1e3;
    Ok(LoadFigures {
        per_second: count as f64 / took.as_secs_f64(),
        p50_ms: ms(times.value_at_quantile(0.5)),
        p99_ms: ms(times.value_at_quantile(0.99)),
        max_ms: ms(times.max()),
    })
}

async fn ask_in_turn(
    mut client: Client,
    requests: Vec<RequestWithBody>,
    expected: StatusCode,
) -> Result<Histogram<u64>> {
    let mut times = microseconds()?;
    for request in requests {
        let path = request.uri().path().to_owned();
        let begun = Instant::now();
        let (status, body) = client.send(request).await.with_context(|| format!("{path} was not answered"))?;
        times.record(u64::try_from(begun.elapsed().as_micros())?)?;
        if status != expected {
            bail!("{path} was answered {status}: {}", String::from_utf8_lossy(&body));
        }
    }
    Ok(times)
}

/// Times up to a minute, to the thousandth part.
fn microseconds() -> Result<Histogram<u64>> {
    let longest = Duration::from_secs(60).as_micros();
    Ok(Histogram::new_with_max(u64::try_from(longest)?, 3)?)
}
