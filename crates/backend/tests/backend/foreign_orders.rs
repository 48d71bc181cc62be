//! A good token, used on an order line that is not its own (row T014): neither the answer nor the work tells whether there is one.

use std::collections::BTreeSet;

use damage_report_rules::contract::Code;
use reqwest::Method;
use serde_json::Value;

use crate::app::{LINE, TestApp, digest, refusal};

/// Every route of a claimant, after the order line's name.
fn routes() -> [(Method, String); 10] {
    let photo = digest(&crate::photos::plain(0));
    [
        (Method::GET, String::new()),
        (Method::HEAD, format!("/photos/{photo}")),
        (Method::GET, format!("/photos/{photo}")),
        (Method::PUT, format!("/photos/{photo}")),
        (Method::DELETE, format!("/photos/{photo}")),
        (Method::PUT, "/photos/nonsense".to_owned()),
        (Method::PUT, "/draft".to_owned()),
        (Method::POST, "/claims".to_owned()),
        (Method::GET, "/claim".to_owned()),
        (Method::GET, "/return-label".to_owned()),
    ]
}

/// The routes of the contract that take an order line's token, as "GET /photos/{}".
fn contract_routes() -> BTreeSet<String> {
    let contract: Value = serde_json::from_str(damage_report_backend::router::openapi_document()).unwrap();
    let mut routes = BTreeSet::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["security"].as_array().is_some_and(|all| all.iter().any(|one| one.get("claimant").is_some())) {
                let rest = path.strip_prefix("/order-lines/{id}").expect("a claimant's route names the order line");
                routes.insert(format!("{} {}", method.to_uppercase(), rest.replace("{sha256}", "{}")));
            }
        }
    }
    routes
}

#[test]
fn every_route_of_a_claimant_is_tried() {
    let photo = digest(&crate::photos::plain(0)).to_string();
    let tried = routes().map(|(method, rest)| format!("{method} {}", rest.replace(&photo, "{}")));
    let missing: Vec<_> = contract_routes().into_iter().filter(|route| !tried.contains(route)).collect();
    assert_eq!(missing, Vec::<String>::new(), "these routes are not tried with the token of another order line");
}

#[tokio::test]
async fn t014_anothers_order_line_answers_like_one_that_is_not_there() {
    let app = TestApp::new().await;
    app.accepted_claim().await;
    app.put_line("line-2", Some("2026-11-20T13:00:00Z")).await;
    for (method, rest) in routes() {
        let ask = async |line: &str| {
            let path = format!("/order-lines/{line}{rest}");
            let response = app.as_claimant("line-2", method.clone(), &path).body("{}").send().await.unwrap();
            let status = response.status();
            let mut headers = response.headers().clone();
            for varying in ["date", "x-request-id"] {
                headers.remove(varying);
            }
            (status, headers, response.text().await.unwrap())
        };
        let others = ask(LINE).await;
        assert_eq!(others.0, 404, "{method} {rest}");
        assert_eq!(others, ask("line-that-is-not-there").await, "{method} {rest}");
    }
}

/// The work is counted by what is read: a row that cannot be read fails every request that reads it. Only the row of the
/// token's own order line is read, whichever one the address names.
#[tokio::test]
async fn anothers_order_line_is_not_even_read() {
    let app = TestApp::new().await;
    app.put_line("line-2", Some("2026-11-20T13:00:00Z")).await;
    let mut db = app.app.store.begin_write().await.unwrap();
    sqlx::query("update order_lines set grade = 'unreadable' where id = ?").bind(LINE).execute(&mut *db).await.unwrap();
    db.commit().await.unwrap();
    let own = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
    assert_eq!(refusal(own).await, (500, Code::Internal), "whoever reads the row is told so");
    for (method, rest) in routes() {
        let path = format!("/order-lines/{LINE}{rest}");
        let response = app.as_claimant("line-2", method.clone(), &path).body("{}").send().await.unwrap();
        assert_eq!(response.status(), 404, "{method} {rest}");
    }
    let absent = app.as_claimant(LINE, Method::GET, "/order-lines/line-that-is-not-there").send().await.unwrap();
    assert_eq!(refusal(absent).await, (500, Code::Internal), "the own row is read for an absent order line too");
}
