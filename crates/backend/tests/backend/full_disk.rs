//! A disk without room, and with room again: the program itself, whose files may not grow for a while.

use std::{path::Path, process::Command, time::Duration};

use chrono::{TimeDelta, Utc};
use damage_report_rules::contract::Code;
use reqwest::{Client, Method, RequestBuilder, Response};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    app::{LINE, SELLER_KEY, claim, digest, refusal},
    photos,
    serving::{Process, configuration, serve},
    signed_token::Token,
};

/// The program, started so that a write beyond its limit fails instead of ending it.
fn start(folder: &TempDir) -> Process {
    let serving = serve(folder, &configuration("127.0.0.1:0"));
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(serving.get_program()).args(serving.get_args());
    command.envs(serving.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    Process::of(command)
}

/// Lets the files of `process` grow up to so many bytes; none is without end.
fn limit(process: &Process, bytes: Option<u64>) {
    let pid = Pid::from_child(&process.child);
    prlimit(Some(pid), Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

fn files(folder: &Path) -> usize {
    let count = |entry: std::fs::DirEntry| if entry.path().is_dir() { files(&entry.path()) } else { 1 };
    std::fs::read_dir(folder).unwrap().map(|entry| count(entry.unwrap())).sum()
}

#[tokio::test]
async fn the_first_claim_and_the_first_photo_are_kept_once_there_is_room_again() {
    let folder = TempDir::new().unwrap();
    let process = start(&folder);
    let client = Client::new();
    let token = Token::of(LINE, Utc::now()).sign();
    let request = |method, path: &str| client.request(method, format!("{}{path}", process.base));
    let as_claimant = |method, path: &str| request(method, path).bearer_auth(&token);
    let put_photo = |shade| {
        let photo = photos::plain(shade);
        let path = format!("/order-lines/{LINE}/photos/{}", digest(&photo));
        sent(as_claimant(Method::PUT, &path).body(photo))
    };
    let is_ready_in_the_end = async |expected: u16| {
        let asking = async { while sent(request(Method::GET, "/ready")).await.status() != expected {} };
        let hang = Duration::from_secs(60);
        tokio::time::timeout(hang, asking).await.unwrap_or_else(|_| panic!("it never says {expected}"));
    };

    // SQLite writes nothing where nothing changes: each time another number.
    let put_line = |number: &str| {
        let line = json!({"order_number": number, "device": "iPad", "grade": "good", "country": "NL", "carrier": "PostNL",
            "delivery": {"at": (Utc::now() - TimeDelta::hours(1)).to_rfc3339(), "zone": "Europe/Amsterdam"}});
        let put = request(Method::PUT, &format!("/seller/order-lines/{LINE}")).bearer_auth(SELLER_KEY);
        sent(put.json(&line))
    };
    assert_eq!(put_line("1").await.status(), 204);
    for shade in 0..5 {
        assert_eq!(put_photo(shade).await.status(), 201);
    }
    is_ready_in_the_end(204).await;
    let body = claim(&(0..5).map(|shade| digest(&photos::plain(shade))).collect::<Vec<_>>());
    let post_claim = || {
        let post = as_claimant(Method::POST, &format!("/order-lines/{LINE}/claims"));
        sent(post.header("idempotency-key", "key").json(&body))
    };

    limit(&process, Some(0));
    for _ in 0..2 {
        assert_eq!(refusal(put_photo(9).await).await, (503, Code::Storage));
        assert_eq!(refusal(post_claim().await).await, (503, Code::Storage));
        assert_eq!(refusal(put_line("2").await).await, (503, Code::Storage));
    }
    is_ready_in_the_end(503).await;
    assert_eq!(files(&folder.path().join("data/photos")), 5);
    assert_eq!(files(&folder.path().join("data/incoming")), 0);
    limit(&process, None);
    assert_eq!(post_claim().await.status(), 201);
    assert_eq!(put_photo(9).await.status(), 201);
    is_ready_in_the_end(204).await;

    // And the other way round, with a photo first.
    limit(&process, Some(0));
    assert_eq!(refusal(put_line("2").await).await, (503, Code::Storage));
    limit(&process, None);
    assert_eq!(put_photo(10).await.status(), 201);
    assert!(process.stop().0.success());
}
