//! Headers and methods that no browser sends (rows N004 to N014), written byte for byte.

use damage_report_rules::contract::Code;
use reqwest::Method;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    app::{LINE, TestApp, digest, refusal},
    photos,
};

/// The answer to these bytes, read until it is complete or the connection ends.
pub(crate) async fn answer(app: &TestApp, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        // An end by reset is an end: what was answered before counts.
        let read = stream.read(&mut buffer).await.unwrap_or(0);
        answer.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&answer);
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            length.is_some_and(|length| body.len() >= length.parse().unwrap())
        });
        if read == 0 || whole {
            return text.into_owned();
        }
    }
}

/// A PUT of a photo with these header lines and this body.
fn put(app: &TestApp, photo: &[u8], headers: &str, body: &[u8]) -> Vec<u8> {
    let (digest, token) = (digest(photo), app.token(LINE));
    let head = format!(
        "PUT /order-lines/{LINE}/photos/{digest} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn n004_f055_a_photo_is_what_its_bytes_are() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    let path = format!("/order-lines/{LINE}/photos/{}", digest(&photo));
    let request = app.as_claimant(LINE, Method::PUT, &path).header("content-type", "text/html");
    assert_eq!(request.body(photo).send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn n006_a_body_that_breaks_off_leaves_nothing() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    let request = put(&app, &photo, "content-length: 100000\r\n", &photo);
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(&request).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    // Whether anything can still be answered depends on who is faster; that nothing is kept does not.
    let _ = stream.read_to_string(&mut answer).await;
    while !app.files("incoming").is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(app.files("photos").is_empty());
}

#[tokio::test]
async fn n007_a_body_of_two_lengths_is_refused() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    let headers = format!("content-length: {}\r\ncontent-length: 6\r\n", photo.len());
    let said = answer(&app, &put(&app, &photo, &headers, &photo)).await;
    assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    assert!(app.files("photos").is_empty());
}

/// RFC 9112, 6.3: such a body is read in chunks, and the connection ends after it. The server below us sees to both,
/// before anything of ours sees the request.
#[tokio::test]
async fn n007_after_a_length_and_chunks_nothing_can_be_smuggled() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    let chunked = [format!("{:x}\r\n", photo.len()).as_bytes(), &photo, b"\r\n0\r\n\r\n"].concat();
    for headers in
        ["content-length: 5\r\ntransfer-encoding: chunked\r\n", "transfer-encoding: chunked\r\ncontent-length: 5\r\n"]
    {
        let request = put(&app, &photo, headers, &chunked);
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(&[&request[..], b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n"].concat()).await.unwrap();
        let mut answers = Vec::new();
        let _ = stream.read_to_end(&mut answers).await;
        let answers = String::from_utf8_lossy(&answers);
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{headers} {answers}");
    }
}

#[tokio::test]
async fn n008_encoded_bodies_are_never_inflated() {
    let app = TestApp::new().await;
    for (method, path) in [
        (Method::PUT, format!("/order-lines/{LINE}/photos/{}", digest(b"x"))),
        (Method::POST, format!("/order-lines/{LINE}/claims")),
    ] {
        let request = app.as_claimant(LINE, method, &path).header("content-encoding", "gzip");
        let request = request.header("content-type", "application/json").header("idempotency-key", "key");
        assert_eq!(refusal(request.body("x").send().await.unwrap()).await, (415, Code::ContentEncoding));
    }
}

#[tokio::test]
async fn n009_a_body_that_is_too_long_is_not_asked_for() {
    let app = TestApp::new().await;
    let said = answer(&app, &put(&app, b"", "content-length: 99999999\r\nexpect: 100-continue\r\n", b"")).await;
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
}

#[tokio::test]
async fn n010_a_photo_is_sent_whole() {
    let app = TestApp::new().await;
    let path = format!("/order-lines/{LINE}/photos/{}", digest(b"x"));
    for (name, value) in [("content-range", "bytes 0-4/10"), ("range", "bytes=0-4")] {
        let response = app.as_claimant(LINE, Method::PUT, &path).header(name, value).body("x").send().await.unwrap();
        assert_eq!(refusal(response).await, (400, Code::HeaderInvalid));
    }
}

#[tokio::test]
async fn n011_heads_out_of_all_proportion_are_refused() {
    let app = TestApp::new().await;
    let many: String = (0..200).map(|n| format!("x-{n}: y\r\n")).collect();
    let large = format!("x-large: {}\r\n", "y".repeat(64 * 1024));
    for (headers, statuses) in [
        (many, ["HTTP/1.1 431 ", "HTTP/1.1 400 "]),
        (large, ["HTTP/1.1 431 ", "HTTP/1.1 431 "]),
        ("x-nul: a\0b\r\n".to_owned(), ["HTTP/1.1 400 ", "HTTP/1.1 400 "]),
        ("x-folded: a\r\n b\r\n".to_owned(), ["HTTP/1.1 400 ", "HTTP/1.1 400 "]),
    ] {
        let said = answer(&app, format!("GET /health HTTP/1.1\r\nhost: x\r\n{headers}\r\n").as_bytes()).await;
        assert!(statuses.iter().any(|status| said.starts_with(status)), "{}: {said}", &headers[..8]);
    }
}

/// A head that comes in one piece is in the buffer whole before anybody looks at its length.
#[tokio::test]
async fn n011_a_head_over_the_limit_is_refused_also_in_one_piece() {
    let app = TestApp::new().await;
    for (length, status) in [(30 * 1024, 204), (33 * 1024, 431), (48 * 1024, 431), (60 * 1024, 431)] {
        let request = format!("GET /health HTTP/1.1\r\nhost: x\r\nx-large: {}\r\n\r\n", "y".repeat(length));
        let said = answer(&app, request.as_bytes()).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{length}: {said}");
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    let app = TestApp::new().await;
    let health = |version: &str, hosts: &str| format!("GET /health {version}\r\n{hosts}connection: close\r\n\r\n");
    for (version, hosts) in [("HTTP/1.1", "host: x\r\n"), ("HTTP/1.1", "Host: [::1]:80\r\n"), ("HTTP/1.0", "")] {
        let said = answer(&app, health(version, hosts).as_bytes()).await;
        assert_eq!(said.get(9..12), Some("204"), "{version} {hosts}: {said}");
    }
    let preflight = "origin: https://shop.example\r\naccess-control-request-method: PUT\r\n";
    for request in [
        health("HTTP/1.1", ""),
        health("HTTP/1.1", "host: x\r\nhost: x\r\n"),
        health("HTTP/1.1", "host: x\r\nhost: y\r\n"),
        health("HTTP/1.0", "host: x\r\nhost: y\r\n"),
        health("HTTP/1.1", "host: x y\r\n"),
        health("HTTP/1.1", "host: \r\n"),
        health("HTTP/1.1", preflight).replacen("GET", "OPTIONS", 1),
    ] {
        let said = answer(&app, request.as_bytes()).await;
        assert!(said.get(9..12) == Some("400") && said.contains("header_invalid"), "{request} {said}");
    }
}

#[tokio::test]
async fn n013_methods_that_are_not_there_are_told_those_that_are() {
    let app = TestApp::new().await;
    for method in ["TRACE", "PATCH", "DELETE", "PROPFIND"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let response = app.as_claimant(LINE, method, &format!("/order-lines/{LINE}")).send().await.unwrap();
        assert!(response.headers()["allow"].to_str().unwrap().contains("GET"));
        assert_eq!(refusal(response).await, (405, Code::MethodUnknown));
    }
    let request = app.as_claimant(LINE, Method::POST, &format!("/order-lines/{LINE}"));
    let response = request.header("x-http-method-override", "GET").send().await.unwrap();
    assert_eq!(refusal(response).await, (405, Code::MethodUnknown));
}

#[tokio::test]
async fn n014_a_form_is_no_photo() {
    let app = TestApp::new().await;
    let path = format!("/order-lines/{LINE}/photos/{}", digest(b"x"));
    let request = app.as_claimant(LINE, Method::PUT, &path).header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(refusal(request.body("x").send().await.unwrap()).await, (415, Code::ContentType));
}

#[tokio::test]
async fn an_address_that_is_not_there_is_refused_in_the_same_form() {
    let app = TestApp::new().await;
    for path in ["/", "/order-lines", "/order-lines/a/b/c", "/../etc/passwd", "/%2e%2e/x", "/order-lines/%ff"] {
        let response = app.as_claimant(LINE, Method::GET, path).send().await.unwrap();
        assert_eq!(refusal(response).await, (404, Code::RouteUnknown), "{path}");
    }
    for path in ["/seller/claims/%ff", "/seller/claims/%ff/photos/x"] {
        let response = app.as_seller(Method::GET, path).send().await.unwrap();
        assert!(matches!(refusal(response).await, (404 | 422, _)), "{path}");
    }
}

#[tokio::test]
async fn h006_every_answer_says_when_it_was_given() {
    let app = TestApp::new().await;
    for request in [
        "GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "GET /order-lines/x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "OPTIONS /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\norigin: https://shop.example\r\naccess-control-request-method: PUT\r\n\r\n",
        "GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\nno colon\r\n\r\n",
    ] {
        let said = answer(&app, request.as_bytes()).await;
        assert_eq!(said.matches("\r\ndate: ").count(), 1, "{request} {said}");
    }
}
