//! Refusals that come before the body was read are heard, and the next request works (row N009).

use std::time::Duration;

use damage_report_backend::config::Config;
use damage_report_rules::{
    contract::{Code, Problem},
    policy::Terms,
};
use reqwest::{Client, Method};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::app::{LINE, SELLER_KEY, TestApp, digest, refusal};

/// More than the system's buffers hold on both sides together.
const LENGTH: usize = 3 * 1024 * 1024;

/// Often enough that an answer which is lost now and then would be noticed.
const TIMES: usize = 20;

/// A request that is refused without a look at its body.
struct Doomed {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
}

impl Doomed {
    fn new(method: Method, path: String) -> Self {
        Self { method, path, headers: Vec::new() }
    }

    /// A photo of `line`, sent with a good token of [`LINE`].
    fn photo(app: &TestApp, line: &str, name: &str) -> Self {
        let path = format!("/order-lines/{line}/photos/{name}");
        Self::new(Method::PUT, path).with("authorization", format!("Bearer {}", app.token(LINE)))
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends it with 3 MB, twenty times over one connection each, by two clients: reqwest, which listens while it sends,
    /// and one that looks for the answer only once it has sent everything, as browsers do.
    async fn assert_refused(&self, app: &TestApp, expected: (u16, Code)) {
        let client = Client::new();
        let bytes = vec![0x5a; LENGTH];
        for nth in 0..TIMES {
            let url = format!("http://{}{}", app.address, self.path);
            let mut request = client.request(self.method.clone(), url).body(bytes.clone());
            for (name, value) in &self.headers {
                request = request.header(*name, value);
            }
            let response = request.send().await.unwrap_or_else(|error| panic!("{expected:?}, the {nth}th: {error:?}"));
            assert_eq!(refusal(response).await, expected);
        }
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        for nth in 0..TIMES {
            stream.write_all(self.head(LENGTH).as_bytes()).await.unwrap();
            stream.write_all(&bytes).await.unwrap_or_else(|error| panic!("{expected:?}, the {nth}th: {error:?}"));
            let (head, problem) = answer(&mut stream).await;
            assert!(!head.contains("connection: close"), "{head}");
            let problem: Problem = serde_json::from_str(&problem).unwrap();
            assert_eq!((problem.status, problem.code), expected);
        }
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(head(&mut stream).await.starts_with("HTTP/1.1 204 "));
    }

    /// The head of it, with a body of this length.
    fn head(&self, length: usize) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: x\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head + &format!("content-length: {length}\r\n\r\n")
    }
}

fn small_photos_only(config: &mut Config) {
    config.policy = Terms { photo_bytes_max: 1024, ..Terms::default() }.try_into().unwrap();
}

fn any_digest() -> String {
    digest(b"any")
}

#[tokio::test]
async fn n009_a_photo_that_cannot_be_is_told_so_whatever_is_still_coming() {
    let app = TestApp::new().await;
    Doomed::photo(&app, "another", &any_digest()).assert_refused(&app, (404, Code::OrderUnknown)).await;
    Doomed::photo(&app, LINE, "none").assert_refused(&app, (422, Code::DigestFormat)).await;
    let ranged = Doomed::photo(&app, LINE, &any_digest()).with("range", "bytes=0-1");
    ranged.assert_refused(&app, (400, Code::HeaderInvalid)).await;
    let form = Doomed::photo(&app, LINE, &any_digest()).with("content-type", "multipart/form-data; boundary=x");
    form.assert_refused(&app, (415, Code::ContentType)).await;
}

#[tokio::test]
async fn so_is_one_that_is_too_large_or_one_too_many() {
    let app = TestApp::with(small_photos_only).await;
    Doomed::photo(&app, LINE, &any_digest()).assert_refused(&app, (413, Code::PhotoTooLarge)).await;
    let app = TestApp::with(|config| config.limits.photo_bytes_per_order_line = 1024).await;
    Doomed::photo(&app, LINE, &any_digest()).assert_refused(&app, (409, Code::PhotosQuota)).await;
}

