//! Limits on how many requests are counted, accepted and worked on: for each order line, for each client, and in all.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
};

use axum::http::HeaderMap;
use damage_report_rules::contract::Code;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::{client_address::client_network, config::Limits, json, keyed_semaphore::KeyedSemaphore, problem::Refusal};

/// The number of checks between two sweeps that drop the counters of idle callers.
const SWEEP_INTERVAL: u32 = 4_096;

/// A body over this many bytes is large.
const LARGE_BODY_BYTES: u64 = 64 * 1024;

/// Large bodies in memory at once. They are return labels of at most 4 MiB, which are decoded and stored from memory.
const LARGE_BODIES_MAX: usize = 4;

/// `Retry-After` in seconds where an order line has all its requests in progress: a photo takes longer than a read.
const CONCURRENCY_RETRY_SECONDS: u64 = 2;

/// Attempts to sign in at the desk, a minute and address. A key has at least 32 characters, so this leaves nothing to guess; an office
/// that signs in behind one address in the morning needs more than one attempt.
pub const SIGN_INS_PER_MINUTE: u32 = 20;

/// The limits, and the counts against them.
#[derive(Debug)]
pub struct Throttle {
    order_line_rates: DefaultKeyedRateLimiter<String>,
    client_rates: DefaultKeyedRateLimiter<IpAddr>,
    sign_in_rates: DefaultKeyedRateLimiter<IpAddr>,
    requests: Semaphore,
    requests_with_body: Semaphore,
    order_line_requests: KeyedSemaphore<String>,
    large_bodies: Semaphore,
    checks: AtomicU32,
}

/// The permits that one request holds while it is worked on.
#[derive(Debug)]
pub(crate) struct RequestPermits<'a> {
    _request: SemaphorePermit<'a>,
    _with_body: Option<SemaphorePermit<'a>>,
}

/// Whether a request has a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HasBody {
    /// It has.
    Yes,
    /// It has none.
    No,
}

impl Throttle {
    /// A throttle with these limits that has counted nothing yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            order_line_rates: RateLimiter::keyed(per_minute(limits.requests_per_order_line)),
            client_rates: RateLimiter::keyed(per_minute(limits.requests_per_peer)),
            sign_in_rates: RateLimiter::keyed(per_minute(SIGN_INS_PER_MINUTE)),
            requests: Semaphore::new(limits.concurrent_requests),
            // Uploads may be slow: a quarter of the permits is left to requests without a body.
            requests_with_body: Semaphore::new(limits.concurrent_requests - limits.concurrent_requests / 4),
            order_line_requests: KeyedSemaphore::new(limits.concurrent_requests_per_order_line),
            large_bodies: Semaphore::new(LARGE_BODIES_MAX),
            checks: AtomicU32::new(0),
        }
    }

    /// Counts a request with a token of `order_line`, and returns one of the order line's permits.
    ///
    /// # Errors
    ///
    /// `rate_limited` with `Retry-After`: too many requests in this time, or too many at once.
    pub fn admit_order_line(&self, order_line: &str) -> Result<OwnedSemaphorePermit, Refusal> {
        self.sweep();
        self.order_line_rates.check_key(&order_line.to_owned()).map_err(|wait| rate_limited(&wait))?;
        self.order_line_requests.try_acquire(order_line.to_owned()).ok_or_else(|| {
            let why = "as many requests of this order line as there may be at once are at work";
            Refusal::new(Code::RateLimited).with_detail(why).with_retry_after(CONCURRENCY_RETRY_SECONDS)
        })
    }

    /// Waits until a body that is large, or of unknown length, may be read into memory. A small body needs no permit.
    pub async fn admit_large_body(&self, headers: &HeaderMap) -> Option<SemaphorePermit<'_>> {
        if json::declared_length(headers).is_some_and(|length| length <= LARGE_BODY_BYTES) {
            return None;
        }
        self.large_bodies.acquire().await.ok()
    }

    /// Counts a request of `client`.
    ///
    /// # Errors
    ///
    /// `rate_limited` with `Retry-After`.
    pub(crate) fn admit_client(&self, client: IpAddr) -> Result<(), Refusal> {
        self.sweep();
        self.client_rates.check_key(&client_network(client)).map_err(|wait| rate_limited(&wait))
    }

    /// Counts an attempt of `client` to sign in at the desk.
    ///
    /// # Errors
    ///
    /// `rate_limited` with `Retry-After`.
    pub(crate) fn admit_sign_in(&self, client: IpAddr) -> Result<(), Refusal> {
        self.sweep();
        self.sign_in_rates.check_key(&client_network(client)).map_err(|wait| rate_limited(&wait))
    }

    /// The permits of one more request.
    ///
    /// # Errors
    ///
    /// `overloaded` when all are in use.
    pub(crate) fn admit_request(&self, body: HasBody) -> Result<RequestPermits<'_>, Refusal> {
        let full = |_| Refusal::new(Code::Overloaded);
        let request = self.requests.try_acquire().map_err(full)?;
        let with_body = match body {
            HasBody::Yes => Some(self.requests_with_body.try_acquire().map_err(full)?),
            HasBody::No => None,
        };
        Ok(RequestPermits { _request: request, _with_body: with_body })
    }

    fn sweep(&self) {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_INTERVAL == SWEEP_INTERVAL - 1 {
            self.order_line_rates.retain_recent();
            self.client_rates.retain_recent();
            self.sign_in_rates.retain_recent();
        }
    }
}

fn per_minute(requests: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN))
}

fn rate_limited(wait: &governor::NotUntil<<DefaultClock as governor::clock::Clock>::Instant>) -> Refusal {
    let wait = wait.wait_time_from(DefaultClock::default().now());
    Refusal::new(Code::RateLimited).with_retry_after(wait.as_secs() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_after_the_last_allowed_is_told_when_to_come_back() {
        let throttle = Throttle::new(&Limits { requests_per_order_line: 2, ..Limits::default() });
        assert!(throttle.admit_order_line("a").is_ok() && throttle.admit_order_line("a").is_ok());
        let refusal = throttle.admit_order_line("a").unwrap_err();
        assert_eq!((refusal.code(), refusal.problem().detail.as_deref()), (Code::RateLimited, None));
        assert!(throttle.admit_order_line("b").is_ok(), "another order line is counted apart");
    }

    #[test]
    fn an_order_line_has_so_many_requests_at_work_and_no_more() {
        let throttle = Throttle::new(&Limits { concurrent_requests_per_order_line: 2, ..Limits::default() });
        let first = throttle.admit_order_line("a").unwrap();
        let second = throttle.admit_order_line("a").unwrap();
        assert_eq!(throttle.admit_order_line("a").unwrap_err().code(), Code::RateLimited);
        assert!(throttle.admit_order_line("b").is_ok(), "another order line is counted apart");
        drop(first);
        assert!(throttle.admit_order_line("a").is_ok(), "a request that ends makes room");
        drop(second);
    }
}
