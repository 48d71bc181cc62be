//! One log line for each request: its route, status and duration.
//!
//! The line never holds the requested address (which has order lines and digests in it), a header or a body.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use crate::random;

/// The header that carries the identifier of the log line, so that the line of a customer's complaint can be found.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Logs the answer, and adds the log line's identifier to it.
pub(crate) async fn log_request(request: Request, next: Next) -> Response {
    // The duration does not depend on the shop's clock, which the demo can move.
    let started = Instant::now();
    let id = random::random_id();
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
