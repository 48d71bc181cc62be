//! The host that a request is for: each request must name exactly one. Only the demo cares which one.

use axum::{
    extract::Request,
    http::{HeaderMap, Version, header, uri::Authority},
    middleware::Next,
    response::Response,
};
use damage_report_rules::contract::Code;

use crate::problem::Refusal;

/// The names of this machine that no name server decides.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Refuses a request that names no host, several hosts, or something that cannot be a host (RFC 9112, 3.2): a proxy and this
/// program could read such a request differently. HTTP/1.0 has no `Host`.
pub(crate) async fn require_one_host(request: Request, next: Next) -> Result<Response, Refusal> {
    let may_be_absent = request.version() < Version::HTTP_11 && !request.headers().contains_key(header::HOST);
    if may_be_absent || host(request.headers()).is_some() {
        return Ok(next.run(request).await);
    }
    Err(Refusal::new(Code::HeaderInvalid).with_detail("send one Host header, with the host that is asked"))
}

/// Refuses a request for any host but this machine. A page on the internet can point its own name at 127.0.0.1, and the
/// browser would then let it read the answers as its own.
pub(crate) async fn require_loopback_host(request: Request, next: Next) -> Result<Response, Refusal> {
    match host(request.headers()) {
        Some(host) if LOOPBACK.iter().any(|name| host.host().eq_ignore_ascii_case(name)) => Ok(next.run(request).await),
        _ => Err(Refusal::new(Code::HeaderInvalid).with_detail("this is answered at 127.0.0.1 and localhost only")),
    }
}

/// The one host that `headers` name.
fn host(headers: &HeaderMap) -> Option<Authority> {
    let mut values = headers.get_all(header::HOST).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let host: Authority = value.to_str().ok()?.parse().ok()?;
    // A Host header has no user name before the host.
    (!host.as_str().contains('@')).then_some(host)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_host_is_named_once_and_can_be_one() {
        let named = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::HOST, HeaderValue::from_static(value));
            }
            host(&headers).map(|host| host.host().to_owned())
        };
        for (value, name) in
            [("shop.example", "shop.example"), ("127.0.0.1:8080", "127.0.0.1"), ("[::1]:8080", "[::1]")]
        {
            assert_eq!(named(&[value]).as_deref(), Some(name));
        }
        for values in [&[][..], &[""], &["a b"], &["me@shop.example"], &["a/b"], &["a", "a"]] {
            assert_eq!(named(values), None, "{values:?}");
        }
    }
}
