//! Pages of other origins (rows P009, P010).

use reqwest::{Method, Response};

use crate::app::{LINE, ORIGIN, TestApp};

async fn preflight(app: &TestApp, origin: &str) -> Response {
    let request = app.request(Method::OPTIONS, &format!("/order-lines/{LINE}/claims")).header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    request.header("access-control-request-headers", "authorization,content-type,idempotency-key").send().await.unwrap()
}

#[tokio::test]
async fn a_page_of_the_shop_may_call() {
    let app = TestApp::new().await;
    let response = preflight(&app, ORIGIN).await;
    let headers = response.headers();
    assert!(response.status().is_success());
    assert_eq!(headers["access-control-allow-origin"], ORIGIN);
    assert_eq!(headers["access-control-allow-headers"], "authorization,content-type,idempotency-key");
    for method in ["GET", "HEAD", "PUT", "POST", "DELETE"] {
        assert!(headers["access-control-allow-methods"].to_str().unwrap().contains(method), "{method}");
    }
    assert_eq!(headers["access-control-max-age"], "7200");
    assert!(!headers.contains_key("access-control-allow-credentials"));
}

#[tokio::test]
async fn an_answer_may_be_read_by_the_shops_page_also_when_it_is_a_refusal() {
    let app = TestApp::new().await;
    for path in [format!("/order-lines/{LINE}"), "/nowhere".to_owned()] {
        let response = app.request(Method::GET, &path).header("origin", ORIGIN).send().await.unwrap();
        assert!(response.status().is_client_error());
        assert_eq!(response.headers()["access-control-allow-origin"], ORIGIN);
        let exposed = response.headers()["access-control-expose-headers"].to_str().unwrap().to_owned();
        for header in ["date", "retry-after", "idempotent-replayed", "location"] {
            assert!(exposed.contains(header), "{exposed}");
        }
    }
}

#[tokio::test]
async fn p009_p010_no_other_page_may() {
    let app = TestApp::new().await;
    for origin in [
        "null",
        "https://evil.example",
        "https://shop.example.evil.com",
        "https://evilshop.example",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example/",
        "",
    ] {
        let response = preflight(&app, origin).await;
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{origin}");
        let response = app.request(Method::GET, "/health").header("origin", origin).send().await.unwrap();
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{origin}");
        let vary = response.headers()["vary"].to_str().unwrap().to_ascii_lowercase();
        assert!(vary.contains("origin"), "{vary}");
    }
    let shouted = preflight(&app, "https://SHOP.example").await;
    assert!(shouted.headers().contains_key("access-control-allow-origin"), "hosts have no case");
}
