//! Refuses a request before any work is done: malformed, from a client that asks too often, or while the backend is full.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::HttpBody as _,
    extract::{ConnectInfo, Request, State},
    http::{Method, header},
    middleware::Next,
    response::Response,
};
use damage_report_rules::contract::Code;

use crate::{app::App, client_address::client_address, problem::Refusal, throttle::HasBody};

/// The most request headers; browsers send about twenty.
const HEADERS_MAX: usize = 100;

/// The routes of health checks, which are neither counted nor limited: a refused health check would have the process restarted
/// just when it is busiest.
const HEALTH_CHECKS: [&str; 2] = ["/health", "/ready"];

/// Passes a well-formed request on when its client and the backend are within their limits.
pub(crate) async fn admit_request(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    check_form(&request)?;
    if HEALTH_CHECKS.contains(&request.uri().path()) {
        return Ok(next.run(request).await);
    }
    if let Some(ConnectInfo(address)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let client = client_address(address.ip(), request.headers(), &app.config.trusted_proxies);
        app.throttle.admit_client(client)?;
    }
    let body = if request.body().is_end_stream() { HasBody::No } else { HasBody::Yes };
    let _permits = app.throttle.admit_request(body)?;
    Ok(next.run(request).await)
}

/// Refuses headers that neither RFC 9110 nor this backend gives a meaning to.
fn check_form(request: &Request) -> Result<(), Refusal> {
    let headers = request.headers();
    let refuse = |why| Err(Refusal::new(Code::HeaderInvalid).with_detail(why));
    if headers.len() > HEADERS_MAX {
        return refuse("too many headers");
    }
    // RFC 9110, 14.5: a partial PUT must not be mistaken for a whole one.
    if request.method() == Method::PUT
        && (headers.contains_key(header::CONTENT_RANGE) || headers.contains_key(header::RANGE))
    {
        return refuse("a photo is sent whole");
    }
    Ok(())
}
