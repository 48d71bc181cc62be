//! The demo: its page under a strict policy, its orders, its clock.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use damage_report_backend::{
    app::App,
    demo::{self, DemoError, DemoOptions},
    server,
};
use damage_report_rules::{
    contract::{ClaimStatus, OrderLine},
    lifecycle::Investigation,
};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

struct Shown {
    app: Arc<App>,
    base: String,
    client: Client,
    serving: JoinHandle<()>,
    _folder: Arc<TempDir>,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[tokio::test]
async fn a_demo_in_a_year_that_no_calendar_reaches_is_refused_before_anything_is_forgotten() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    for at in ["+262142-12-31T23:59:59Z", "-262143-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z"] {
        let address = "127.0.0.1:8080".parse().unwrap();
        let (data, site) = (folder.path().join("data"), folder.path().to_owned());
        let options = DemoOptions { address, data: data.clone(), site, fresh: true, at: Some(at.parse().unwrap()) };
        assert!(matches!(demo::open_demo(options).await, Err(DemoError::Year)), "{at}");
        assert!(!data.exists());
    }
}

/// A page whose name was made to lead to this machine is of the demo's origin to a browser: it must not be answered.
#[tokio::test]
async fn a_page_that_rebinds_its_name_reads_nothing() {
    let shown = Shown::new().await;
    let port = shown.base.rsplit_once(':').unwrap().1;
    for path in ["/demo/orders", "/", "/order-lines/x", "/openapi.json"] {
        for host in [
            format!("rebound.example:{port}"),
            "rebound.example".to_owned(),
            format!("127.0.0.1.rebound.example:{port}"),
        ] {
            let response =
                shown.client.get(format!("{}{path}", shown.base)).header("host", &host).send().await.unwrap();
            assert_eq!(response.status(), 400, "{host}{path}");
            assert!(!response.text().await.unwrap().contains("seller_key"));
        }
    }
    for host in
        [format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("LOCALHOST:{port}"), "[::1]:8081".to_owned()]
    {
        let request = shown.client.get(format!("{}/demo/orders", shown.base)).header("host", &host);
        assert_eq!(request.send().await.unwrap().status(), 200, "{host}");
    }
}

impl Shown {
    async fn new() -> Self {
        Self::on(Arc::new(TempDir::new().unwrap()), false).await
    }

    async fn on(folder: Arc<TempDir>, fresh: bool) -> Self {
        Self::opened_at(folder, fresh, None).await
    }

