//! The running backend: what every handler is given, and the routes with the layers around them.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Method, header},
    middleware,
    response::{IntoResponse, Response},
};
use damage_report_rules::contract::Code;
use tokio_util::task::TaskTracker;
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{AllowOrigin, CorsLayer},
};

use crate::{
    clock::Clock,
    config::Config,
    head,
    limits::{self, Throttle},
    photo::Darkroom,
    photo_store::PhotoStore,
    problem::Refusal,
    readiness::Readiness,
    request_log, routes,
    store::{OpenError, Store},
    token::Tokens,
    unread_body::{self, ReadOffs},
};

/// Everything that a handler may need.
#[derive(Debug)]
pub struct App {
    /// What the shop set.
    pub config: Config,
    /// What time it is.
    pub clock: Clock,
    /// The database.
    pub store: Store,
    /// The photos' files.
    pub photos: PhotoStore,
    /// Where photos are developed.
    pub darkroom: Darkroom,
    /// Tells tokens from forgeries.
    pub tokens: Tokens,
    /// What has been asked too often.
    pub throttle: Throttle,
    /// What is read off for nobody.
    pub(crate) read_offs: ReadOffs,
    /// Whether a photo and a claim could be kept, as it was found last.
    pub readiness: Readiness,
    /// What goes on to its end whoever leaves.
    work: TaskTracker,
}

impl App {
    /// Opens the data folder of `config`.
    ///
    /// # Errors
    ///
    /// [`OpenError`], which says what to do.
    pub async fn open(config: Config, clock: Clock) -> Result<Arc<Self>, OpenError> {
        let store = Store::open(&config.data).await?;
        let photos =
            PhotoStore::open(&config.data).map_err(|error| OpenError::Unwritable(config.data.clone(), error))?;
        for (place, year) in config.holidays.ending(clock.now().date_naive()) {
            tracing::warn!(place, year, "the holidays after this year are not known: set them in [holidays]");
        }
        Ok(Arc::new(Self {
            tokens: Tokens::new(config.tokens.clone()),
            throttle: Throttle::new(&config.limits),
            read_offs: ReadOffs::default(),
            darkroom: Darkroom::new(config.limits.decode_memory),
            readiness: Readiness::default(),
            work: TaskTracker::new(),
            photos,
            store,
            clock,
            config,
        }))
    }

    /// Does `work` whole, also when whoever asked for it goes away in the middle.
    ///
    /// # Errors
    ///
    /// What `work` says; `internal` where it panics.
    pub(crate) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
    ) -> Result<T, Refusal> {
        // A panic has said what it is by way of the panic hook.
        self.work.spawn(work).await.unwrap_or_else(|_| Err(Refusal::new(Code::Internal)))
    }

    /// Waits for what goes on although whoever asked for it has left, then closes the database.
    pub async fn close(&self) {
        self.work.close();
        if tokio::time::timeout(self.config.limits.shutdown_grace, self.work.wait()).await.is_err() {
            tracing::warn!("stopping: some work was cut off");
        }
        self.store.close().await;
    }

    /// The routes of the contract, ready to be served.
    pub fn router(self: &Arc<Self>) -> Router {
        let (router, _) = routes::all().split_for_parts();
        let router = router.fallback(async || Refusal::new(Code::RouteUnknown));
        self.with_layers(router.with_state(Arc::clone(self)))
    }

    /// `router` with what surrounds every route: from the outside in an end for unread bodies, a log line, one host, cross-origin
    /// rules, limits, and a net for panics.
    pub(crate) fn with_layers(self: &Arc<Self>, router: Router) -> Router {
        router
            .method_not_allowed_fallback(async || Refusal::new(Code::MethodUnknown))
            // Each body has a limit of its own, counted as it is read.
            .layer(DefaultBodyLimit::disable())
            .layer(CatchPanicLayer::custom(on_panic))
            .layer(middleware::from_fn_with_state(Arc::clone(self), limits::guard))
            .layer(cors(&self.config.allowed_origins))
            .layer(middleware::from_fn(head::one_host))
            .layer(middleware::from_fn(request_log::log))
            .layer(middleware::from_fn_with_state(Arc::clone(self), unread_body::read_off))
    }
}

/// Exact origins, no cookies: the token in a header is the only thing that counts.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.to_vec();
    let allowed = AllowOrigin::predicate(move |origin: &HeaderValue, _| {
        // A browser sends origins in lower case; scheme and host do not depend on case (RFC 6454, 4).
        origin.to_str().is_ok_and(|origin| origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)))
    });
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::HEAD, Method::PUT, Method::POST, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, HeaderName::from_static("idempotency-key")])
        .expose_headers([
            // A `Retry-After` that a proxy wrote as a date is read against the answer's own.
            header::DATE,
            header::RETRY_AFTER,
            header::LOCATION,
            HeaderName::from_static("idempotent-replayed"),
            HeaderName::from_static("x-request-id"),
        ])
        // Two hours are as long as Chromium remembers a preflight.
        .max_age(std::time::Duration::from_secs(7200))
}

/// The answer to a request whose handler panicked. Its message goes to the log by way of the panic hook, not here.
fn on_panic(_panic: Box<dyn std::any::Any + Send>) -> Response {
    Refusal::new(Code::Internal).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request, routing::get};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

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
        let router = app.with_layers(panicking);
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
