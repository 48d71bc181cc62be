//! The program itself, as a process of its own: `serve` with a configuration file, its log, its end.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
};

use chrono::{TimeDelta, Utc};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    app::{SECRET, SELLER_KEY, claim, digest},
    photos,
    signed_token::Token,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_damage-report-backend");

pub(crate) fn configuration(listen: &str) -> String {
    format!(
        r#"
        listen = "{listen}"
        allowed_origins = ["https://shop.example"]
        [shop]
        name = "Voorbeeld"
        contact_url = "https://shop.example/contact"
        [tokens]
        issuer = "https://shop.example"
        audience = "damage-report"
        current = {{ kid = "new" }}
        [policy]
        photo_side_min = 100
        "#
    )
}

/// A command that serves with this configuration and the usual secrets, which come from the environment.
pub(crate) fn serve(folder: &TempDir, configuration: &str) -> Command {
    let file = folder.path().join("damage-report.toml");
    std::fs::write(&file, configuration).unwrap();
    let mut command = Command::new(PROGRAM);
    command.arg("serve").arg("--config").arg(file);
    command.env("DAMAGE_REPORT_DATA", folder.path().join("data"));
    command.env("DAMAGE_REPORT_TOKEN_SECRET", SECRET).env("DAMAGE_REPORT_SELLER_KEYS", SELLER_KEY);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running backend.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) base: String,
    log: Arc<Mutex<Vec<String>>>,
    reading: Option<JoinHandle<()>>,
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that failed leaves none behind; one that was stopped is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    pub(crate) fn start(folder: &TempDir) -> Self {
        Self::of(serve(folder, &configuration("127.0.0.1:0")))
    }

    /// The process of `command`, which serves.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut log = Vec::new();
        let ready: Value = loop {
            let line = lines.next().unwrap().unwrap();
            if line.contains("\"ready\"") {
                break serde_json::from_str(&line).unwrap();
            }
            log.push(line);
        };
        let base = format!("http://{}", ready["fields"]["listen"].as_str().unwrap());
        let log = Arc::new(Mutex::new(log));
        let kept = Arc::clone(&log);
        let reading = std::thread::spawn(move || {
            for line in lines {
                kept.lock().unwrap().push(line.unwrap());
            }
        });
        Self { child, base, log, reading: Some(reading) }
    }

    /// Ends it as an operator does, and gives what it logged.
    pub(crate) fn stop(mut self) -> (ExitStatus, Vec<String>) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
        let status = self.child.wait().unwrap();
        self.reading.take().unwrap().join().unwrap();
        let log = self.log.lock().unwrap().clone();
        (status, log)
    }
}

/// Tells what `command`, which cannot succeed, says about it.
fn complaint(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn p006_no_canary_is_in_the_log() {
    let folder = TempDir::new().unwrap();
    let process = Process::start(&folder);
    let client = Client::new();
    let token = Token::of("canary-line", Utc::now()).sign();
    let request = |method: Method, path: &str| client.request(method, format!("{}{path}", process.base));
    let as_claimant = |method, path: &str| request(method, path).bearer_auth(&token);
    let status = async |request: RequestBuilder| request.send().await.unwrap().status().as_u16();
    let mut requests = 0;
    let mut send = async |request: RequestBuilder, expected: u16| {
        requests += 1;
        assert_eq!(status(request).await, expected);
    };

    let delivered = (Utc::now() - TimeDelta::hours(1)).to_rfc3339();
    let line = json!({
        "order_number": "canary-number", "device": "canary-device", "grade": "good", "country": "NL",
        "delivery": {"at": delivered, "zone": "Europe/Amsterdam"},
        "carrier": "canary-carrier", "tracking_number": "canary-3S",
    });
    let put = request(Method::PUT, "/seller/order-lines/canary-line").bearer_auth(SELLER_KEY).json(&line);
    send(put, 204).await;
    let pictures: Vec<_> = (0..5).map(photos::plain).collect();
    let digests: Vec<_> = pictures.iter().map(|picture| digest(picture)).collect();
    for (picture, digest) in pictures.iter().zip(&digests) {
        let path = format!("/order-lines/canary-line/photos/{digest}");
        send(as_claimant(Method::PUT, &path).body(picture.clone()), 201).await;
    }
    let mut body = claim(&digests);
    body["description"] = json!("canary-description\nINFO forged line");
    let post = |key| as_claimant(Method::POST, "/order-lines/canary-line/claims").header("idempotency-key", key);
    send(post("canary-key").json(&body), 201).await;
    send(post("canary-key-2").json(&json!({"canary-field": "canary-value"})), 422).await;
    let path = format!("/order-lines/canary-line/photos/{}", digest(b"canary-bytes"));
    send(as_claimant(Method::PUT, &path).body("canary-bytes"), 415).await;
    send(as_claimant(Method::PUT, "/order-lines/canary-line/photos/canary-name"), 422).await;
    send(request(Method::GET, &format!("/order-lines/canary-line?canary-query={token}")), 401).await;
    send(request(Method::GET, "/canary-path").header("x-canary", "canary-header"), 404).await;

    let (ended, log) = process.stop();
    assert!(ended.success(), "a signal to stop is no failure: {ended}");
    let lines: Vec<Value> = log.iter().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let answered: Vec<_> = lines.iter().filter(|line| line["fields"]["message"] == "answered").collect();
    assert_eq!(answered.len(), requests, "one line a request");
    let post = answered.iter().find(|line| line["fields"]["status"] == 201 && line["fields"]["method"] == "POST");
    assert_eq!(post.unwrap()["fields"]["route"], "/order-lines/{id}/claims");

    let log = log.join("\n");
    let signature = token.rsplit('.').next().unwrap();
    for secret in
        ["canary", "forged", signature, SECRET, SELLER_KEY].into_iter().chain(digests.iter().map(String::as_str))
    {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    assert!(log.contains("\"reference\":\"DR-"), "a claim can be found by its reference");
}

#[test]
fn what_keeps_it_from_starting_is_said_in_a_sentence() {
    let folder = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = complaint(serve(&folder, &configuration(&address)));
    assert!(said.contains(&address) && said.contains("taken by another program"), "{said}");

    let mut without_secret = serve(&folder, &configuration("127.0.0.1:0"));
    without_secret.env_remove("DAMAGE_REPORT_TOKEN_SECRET");
    assert!(complaint(without_secret).contains("or set DAMAGE_REPORT_TOKEN_SECRET"));

    #[cfg(unix)]
    {
        let mut unreadable = serve(&folder, &configuration("127.0.0.1:0"));
        let latin_1: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"/srv/caf\xe9");
        unreadable.env("DAMAGE_REPORT_DATA", latin_1);
        assert!(complaint(unreadable).contains("DAMAGE_REPORT_DATA is not UTF-8"));
    }

    let mut without_data = serve(&folder, &configuration("127.0.0.1:0"));
    std::fs::write(folder.path().join("file"), "").unwrap();
    without_data.env("DAMAGE_REPORT_DATA", folder.path().join("file/data"));
    assert!(complaint(without_data).contains("cannot be written"));

    let mut unreadable =
        serve(&folder, &configuration("127.0.0.1:0").replace("[tokens]", "trusted_proxies = [7]\n[tokens]"));
    unreadable.env_remove("DAMAGE_REPORT_DATA");
    let said = complaint(unreadable);
    assert!(said.contains("damage-report.toml: line 7: shop.trusted_proxies is unknown"), "{said}");

    let mut nonsense = Command::new(PROGRAM);
    nonsense.arg("dance");
    assert!(complaint(nonsense).contains("is not a command"));
}

#[test]
fn help_is_given_with_and_without_a_command() {
    let forms: [&[&str]; 9] = [
        &["--help"],
        &["-h"],
        &["help"],
        &["serve", "--help"],
        &["backup", "-h"],
        &["demo", "-h"],
        &["demo", "--help"],
        &["demo", "--port", "0", "--help"],
        &["openapi", "--help"],
    ];
    for arguments in forms {
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("demo --site DIR"), "{arguments:?}: {output:?}");
    }
}

