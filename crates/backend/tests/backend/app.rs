//! `TestApp`: the real app on a port of its own, with a data folder that goes away and a clock that is set.

use std::sync::Arc;

use chrono::{DateTime, TimeZone as _, Utc};
use damage_report_backend::{app::App, clock::Clock, config::Config, router, server};
use damage_report_rules::contract::{Code, Problem};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

pub(crate) use crate::signed_token::SECRET;
use crate::signed_token::Token;

pub(crate) const PREVIOUS_SECRET: &str = "the secret before it, also 32 bytes";
pub(crate) const SELLER_KEY: &str = "a-seller-key-of-at-least-32-characters";
pub(crate) const ORIGIN: &str = "https://shop.example";

/// The order line that most tests are about: delivered on Friday 20 November 2026 at 14:00 in Amsterdam, so that the
/// window closes when Wednesday the 25th ends.
pub(crate) const LINE: &str = "line-1";

const TOML: &str = r#"
    data = ""
    allowed_origins = ["https://shop.example"]
    seller_keys = ["a-seller-key-of-at-least-32-characters"]

    [shop]
    name = "Voorbeeld"
    contact_url = "https://shop.example/contact"

    [tokens]
    issuer = "https://shop.example"
    audience = "damage-report"
    current = { kid = "new", secret = "a secret of no fewer than 32 bytes" }
    previous = { kid = "old", secret = "the secret before it, also 32 bytes" }

    [policy]
    # The catalogue's photos are small, so that there can be many.
    photo_side_min = 100

    [limits]
    requests_per_minute_per_order_line = 10000
    requests_per_minute_per_peer = 10000
    concurrent_requests_per_order_line = 10000
    connections_per_peer = 10000
"#;

/// A running backend.
pub(crate) struct TestApp {
    pub(crate) app: Arc<App>,
    pub(crate) address: std::net::SocketAddr,
    client: reqwest::Client,
    serving: JoinHandle<()>,
    _stop: oneshot::Sender<()>,
    folder: Arc<TempDir>,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Tuesday 24 November 2026, noon in Amsterdam: the fifth day of the window's six.
pub(crate) fn tuesday_noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 11, 0, 0).unwrap()
}

