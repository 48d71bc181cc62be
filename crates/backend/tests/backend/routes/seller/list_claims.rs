//! `GET /seller/claims`

use chrono::TimeDelta;
use damage_report_rules::{contract::Code, evidence::Subject, lifecycle::Event};
use reqwest::{Method, Response};
use serde_json::Value;

use crate::{
    app::{LINE, TestApp, problem, refusal, tuesday_noon},
    listed::{NewClaim, declined, record, refunded},
};

async fn ask(app: &TestApp, parameters: &[(&str, &str)]) -> Response {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    app.as_seller(Method::GET, &format!("/seller/claims?{query}")).send().await.unwrap()
}

/// The page with these parameters.
async fn page(app: &TestApp, parameters: &[(&str, &str)]) -> Value {
    let response = ask(app, parameters).await;
    assert_eq!(response.status(), 200, "{parameters:?}");
    response.json().await.unwrap()
}

/// The order lines of the claims with these parameters.
async fn lines(app: &TestApp, parameters: &[(&str, &str)]) -> Vec<String> {
    let page = page(app, parameters).await;
    let claims = page["claims"].as_array().unwrap();
    claims.iter().map(|claim| claim["order_line"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn check(found: &[String], expected: &[&str]) {
    assert_eq!(found, expected);
}

/// Six claims, each another day and with something of its own.
async fn six_claims() -> TestApp {
    let app = TestApp::new().await;
    let new = |id: &str, days| NewClaim { received_at: tuesday_noon() - TimeDelta::days(days), ..NewClaim::new(id) };
    let claims = [
        NewClaim { is_late: true, ..new("a", 9) },
        NewClaim { has_advice: true, description: "Het CAFÉ was dicht".to_owned(), ..new("b", 8) },
        NewClaim { lacks_evidence: true, device: "Pixel 8a, zwart".to_owned(), ..new("c", 7) },
        NewClaim { carrier: "DHL".to_owned(), order_number: "NG-2048".to_owned(), ..new("d", 6) },
        NewClaim { description: "drop table claims; -- \"OR\" NEAR(x y) {glas}: 東京 ß".to_owned(), ..new("e", 1) },
        NewClaim { order_number: "NG-2048".to_owned(), ..new("f", 0) },
    ];
    for claim in claims {
        claim.store(&app).await;
    }
    record(&app, "DR-A", refunded()).await;
    record(&app, "DR-B", declined()).await;
    let until = tuesday_noon().date_naive();
    record(&app, "DR-C", Event::EvidenceRequested { subjects: vec![Subject::Label], note: String::new(), until }).await;
    app
}

#[tokio::test]
async fn each_filter_finds_its_claims_by_due_date() {
    let app = six_claims().await;
    let all = ["a", "b", "c", "d", "e", "f"];
    check(&lines(&app, &[]).await, &all);
    for (name, value, expected) in [
        ("state", "open", &["d", "e", "f"][..]),
        ("state", "waiting_for_claimant", &["c"]),
        ("state", "refunded", &["a"]),
        ("state", "declined", &["b"]),
        ("state", "replaced", &[]),
        ("state", "undecided", &["c", "d", "e", "f"]),
        ("state", "decided", &["a", "b"]),
        ("due_before", "2026-11-24", &["a", "b", "c", "d"]),
        ("due_before", "2026-11-18", &[]),
        ("due_before", "9999-12-31", &all),
        ("carrier", "DHL", &["d"]),
        ("carrier", "dhl", &[]),
        ("late", "true", &["a"]),
        ("late", "false", &["b", "c", "d", "e", "f"]),
        ("advice", "true", &["b"]),
        ("evidence_missing", "true", &["c"]),
        ("reference", "DR-D", &["d"]),
        ("reference", "DR-NOBODY", &[]),
        ("order_number", "NG-2048", &["d", "f"]),
        ("text", "scherm", &["a", "c", "d", "f"]),
        ("text", "ng-2048", &[]),
        ("text", "NG-2048", &["d", "f"]),
        ("text", "dr-e", &["e"]),
    ] {
        check(&lines(&app, &[(name, value)]).await, expected);
    }
}

#[tokio::test]
async fn several_filters_find_the_claims_that_match_all_of_them() {
    let app = six_claims().await;
    check(&lines(&app, &[("state", "open"), ("order_number", "NG-2048"), ("carrier", "PostNL")]).await, &["f"]);
    check(&lines(&app, &[("state", "undecided"), ("due_before", "2026-11-24")]).await, &["c", "d"]);
    check(&lines(&app, &[("text", "scherm"), ("carrier", "DHL"), ("late", "false")]).await, &["d"]);
    check(&lines(&app, &[("text", "scherm"), ("reference", "DR-D"), ("state", "open")]).await, &["d"]);
    check(&lines(&app, &[("text", "scherm"), ("order_number", "NG-2048"), ("state", "refunded")]).await, &[]);
    check(&lines(&app, &[("text", "NG-2048"), ("due_before", "2026-11-24")]).await, &["d"]);
    check(&lines(&app, &[("reference", "DR-D"), ("carrier", "UPS")]).await, &[]);
}

#[tokio::test]
async fn a_text_is_text_whatever_it_looks_like() {
    let app = six_claims().await;
    for (text, expected) in [
        ("cafe", &["b"][..]),
        ("Café", &["b"]),
        ("cafe\u{301}", &["b"]),
        ("HET dicht", &["b"]),
        ("caf", &[]),
        ("caf*", &[]),
        ("zwart pixel", &["c"]),
        ("glas OR cafe", &[]),
        ("NOT glas", &[]),
        ("\"OR\" near", &["e"]),
        ("NEAR(x y)", &["e"]),
        ("{glas}:", &["e"]),
        ("description:glas", &[]),
        ("-- ' \"", &[]),
        ("glas \"", &["e"]),
        ("^glas", &["e"]),
        ("東京", &["e"]),
        ("ß", &["e"]),
        ("\u{0}glas\u{0}", &["e"]),
        ("'; drop table claims; --", &["e"]),
        ("👩🏽\u{200d}🔧", &[]),
        ("(((", &[]),
    ] {
        assert_eq!(lines(&app, &[("text", text)]).await, expected, "{text:?}");
    }
}

#[tokio::test]
async fn a_claim_is_listed_with_all_that_a_row_of_a_table_needs() {
    let app = six_claims().await;
    let page = page(&app, &[("reference", "DR-C")]).await;
    let claim = &page["claims"][0];
    let mut expected = serde_json::json!({
        "reference": "DR-C", "order_line": "c", "order_number": "order-of-c", "device": "Pixel 8a, zwart", "carrier": "PostNL",
        "received_at": "2026-11-17T11:00:00Z", "version": 2, "state": "waiting_for_claimant", "resolution_due": "2026-11-20",
        "late": false, "advice": false, "evidence_missing": true,
    });
    let shown = app.as_seller(Method::GET, "/seller/claims/DR-C").send().await.unwrap().json::<Value>().await.unwrap();
    expected["cover"] = shown["claim"]["photos"]["device"][0].clone();
    assert_eq!(*claim, expected);
    assert_eq!(shown["resolution_due"], claim["resolution_due"]);
    assert_eq!(page["next"], Value::Null);
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_it_ended_also_with_another_filter() {
    let app = six_claims().await;
    let first = page(&app, &[("limit", "2")]).await;
    let next = first["next"].as_str().unwrap();
    check(&lines(&app, &[("limit", "2"), ("after", next)]).await, &["c", "d"]);
    check(&lines(&app, &[("after", next)]).await, &["c", "d", "e", "f"]);
    check(&lines(&app, &[("after", next), ("text", "scherm")]).await, &["c", "d", "f"]);
    check(&lines(&app, &[("after", next), ("order_number", "NG-2048"), ("limit", "1")]).await, &["d"]);
    assert_eq!(page(&app, &[("limit", "6")]).await["next"], Value::Null, "there is no empty page at the end");
}

#[tokio::test]
async fn an_empty_list_is_a_page_without_claims() {
    let app = TestApp::new().await;
    assert_eq!(page(&app, &[]).await, serde_json::json!({"claims": [], "next": null}));
}

#[tokio::test]
async fn a_claim_that_is_sent_and_settled_over_http_is_listed_as_it_stands() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    check(&lines(&app, &[("state", "open"), ("text", "gebarsten blauw"), ("reference", &reference)]).await, &[LINE]);
    let events = format!("/seller/claims/{reference}/events");
    let refund = serde_json::json!({"type": "refunded", "amount": {"cents": 39_900, "currency": "EUR"}});
    let refund = app.as_seller(Method::POST, &events).header("if-match", "\"1\"").json(&refund);
    assert_eq!(refund.send().await.unwrap().status(), 200);
    check(&lines(&app, &[("state", "refunded")]).await, &[LINE]);
    // The shop calls the order and its device otherwise.
    let line = serde_json::json!({
        "order_number": "2000", "device": "Fairphone 5", "grade": "good", "country": "NL", "carrier": "DHL",
        "delivery": {"at": "2026-11-20T13:00:00Z", "zone": "Europe/Amsterdam"},
    });
    let put = app.as_seller(Method::PUT, &format!("/seller/order-lines/{LINE}")).json(&line);
    assert_eq!(put.send().await.unwrap().status(), 204);
    check(&lines(&app, &[("text", "blauw")]).await, &[]);
    check(&lines(&app, &[("text", "fairphone"), ("order_number", "2000"), ("carrier", "DHL")]).await, &[LINE]);
    app.as_seller(Method::DELETE, &format!("/seller/order-lines/{LINE}")).send().await.unwrap();
    check(&lines(&app, &[]).await, &[]);
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused_with_what_is_wanted() {
    let app = TestApp::new().await;
    let long = "x".repeat(201);
    for (name, value, wanted) in [
        ("state", "closed", "state is one of open, waiting_for_claimant"),
        ("state", "", "state is one of"),
        ("due_before", "25-11-2026", "due_before is a date such as"),
        ("due_before", "2026-11-31", "due_before is a date such as"),
        ("due_before", "2026-11-025", "due_before is a date such as"),
        ("carrier", " ", "carrier is a text of 1 to 200 characters"),
        ("late", "yes", "late is true or false"),
        ("advice", "1", "advice is true or false"),
        ("evidence_missing", "TRUE", "evidence_missing is true or false"),
        ("reference", "", "reference is a text"),
        ("order_number", "", "order_number is a text"),
        ("text", &long, "text is a text of 1 to 200 characters"),
        ("after", "2", "after is the next of the page before"),
        ("after", "__________8", "after is the next of the page before"),
        ("limit", "0", "limit is 1 to 100"),
        ("limit", "101", "limit is 1 to 100"),
        ("sort", "due", "this address knows the parameters state, due_before"),
    ] {
        let response = ask(&app, &[(name, value)]).await;
        let problem = problem(response).await;
        assert_eq!((problem.status, problem.code), (400, Code::HeaderInvalid), "{name}={value}");
        let detail = problem.detail.unwrap();
        assert!(detail.contains(wanted), "{name}={value}: {detail}");
    }
    let response = app.as_seller(Method::GET, "/seller/claims?late=true&late=true").send().await.unwrap();
    assert_eq!(refusal(response).await, (400, Code::HeaderInvalid));
    let response = app.as_claimant(LINE, Method::GET, "/seller/claims").send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenInvalid));
}
