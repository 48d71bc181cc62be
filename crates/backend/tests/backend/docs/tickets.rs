//! The tickets of `docs/webhooks.md`: what `handle` gives to a help desk, by mail and by its API.

use std::{fs, process::Command};

use axum::{Json, Router, http::HeaderMap, routing::post};
use damage_report_rules::contract::ClaimEvent;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::mpsc};

use super::{code, section};
use crate::{
    app::{LINE, SELLER_KEY},
    webhooks::app_telling,
};

const WEBHOOKS: &str = include_str!("../../../../../docs/webhooks.md");

/// The two modules for tickets: by mail, and by API.
fn examples() -> [&'static str; 2] {
    code(section(WEBHOOKS, "## A ticket in your help desk"), "js").try_into().unwrap()
}

/// Runs `handle` of `module` with each of `events`, in `folder` and with these variables.
fn handle(module: &str, folder: &TempDir, events: &[Value], variables: &[(&str, &str)]) {
    fs::write(folder.path().join("handle.mjs"), module).unwrap();
    let events = serde_json::to_string(events).unwrap();
    let script =
        format!("const {{ handle }} = await import('./handle.mjs'); for (const e of {events}) await handle(e);");
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval", &script]).current_dir(folder.path()).envs(variables.iter().copied());
    let output = node.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn event(kind: &str, reference: &str) -> Value {
    let data =
        json!({"reference": reference, "order_line": LINE, "version": 1, "url": format!("/seller/claims/{reference}")});
    let event =
        json!({"id": "evt_00000000000000000042", "type": kind, "timestamp": "2026-11-24T11:00:00Z", "data": data});
    serde_json::from_value::<ClaimEvent>(event.clone()).expect("an event as it is sent");
    event
}

#[cfg(unix)]
#[test]
fn a_claim_is_a_mail_to_the_help_desk() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let sendmail = folder.path().join("sendmail");
    fs::write(&sendmail, "#!/bin/sh\necho \"$1\" >> sent; cat >> sent\n").unwrap();
    fs::set_permissions(&sendmail, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let [by_mail, _] = examples();
    let events = [event("claim.submitted", "DR-1"), event("claim.investigation_opened", "DR-1")];
    handle(by_mail, &folder, &events, &[("PATH", &path)]);
    let sent = fs::read_to_string(folder.path().join("sent")).unwrap();
    let (head, text) = sent.split_once("\n\n").unwrap();
    assert_eq!(
        head.lines().collect::<Vec<_>>(),
        [
            "-t",
            "From: claims@shop.example",
            "To: help@shop.example",
            "Message-ID: <evt_00000000000000000042@shop.example>",
            "Subject: [DR-1] claim.submitted",
        ]
    );
    assert_eq!(text, format!("https://claims.shop.example/seller/claims/DR-1\nOrder line {LINE}\n"));
}

#[tokio::test]
async fn a_claim_is_a_ticket_with_its_words_by_api() {
    let app = app_telling(Vec::new()).await;
    let reference = app.accepted_claim().await;
    let (opened, mut tickets) = mpsc::unbounded_channel();
    let open = post(async move |headers: HeaderMap, Json(ticket): Json<Value>| {
        opened.send((headers["authorization"].to_str().unwrap().to_owned(), ticket)).unwrap();
        Json(json!({"id": 1}))
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let desk = format!("http://{}/tickets", listener.local_addr().unwrap());
    let serving =
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/tickets", open)).await.unwrap() });
    let folder = TempDir::new().unwrap();
    let claims = format!("http://{}", app.address);
    let events = [event("claim.submitted", &reference), event("claim.refunded", &reference)];
    let asking = tokio::task::spawn_blocking(move || {
        let [_, by_api] = examples();
        let variables = [
            ("CLAIMS_URL", claims.as_str()),
            ("SELLER_KEY", SELLER_KEY),
            ("HELP_DESK_URL", &desk),
            ("HELP_DESK_KEY", "key-of-the-desk"),
        ];
        handle(by_api, &folder, &events, &variables);
    });
    asking.await.unwrap();
    serving.abort();
    let (key, ticket) = tickets.recv().await.unwrap();
    assert_eq!(key, "Bearer key-of-the-desk");
    assert_eq!(ticket["subject"], format!("Damage on arrival: 1000 ({reference})"));
    assert_eq!(
        (&ticket["body"], &ticket["external_id"]),
        (&json!("Scherm gebarsten bij aankomst."), &json!(reference))
    );
    assert!(tickets.try_recv().is_err(), "a refund is no ticket");
}
