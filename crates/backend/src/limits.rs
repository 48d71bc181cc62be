//! Too much at once, or too often: refused before any work is done.
//!
//! Counted by order line and by peer. The peer is the address of the connection; `X-Forwarded-For` is believed only
//! from a proxy that the configuration names, because anybody can write one.

mod shares;

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::{
        Arc, Once,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    body::HttpBody as _,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::Response,
};
use damage_report_rules::contract::Code;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

pub use self::shares::Shares;
use crate::{
    app::App,
    config::{Limits, Network},
    json,
    problem::Refusal,
};

/// After so many checks the counts of callers that have gone quiet are dropped.
const SWEEP_EVERY: u32 = 4_096;

/// A body over this many bytes is large.
const LARGE_BODY: u64 = 64 * 1024;

/// How many large bodies are in memory at once. Return labels are, of at most 4 MiB, which are decoded and kept from there.
const LARGE_BODIES: usize = 4;

/// When to come back, in seconds, where as many requests are at work as may be: a photo takes longer than a look.
const AT_ONCE_WAIT: u64 = 2;

/// How many request headers there may be; browsers send some twenty.
const HEADERS_MAX: usize = 100;

/// What asks whether the program lives: neither counted nor given a seat.
const PROBES: [&str; 2] = ["/health", "/ready"];

/// Counts requests.
#[derive(Debug)]
pub struct Throttle {
    order_lines: DefaultKeyedRateLimiter<String>,
    peers: DefaultKeyedRateLimiter<IpAddr>,
    seats: Semaphore,
    seats_with_body: Semaphore,
    shares: Shares<String>,
    large_bodies: Semaphore,
    checks: AtomicU32,
}

impl Throttle {
    /// Nothing counted yet, within these limits.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            order_lines: RateLimiter::keyed(per_minute(limits.requests_per_order_line)),
            peers: RateLimiter::keyed(per_minute(limits.requests_per_peer)),
            seats: Semaphore::new(limits.concurrent_requests),
            // The slowest may be sending: a quarter is left to those who only look.
            seats_with_body: Semaphore::new(limits.concurrent_requests - limits.concurrent_requests / 4),
            shares: Shares::new(limits.concurrent_requests_per_order_line),
            large_bodies: Semaphore::new(LARGE_BODIES),
            checks: AtomicU32::new(0),
        }
    }

    /// Counts a request with a token of `order_line`, and gives it a share of what is worked on at once.
    ///
    /// # Errors
    ///
    /// `rate_limited`, with when to come back: too often, or too many at once.
    pub fn order_line(&self, order_line: &str) -> Result<OwnedSemaphorePermit, Refusal> {
        self.sweep();
        self.order_lines.check_key(&order_line.to_owned()).map_err(|wait| too_often(&wait))?;
        self.shares.take(order_line.to_owned()).ok_or_else(|| {
            let why = "as many requests of this order line as there may be at once are at work";
            Refusal::new(Code::RateLimited).detail(why).after(AT_ONCE_WAIT)
        })
    }

    /// Room for a body that is large or does not say how large it is, when there is some: it is in memory as a whole.
    pub async fn room_for_body(&self, headers: &HeaderMap) -> Option<SemaphorePermit<'_>> {
        if json::declared_length(headers).is_some_and(|length| length <= LARGE_BODY) {
            return None;
        }
        self.large_bodies.acquire().await.ok()
    }

    fn peer(&self, peer: IpAddr) -> Result<(), Refusal> {
        self.sweep();
        self.peers.check_key(&network(peer)).map_err(|wait| too_often(&wait))
    }

    fn sweep(&self) {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.order_lines.retain_recent();
            self.peers.retain_recent();
        }
    }
}

/// Lets a request through when there is room, and it is one that can be understood.
pub(crate) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Result<Response, Refusal> {
    check_form(&request)?;
    // A probe that is refused would have the process restarted just when everybody asks something of it.
    if PROBES.contains(&request.uri().path()) {
        return Ok(next.run(request).await);
    }
    if let Some(ConnectInfo(address)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        app.throttle.peer(peer(address.ip(), request.headers(), &app.config.trusted_proxies))?;
    }
    let full = |_| Refusal::new(Code::Overloaded);
    let _seat = app.throttle.seats.try_acquire().map_err(full)?;
    let has_body = !request.body().is_end_stream();
    let _with_body = has_body.then(|| app.throttle.seats_with_body.try_acquire().map_err(full)).transpose()?;
    Ok(next.run(request).await)
}

/// Refuses what RFC 9110 or this backend gives no meaning to.
fn check_form(request: &Request) -> Result<(), Refusal> {
    let headers = request.headers();
    let refuse = |why| Err(Refusal::new(Code::HeaderInvalid).detail(why));
    if headers.len() > HEADERS_MAX {
        return refuse("too many headers");
    }
    // RFC 9110, 14.5: a partial PUT that is not understood must not be taken for a whole one.
    if request.method() == Method::PUT
        && (headers.contains_key(header::CONTENT_RANGE) || headers.contains_key(header::RANGE))
    {
        return refuse("a photo is sent whole");
    }
    Ok(())
}