#[tokio::test]
async fn so_is_one_without_a_token_and_one_that_comes_too_soon() {
    let app = TestApp::with(|config| config.limits.requests_per_order_line = 1).await;
    let without_token = Doomed::new(Method::PUT, format!("/order-lines/{LINE}/photos/{}", any_digest()));
    without_token.assert_refused(&app, (401, Code::TokenMissing)).await;
    let first = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
    assert_eq!(first.status(), 200);
    Doomed::photo(&app, LINE, &any_digest()).assert_refused(&app, (429, Code::RateLimited)).await;
}

#[tokio::test]
async fn so_is_one_for_which_there_is_no_room_now() {
    let app = TestApp::with(|config| config.limits.concurrent_requests = 4).await;
    // Photos of which only the head has come take every seat but those of requests without a body.
    let seats = 3;
    let mut waiting = Vec::new();
    for _ in 0..seats {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        let head = Doomed::photo(&app, LINE, &any_digest()).head(1);
        stream.write_all(head.as_bytes()).await.unwrap();
        waiting.push(stream);
    }
    while app.files("incoming").len() < seats {
        tokio::task::yield_now().await;
    }
    let doomed = Doomed::photo(&app, LINE, &any_digest());
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    for _ in 0..TIMES {
        stream.write_all(doomed.head(LENGTH).as_bytes()).await.unwrap();
        stream.write_all(&vec![0; LENGTH]).await.unwrap();
        let (head, _) = answer(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 503 ") && head.contains("\r\nretry-after: 1\r\n"), "{head}");
    }
}

#[tokio::test]
async fn so_is_a_claim_that_is_too_long() {
    let app = TestApp::new().await;
    let claim = Doomed::new(Method::POST, format!("/order-lines/{LINE}/claims"));
    let claim = claim.with("authorization", format!("Bearer {}", app.token(LINE)));
    let claim = claim.with("idempotency-key", "key").with("content-type", "application/json");
    claim.assert_refused(&app, (413, Code::BodyTooLarge)).await;
}

#[tokio::test]
async fn so_is_a_photo_that_does_not_say_how_long_it_is() {
    let app = TestApp::with(small_photos_only).await;
    let doomed = Doomed::photo(&app, LINE, &any_digest()).with("transfer-encoding", "chunked");
    let head = doomed.head(0).replace("content-length: 0\r\n", "");
    let piece = [b"10000\r\n", &vec![0; 65_536][..], b"\r\n"].concat();
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    for _ in 0..TIMES {
        let body = [piece.repeat(LENGTH / 65_536), b"0\r\n\r\n".to_vec()].concat();
        stream.write_all(&[head.as_bytes(), &body].concat()).await.unwrap();
        let (head, _) = answer(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 413 "), "{head}");
    }
}

/// The next answer on `stream`: head and body.
async fn answer(stream: &mut TcpStream) -> (String, String) {
    let head = head(stream).await;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    (head, String::from_utf8(body).unwrap())
}

/// The head of the next answer on `stream`.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

#[tokio::test]
async fn the_answer_comes_before_the_body_and_the_connection_serves_on() {
    let app = TestApp::new().await;
    let doomed = Doomed::photo(&app, LINE, "none");
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    for _ in 0..TIMES {
        stream.write_all(doomed.head(LENGTH).as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.0.starts_with("HTTP/1.1 422 "));
        stream.write_all(&vec![0; LENGTH]).await.unwrap();
    }
}

#[tokio::test]
async fn a_body_without_end_is_not_read_for_ever() {
    let app = TestApp::with(|config| config.limits.body_idle_timeout = Duration::from_millis(50)).await;
    for length in [LENGTH, 1024 * LENGTH] {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        let doomed = Doomed::new(Method::PUT, "/seller/order-lines/x".to_owned());
        let doomed = doomed.with("authorization", format!("Bearer {SELLER_KEY}"));
        stream.write_all(doomed.head(length).as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // Nothing of the body comes: the answer does, and then the end, or the test does not.
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 415 "), "{answer}");
        assert_eq!(answer.contains("connection: close"), length > LENGTH, "{answer}");
    }
}
