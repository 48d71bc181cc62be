//! The limits of each client, without and with a token: connections, requests in progress, memory and time.

use std::{sync::Arc, time::Duration};

use axum::{body::Body, http::Request};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use damage_report_backend::router;
use damage_report_rules::contract::Code;
use http_body_util::BodyExt as _;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tower::ServiceExt as _;

use crate::{
    app::{LINE, TestApp, digest, refusal},
    photos,
    signed_token::Token,
};

/// Ends a test that hangs. On a machine that is not very busy everything takes less than a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// No time in which a test could end by itself.
const LONG: Duration = Duration::from_secs(3600);

/// The head of a photo of `line` that says it has this many bytes, with this token.
fn head(line: &str, token: Option<&str>, length: usize) -> String {
    let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let name = digest(b"any");
    format!(
        "PUT /order-lines/{line}/photos/{name} HTTP/1.1\r\nhost: x\r\n{authorization}content-length: {length}\r\n\r\n"
    )
}

/// A connection on which `head` was sent.
async fn connected(app: &TestApp, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// All that comes on `stream` until its end.
async fn until_its_end(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // A connection that is closed with something unread is broken off; what came before counts.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("it ends");
    String::from_utf8(said).unwrap()
}

/// What `stream` says first, as far as it goes at once.
async fn first(stream: &mut TcpStream) -> String {
    let mut said = vec![0; 4096];
    let length = tokio::time::timeout(PATIENCE, stream.read(&mut said)).await.expect("it is answered").unwrap();
    String::from_utf8_lossy(&said[..length]).into_owned()
}

async fn status(request: RequestBuilder) -> u16 {
    tokio::time::timeout(PATIENCE, request.send()).await.expect("it is answered").unwrap().status().as_u16()
}

#[tokio::test]
async fn an_order_line_holds_so_many_seats_and_others_have_theirs() {
    let app = TestApp::with(|config| config.limits.concurrent_requests_per_order_line = 2).await;
    app.put_line("line-2", None).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        held.push(connected(&app, &head(LINE, Some(&app.token(LINE)), 9)).await);
    }
    while app.files("incoming").len() < 2 {
        tokio::task::yield_now().await;
    }
    let look = |line: &str| app.as_claimant(line, Method::GET, &format!("/order-lines/{line}"));
    let refused = look(LINE).send().await.unwrap();
    assert_eq!(refused.headers()["retry-after"], "2");
    assert_eq!(refusal(refused).await, (429, Code::RateLimited));
    assert_eq!(status(look("line-2")).await, 200);
    drop(held);
    while status(look(LINE)).await != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_upload_ends_with_its_token() {
    let app = TestApp::with(|config| config.limits.body_idle_timeout = LONG).await;
    // It was good for ten minutes, and is taken for one more, for clocks that are off: of that a second is left.
    let token = Token::of(LINE, app.clock().now() - TimeDelta::seconds(659)).sign();
    let mut stream = connected(&app, &head(LINE, Some(&token), 9)).await;
    let said = first(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 401 ") && said.contains("token_expired"), "{said}");
    assert!(app.files("incoming").is_empty());
}

#[tokio::test]
async fn what_a_stranger_goes_on_sending_is_read_for_seconds() {
    let app = TestApp::with(|config| {
        config.limits.body_idle_timeout = LONG;
        config.limits.unread_timeout = Duration::from_millis(50);
    })
    .await;
    let forged = Token::of(LINE, app.clock().now()).secret("no secret of ours, of 32 bytes too").sign();
    for token in [None, Some(forged.as_str())] {
        let said = until_its_end(&mut connected(&app, &head(LINE, token, 3_000_000)).await).await;
        assert!(said.starts_with("HTTP/1.1 401 "), "{said}");
    }
}

#[tokio::test]
async fn what_is_read_for_nobody_gives_way_the_oldest_first() {
    let app = TestApp::with(|config| {
        // The client that put the order line in keeps one.
        config.limits.connections = 4;
        config.limits.body_idle_timeout = LONG;
        config.limits.head_timeout = LONG;
    })
    .await;
    // Refused for its name, with a good token: there are three minutes to read the rest off.
    let refused = head(LINE, Some(&app.token(LINE)), 3_000_000).replace(&digest(b"any"), "none");
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let mut stream = connected(&app, &refused).await;
        let said = first(&mut stream).await;
        assert!(said.starts_with("HTTP/1.1 422 "), "{said}");
        waiting.push(stream);
    }
    for mut oldest in waiting.drain(..2) {
        let mut next = connected(&app, "GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(first(&mut next).await.starts_with("HTTP/1.1 204 "));
        assert_eq!(until_its_end(&mut oldest).await, "", "it was answered before, and nothing more comes");
        // Its place is kept by one that may do as it likes.
        std::mem::forget(next);
    }
    let mut youngest = waiting.remove(0);
    let mut rest = [0; 1];
    assert!(youngest.try_read(&mut rest).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock));
    youngest.write_all(&vec![0; 3_000_000]).await.unwrap();
    youngest.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(first(&mut youngest).await.starts_with("HTTP/1.1 204 "), "it serves on");
}

#[tokio::test]
async fn an_address_has_so_many_places_and_no_more() {
    let app = TestApp::with(|config| config.limits.connections_per_peer = 3).await;
    // The client that put the order line in keeps a connection open.
    let mut held = Vec::new();
    for _ in 0..2 {
        held.push(connected(&app, "GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await);
        assert!(first(held.last_mut().unwrap()).await.starts_with("HTTP/1.1 204 "));
    }
    let mut refused = TcpStream::connect(app.address).await.unwrap();
    let said = until_its_end(&mut refused).await;
    assert!(said.starts_with("HTTP/1.1 429 ") && said.contains("retry-after"), "{said}");
    drop(held);
    let ask = async || first(&mut connected(&app, "GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await).await;
    while !ask().await.starts_with("HTTP/1.1 204 ") {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_trusted_proxy_has_as_many_places_as_there_are() {
    let app = TestApp::with(|config| {
        config.limits.connections_per_peer = 1;
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(connected(&app, "GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await);
        assert!(first(held.last_mut().unwrap()).await.starts_with("HTTP/1.1 204 "));
    }
}

/// The pieces of the answer to `path` for [`LINE`], in bytes.
async fn pieces(app: &TestApp, path: &str) -> Vec<usize> {
    let request = Request::get(path).header("host", "x").header("authorization", format!("Bearer {}", app.token(LINE)));
    let response = router::router(&app.app).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    let length: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let mut body = response.into_body();
    let mut pieces = Vec::new();
    while let Some(frame) = body.frame().await {
        pieces.push(frame.unwrap().into_data().unwrap().len());
    }
    assert_eq!(pieces.iter().sum::<usize>(), length);
    pieces
}

#[tokio::test]
async fn those_who_only_look_have_seats_that_nobody_sends_on() {
    let app = TestApp::with(|config| config.limits.concurrent_requests = 4).await;
    let mut held = Vec::new();
    for number in 0..3 {
        let line = format!("line-{number}");
        app.put_line(&line, None).await;
        held.push(connected(&app, &head(&line, Some(&app.token(&line)), 9)).await);
    }
    while app.files("incoming").len() < 3 {
        tokio::task::yield_now().await;
    }
    let fourth = app.put_photo(LINE, &photos::noise(8)).await;
    assert_eq!(refusal(fourth).await, (503, Code::Overloaded));
    assert_eq!(status(app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}"))).await, 200);
}

#[tokio::test]
async fn who_takes_a_photo_slowly_holds_a_share_until_it_is_taken() {
    let app = TestApp::with(|config| config.limits.concurrent_requests_per_order_line = 1).await;
    let photo = photos::noise(600);
    assert_eq!(app.put_photo(LINE, &photo).await.status(), 201);
    let path = format!("/order-lines/{LINE}/photos/{}", digest(&photo));
    let request = Request::get(path).header("host", "x").header("authorization", format!("Bearer {}", app.token(LINE)));
    let answer = router::router(&app.app).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    let look = || app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}"));
    assert_eq!(status(look()).await, 429, "nobody has taken it yet");
    drop(answer);
    assert_eq!(status(look()).await, 200);
}

#[tokio::test]
async fn photos_and_labels_are_sent_piece_by_piece() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let pdf = [b"%PDF-1.4\n", &vec![b'x'; 600_000][..], b"\n%%EOF\n"].concat();
    let event = json!({"type": "return_label_issued", "pdf": BASE64_STANDARD.encode(&pdf)});
    let events = format!("/seller/claims/{reference}/events");
    assert_eq!(app.as_seller(Method::POST, &events).json(&event).send().await.unwrap().status(), 200);
    let sent = pieces(&app, &format!("/order-lines/{LINE}/return-label")).await;
    assert_eq!(sent.iter().sum::<usize>(), pdf.len());
    assert!(sent.iter().all(|length| *length <= 256 * 1024), "{sent:?}");
    let label = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}/return-label"));
    assert_eq!(label.send().await.unwrap().bytes().await.unwrap(), pdf);

    let app = Arc::new(TestApp::new().await);
    let photo = photos::noise(600);
    assert_eq!(app.put_photo(LINE, &photo).await.status(), 201);
    let sent = pieces(&app, &format!("/order-lines/{LINE}/photos/{}", digest(&photo))).await;
    assert!(sent.len() > 1 && sent.iter().all(|length| *length <= 64 * 1024), "{sent:?}");
}
