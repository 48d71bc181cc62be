//! A backend that ends while webhooks wait or are on their way: none is lost.

use std::sync::Arc;

use damage_report_rules::contract::ClaimEventType;
use reqwest::Client;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::Notify;

use super::{
    SECRET, Sending, app_telling, endpoint, log_event,
    receiver::{Answer, Receiver},
    state, state_in_the_end,
};
use crate::{
    app::{SELLER_KEY, TestApp, claim, digest},
    photos,
    serving::{self, Process},
    signed_token::Token,
};

#[tokio::test]
async fn what_waits_is_sent_after_a_start() {
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let id = log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    assert_eq!(state(&app, "erp").await.waiting, 1);
    let endpoints = vec![endpoint("erp", &receiver.url)];
    let app = TestApp::on(app.close().await, |config| config.webhooks = endpoints).await;
    let _sending = Sending::start(&app);
    assert_eq!(receiver.wait_for(1).await[0].event().id, id);
    state_in_the_end(&app, "erp", |state| state.waiting == 0).await;
}

#[tokio::test]
async fn an_attempt_that_runs_at_a_stop_is_finished_and_recorded() {
    let release = Arc::new(Notify::new());
    let released = Arc::clone(&release);
    let receiver = Receiver::start(move |_| Answer::SuccessAfter(Arc::clone(&released))).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let sending = Sending::start(&app);
    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    receiver.wait_for(1).await;
    tokio::join!(sending.stop(), async { release.notify_one() });
    assert_eq!(state(&app, "erp").await.waiting, 0);
}

#[tokio::test]
async fn what_waits_for_an_endpoint_that_is_gone_from_the_configuration_is_dropped() {
    let app = app_telling(vec![endpoint("old", "http://127.0.0.1:1/"), endpoint("new", "http://127.0.0.1:1/")]).await;
    for _ in 0..3 {
        log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    }
    let folder = app.close().await;
    let app = TestApp::on(folder, |config| config.webhooks = vec![endpoint("new", "http://127.0.0.1:1/")]).await;
    let _sending = Sending::start(&app);
    state_in_the_end(&app, "old", |state| state.waiting == 0).await;
    assert_eq!(state(&app, "new").await.waiting, 3);
}

/// The configuration of a process that tells `url`.
fn configuration(url: &str) -> String {
    let webhook =
        format!("[[webhooks]]\nname = \"erp\"\nurl = \"{url}\"\nallow_loopback = true\nsecret = \"{SECRET}\"\n");
    serving::configuration("127.0.0.1:0") + &webhook
}

/// Submits a claim to the backend at `base`.
pub(super) async fn submit(base: &str) {
    let client = Client::new();
    let line = json!({
        "order_number": "1", "device": "iPad", "grade": "good", "country": "NL", "carrier": "PostNL",
        "delivery": {"at": chrono::Utc::now(), "zone": "Europe/Amsterdam"},
    });
    let put = client.put(format!("{base}/seller/order-lines/line")).bearer_auth(SELLER_KEY).json(&line);
    assert_eq!(put.send().await.unwrap().status(), 204);
    let token = Token::of("line", chrono::Utc::now()).sign();
    let mut digests = Vec::new();
    for shade in 0..5 {
        let photo = photos::plain(shade);
        digests.push(digest(&photo));
        let url = format!("{base}/order-lines/line/photos/{}", digest(&photo));
        assert_eq!(client.put(url).bearer_auth(&token).body(photo).send().await.unwrap().status(), 201);
    }
    let post = client.post(format!("{base}/order-lines/line/claims")).bearer_auth(&token);
    let posted = post.header("idempotency-key", "key").json(&claim(&digests)).send().await.unwrap();
    assert_eq!(posted.status(), 201, "{}", posted.text().await.unwrap());
}

#[tokio::test]
async fn a_backend_that_is_killed_before_the_answer_sends_the_same_event_again() {
    let receiver =
        Receiver::start(|request| if request.nth_of_its_id == 0 { Answer::Never } else { Answer::Status(200) });
    let receiver = receiver.await;
    let folder = TempDir::new().unwrap();
    let mut process = Process::of(serving::serve(&folder, &configuration(&receiver.url)));
    submit(&process.base).await;
    receiver.wait_for(1).await;
    process.child.kill().unwrap();
    process.child.wait().unwrap();
    let process = Process::of(serving::serve(&folder, &configuration(&receiver.url)));
    let received = receiver.wait_for(2).await;
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(received[0].header("webhook-id"), received[1].header("webhook-id"));
    let (ended, log) = process.stop();
    assert!(ended.success());
    assert!(!log.join("\n").contains(SECRET.trim_start_matches("whsec_")), "{log:?}");
}
