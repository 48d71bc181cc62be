//! One log line a request: what was asked by its route, what came of it, how long it took.
//!
//! Never the address as asked (it holds order lines and digests), never a header, never a body.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use crate::random;

/// Answers with the identifier that the log line has, so that a customer's complaint can be found.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(crate) async fn log(request: Request, next: Next) -> Response {
    // A stopwatch, not a clock: how long it took does not depend on what time the shop says it is.
    let started = Instant::now();
    let id = random::name();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(%method, route, status, milliseconds, "answered"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
