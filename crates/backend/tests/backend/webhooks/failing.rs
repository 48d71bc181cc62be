//! Endpoints that fail: what is tried again, when, and what holds up nobody.

use chrono::TimeDelta;
use damage_report_backend::{public_address::LoopbackRule, store::webhooks::EndpointState};
use damage_report_rules::contract::ClaimEventType;

use super::{
    Sending, advance, app_telling, endpoint, log_event,
    receiver::{Answer, Receiver},
    state, state_in_the_end,
};

/// Whether the last failure is called so.
fn failed(word: &'static str) -> impl Fn(&EndpointState) -> bool {
    move |state| state.last_failure.as_ref().is_some_and(|(failure, _)| failure == word)
}

#[tokio::test]
async fn an_event_that_failed_is_sent_again_with_the_same_bytes_until_it_succeeds() {
    let receiver = Receiver::start(|request| Answer::Status(if request.nth_of_its_id < 3 { 500 } else { 200 })).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let _sending = Sending::start(&app);
    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    for (attempts, step) in
        [TimeDelta::seconds(6), TimeDelta::minutes(6), TimeDelta::minutes(36)].into_iter().enumerate()
    {
        receiver.wait_for(attempts + 1).await;
        let at = app.clock().now();
        state_in_the_end(&app, "erp", |state| state.last_failure == Some(("status_500".to_owned(), at))).await;
        advance(&app, step);
    }
    let received = receiver.wait_for(4).await;
    state_in_the_end(&app, "erp", |state| state.waiting == 0).await;
    for request in &received[1..] {
        assert_eq!(
            (&request.body, request.header("webhook-id")),
            (&received[0].body, received[0].header("webhook-id"))
        );
        assert_ne!(request.header("webhook-timestamp"), received[0].header("webhook-timestamp"));
        assert_ne!(request.header("webhook-signature"), received[0].header("webhook-signature"));
    }
    assert_eq!(state(&app, "erp").await.parked, 0);
}

#[tokio::test]
async fn an_event_that_fails_for_more_than_a_day_is_parked() {
    let receiver = Receiver::start(|_| Answer::Status(404)).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let _sending = Sending::start(&app);
    let begun = app.clock().now();
    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    log_event(&app, "DR-1", ClaimEventType::Refunded).await;
    let mut attempts = 0;
    while state(&app, "erp").await.parked == 0 {
        attempts += 1;
        receiver.wait_for(attempts).await;
        let at = app.clock().now();
        state_in_the_end(&app, "erp", |state| state.last_failure == Some(("status_404".to_owned(), at))).await;
        if attempts < 8 {
            assert_eq!(state(&app, "erp").await.parked, 0, "after {attempts} attempts");
            // Just before the shortest pause is over it is not sent.
            let seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000][attempts - 1];
            advance(&app, TimeDelta::seconds(seconds - 1));
            state_in_the_end(&app, "erp", |state| state.waiting == 2).await;
            assert_eq!(receiver.received().len(), attempts);
            advance(&app, TimeDelta::seconds(seconds / 4 + 2));
        }
    }
    assert!(app.clock().now() - begun >= TimeDelta::hours(24));
    assert_eq!(attempts, 8);
    // The next event of the claim has its turn then.
    let received = receiver.wait_for(9).await;
    assert_eq!(received[8].event().kind, ClaimEventType::Refunded);
}

