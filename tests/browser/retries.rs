//! Requests that failed for a passing reason are sent again: how long the widget waits, and for which failures.
//!
//! The same holds of reading the order line, of a photo and of the claim, so each test is of all three.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    connection::no_service,
    network::Network,
    orders::{claim_status, order_line, photo_kept, problem},
    stubs::chance,
    time::Time,
    visit::Visit,
    waiting::{settled, until},
    words::NL,
};

/// The request to the backend.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Request {
    Read,
    Photo,
    Claim,
}

use Request::{Claim, Photo, Read};

impl Request {
    fn what(self) -> &'static str {
        match self {
            Read => "GET",
            Photo => "PUT /photos",
            Claim => "POST /claims",
        }
    }

    /// The answer that ends it well.
    fn success(self) -> Value {
        match self {
            Read => order_line(),
            Photo => photo_kept(),
            Claim => claim_status(),
        }
    }

    /// The text on the page at that point.
    fn words(self) -> String {
        NL.say(match self {
            Read => "start.title",
            Photo => "photos.kept",
            Claim => "status.title",
        })
    }

    /// A customer for whom this is the next request, before a backend that has yet to be told how to answer it, and a
    /// clock that stands still. Waits are as long as chance makes them.
    async fn is_next(self) -> (Network, Time, Option<Visit>) {
        let network = if self == Read { Network::silent() } else { Network::with(&order_line()) };
        let visit = if self == Read { None } else { Some(Visit::over(&network, NL)) };
        match (self, &visit) {
            (Photo, Some(visit)) => visit.to_device().await,
            (Claim, Some(visit)) => {
                visit.to_check().await;
                visit.wait_until_shown(&NL.say("check.photos_kept")).await;
            }
            _ => {}
        }
        network.forget(self.what());
        chance(1.0);
        (network, Time::stop(), visit)
    }

    /// The customer does what leads to it.
    async fn begins(self, network: &Network, time: &Time, visit: Option<Visit>) -> Visit {
        let visit = visit.unwrap_or_else(|| Visit::over(network, NL));
        match self {
            Read => {}
            Photo => visit.picks_snapshots("device", 1..2).await,
            Claim => presses_send(&visit, time).await,
        }
        visit
    }
}

/// The customer sends the claim, which is posted a moment later: first it is on the disk that it is being sent.
async fn presses_send(visit: &Visit, time: &Time) {
    let posted = visit.network.asked("POST /claims").len();
    visit.press("#send").await;
    for _ in 0..100 {
        settled().await;
        if visit.network.asked("POST /claims").len() > posted {
            return;
        }
        time.pass(0.0).await;
    }
    panic!("it is not posted; the page says: {}", visit.words());
}

/// `request` is sent once more after each of these waits, to the millisecond.
async fn waits(request: Request, network: &Network, time: &Time, waits: &[f64]) {
    for (tries, &wait) in (1..).zip(waits) {
        until("a try", || network.asked(request.what()).len() == tries).await;
        time.is_waited_for(wait).await;
        time.pass(wait - 1.0).await;
        settled().await;
        assert_eq!(network.asked(request.what()).len(), tries, "{request:?} is sent again before {wait} ms are over");
        time.pass(1.0).await;
    }
    until("the last try", || network.asked(request.what()).len() == waits.len() + 1).await;
}

#[wasm_bindgen_test]
async fn a_backend_that_cannot_do_it_now_is_asked_again_after_waits_that_double() {
    for request in [Read, Photo, Claim] {
        let (network, time, visit) = request.is_next().await;
        for status in [408, 425, 429, 500, 502, 503, 504, 503] {
            network.answer_with(request.what(), status, "<html>Bad Gateway</html>");
        }
        network.answer(request.what(), 201, &request.success());
        let visit = request.begins(&network, &time, visit).await;
        let doubling = [500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0, 30_000.0, 30_000.0];
        waits(request, &network, &time, &doubling).await;
        visit.wait_until_shown(&request.words()).await;
    }
}

