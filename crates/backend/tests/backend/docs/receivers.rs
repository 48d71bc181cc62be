//! The receivers of `docs/webhooks.md`, run as they stand there: the backend tells them, and they refuse what it did not send.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use chrono::TimeDelta;
use damage_report_backend::clock::Clock;
use damage_report_rules::contract::ClaimEventType;
use reqwest::Client;
use tempfile::TempDir;

use super::{code, section, tokens::is_here};
use crate::webhooks::{
    SECRET, Sending, app_telling, endpoint, log_event,
    receiver::{Answer, HANG, Receiver},
    state, state_in_the_end,
};

const WEBHOOKS: &str = include_str!("../../../../../docs/webhooks.md");

/// The most lines of a receiver, without the one that only opens PHP.
const LINES_MAX: usize = 15;

/// A receiver in another language, which runs until it is dropped.
struct Program {
    child: Child,
    url: String,
    folder: TempDir,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    /// Runs `command` in a folder with these files, and waits until it listens.
    async fn start(files: &[(&str, &str)], command: impl FnOnce(&Path, u16) -> Command) -> Self {
        let folder = TempDir::new().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = command(folder.path(), port);
        command.current_dir(folder.path()).env("WEBHOOK_SECRET", SECRET).env("PORT", port.to_string());
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let program = Self { child, url: format!("http://127.0.0.1:{port}/hooks"), folder };
        let listening = async {
            while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(HANG, listening).await.expect("it never listens");
        program
    }

    /// The identifiers that it handled.
    fn handled(&self) -> Vec<String> {
        let noted = std::fs::read_to_string(self.folder.path().join("handled")).unwrap_or_default();
        noted.lines().map(str::to_owned).collect()
    }
}

/// Asserts that the receiver takes what the backend sends, and nothing that is changed, old or signed by somebody else.
async fn takes_what_is_signed_alone(program: &Program) {
    let noting = Receiver::start(|_| Answer::Status(200)).await;
    let mut both = endpoint("both", &program.url);
    both.secrets
        .insert(0, damage_report_backend::config::WebhookSecret::parse(&format!("whsec_{}", "A".repeat(32))).unwrap());
    let mut other = endpoint("other", &program.url);
    other.secrets.truncate(0);
    other.secrets.push(both.secrets[0].clone());
    let app = app_telling(vec![both, other, endpoint("noting", &noting.url)]).await;
    app.clock().set(Clock::system().now());
    let _sending = Sending::start(&app);
    let id = log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    state_in_the_end(&app, "both", |state| state.waiting == 0).await;
    let refused = |state: &_| is_refused(state);
    state_in_the_end(&app, "other", refused).await;
    assert_eq!(state(&app, "both").await.last_failure, None);
    assert_eq!(program.handled(), [id]);

    let good = noting.wait_for(1).await[0].clone();
    let changed = String::from_utf8(good.body.to_vec()).unwrap().replace("DR-1", "DR-2");
    let mut request = Client::new().post(&program.url).body(changed);
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        request = request.header(name, good.header(name));
    }
    assert_eq!(request.send().await.unwrap().status(), 401, "a changed body");

    let app = app_telling(vec![endpoint("old", &program.url)]).await;
    app.clock().set(Clock::system().now() - TimeDelta::minutes(6));
    let _sending = Sending::start(&app);
    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    state_in_the_end(&app, "old", refused).await;
    assert_eq!(program.handled().len(), 1);
}

fn is_refused(state: &damage_report_backend::store::webhooks::EndpointState) -> bool {
    state.last_failure.as_ref().is_some_and(|(word, _)| word == "status_401")
}

fn receiver(heading: &str, language: &str) -> &'static str {
    let example = code(section(WEBHOOKS, heading), language)[0];
    let lines = example.lines().filter(|line| *line != "<?php").count();
    assert!(lines <= LINES_MAX, "{heading} has {lines} lines");
    example
}

#[tokio::test]
async fn the_receiver_in_node_takes_what_is_signed_alone() {
    let handle = r#"
        import { appendFileSync } from "node:fs";
        export const handle = async ({ id }) => appendFileSync("handled", `${id}\n`);
    "#;
    let files = [("receiver.mjs", receiver("### Node", "js")), ("handle.mjs", handle)];
    let program = Program::start(&files, |_, _| {
        let mut node = Command::new("node");
        node.arg("receiver.mjs");
        node
    })
    .await;
    takes_what_is_signed_alone(&program).await;
}

#[tokio::test]
async fn the_receiver_in_python_takes_what_is_signed_alone() {
    if !is_here("python3") {
        return;
    }
    let handle =
        "def handle(event):\n    with open(\"handled\", \"a\") as noted: noted.write(event[\"id\"] + \"\\n\")\n";
    let files = [("receiver.py", receiver("### Python", "python")), ("handle.py", handle)];
    let program = Program::start(&files, |_, _| {
        let mut python = Command::new("python3");
        python.arg("receiver.py");
        python
    })
    .await;
    takes_what_is_signed_alone(&program).await;
}

#[tokio::test]
async fn the_receiver_in_php_takes_what_is_signed_alone() {
    let receiver = receiver("### PHP", "php");
    if !is_here("php") {
        return;
    }
    let handle = "<?php\nfunction handle(array $event): void { file_put_contents(\"handled\", $event[\"id\"] . \"\\n\", FILE_APPEND); }\n";
    let files = [("receiver.php", receiver), ("handle.php", handle)];
    let program = Program::start(&files, |_, port| {
        let mut php = Command::new("php");
        php.args(["-S", &format!("127.0.0.1:{port}"), "receiver.php"]);
        php
    })
    .await;
    takes_what_is_signed_alone(&program).await;
}
