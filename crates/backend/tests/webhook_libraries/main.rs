//! The published libraries of the Standard Webhooks specification, unchanged and in three languages, verify the backend's webhooks.
//!
//! `cargo xtask test webhooks` installs those of npm and PyPI and says where they are.
#![expect(clippy::unwrap_used, reason = "in a test, what goes wrong ends the test")]

#[path = "../backend/webhooks/receiver.rs"]
#[expect(dead_code, reason = "the tests of the backend use the rest")]
mod receiver;

use std::{process::Command, sync::Arc};

use chrono::TimeDelta;
use damage_report_backend::{
    actor::Actor, app::App, clock::Clock, config::Config, event_log, store::events::NewEvent, webhooks,
};
use damage_report_rules::contract::ClaimEventType;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use self::receiver::{Answer, Received, Receiver};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PREVIOUS_SECRET: &str = "whsec_dGhlIHNlY3JldCBiZWZvcmUgaXQsIGFsc28gbG9uZw==";
const OTHER_SECRET: &str = "whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldCwgYXMgbG9uZw==";

/// A webhook that was sent `ago`.
async fn sent(ago: TimeDelta) -> Received {
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    let folder = TempDir::new().unwrap();
    let toml = format!(
        r#"
        data = {:?}
        allowed_origins = []
        shop = {{ name = "Voorbeeld", contact_url = "https://shop.example/contact" }}
        tokens = {{ issuer = "i", audience = "a", current = {{ kid = "k", secret = "a secret of no fewer than 32 bytes" }} }}
        [[webhooks]]
        name = "erp"
        url = {:?}
        allow_loopback = true
        secret = "{SECRET}"
        previous_secret = "{PREVIOUS_SECRET}"
        "#,
        folder.path(),
        receiver.url
    );
    let config = Config::parse(&toml, |_| None).unwrap();
    let app = App::open(config, Clock::running_from(Clock::system().now() - ago)).await.unwrap();
    let stop = CancellationToken::new();
    let sending = tokio::spawn(webhooks::deliver_webhooks(Arc::clone(&app), stop.clone()));
    let mut db = app.store.begin_write().await.unwrap();
    let event = NewEvent {
        kind: ClaimEventType::Submitted,
        reference: "DR-7K3M9QXA2T",
        order_line: "10042-1",
        version: 1,
        actor: &Actor::Claimant,
        at: app.clock.now(),
    };
    event_log::append_event(&app, &mut db, &event).await.unwrap();
    db.commit().await.unwrap();
    let received = receiver.wait_for(1).await.remove(0);
    stop.cancel();
    sending.await.unwrap();
    app.close().await;
    received
}

/// A webhook as a library is asked about it, and whether it must take it.
struct Case {
    about: &'static str,
    secret: &'static str,
    received: Received,
    is_good: bool,
}

async fn cases() -> Vec<Case> {
    let now = sent(TimeDelta::zero()).await;
    let old = sent(TimeDelta::minutes(6)).await;
    let mut changed = now.clone();
    changed.body = String::from_utf8(now.body.to_vec()).unwrap().replace("7K3M", "7K3N").into();
    assert_ne!(changed.body, now.body);
    let mut renamed = now.clone();
    renamed.headers.insert("webhook-id", "evt_00000000000000000002".parse().unwrap());
    let case =
        |about, secret, received: &Received, is_good| Case { about, secret, received: received.clone(), is_good };
    vec![
        case("the secret", SECRET, &now, true),
        case("the previous secret", PREVIOUS_SECRET, &now, true),
        case("the secret of somebody else", OTHER_SECRET, &now, false),
        case("a changed byte", SECRET, &changed, false),
        case("another identifier", SECRET, &renamed, false),
        case("an old timestamp", SECRET, &old, false),
        case("an old timestamp with the previous secret", PREVIOUS_SECRET, &old, false),
    ]
}

/// Asserts that the library takes the good cases and no other.
fn check(cases: &[Case], verdicts: &[bool]) {
    assert_eq!(cases.len(), verdicts.len());
    for (case, verdict) in cases.iter().zip(verdicts) {
        assert_eq!(*verdict, case.is_good, "{}", case.about);
    }
}

/// The verdicts of `script` about the cases. `library` is the variable with the folder of the library.
fn verdicts(program: &str, script: &str, library: &str, cases: &[Case]) -> Vec<bool> {
    let folder =
        std::env::var(library).unwrap_or_else(|_| panic!("{library} is not set: run cargo xtask test webhooks"));
    let described: Vec<Value> = cases
        .iter()
        .map(|case| {
            let header = |name: &str| case.received.header(name).to_owned();
            let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| (name, header(name)));
            let body = String::from_utf8(case.received.body.to_vec()).unwrap();
            json!({"secret": case.secret, "headers": std::collections::BTreeMap::from(headers), "body": body})
        })
        .collect();
    let mut command = Command::new(program);
    command.arg(format!("{}/tests/webhook_libraries/{script}", env!("CARGO_MANIFEST_DIR")));
    let output = command.arg(folder).arg(serde_json::to_string(&described).unwrap()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn the_library_of_crates_io_verifies_what_is_sent_and_nothing_else() {
    let cases = cases().await;
    let verify = |case: &Case| {
        let webhook = standardwebhooks::Webhook::new(case.secret).unwrap();
        webhook.verify(&case.received.body, &case.received.headers).is_ok()
    };
    check(&cases, &cases.iter().map(verify).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_library_of_npm_verifies_what_is_sent_and_nothing_else() {
    let cases = cases().await;
    check(&cases, &verdicts("node", "verify.mjs", "DAMAGE_REPORT_NPM_WEBHOOKS", &cases));
}

#[tokio::test]
async fn the_library_of_pypi_verifies_what_is_sent_and_nothing_else() {
    let cases = cases().await;
    check(&cases, &verdicts("python3", "verify.py", "DAMAGE_REPORT_PYPI_WEBHOOKS", &cases));
}