#[wasm_bindgen_test]
async fn retry_after_is_honoured_and_rubbish_in_it_ignored() {
    let answers = [
        (json!({"Retry-After": "7"}), 7_500.0),
        (json!({"Retry-After": "600"}), 600_500.0),
        (json!({"Retry-After": "Sun, 22 Nov 2026 09:00:07 GMT", "Date": "Sun, 22 Nov 2026 09:00:00 GMT"}), 7_500.0),
        // By its own date it is over, so it says nothing; without one it cannot be read.
        (json!({"Retry-After": "Sun, 22 Nov 2026 09:00:00 GMT", "Date": "Sun, 22 Nov 2026 09:00:07 GMT"}), 4_000.0),
        (json!({"Retry-After": "Sun, 22 Nov 2026 09:00:07 GMT"}), 8_000.0),
        (json!({"Retry-After": "-1", "Date": "Sun, 22 Nov 2026 09:00:00 GMT"}), 16_000.0),
        (json!({"Retry-After": "abc", "Date": "Sun, 22 Nov 2026 09:00:00 GMT"}), 30_000.0),
        (json!({"Retry-After": ""}), 30_000.0),
    ];
    for request in [Read, Photo, Claim] {
        let (network, time, visit) = request.is_next().await;
        for (headers, _) in &answers {
            network.answer_under(request.what(), 429, headers, &problem(429, "rate_limited", "later"));
        }
        network.answer(request.what(), 201, &request.success());
        let visit = request.begins(&network, &time, visit).await;
        waits(request, &network, &time, &answers.each_ref().map(|(_, wait)| *wait)).await;
        visit.wait_until_shown(&request.words()).await;
    }
}

#[wasm_bindgen_test]
async fn a_backend_that_wants_more_than_ten_minutes_is_said_to_with_a_time_and_a_button() {
    for request in [Read, Photo, Claim] {
        for after in ["601", "86400"] {
            let (network, time, visit) = request.is_next().await;
            let later = problem(503, "overloaded", "later");
            network.answer_under(request.what(), 503, &json!({"Retry-After": after}), &later);
            network.answer(request.what(), 201, &request.success());
            let visit = request.begins(&network, &time, visit).await;
            // Up to where the time of day stands.
            let key = "failure.later_at";
            let words = if request == Read { NL.failure_alone(key) } else { NL.failure(key) };
            visit.wait_until_shown(words.split("{at}").next().unwrap()).await;
            time.pass(100_000.0).await;
            settled().await;
            assert_eq!(network.asked(request.what()).len(), 1, "{request:?} is sent again by itself");
            match request {
                Claim => presses_send(&visit, &time).await,
                _ => visit.press_button(&NL.say("try_again")).await,
            }
            visit.wait_until_shown(&request.words()).await;
        }
    }
}

#[wasm_bindgen_test]
async fn a_captive_portal_is_no_success_and_it_goes_on_by_itself_once_that_is_gone() {
    for request in [Read, Photo, Claim] {
        let (network, time, visit) = request.is_next().await;
        for _ in 0..7 {
            network.answer_with(request.what(), 200, "<!doctype html><title>Free Wi-Fi</title>");
        }
        // The customer has accepted the portal's terms.
        network.answer(request.what(), 201, &request.success());
        let visit = request.begins(&network, &time, visit).await;
        waits(request, &network, &time, &[500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0, 30_000.0]).await;
        visit.wait_until_shown(&request.words()).await;
    }
}

#[wasm_bindgen_test]
async fn a_refusal_in_a_proxys_own_words_is_not_asked_again() {
    for (request, status, words) in [
        (Read, 404, None),
        (Photo, 413, Some("refusal.too_large")),
        (Photo, 415, Some("refusal.type")),
        (Photo, 403, Some("failure.refused")),
        (Claim, 403, Some("failure.refused")),
    ] {
        let (network, time, visit) = request.is_next().await;
        network.answer_with(request.what(), status, "<html>nginx</html>");
        let visit = request.begins(&network, &time, visit).await;
        let words = words.map_or_else(no_service, |key| NL.say(key));
        visit.wait_until_shown(&words).await;
        time.pass(100_000.0).await;
        settled().await;
        assert_eq!(network.asked(request.what()).len(), 1, "{request:?} after {status}");
    }
}

