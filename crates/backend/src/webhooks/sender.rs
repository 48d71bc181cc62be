//! Sends one webhook: the connection to an address that was judged, the request, and what the answer means.
//!
//! Each delivery has a connection of its own. No redirect is followed, no proxy is asked, and the answer's body does not matter.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    body::Bytes,
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, pki_types::ServerName},
};
use tokio_util::task::AbortOnDropHandle;
use url::{Host, Url};

use super::{failure::DeliveryFailure, signature::sign};
use crate::{config::WebhookEndpoint, public_address::may_receive_webhooks};

/// How long an attempt may take, from the look-up of the name to the head of the answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);

/// How long one address may take to accept a connection. After that the next one is tried.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);

/// The most addresses of a name that are tried, so that all of them fit into an attempt.
const ADDRESSES_MAX: usize = 3;

/// The largest head of an answer.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// How much of the answer's body is read, and for how long, so that a receiver may finish what it says. Nobody looks at it.
const ANSWER_BYTES_MAX: usize = 16 * 1024;
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);

/// The longest pause that an endpoint can ask for.
const RETRY_AFTER_MAX: TimeDelta = TimeDelta::days(1);

/// One webhook.
#[derive(Clone, Debug)]
pub(super) struct WebhookMessage {
    /// The event's identifier.
    pub(super) id: String,
    /// The event as JSON: the same bytes at each attempt.
    pub(super) body: Vec<u8>,
}

/// Sends webhooks.
#[derive(Clone)]
pub(super) struct WebhookSender {
    tls: TlsConnector,
}

impl WebhookSender {
    /// A sender that trusts the authorities that this machine trusts.
    pub(super) fn new() -> Self {
        let mut authorities = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        let (trusted, _) = authorities.add_parsable_certificates(found.certs);
        if trusted == 0 {
            tracing::error!(
                "this machine trusts no authority, so no webhook can be sent to https: install ca-certificates"
            );
        }
        let config = ClientConfig::builder().with_root_certificates(authorities).with_no_client_auth();
        Self { tls: TlsConnector::from(Arc::new(config)) }
    }

    /// Sends `message` to `endpoint`, at the time `now`.
    ///
    /// # Errors
    ///
    /// The [`DeliveryFailure`] where the answer is no success.
    pub(super) async fn send(
        &self,
        endpoint: &WebhookEndpoint,
        message: WebhookMessage,
        now: DateTime<Utc>,
    ) -> Result<(), DeliveryFailure> {
        timeout(ATTEMPT_TIMEOUT, self.attempt(endpoint, message, now)).await.unwrap_or(Err(DeliveryFailure::Timeout))
    }

    async fn attempt(
        &self,
        endpoint: &WebhookEndpoint,
        message: WebhookMessage,
        now: DateTime<Utc>,
    ) -> Result<(), DeliveryFailure> {
        let request = request(endpoint, message, now).ok_or(DeliveryFailure::NoAnswer)?;
        let stream = connect(endpoint).await?;
        if endpoint.url.scheme() == "https" {
            let name = server_name(&endpoint.url).ok_or(DeliveryFailure::Tls)?;
            let stream = self.tls.connect(name, stream).await.map_err(|_| DeliveryFailure::Tls)?;
            exchange(stream, request, now).await
        } else {
            exchange(stream, request, now).await
        }
    }
}

/// A connection to an address of `endpoint` that may receive webhooks: the address that is judged is the one that is called.
async fn connect(endpoint: &WebhookEndpoint) -> Result<TcpStream, DeliveryFailure> {
    let mut addresses = addresses(&endpoint.url).await.map_err(|_| DeliveryFailure::NameUnknown)?;
    addresses.retain(|address| may_receive_webhooks(address.ip(), endpoint.scheme(), endpoint.loopback));
    if addresses.is_empty() {
        return Err(DeliveryFailure::AddressRefused);
    }
    for address in addresses.into_iter().take(ADDRESSES_MAX) {
        if let Ok(Ok(stream)) = timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            return Ok(stream);
        }
    }
    Err(DeliveryFailure::Unreachable)
}

/// The addresses of the host of `url`.
async fn addresses(url: &Url) -> io::Result<Vec<SocketAddr>> {
    let port = url.port_or_known_default().unwrap_or_default();
    let literal = |address: IpAddr| vec![SocketAddr::new(address, port)];
    let addresses = match url.host() {
        Some(Host::Ipv4(address)) => literal(address.into()),
        Some(Host::Ipv6(address)) => literal(address.into()),
        Some(Host::Domain(name)) => tokio::net::lookup_host((name, port)).await?.collect(),
        None => Vec::new(),
    };
    if addresses.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(addresses) }
}

fn server_name(url: &Url) -> Option<ServerName<'static>> {
    match url.host()? {
        Host::Domain(name) => ServerName::try_from(name.to_owned()).ok(),
        Host::Ipv4(address) => Some(ServerName::from(IpAddr::from(address))),
        Host::Ipv6(address) => Some(ServerName::from(IpAddr::from(address))),
    }
}

/// The request, signed at `now`.
fn request(endpoint: &WebhookEndpoint, message: WebhookMessage, now: DateTime<Utc>) -> Option<Request<Full<Bytes>>> {
    let url = &endpoint.url;
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str()?),
        None => url.host_str()?.to_owned(),
    };
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let seconds = now.timestamp();
    Request::post(target)
        .header(header::HOST, host)
        .header(header::USER_AGENT, concat!("damage-report/", env!("CARGO_PKG_VERSION")))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONNECTION, "close")
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", sign(&endpoint.secrets, &message.id, seconds, &message.body))
        .body(Full::new(Bytes::from(message.body)))
        .ok()
}

/// Sends `request` over `stream`, and reads the answer as far as it matters.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
    now: DateTime<Utc>,
) -> Result<(), DeliveryFailure> {
    let mut client = http1::Builder::new();
    client.max_buf_size(HEAD_BYTES_MAX);
    let (mut sender, connection) =
        client.handshake(TokioIo::new(stream)).await.map_err(|_| DeliveryFailure::NoAnswer)?;
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let (head, body) = sender.send_request(request).await.map_err(|_| DeliveryFailure::NoAnswer)?.into_parts();
    let _ = timeout(ANSWER_TIMEOUT, Limited::new(body, ANSWER_BYTES_MAX).collect()).await;
    if head.status.is_success() {
        return Ok(());
    }
    let asks_for_time = matches!(head.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let pause = asks_for_time.then(|| retry_after(&head.headers, now)).flatten();
    Err(DeliveryFailure::Answer(head.status, pause))
}

/// The pause that `Retry-After` asks for, in seconds or until a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = match text.parse::<u32>() {
        Ok(seconds) => TimeDelta::seconds(seconds.into()),
        Err(_) => DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now,
    };
    Some(pause.clamp(TimeDelta::zero(), RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_pause_that_an_endpoint_asks_for_is_read_as_seconds_or_a_date_and_is_a_day_at_most() {
        let now = "2026-11-24T11:00:00Z".parse().unwrap();
        for (value, pause) in [
            ("120", Some(TimeDelta::seconds(120))),
            ("Tue, 24 Nov 2026 11:00:30 GMT", Some(TimeDelta::seconds(30))),
            ("Tue, 24 Nov 2026 10:00:00 GMT", Some(TimeDelta::zero())),
            ("4294967295", Some(TimeDelta::days(1))),
            ("99999999999", None),
            ("-1", None),
            ("soon", None),
        ] {
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(value))]);
            assert_eq!(retry_after(&headers, now), pause, "{value}");
        }
    }
}