impl TestApp {
    /// A backend with the order line [`LINE`] in it.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same, with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let app = Self::on(Arc::new(TempDir::new().unwrap()), change).await;
        app.put_line(LINE, Some("2026-11-20T13:00:00Z")).await;
        app
    }

    /// A backend on a data folder that may have something in it.
    pub(crate) async fn on(folder: Arc<TempDir>, change: impl FnOnce(&mut Config)) -> Self {
        let data = folder.path().display().to_string();
        let mut config = Config::parse(TOML, |name| (name == "DAMAGE_REPORT_DATA").then(|| data.clone())).unwrap();
        change(&mut config);
        let app = App::open(config, Clock::stopped(tuesday_noon())).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let (router, served) = (router::router(&app), Arc::clone(&app));
        let serving = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            server::serve(listener, router, &served, stopped).await;
        });
        Self { app, address, client: reqwest::Client::new(), serving, _stop: stop, folder }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.app.clock
    }

    /// Sets the clock to an instant in RFC 3339.
    pub(crate) fn set_clock(&self, instant: &str) {
        self.app.clock.set(instant.parse().unwrap());
    }

    /// Where it listens: `http://127.0.0.1:1234`.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A request without anybody's token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.origin() + path)
    }

    /// A request with a good token of `line`.
    pub(crate) fn as_claimant(&self, line: &str, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(self.token(line))
    }

    /// A request with the seller's key.
    pub(crate) fn as_seller(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(SELLER_KEY)
    }

    /// A good token of `line`.
    pub(crate) fn token(&self, line: &str) -> String {
        Token::of(line, self.clock().now()).sign()
    }

    /// Puts an order line in as the shop's own system does.
    pub(crate) async fn put_line(&self, line: &str, delivered_at: Option<&str>) {
        let delivery = delivered_at.map(|at| json!({"at": at, "zone": "Europe/Amsterdam"}));
        let body = json!({
            "order_number": "1000", "device": "iPhone 13 128 GB, blauw", "grade": "excellent",
            "delivery": delivery, "country": "NL", "carrier": "PostNL", "tracking_number": "3SDEVC123456789",
        });
        let path = format!("/seller/order-lines/{line}");
        let response = self.as_seller(Method::PUT, &path).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 204, "{}", response.text().await.unwrap());
    }

    /// Sends `bytes` as a photo of `line` under their own digest.
    pub(crate) async fn put_photo(&self, line: &str, bytes: &[u8]) -> Response {
        let path = format!("/order-lines/{line}/photos/{}", digest(bytes));
        self.as_claimant(line, Method::PUT, &path).body(bytes.to_vec()).send().await.unwrap()
    }

    /// Keeps five different photos for [`LINE`] and gives their digests: packaging, label, device.
    pub(crate) async fn put_evidence(&self, line: &str) -> Vec<String> {
        let mut digests = Vec::new();
        for shade in 0..5 {
            let photo = crate::photos::plain(shade);
            let response = self.put_photo(line, &photo).await;
            assert!(response.status().is_success(), "{}", response.text().await.unwrap());
            digests.push(digest(&photo));
        }
        digests
    }

    /// Posts `claim` for `line` under `key`.
    pub(crate) async fn post_claim(&self, line: &str, key: &str, claim: &Value) -> Response {
        let path = format!("/order-lines/{line}/claims");
        self.as_claimant(line, Method::POST, &path).header("idempotency-key", key).json(claim).send().await.unwrap()
    }

    /// A claim of `LINE` that was accepted: its reference.
    pub(crate) async fn accepted_claim(&self) -> String {
        let photos = self.put_evidence(LINE).await;
        let response = self.post_claim(LINE, "first", &claim(&photos)).await;
        assert_eq!(response.status(), 201);
        response.json::<Value>().await.unwrap()["reference"].as_str().unwrap().to_owned()
    }

    /// Every file under the data folder's `name`, with its bytes.
    pub(crate) fn files(&self, name: &str) -> Vec<Vec<u8>> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().join(name)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(std::fs::read(path).unwrap());
                }
            }
        }
        files
    }

    /// Where the file of the photo of `line` called `digest` is.
    pub(crate) fn file_of(&self, line: &str, name: &str) -> std::path::PathBuf {
        self.folder.path().join("photos").join(digest(line.as_bytes())).join(format!("{name}.jpg"))
    }

    pub(crate) fn folder(&self) -> &Arc<TempDir> {
        &self.folder
    }

    /// Ends the backend, so that another can have its folder.
    pub(crate) async fn close(self) -> Arc<TempDir> {
        let folder = Arc::clone(&self.folder);
        self.app.store.close().await;
        let app = Arc::downgrade(&self.app);
        drop(self);
        // The server's task lets go of the app when it is next polled.
        while app.strong_count() > 0 {
            tokio::task::yield_now().await;
        }
        folder
    }
}

/// A claim that keeps every rule, with these five photos.
pub(crate) fn claim(photos: &[String]) -> Value {
    json!({
        "damage": ["screen_broken"],
        "description": "Scherm gebarsten bij aankomst.",
        "photos": {"packaging": [photos[0]], "label": [photos[1]], "device": [photos[2], photos[3], photos[4]]},
        "tracking_number": "3SDEVC123456789",
        "wish": "replacement",
    })
}

/// The SHA-256 of `bytes`, as it stands in an address.
pub(crate) fn digest(bytes: &[u8]) -> String {
    damage_report_backend::digest::sha256(bytes).to_string()
}

/// The refusal in `response`, which must be a whole problem document.
pub(crate) async fn problem(response: Response) -> Problem {
    let status = response.status();
    assert_eq!(response.headers()["content-type"], "application/problem+json", "{status}");
    let problem: Problem = response.json().await.unwrap();
    assert_eq!(problem.status, status.as_u16());
    assert!(problem.kind.starts_with("/problems/") && !problem.title.is_empty());
    problem
}

/// The status and code of the refusal in `response`.
pub(crate) async fn refusal(response: Response) -> (u16, Code) {
    let problem = problem(response).await;
    (problem.status, problem.code)
}
