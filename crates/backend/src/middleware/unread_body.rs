//! Starts a drain for the part of a request body that its handler did not read; see [`body_drain`](crate::body_drain).

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody as _},
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::{
    access,
    app::App,
    body_drain::{DrainLimits, RecoverableBody},
    json,
};

/// The least limit on drained bytes: the largest original of a phone's camera that an honest client sends. A shop that accepts
/// larger photos has larger ones drained.
const BYTES_MIN: u64 = 16 * 1024 * 1024;

/// The longest drain for a client with a token or a key; other clients have `unread_seconds`. On the slowest network that the
/// widget supports, 50 kbit/s, two photos of 400 kB at once take 128 seconds.
const TIME_MAX: Duration = Duration::from_secs(180);

/// Answers the request, and drains the rest of its body.
pub(crate) async fn drain_unread_body(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let expects_continue = parts.headers.contains_key(header::EXPECT);
    let declared = json::declared_length(&parts.headers);
    let credentials = parts.headers.get(header::AUTHORIZATION).cloned();
    let (body, rest) = RecoverableBody::new(body);
    let mut response = next.run(Request::from_parts(parts, Body::new(body))).await;
    let Some(rest) = rest.take() else { return response };
    // To read the body of a client that waits for "100 Continue" would send it that answer.
    if expects_continue && !rest.is_started {
        return response;
    }
    let bytes_max = u64::from(app.config.policy.photo_bytes_max).max(BYTES_MIN);
    if declared.is_some_and(|length| length > bytes_max) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let is_known = credentials.is_some_and(|credentials| access::is_authentic(&app, &credentials));
    let limits = DrainLimits {
        bytes_max,
        pause_max: app.config.limits.body_idle_timeout,
        time_max: if is_known { TIME_MAX } else { app.config.limits.unread_timeout },
    };
    app.body_drains.start(rest.body, limits);
    response
}