/// The deliveries whose time has come.
async fn due(app: &crate::app::TestApp) -> i64 {
    let due = sqlx::query_scalar("select count(*) from webhook_deliveries where next_at <= ? and parked_at is null");
    due.bind(app.clock().now().timestamp_millis())
        .fetch_one(&mut *app.app.store.read_connection().await.unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn the_events_behind_one_that_failed_are_not_looked_at_before_it_is_due() {
    let receiver = Receiver::start(|request| Answer::Status(if request.nth_of_its_id == 0 { 500 } else { 200 })).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(log_event(&app, "DR-1", ClaimEventType::InvestigationOpened).await);
    }
    let _sending = Sending::start(&app);
    state_in_the_end(&app, "erp", failed("status_500")).await;
    assert_eq!(due(&app).await, 0);
    // Sent again by hand it is due at once, and the others follow.
    app.clock().advance(TimeDelta::seconds(1));
    damage_report_backend::webhooks::resend_event(&app.app, "erp", 1, "DR-1").await.unwrap();
    for attempts in [3, 5] {
        receiver.wait_for(attempts).await;
        let at = app.clock().now();
        state_in_the_end(&app, "erp", |state| state.last_failure == Some(("status_500".to_owned(), at))).await;
        advance(&app, TimeDelta::seconds(7));
    }
    state_in_the_end(&app, "erp", |state| state.waiting == 0).await;
    let sent: Vec<String> = receiver.received().iter().map(|request| request.event().id).collect();
    assert_eq!(sent, ids.iter().flat_map(|id| [id.clone(), id.clone()]).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_endpoint_that_answers_410_is_switched_off_also_after_a_start() {
    let receiver = Receiver::start(|_| Answer::Status(410)).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let sending = Sending::start(&app);
    let off_since = Some(app.clock().now());
    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    log_event(&app, "DR-1", ClaimEventType::InvestigationOpened).await;
    state_in_the_end(&app, "erp", |state| state.parked == 2 && state.off_since == off_since).await;
    sending.stop().await;
    let app = crate::app::TestApp::on(app.close().await, |config| {
        config.webhooks = vec![endpoint("erp", &receiver.url)];
    })
    .await;
    let _sending = Sending::start(&app);
    log_event(&app, "DR-2", ClaimEventType::Submitted).await;
    let state = state(&app, "erp").await;
    assert_eq!((state.waiting, state.parked, state.off_since), (0, 3, off_since));
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let elsewhere = Receiver::start(|_| Answer::Status(200)).await;
    let to = elsewhere.url.clone();
    let receiver = Receiver::start(move |_| Answer::Redirect(to.clone())).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let _sending = Sending::start(&app);
    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    state_in_the_end(&app, "erp", failed("status_307")).await;
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn a_receiver_that_is_dead_or_never_answers_holds_up_no_other_and_no_claim() {
    let never = Receiver::start(|_| Answer::Never).await;
    let good = Receiver::start(|_| Answer::Status(200)).await;
    // Nobody listens on a port that was just given back.
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dead = endpoint("dead", &format!("http://{dead}/"));
    let app = app_telling(vec![endpoint("never", &never.url), dead, endpoint("good", &good.url)]).await;
    let _sending = Sending::start(&app);
    for nth in 0..30 {
        log_event(&app, &format!("DR-{nth}"), ClaimEventType::Submitted).await;
    }
    app.accepted_claim().await;
    good.wait_for(31).await;
    state_in_the_end(&app, "good", |state| state.waiting == 0).await;
    state_in_the_end(&app, "dead", failed("unreachable")).await;
    // As many as may be in progress at once, and no more.
    never.wait_for(8).await;
    assert_eq!((never.received().len(), state(&app, "never").await.waiting), (8, 31));
}

#[tokio::test]
async fn an_endpoint_that_asks_for_time_gets_it() {
    let receiver = Receiver::start(|request| match request.nth_of_its_id {
        0 => Answer::Later(429, "3600"),
        _ => Answer::Status(200),
    })
    .await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let _sending = Sending::start(&app);
    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    state_in_the_end(&app, "erp", failed("status_429")).await;
    // Neither this event nor another is sent before, although there is time to.
    log_event(&app, "DR-2", ClaimEventType::Submitted).await;
    advance(&app, TimeDelta::minutes(59));
    for _ in 0..500 {
        assert_eq!(state(&app, "erp").await.waiting, 2);
    }
    assert_eq!(receiver.received().len(), 1);
    advance(&app, TimeDelta::minutes(2));
    receiver.wait_for(3).await;
}

#[tokio::test]
async fn a_success_whose_body_never_ends_is_a_success() {
    let receiver = Receiver::start(|_| Answer::Endless).await;
    let app = app_telling(vec![endpoint("erp", &receiver.url)]).await;
    let _sending = Sending::start(&app);
    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    receiver.wait_for(1).await;
    state_in_the_end(&app, "erp", |state| *state == EndpointState::default()).await;
}

#[tokio::test]
async fn a_name_that_leads_into_the_own_network_is_not_called() {
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    let port = receiver.url.split(':').next_back().unwrap();
    let mut urls = vec![format!("https://localhost:{port}"), format!("https://127.0.0.1:{port}")];
    // Harmless where one of them were called after all: nobody is there.
    urls.extend(["https://10.255.255.1/", "https://[fd00::1]/", "https://169.254.169.254/"].map(str::to_owned));
    for url in urls {
        let mut inside = endpoint("inside", &url);
        inside.loopback = LoopbackRule::Refused;
        let app = app_telling(vec![inside]).await;
        let _sending = Sending::start(&app);
        log_event(&app, "DR-1", ClaimEventType::Submitted).await;
        state_in_the_end(&app, "inside", failed("address_refused")).await;
    }
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_said_to_be_unknown() {
    let app = app_telling(vec![endpoint("typo", "https://no-such-host.invalid/")]).await;
    let _sending = Sending::start(&app);
    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    state_in_the_end(&app, "typo", failed("name_unknown")).await;
}