/// Who is calling: the connection's own address, or what a trusted proxy says it is.
fn peer(connection: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let mut peer = connection.to_canonical();
    // A caller may write any bytes into the header. They must not hide what the proxies appended.
    let forwarded: Vec<_> =
        headers.get_all("x-forwarded-for").iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    // An empty entry of a list says nothing (RFC 9110, 5.6.1).
    let hops: Vec<&str> =
        forwarded.iter().flat_map(|value| value.split(',')).map(str::trim).filter(|hop| !hop.is_empty()).collect();
    // Each proxy appends the address that it saw: read from the right for as long as whoever wrote it is trusted.
    for hop in hops.iter().rev() {
        if !is_trusted(peer, trusted) {
            if peer == connection.to_canonical() {
                static ONCE: Once = Once::new();
                ONCE.call_once(|| {
                    tracing::warn!(
                        "X-Forwarded-For comes from an address that is not in trusted_proxies: if that is your proxy's, all \
                         its callers share one limit"
                    );
                });
            }
            break;
        }
        let Some(address) = hop_address(hop) else {
            static ONCE: Once = Once::new();
            ONCE.call_once(|| {
                tracing::warn!("X-Forwarded-For of a trusted proxy names no address: its callers share one limit");
            });
            break;
        };
        peer = address.to_canonical();
    }
    peer
}

/// The address in one entry of `X-Forwarded-For`. Proxies write it bare, with a port, in brackets, in quotes, or with the zone
/// of a link; the port says nothing about who is calling.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim_matches('"').trim();
    let address = match hop.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?.0,
        // One colon parts an IPv4 address from its port; an IPv6 address has two at least.
        None if hop.matches(':').count() == 1 => hop.split_once(':')?.0,
        None => hop,
    };
    address.split('%').next()?.parse().ok()
}

/// Whether `connection` comes from a proxy that is believed.
pub(crate) fn is_trusted(connection: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(connection.to_canonical()))
}

/// What is counted as one caller: an IPv4 address, or the /64 that one IPv6 customer has to himself.
pub(crate) fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

fn per_minute(requests: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN))
}

fn too_often(wait: &governor::NotUntil<<DefaultClock as governor::clock::Clock>::Instant>) -> Refusal {
    let wait = wait.wait_time_from(DefaultClock::default().now());
    Refusal::new(Code::RateLimited).after(wait.as_secs() + 1)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn peer_of(connection: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        peer(connection.parse().unwrap(), &headers, &[PROXY.parse().unwrap(), "172.16.0.0/12".parse().unwrap()])
            .to_string()
    }

    #[test]
    fn a_stranger_does_not_choose_its_own_address() {
        assert_eq!(peer_of("203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_is_believed_about_the_last_hop_only() {
        assert_eq!(peer_of(PROXY, &["1.2.3.4, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(peer_of(PROXY, &["1.2.3.4", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(peer_of(PROXY, &["nonsense"]), PROXY);
        assert_eq!(peer_of(PROXY, &[]), PROXY);
    }

    #[test]
    fn an_address_is_read_as_each_proxy_writes_it() {
        for (written, address) in [
            ("203.0.113.9:4567", "203.0.113.9"),
            (" 203.0.113.9 ", "203.0.113.9"),
            ("203.0.113.9:99999", "203.0.113.9"),
            ("[2001:db8::9]:4567", "2001:db8::9"),
            ("[2001:db8::9]", "2001:db8::9"),
            ("2001:db8::9", "2001:db8::9"),
            ("\"[2001:db8::9]:4567\"", "2001:db8::9"),
            ("\"203.0.113.9\"", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("[::ffff:203.0.113.9]:80", "203.0.113.9"),
            ("fe80::1%eth0", "fe80::1"),
            ("203.0.113.9,", "203.0.113.9"),
            ("1.2.3.4, 203.0.113.9:4567, 172.31.0.7:80", "203.0.113.9"),
            ("niët, 203.0.113.9", "203.0.113.9"),
        ] {
            assert_eq!(peer_of(PROXY, &[written]), address, "{written:?}");
        }
        for nobody in ["unknown", "_hidden", ":4567", "[2001:db8::9", "203.0.113", "localhost:80", "for=203.0.113.9"] {
            assert_eq!(peer_of(PROXY, &[nobody]), PROXY, "{nobody:?}");
        }
    }

    #[test]
    fn a_proxy_within_a_trusted_range_is_believed_and_one_outside_is_not() {
        assert_eq!(peer_of("172.20.1.2", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(peer_of("::ffff:172.20.1.2", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(peer_of("172.32.0.1", &["203.0.113.9"]), "172.32.0.1");
    }

    #[test]
    fn one_ipv6_network_is_one_caller() {
        assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::ffff:2".parse().unwrap()));
        assert_ne!(network("2001:db8::1".parse().unwrap()), network("2001:db8:0:1::1".parse().unwrap()));
    }

    #[test]
    fn the_request_after_the_last_allowed_is_told_when_to_come_back() {
        let throttle = Throttle::new(&Limits { requests_per_order_line: 2, ..Limits::default() });
        assert!(throttle.order_line("a").is_ok() && throttle.order_line("a").is_ok());
        let refusal = throttle.order_line("a").unwrap_err();
        assert_eq!((refusal.code(), refusal.problem().detail.as_deref()), (Code::RateLimited, None));
        assert!(throttle.order_line("b").is_ok(), "another order line is not touched by it");
    }

    #[test]
    fn an_order_line_has_so_many_requests_at_work_and_no_more() {
        let throttle = Throttle::new(&Limits { concurrent_requests_per_order_line: 2, ..Limits::default() });
        let first = throttle.order_line("a").unwrap();
        let second = throttle.order_line("a").unwrap();
        assert_eq!(throttle.order_line("a").unwrap_err().code(), Code::RateLimited);
        assert!(throttle.order_line("b").is_ok(), "another order line is not touched by it");
        drop(first);
        assert!(throttle.order_line("a").is_ok(), "one that is done makes room");
        drop(second);
    }
}
