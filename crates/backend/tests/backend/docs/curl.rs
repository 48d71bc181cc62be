//! Runs the calls of `docs/backend.md` unchanged, in a shell whose `curl` records its arguments, and sends them to a backend: they
//! work for every reader, on any day.

use std::{path::Path, process::Command};

use damage_report_rules::{contract::OrderLine, lifecycle::Resolution};
use reqwest::{Method, Response};
use serde_json::Value;
use tempfile::TempDir;

use super::{DOCS, section};
use crate::app::{SELLER_KEY, TestApp, claim};

const LINE: &str = "10042-1";

/// One call of `curl`.
struct Call {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// The calls that the shell makes of `script` in `folder`, where it is `now`, and `curl` prints `answer`.
fn calls(script: &str, folder: &Path, now: &str, answer: &str) -> Vec<Call> {
    let noting = r#"
        curl() { for word in "$@"; do printf '%s\0' "$word"; done >> calls; printf '\001\0' >> calls; cat answer; }
        date() { printf '%s' "$NOW"; }
    "#;
    let _ = std::fs::remove_file(folder.join("calls"));
    std::fs::write(folder.join("answer"), answer).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-euc", &format!("{noting}{script}")]).current_dir(folder);
    let output = shell.env("NOW", now).env("SELLER_KEY", SELLER_KEY).output().unwrap();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    let noted = std::fs::read_to_string(folder.join("calls")).unwrap();
    noted.split_terminator("\u{1}\0").map(|words| call(words.split_terminator('\0').collect())).collect()
}

fn call(words: Vec<&str>) -> Call {
    let mut call = Call { method: Method::GET, path: String::new(), headers: Vec::new(), body: String::new() };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word {
            "-s" => {}
            "-X" => call.method = words.next().unwrap().parse().unwrap(),
            "-d" => call.body = words.next().unwrap().to_owned(),
            "-H" => {
                let (name, value) = words.next().unwrap().split_once(": ").unwrap();
                call.headers.push((name.to_owned(), value.to_owned()));
            }
            url => call.path = url.strip_prefix("https://claims.shop.example").unwrap().to_owned(),
        }
    }
    call
}

async fn send(app: &TestApp, call: Call) -> Response {
    let mut request = app.request(call.method, &call.path).body(call.body);
    for (name, value) in call.headers {
        request = request.header(name, value);
    }
    request.send().await.unwrap()
}

/// The examples in the shell's language under this heading, without their comments.
fn examples(heading: &str) -> Vec<&'static str> {
    let blocks = section(DOCS, heading).split("```sh\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap()).collect()
}

#[tokio::test]
async fn the_order_line_that_is_shown_can_be_reported_on_any_day() {
    let folder = TempDir::new().unwrap();
    for now in ["2026-11-30T09:00:00Z", "2028-02-29T23:59:59Z", "2031-12-26T12:00:00Z"] {
        let app = TestApp::new().await;
        app.set_clock(now);
        for example in examples("### Adding an order line") {
            for call in calls(example, folder.path(), now, "") {
                let response = send(&app, call).await;
                assert_eq!(response.status(), 204, "{example}: {}", response.text().await.unwrap());
            }
        }
        let photos = app.put_evidence(LINE).await;
        let response = app.post_claim(LINE, "key", &claim(&photos)).await;
        assert_eq!(response.status(), 201, "{now}: {}", response.text().await.unwrap());
    }
}

#[tokio::test]
async fn the_events_that_are_shown_lead_from_an_order_line_to_its_refund() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("label.pdf"), b"%PDF-1.4\nlabel\n%%EOF\n").unwrap();
    let app = TestApp::new().await;
    app.put_line(LINE, Some("2026-11-20T13:00:00Z")).await;
    let photos = app.put_evidence(LINE).await;
    app.post_claim(LINE, "key", &claim(&photos)).await;
    let find = async || {
        let found = app.as_seller(Method::GET, &format!("/seller/order-lines/{LINE}/claim")).send().await.unwrap();
        found.text().await.unwrap()
    };
    let reference = serde_json::from_str::<Value>(&find().await).unwrap()["reference"].as_str().unwrap().to_owned();
    let mut sent = 0;
    for example in examples("### Events") {
        // The first example finds the reference, and the others use it.
        let script = format!("REFERENCE={reference}\n{example}");
        for call in calls(&script, folder.path(), "", &find().await) {
            let response = send(&app, call).await;
            assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
            sent += 1;
        }
    }
    assert!(sent >= 4, "{sent}");
    let shown = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
    let status = shown.json::<OrderLine>().await.unwrap().claim.unwrap();
    assert!(status.has_return_label && matches!(status.progress.resolution, Resolution::Refunded { .. }));
}
