//! Too much, too often, too slowly (rows N012, P007, S016, S019).

use std::time::Duration;

use damage_report_backend::{router, server};
use damage_report_rules::contract::{Code, Retry};
use reqwest::Method;
use tokio::{
    io::AsyncReadExt as _,
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::app::{LINE, TestApp, problem, refusal};

#[tokio::test]
async fn n012_p007_one_address_is_limited_whatever_it_says_it_is() {
    let app = TestApp::with(|config| config.limits.requests_per_peer = 20).await;
    let mut refused = None;
    for nth in 0..30 {
        let request = app.request(Method::GET, "/openapi.json").header("x-forwarded-for", format!("198.51.100.{nth}"));
        let response = request.send().await.unwrap();
        if response.status() == 429 {
            refused = Some(response);
            break;
        }
    }
    let refused = refused.expect("thirty requests are more than twenty");
    assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    let problem = problem(refused).await;
    assert_eq!((problem.code, problem.retry), (Code::RateLimited, Retry::Later));
}

#[tokio::test]
async fn customers_behind_a_proxy_that_writes_ports_are_counted_apart() {
    let app = TestApp::with(|config| {
        config.limits.requests_per_peer = 5;
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    for nth in 1..=12 {
        for port in [4567, 4568] {
            let forwarded = format!("203.0.113.{nth}:{port}");
            let request = app.request(Method::GET, "/openapi.json").header("x-forwarded-for", forwarded);
            assert_eq!(request.send().await.unwrap().status(), 200, "customer {nth}");
        }
    }
    let mut last = 200;
    for port in 0..9 {
        let request =
            app.request(Method::GET, "/openapi.json").header("x-forwarded-for", format!("203.0.113.1:{port}"));
        last = request.send().await.unwrap().status().as_u16();
    }
    assert_eq!(last, 429, "from whatever port, one customer is one");
}

#[tokio::test]
async fn p007_one_order_line_is_limited_and_another_is_not() {
    let app = TestApp::with(|config| config.limits.requests_per_order_line = 3).await;
    app.put_line("line-2", None).await;
    let get =
        async |line: &str| app.as_claimant(line, Method::GET, &format!("/order-lines/{line}")).send().await.unwrap();
    for _ in 0..3 {
        assert_eq!(get(LINE).await.status(), 200);
    }
    assert_eq!(refusal(get(LINE).await).await, (429, Code::RateLimited));
    assert_eq!(get("line-2").await.status(), 200);
}

#[tokio::test]
async fn s020_more_at_once_than_there_is_room_for_are_told_to_come_back() {
    let app = TestApp::with(|config| config.limits.concurrent_requests = 1).await;
    let photo = crate::photos::plain(0);
    let path = format!("/order-lines/{LINE}/photos/{}", crate::app::digest(&photo));
    let (begun, waiting) = oneshot::channel::<()>();
    let (go_on, gone_on) = oneshot::channel::<()>();
    // A photo that is half sent takes the only place.
    let halves = futures_util::stream::unfold(Some((begun, gone_on)), {
        let photo = photo.clone();
        move |state| {
            let photo = photo.clone();
            async move {
                let (begun, gone_on) = state?;
                begun.send(()).unwrap();
                gone_on.await.unwrap();
                Some((Ok::<_, std::io::Error>(photo), None))
            }
        }
    });
    let sending = app.as_claimant(LINE, Method::PUT, &path).body(reqwest::Body::wrap_stream(halves)).send();
    let sending = tokio::spawn(sending);
    waiting.await.unwrap();
    let mut response = app.request(Method::GET, "/openapi.json").send().await.unwrap();
    while response.status() != 503 {
        // The head of the photo may still be on its way.
        response = app.request(Method::GET, "/openapi.json").send().await.unwrap();
    }
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(refusal(response).await, (503, Code::Overloaded));
    for probe in ["/health", "/ready"] {
        assert_eq!(app.request(Method::GET, probe).send().await.unwrap().status(), 204, "{probe} needs no seat");
    }
    go_on.send(()).unwrap();
    assert_eq!(sending.await.unwrap().unwrap().status(), 201);
    assert_eq!(app.request(Method::GET, "/openapi.json").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn s019_a_head_that_does_not_come_ends_the_connection() {
    let app = TestApp::with(|config| config.limits.head_timeout = Duration::from_millis(50)).await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET /hea").await.unwrap();
    let mut rest = Vec::new();
    // Ends, or the test does not.
    stream.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test]
async fn s019_idle_connections_take_no_more_places_than_there_are_and_make_room() {
    let app = TestApp::with(|config| {
        config.limits.connections = 2;
        config.limits.head_timeout = Duration::from_millis(200);
    })
    .await;
    let mut idle = Vec::new();
    for _ in 0..8 {
        idle.push(TcpStream::connect(app.address).await.unwrap());
    }
    // They are told to go two by two before there is a place.
    let said = crate::headers::answer(&app, b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 204 "), "{said}");
    // Of those before it, all but one had to go first.
    let mut rest = [0; 1024];
    let is_told = |stream: &TcpStream| stream.try_read(&mut rest).is_ok();
    let told = idle.iter().map(is_told).filter(|is_told| *is_told).count();
    assert!(told >= 7, "{told} of 8 were told to go");
}

#[tokio::test]
async fn s019_a_connection_that_asks_nothing_more_ends() {
    // Long enough for the one request, however busy the machine is.
    let app = TestApp::with(|config| config.limits.head_timeout = Duration::from_secs(1)).await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let request = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut stream, request).await.unwrap();
    let mut answers = String::new();
    // Ends, or the test does not.
    stream.read_to_string(&mut answers).await.unwrap();
    assert!(answers.starts_with("HTTP/1.1 204 "), "{answers}");
}

#[tokio::test]
async fn s019_who_asks_and_does_not_listen_makes_room_too() {
    let app = TestApp::with(|config| {
        config.limits.connections = 1;
        config.limits.head_timeout = Duration::from_millis(100);
        config.limits.body_idle_timeout = Duration::from_millis(100);
    })
    .await;
    let mut deaf = TcpStream::connect(app.address).await.unwrap();
    // Answers of some 60 kB each, far more than the system's buffers hold.
    let requests = "GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(500);
    tokio::io::AsyncWriteExt::write_all(&mut deaf, requests.as_bytes()).await.unwrap();
    let patience = Duration::from_secs(30);
    let next = crate::headers::answer(&app, b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n");
    let said = tokio::time::timeout(patience, next).await.expect("the only place comes free");
    assert!(said.starts_with("HTTP/1.1 204 "), "{said}");
}

#[tokio::test]
async fn s016_a_running_request_may_finish_after_the_signal_to_stop() {
    let app = TestApp::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let (router, served) = (router::router(&app.app), std::sync::Arc::clone(&app.app));
    let serving = tokio::spawn(async move {
        server::serve(listener, router, &served, async { stopped.await.unwrap() }).await;
    });
    let photo = crate::photos::plain(0);
    let (first, second) = photo.split_at(100);
    let head = format!(
        "PUT /order-lines/{LINE}/photos/{} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        crate::app::digest(&photo),
        app.token(LINE),
        photo.len(),
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, &[head.as_bytes(), first].concat()).await.unwrap();
    while app.files("incoming").is_empty() {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    tokio::io::AsyncWriteExt::write_all(&mut stream, second).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    serving.await.unwrap();
}
