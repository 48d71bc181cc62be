//! The functions that write the order line into a page as data.

use std::process::Command;

use jsonwebtoken::EncodingKey;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    super::{code, damage_data, section},
    TOKENS, is_here, node_examples, node_folder, php_folder, python_folder, run, shop_of_docs,
};
use crate::app::{LINE, SECRET};

/// Where the functions that write an order line find the backend.
const ENDPOINT_NAME: &str = "DAMAGE_REPORT_ENDPOINT";

#[tokio::test]
async fn the_function_in_node_writes_an_order_line_into_a_page() {
    let folder = node_folder();
    let [_, _, data_for, _] = node_examples();
    std::fs::write(folder.path().join("data-for.mjs"), data_for).unwrap();
    writes_the_order_line_as_data(async |endpoint, line| {
        let script = format!("console.log(await (await import('./data-for.mjs')).dataFor('{line}'))");
        let mut node = Command::new("node");
        node.args(["--input-type=module", "--eval", &script]).env(ENDPOINT_NAME, endpoint);
        run_beside_the_server(node, &folder).await
    })
    .await;
}

#[tokio::test]
async fn the_function_in_python_writes_an_order_line_into_a_page() {
    if !is_here("python3") {
        return;
    }
    let folder = python_folder();
    let python = code(section(TOKENS, "## Python"), "python")[1];
    std::fs::write(folder.path().join("damage_data.py"), python).unwrap();
    writes_the_order_line_as_data(async |endpoint, line| {
        let script =
            format!("import sys; sys.path.insert(0, ''); import damage_data; print(damage_data.data_for('{line}'))");
        let mut python = Command::new("python3");
        python.args(["-c", &script]).env(ENDPOINT_NAME, endpoint).env("no_proxy", "127.0.0.1");
        run_beside_the_server(python, &folder).await
    })
    .await;
}

#[tokio::test]
async fn the_function_in_php_writes_an_order_line_into_a_page() {
    if !is_here("php") {
        return;
    }
    let folder = php_folder();
    std::fs::write(folder.path().join("data-for.php"), code(section(TOKENS, "## PHP"), "php")[2]).unwrap();
    writes_the_order_line_as_data(async |endpoint, line| {
        let script = format!("require 'data-for.php'; echo dataFor('{line}');");
        let mut php = Command::new("php");
        php.args(["-r", &script]).env(ENDPOINT_NAME, endpoint);
        run_beside_the_server(php, &folder).await
    })
    .await;
}

#[tokio::test]
async fn the_function_in_rust_writes_an_order_line_into_a_page() {
    let (shown, run) = (code(section(TOKENS, "## Rust"), "rust")[1], include_str!("../damage_data.rs"));
    assert!(run.ends_with(shown), "docs/tokens.md does not show what is run here");
    let (client, key) = (reqwest::Client::new(), EncodingKey::from_secret(SECRET.as_bytes()));
    writes_the_order_line_as_data(async |endpoint, line| {
        damage_data::data_for(&client, &endpoint, &key, &line).await.unwrap_or_default()
    })
    .await;
}

/// Asserts that a function writes the backend's own answer and a good token as data that nothing in it ends, and nothing where the
/// backend refuses or is not there.
async fn writes_the_order_line_as_data(write: impl AsyncFn(String, String) -> String) {
    let app = shop_of_docs().await;
    let order_line = json!({
        "order_number": "1000", "device": "</script><b> \u{e9} & \"", "grade": "excellent",
        "delivery": { "at": "2026-11-20T13:00:00Z", "zone": "Europe/Amsterdam" }, "country": "NL",
        "carrier": "PostNL", "tracking_number": "3SDEVC123456789",
    });
    let put =
        app.as_seller(Method::PUT, &format!("/seller/order-lines/{LINE}")).json(&order_line).send().await.unwrap();
    assert_eq!(put.status(), 204);
    // The functions wait for half a second, which a busy machine may need for a process of its own.
    let mut written = String::new();
    for _ in 0..20 {
        written = write(app.origin(), LINE.to_owned()).await.trim_end().to_owned();
        if !written.is_empty() {
            break;
        }
    }
    let data =
        written.strip_prefix(r#"<script type="application/json">"#).and_then(|rest| rest.strip_suffix("</script>"));
    let data = data.unwrap_or_else(|| panic!("{written}"));
    assert!(!data.contains('<'), "{data}");
    let data: Value = serde_json::from_str(data).unwrap();
    let token = data["token"].as_str().unwrap();
    let answer = app.request(Method::GET, &format!("/order-lines/{LINE}")).bearer_auth(token).send().await.unwrap();
    let mut answer: Value = answer.json().await.unwrap();
    // Time goes on between the two.
    answer["server_time"] = data["order_line"]["server_time"].clone();
    assert_eq!(data, json!({ "token": token, "order_line": answer }));
    assert_eq!(write(app.origin(), "unknown".into()).await.trim_end(), "");
    assert_eq!(write("http://127.0.0.1:9".into(), LINE.into()).await.trim_end(), "");
}

/// The same for a program that asks the backend of this test, which goes on meanwhile.
async fn run_beside_the_server(program: Command, folder: &TempDir) -> String {
    let folder = folder.path().to_owned();
    tokio::task::spawn_blocking(move || run(program, &folder, SECRET).unwrap()).await.unwrap()
}
