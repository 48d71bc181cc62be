//! Serves the demo's page and the widget with the headers of a careful shop.

use std::path::Path;

use axum::{
    http::{HeaderName, HeaderValue, Request, header},
    response::{IntoResponse as _, Response},
};
use damage_report_rules::contract::Code;
use tower::{Layer as _, Service, ServiceExt as _, service_fn, util::BoxCloneSyncService};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::problem::Refusal;

/// The strictest policy under which the widget runs: nothing inline, nothing evaluated, nothing from other hosts.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The headers of every file. `no-cache` makes a rebuilt page show at once.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-cache"),
];

/// Serves the files of `folder`. A missing file is refused like an unknown route.
pub(super) fn site_service(
    folder: &Path,
) -> impl Service<Request<axum::body::Body>, Response = Response, Error = std::convert::Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    let missing = service_fn(async |_: Request<axum::body::Body>| {
        Ok::<_, std::convert::Infallible>(Refusal::new(Code::RouteUnknown).into_response())
    });
    let files = ServeDir::new(folder).fallback(missing).map_response(Response::into_response);
    HEADERS.into_iter().fold(BoxCloneSyncService::new(files), |service, (name, value)| {
        let layer = SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
        BoxCloneSyncService::new(layer.layer(service))
    })
}
