//! Every route with the layers around it, and the OpenAPI document that describes the routes.
//!
//! [`App`] is below: no handler and no layer is known to it.

use std::sync::{Arc, LazyLock};

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use damage_report_rules::contract::Code;
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{AllowOrigin, CorsLayer},
};
use utoipa::OpenApi as _;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    desk,
    middleware::{admission, host, request_log, unread_body},
    openapi::{self, Contract, OpenApiDocument},
    problem::Refusal,
    routes::{health, openapi as openapi_route, order_lines, ready, seller},
};

/// The routes of the contract, ready to be served.
pub fn router(app: &Arc<App>) -> Router {
    let router = contract_routes(app).merge(desk::routes(app)).fallback(async || Refusal::new(Code::RouteUnknown));
    with_layers(router, app)
}

/// The OpenAPI document, pretty-printed, with a newline at its end: byte for byte `docs/openapi.json`.
#[must_use]
pub fn openapi_document() -> &'static str {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
        let (_, contract) = described_routes().split_for_parts();
        openapi::to_pretty_json(&contract)
    });
    &DOCUMENT
}

/// The routes of the contract, without layers and without a fallback.
pub(crate) fn contract_routes(app: &Arc<App>) -> Router {
    let (router, _) = described_routes().split_for_parts();
    router.layer(Extension(OpenApiDocument(openapi_document()))).with_state(Arc::clone(app))
}

fn described_routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Contract::openapi())
        .routes(routes!(order_lines::show::show))
        .routes(routes!(order_lines::begin_draft::begin_draft))
        .routes(routes!(
            order_lines::upload_photo::upload_photo,
            order_lines::discard_photo::discard_photo,
            order_lines::find_photo::find_photo,
            order_lines::show_photo::show_photo
        ))
        .routes(routes!(order_lines::submit_claim::submit_claim))
        .routes(routes!(order_lines::show_claim::show_claim))
        .routes(routes!(order_lines::show_return_label::show_return_label))
        .routes(routes!(seller::put_order_line::put_order_line, seller::erase_order_line::erase_order_line))
        .routes(routes!(seller::export_order_line::export_order_line))
        .routes(routes!(seller::find_claim::find_claim))
        .routes(routes!(seller::show_claim::show_claim))
        .routes(routes!(seller::show_photo::show_photo))
        .routes(routes!(seller::record_event::record_event))
        .routes(routes!(seller::hold_claim::hold_claim, seller::hold_claim::release_claim))
        .routes(routes!(seller::list_events::list_events))
        .routes(routes!(seller::list_claims::list_claims))
        .routes(routes!(seller::list_webhooks::list_webhooks))
        .routes(routes!(seller::list_deliveries::list_deliveries))
        .routes(routes!(seller::resend_webhooks::resend_webhooks))
        .routes(routes!(health::health))
        .routes(routes!(ready::ready))
        .routes(routes!(openapi_route::openapi))
}

/// Puts the layers around `router`. A request passes them from the last to the first: unread bodies, the log line, one host,
/// cross-origin rules, limits, panics.
pub(crate) fn with_layers(router: Router, app: &Arc<App>) -> Router {
    router
        .method_not_allowed_fallback(async || Refusal::new(Code::MethodUnknown))
        // Each handler limits its own body, counted as it is read.
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(on_panic))
        .layer(from_fn_with_state(Arc::clone(app), admission::admit_request))
        .layer(cors(&app.config.allowed_origins))
        .layer(from_fn(host::require_one_host))
        .layer(from_fn(request_log::log_request))
        .layer(from_fn_with_state(Arc::clone(app), unread_body::drain_unread_body))
}

/// Exact origins, no cookies: only the token in the header counts.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.to_vec();
    let allowed = AllowOrigin::predicate(move |origin: &HeaderValue, _| {
        // Browsers send origins in lower case, and scheme and host do not depend on case (RFC 6454, 4).
        origin.to_str().is_ok_and(|origin| origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)))
    });
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::HEAD, Method::PUT, Method::POST, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, HeaderName::from_static("idempotency-key")])
        .expose_headers([
            // The widget reads a `Retry-After` that is a date, as a proxy may write it, against the answer's own date.
            header::DATE,
            header::RETRY_AFTER,
            header::LOCATION,
            HeaderName::from_static("idempotent-replayed"),
            HeaderName::from_static("x-request-id"),
        ])
        // Chromium remembers a preflight for two hours at most.
        .max_age(std::time::Duration::from_secs(7200))
}

/// The answer to a request whose handler panicked. The panic hook logs the message; the client is not told it.
fn on_panic(_panic: Box<dyn std::any::Any + Send>) -> Response {
    Refusal::new(Code::Internal).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request, routing::get};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;
    use crate::{clock::Clock, config::Config};

    #[tokio::test]
    async fn s017_a_panic_ends_one_request_and_says_nothing_about_itself() {
        let folder = tempfile::tempdir().unwrap();
        let toml = r#"
            allowed_origins = []
            [shop]
            name = "Voorbeeld"
            contact_url = "https://shop.example/contact"
            [tokens]
            issuer = "https://shop.example"
            audience = "damage-report"
            current = { kid = "new", secret = "a secret of no fewer than 32 bytes" }
        "#;
        let data = folder.path().display().to_string();
        let config = Config::parse(toml, |name| (name == "DAMAGE_REPORT_DATA").then(|| data.clone())).unwrap();
        let app = App::open(config, Clock::system()).await.unwrap();
        let panicking = Router::new().route("/panic", get(async || -> () { panic!("with a secret") }));
        let router = with_layers(panicking, &app);
        for _ in 0..2 {
            let request = Request::builder().uri("/panic").header(header::HOST, "x").body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), 500);
            assert_eq!(response.headers()["content-type"], "application/problem+json");
            let body = response.into_body().collect().await.unwrap().to_bytes();
            assert!(!String::from_utf8_lossy(&body).contains("secret"));
        }
    }
}