#[test]
fn s011_a_second_process_on_the_same_folder_does_not_start() {
    let folder = TempDir::new().unwrap();
    let first = Process::start(&folder);
    let said = complaint(serve(&folder, &configuration("127.0.0.1:0")));
    assert!(said.contains("in use by another running backend"), "{said}");
    assert!(first.stop().0.success());
}

/// Everything in `folder`, with its mode.
#[cfg(unix)]
fn modes(folder: &std::path::Path) -> Vec<(std::path::PathBuf, u32)> {
    use std::os::unix::fs::MetadataExt as _;
    let mut modes = vec![(folder.to_owned(), std::fs::metadata(folder).unwrap().mode() & 0o777)];
    let mut at = 0;
    while let Some((path, _)) = modes.get(at).cloned() {
        at += 1;
        for entry in std::fs::read_dir(path).into_iter().flatten() {
            let path = entry.unwrap().path();
            let mode = std::fs::metadata(&path).unwrap().mode() & 0o777;
            modes.push((path, mode));
        }
    }
    modes
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_kept_is_for_this_user_alone() {
    let folder = TempDir::new().unwrap();
    let process = Process::start(&folder);
    let (client, photo) = (Client::new(), photos::plain(0));
    let line = json!({"order_number": "1", "device": "iPad", "grade": "good", "country": "NL"});
    let put = client.put(format!("{}/seller/order-lines/line", process.base)).bearer_auth(SELLER_KEY).json(&line);
    assert_eq!(put.send().await.unwrap().status(), 204);
    let url = format!("{}/order-lines/line/photos/{}", process.base, digest(&photo));
    let put = client.put(url).bearer_auth(Token::of("line", Utc::now()).sign()).body(photo);
    assert_eq!(put.send().await.unwrap().status(), 201);
    let modes = modes(&folder.path().join("data"));
    for name in ["claims.sqlite", "claims.sqlite-wal", "claims.sqlite-shm", "lock", "photos", "incoming"] {
        assert!(modes.iter().any(|(path, _)| path.ends_with(name)), "{name} is in {modes:?}");
    }
    assert!(modes.len() > 7, "a photo is there: {modes:?}");
    for (path, mode) in modes {
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}: {mode:o}", path.display());
    }
    let (_, log) = process.stop();
    assert!(!log.join("\n").contains("other users"), "{log:?}");
}

#[cfg(unix)]
#[test]
fn a_data_folder_that_others_may_look_into_is_told_once_and_left_as_it_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (_, log) = Process::start(&folder).stop();
    assert_eq!(log.iter().filter(|line| line.contains("other users of this machine")).count(), 1, "{log:?}");
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o755);
}

#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_told_once() {
    let folder = TempDir::new().unwrap();
    let process = Process::start(&folder);
    let health = |headers: &[&str]| {
        let request = Client::new().get(format!("{}/nowhere", process.base));
        headers.iter().fold(request, |request, value| request.header("x-forwarded-for", *value)).send()
    };
    for headers in [&[][..], &["203.0.113.9"], &["203.0.113.9", "203.0.113.10"]] {
        assert_eq!(health(headers).await.unwrap().status(), 404);
    }
    let (_, log) = process.stop();
    let told: Vec<_> = log.iter().filter(|line| line.contains("trusted_proxies")).collect();
    assert_eq!(told.len(), 1, "{log:?}");
    assert!(!told[0].contains("203.0.113"), "no address is in the log");
}