    async fn opened_at(folder: Arc<TempDir>, fresh: bool, at: Option<DateTime<Utc>>) -> Self {
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("assets")).unwrap();
        for (name, text) in
            [("index.html", "<!doctype html>"), ("assets/w.wasm", "\0asm"), ("assets/w.js", "export {}")]
        {
            std::fs::write(site.join(name), text).unwrap();
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let options = DemoOptions { address, data: folder.path().join("data"), site, fresh, at };
        let (app, router) = demo::open_demo(options).await.unwrap();
        let served = Arc::clone(&app);
        let serving =
            tokio::spawn(async move { server::serve(listener, router, &served, std::future::pending()).await });
        Self { app, base: format!("http://{address}"), client: Client::new(), serving, _folder: folder }
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Response {
        self.client.post(format!("{}{path}", self.base)).json(&body).send().await.unwrap()
    }

    async fn lines(&self) -> BTreeMap<String, Value> {
        let shop: Value = self.get("/demo/orders").await.json().await.unwrap();
        let lines = shop["orders"].as_array().unwrap().iter().flat_map(|order| order["lines"].as_array().unwrap());
        lines.map(|line| (line["scenario"].as_str().unwrap().to_owned(), line.clone())).collect()
    }

    async fn as_seller(&self, path: &str) -> Value {
        let shop: Value = self.get("/demo/orders").await.json().await.unwrap();
        let request = self.client.get(format!("{}{path}", self.base)).bearer_auth(shop["seller_key"].as_str().unwrap());
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn as_claimant(&self, line: &Value, rest: &str) -> Response {
        let token: Value = self.post("/demo/token", json!({"order_line": line["id"]})).await.json().await.unwrap();
        let url = format!("{}/order-lines/{}{rest}", self.base, line["id"].as_str().unwrap());
        self.client.get(url).bearer_auth(token["token"].as_str().unwrap()).send().await.unwrap()
    }
}

#[tokio::test]
async fn the_page_is_served_under_a_strict_policy() {
    let demo = Shown::new().await;
    for (path, media_type) in
        [("/", "text/html"), ("/assets/w.wasm", "application/wasm"), ("/assets/w.js", "text/javascript")]
    {
        let response = demo.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        let headers = response.headers();
        assert!(headers["content-type"].to_str().unwrap().starts_with(media_type), "{path}: {headers:?}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("require-trusted-types-for 'script'"));
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cache-control"], "no-cache");
        let etag = headers["etag"].clone();
        let again = demo.client.get(format!("{}{path}", demo.base)).header("if-none-match", etag).send().await.unwrap();
        assert_eq!(again.status(), 304, "{path}");
    }
    assert_eq!(crate::app::refusal(demo.get("/../Cargo.toml").await).await.0, 404);
}

#[tokio::test]
async fn each_order_is_there_and_each_is_real() {
    let demo = Shown::new().await;
    let lines = demo.lines().await;
    let scenarios = ["closed", "closes_today", "delivered_yesterday", "long_weekend", "on_its_way", "reported"];
    assert_eq!(lines.keys().collect::<Vec<_>>(), scenarios);
    for line in lines.values() {
        let shown: OrderLine = demo.as_claimant(line, "").await.json().await.unwrap();
        assert_eq!(shown.delivery.is_some(), line["state"] == "delivered");
        assert_eq!(shown.claim.is_some(), line["scenario"] == "reported");
    }
    let reported = &lines["reported"];
    let status: ClaimStatus = demo.as_claimant(reported, "/claim").await.json().await.unwrap();
    assert_eq!(reported["claim_reference"], status.reference.as_str());
    assert!(matches!(status.progress.investigation, Investigation::Open { .. }));
    assert_eq!(status.claim.advice.len(), 1, "its seller sees what the customer was told");
    let photo = format!("/photos/{}", status.claim.photos.device[0]);
    assert_eq!(demo.as_claimant(reported, &photo).await.headers()["content-type"], "image/jpeg");
}

/// Right after midnight, in the middle of a weekend, and among the holidays at the end of a year.
#[tokio::test]
async fn the_data_for_a_page_is_a_good_token_and_the_answer_of_the_contract() {
    let demo = Shown::new().await;
    let data = demo.get("/demo/orders").await.json::<Value>().await.unwrap()["page_data"].take();
    let path = format!("/order-lines/{}", data["order_line"]["id"].as_str().unwrap());
    let token = data["token"].as_str().unwrap();
    let answer = demo.client.get(format!("{}{path}", demo.base)).bearer_auth(token).send().await.unwrap();
    let mut answer: Value = answer.json().await.unwrap();
    // The demo's clock goes on between the two.
    answer["server_time"] = data["order_line"]["server_time"].clone();
    assert_eq!(data, json!({ "token": token, "order_line": answer }));
}

#[tokio::test]
async fn on_any_day_the_desk_has_the_work_of_a_few_days() {
    for at in ["2026-11-22T23:01:00Z", "2026-11-21T12:00:00Z", "2027-01-01T08:00:00Z"] {
        let demo = Shown::opened_at(Arc::new(TempDir::new().unwrap()), true, Some(at.parse().unwrap())).await;
        let claims = demo.as_seller("/seller/claims").await["claims"].as_array().unwrap().clone();
        let today = demo.app.clock.now().with_timezone(&chrono_tz::Europe::Amsterdam).date_naive().to_string();
        let open = |claim: &&Value| matches!(claim["state"].as_str().unwrap(), "open" | "waiting_for_claimant");
        let due = |claim: &Value| claim["resolution_due"].as_str().unwrap().cmp(&today);
        let count = |is: &dyn Fn(&&Value) -> bool| claims.iter().filter(is).count();
        assert_eq!(claims.len(), 16, "{at}");
        assert_eq!(count(&|claim| open(claim) && due(claim).is_lt()), 2, "overdue at {at}");
        assert_eq!(count(&|claim| open(claim) && due(claim).is_eq()), 3, "due today at {at}");
        for state in ["waiting_for_claimant", "replaced", "refunded", "partially_refunded", "declined"] {
            assert_eq!(count(&|claim| claim["state"] == state), 1, "{state} at {at}");
        }
        assert_eq!(["late", "advice", "evidence_missing"].map(|mark| count(&|claim| claim[mark] == true)), [2, 3, 4]);
        let carriers: BTreeSet<_> = claims.iter().map(|claim| claim["carrier"].as_str().unwrap()).collect();
        assert_eq!(carriers, ["DHL", "DPD", "GLS", "PostNL", "UPS"].into(), "{at}");

        let events = demo.as_seller("/seller/events").await["events"].as_array().unwrap().clone();
        let times: Vec<DateTime<Utc>> =
            events.iter().map(|event| event["timestamp"].as_str().unwrap().parse().unwrap()).collect();
        assert!(times.is_sorted() && *times.last().unwrap() < demo.app.clock.now(), "{at}: {times:?}");
        assert_eq!(events.iter().filter(|event| event["type"] == "claim.submitted").count(), 16);
    }
}

#[tokio::test]
async fn the_clock_can_be_moved_and_put_back() {
    let demo = Shown::new().await;
    let now = async |body: Value| -> chrono::DateTime<chrono::Utc> {
        let moved: Value = demo.post("/demo/clock", body).await.json().await.unwrap();
        moved["now"].as_str().unwrap().parse().unwrap()
    };
    let opened = now(json!({"reset": true})).await;
    let later = now(json!({"advance_minutes": 60 * 24 * 9})).await;
    assert!((later - opened).num_days() == 9);
    let lines = demo.lines().await;
    assert_eq!(demo.as_claimant(&lines["delivered_yesterday"], "").await.status(), 200, "tokens follow the clock");
    assert_eq!(now(json!({"now": "2027-01-01T00:00:00Z"})).await.date_naive().to_string(), "2027-01-01");
    assert!((now(json!({"reset": true})).await - opened).num_minutes() < 5);
    let minutes: Vec<i64> = vec![366 * 24 * 60; 80];
    for advance in minutes {
        demo.post("/demo/clock", json!({"advance_minutes": advance})).await;
    }
    let shop: Value = demo.get("/demo/orders").await.json().await.unwrap();
    assert!(shop["now"].as_str().unwrap() < "2100", "no press too many leads out of the calendar");
    for body in [json!({}), json!({"reset": true, "advance_minutes": 1}), json!({"advance_minutes": i64::MAX})] {
        assert_eq!(demo.post("/demo/clock", body).await.status(), 422);
    }
}

#[tokio::test]
async fn a_second_start_keeps_the_claims_and_a_fresh_one_forgets_them() {
    let folder = Arc::new(TempDir::new().unwrap());
    let mut references = Vec::new();
    for fresh in [false, false, true] {
        let demo = Shown::on(Arc::clone(&folder), fresh).await;
        references.push(demo.lines().await["reported"]["claim_reference"].as_str().unwrap().to_owned());
        demo.app.store.close().await;
        let app = Arc::downgrade(&demo.app);
        drop(demo);
        while app.strong_count() > 0 {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(references[0], references[1]);
    assert_ne!(references[1], references[2]);
}

#[tokio::test]
async fn a_site_that_was_not_built_is_said_in_words() {
    let folder = TempDir::new().unwrap();
    let address = "127.0.0.1:0".parse().unwrap();
    let site = folder.path().join("nowhere");
    let options = DemoOptions { address, data: folder.path().into(), site, fresh: false, at: None };
    let error = demo::open_demo(options).await.unwrap_err().to_string();
    assert!(error.contains("cargo xtask demo"), "{error}");
}

#[tokio::test]
async fn back_to_now_is_as_late_as_it_would_be_had_nobody_moved_the_clock() {
    let demo = Shown::new().await;
    let now = async || -> chrono::DateTime<chrono::Utc> {
        let shop: Value = demo.get("/demo/orders").await.json().await.unwrap();
        shop["now"].as_str().unwrap().parse().unwrap()
    };
    // The demo's clock runs on while it is asked.
    let mut before = now().await;
    for _ in 0..20 {
        before = now().await;
    }
    demo.post("/demo/clock", json!({"advance_minutes": 60 * 24 * 9})).await;
    assert_eq!(demo.post("/demo/clock", json!({"reset": true})).await.status(), 200);
    assert!(now().await >= before, "it is not when the demo was opened");
}

#[tokio::test]
async fn an_order_line_that_was_put_in_by_hand_gets_a_token() {
    let demo = Shown::new().await;
    let shop: Value = demo.get("/demo/orders").await.json().await.unwrap();
    let line = json!({
        "order_number": "1", "device": "iPad", "grade": "good", "country": "NL", "carrier": "DHL",
        "delivery": {"at": shop["now"], "zone": "Europe/Amsterdam"},
    });
    let put = demo.client.put(format!("{}/seller/order-lines/by-hand", demo.base)).json(&line);
    let put = put.bearer_auth(shop["seller_key"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(put.status(), 204, "{}", put.text().await.unwrap());
    let shown: OrderLine = demo.as_claimant(&json!({"id": "by-hand"}), "").await.json().await.unwrap();
    assert_eq!(shown.device, "iPad");
}

#[tokio::test]
async fn no_token_is_given_for_an_order_line_that_is_not_there() {
    let demo = Shown::new().await;
    let response = demo.post("/demo/token", json!({"order_line": "line-1"})).await;
    assert_eq!(crate::app::refusal(response).await.0, 404);
    let response = demo.post("/my-orders/line-1/damage-token", Value::Null).await;
    assert_eq!(crate::app::refusal(response).await.0, 404);
}

#[tokio::test]
async fn it_gives_tokens_as_the_docs_have_it_of_a_shop() {
    let demo = Shown::new().await;
    let line = &demo.lines().await["delivered_yesterday"]["id"];
    let line = line.as_str().unwrap();
    let answer = demo.post(&format!("/my-orders/{line}/damage-token"), Value::Null).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let token = answer.text().await.unwrap();
    let read = demo.client.get(format!("{}/order-lines/{line}", demo.base)).bearer_auth(token).send().await.unwrap();
    assert_eq!(read.status(), 200);
}