#[wasm_bindgen_test]
async fn somebody_elses_success_is_none() {
    let mut other_photo = photo_kept();
    other_photo["sha256"] = json!("a".repeat(64));
    for (request, status, body) in
        [(Photo, 200, other_photo), (Photo, 200, json!({})), (Claim, 200, json!({"ok": true}))]
    {
        let (network, time, visit) = request.is_next().await;
        network.answer(request.what(), status, &body);
        network.answer(request.what(), 201, &request.success());
        let visit = request.begins(&network, &time, visit).await;
        waits(request, &network, &time, &[500.0]).await;
        visit.wait_until_shown(&request.words()).await;
    }
}

#[wasm_bindgen_test]
async fn an_expired_token_is_renewed_once_and_the_same_request_sent_again_at_once() {
    for request in [Photo, Claim] {
        let (network, time, visit) = request.is_next().await;
        network.answer(request.what(), 401, &problem(401, "token_expired", "new_token"));
        network.answer(request.what(), 201, &request.success());
        let visit = request.begins(&network, &time, visit).await;
        visit.wait_until_shown(&request.words()).await;
        let asked = network.asked(request.what());
        let tokens: Vec<_> = asked.iter().map(|asked| asked.token()).collect();
        assert_eq!(tokens, ["Bearer token-1", "Bearer token-2"]);
        assert_eq!((asked[0].path(), asked[0].key()), (asked[1].path(), asked[1].key()));
    }
}

#[wasm_bindgen_test]
async fn what_does_not_pass_by_itself_is_asked_about_and_not_sent_again() {
    let cases = [
        (401, "token_expired", "new_token", "failure.signed_out"),
        (404, "order_unknown", "never", "failure.order_unknown"),
    ];
    for request in [Photo, Claim] {
        for (status, code, retry, words) in cases {
            let (network, time, visit) = request.is_next().await;
            network.answer(request.what(), status, &problem(status, code, retry));
            let visit = request.begins(&network, &time, visit).await;
            visit.wait_until_shown(&NL.failure(words)).await;
            let asked = network.asked(request.what()).len();
            time.pass(100_000.0).await;
            settled().await;
            assert_eq!(network.asked(request.what()).len(), asked, "{request:?} after {code}");
        }
    }
}

#[wasm_bindgen_test]
async fn an_answer_that_does_not_come_within_a_minute_is_asked_for_again() {
    for request in [Read, Claim] {
        let (network, time, visit) = request.is_next().await;
        network.answer(request.what(), 201, &request.success());
        network.hold(request.what());
        let visit = request.begins(&network, &time, visit).await;
        until("the first try", || network.asked(request.what()).len() == 1).await;
        time.pass(59_999.0).await;
        settled().await;
        assert_eq!(network.asked(request.what()).len(), 1);
        time.pass(1.0).await;
        time.is_waited_for(500.0).await;
        network.release(request.what());
        time.pass(500.0).await;
        visit.wait_until_shown(&request.words()).await;
        assert_eq!(network.asked(request.what()).len(), 2);
    }
}

#[wasm_bindgen_test]
async fn a_claim_that_another_request_is_making_is_waited_for_under_its_key() {
    let (network, time, visit) = Claim.is_next().await;
    let in_flight = problem(409, "idempotency_in_flight", "later");
    network.answer_under("POST /claims", 409, &json!({"Retry-After": "1"}), &in_flight);
    network.answer("POST /claims", 201, &claim_status());
    let visit = Claim.begins(&network, &time, visit).await;
    waits(Claim, &network, &time, &[1_500.0]).await;
    visit.wait_until_shown(&Claim.words()).await;
    let keys: Vec<_> = network.asked("POST /claims").iter().map(|asked| asked.key()).collect();
    assert_eq!(keys[0], keys[1]);
}
