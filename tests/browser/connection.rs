//! Opening over a bad line: no answer, somebody else's answer, a token that is not taken, and trying again.
//!
//! `retries` and `uploads` test photos and claims on such a connection.

use js_sys::{Function, Object, Promise, Reflect};
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Response, ResponseInit};

use crate::{
    network::Network,
    orders::{order_line, problem},
    stubs::set_online,
    time::Time,
    visit::{Visit, text},
    waiting::{settled, until},
    words::NL,
};

/// The message for a service that this page cannot reach.
pub(crate) fn no_service() -> String {
    NL.fill("failure.no_service", &[("endpoint", "https://shop.example/damage/")])
}

/// The text that the page shows instead of a report.
async fn excuse(visit: &Visit) -> String {
    text(&visit.see("[role=alert]").await)
}

/// Opens the widget over `network`, where it cannot start and waits for the customer, for the reason `words`.
async fn gives_up_over(network: &Network, words: &str) -> Visit {
    let visit = Visit::over(network, NL);
    visit.wait_until_shown(words).await;
    let asked = network.asked("GET").len();
    settled().await;
    assert_eq!(network.asked("GET").len(), asked, "it goes on by itself");
    visit
}

#[wasm_bindgen_test]
async fn without_an_answer_it_says_so_and_goes_on_by_itself() {
    let network = Network::silent();
    let time = Time::stop();
    network.answer("GET", 0, &json!(null));
    network.answer("GET", 200, &order_line());
    let visit = Visit::over(&network, NL);
    assert_eq!(excuse(&visit).await, NL.say("failure.opening"));
    assert_eq!(visit.heard(), ["error unreachable"], "the page around it shows its own words");
    time.pass(0.0).await;
    visit.reaches(&NL.say("start.title")).await;
    assert_eq!(visit.heard(), ["error unreachable", "ready"]);
    assert!(visit.find("[role=alert]").is_none());
}

#[wasm_bindgen_test]
async fn who_does_not_want_to_wait_can_try_again_at_once() {
    let network = Network::silent();
    let _time = Time::stop();
    let visit = Visit::over(&network, NL);
    for times in 1..4 {
        until("another try", || network.asked("GET").len() == times && visit.heard().len() == times).await;
        assert_eq!(visit.all("[role=alert]").len(), 1);
        assert_eq!(excuse(&visit).await, NL.say("failure.opening"));
        visit.press_button(&NL.say("try_again")).await;
    }
    network.answer("GET", 200, &order_line());
    visit.press_button(&NL.say("try_again")).await;
    visit.reaches(&NL.say("start.title")).await;
}

#[wasm_bindgen_test]
async fn a_service_that_cannot_be_reached_is_named_for_the_shop_and_asked_again_only_when_told() {
    let network = Network::silent();
    let visit = gives_up_over(&network, &no_service()).await;
    network.answer("GET", 200, &order_line());
    visit.press_button(&NL.say("try_again")).await;
    visit.reaches(&NL.say("start.title")).await;
}

#[wasm_bindgen_test]
async fn without_a_network_it_waits_for_one_for_as_long_as_it_takes() {
    let network = Network::silent();
    set_online(false);
    let visit = Visit::over(&network, NL);
    until("many tries", || network.asked("GET").len() > 20).await;
    assert_eq!(excuse(&visit).await, NL.say("failure.opening"));
    network.answer("GET", 200, &order_line());
    visit.reaches(&NL.say("start.title")).await;
}

#[wasm_bindgen_test]
async fn it_goes_on_at_once_when_the_browser_hears_of_a_network() {
    let network = Network::silent();
    let _time = Time::stop();
    network.answer("GET", 0, &json!(null));
    network.answer("GET", 200, &order_line());
    set_online(false);
    let visit = Visit::over(&network, NL);
    visit.wait_until_shown(&NL.say("failure.opening")).await;
    settled().await;
    set_online(true);
    visit.reaches(&NL.say("start.title")).await;
}

#[wasm_bindgen_test]
async fn a_captive_portal_that_says_200_is_no_backend() {
    let network = Network::silent();
    network.answer_with("GET", 200, "<!doctype html><title>Free Wi-Fi</title><script>alert(1)</script>");
    let visit = gives_up_over(&network, &no_service()).await;
    assert_eq!(network.asked("GET").len(), 9, "it may be a passing fault, but not for ever");
    assert!(visit.find("script, title").is_none());
}

#[wasm_bindgen_test]
async fn json_of_another_shape_is_no_order_line() {
    for body in ["", "null", "[]", "{}", "7", "{\"id\": 7}", "{\"policy\": {\"device_photos\": 1}}"] {
        let network = Network::silent();
        network.answer_with("GET", 200, body);
        gives_up_over(&network, &no_service()).await;
    }
    let mut lenient = order_line();
    lenient["policy"]["device_photos"] = json!(2);
    gives_up_over(&Network::with(&lenient), &no_service()).await;
}

#[wasm_bindgen_test]
async fn a_token_that_is_not_taken_is_renewed_once() {
    let network = Network::silent();
    network.answer("GET", 401, &problem(401, "token_expired", "new_token"));
    network.answer("GET", 200, &order_line());
    let visit = Visit::over(&network, NL);
    visit.reaches(&NL.say("start.title")).await;
    let tokens: Vec<_> = network.asked("GET").iter().map(|asked| asked.token()).collect();
    assert_eq!(tokens, ["Bearer token-1", "Bearer token-2"]);
}

#[wasm_bindgen_test]
async fn a_new_token_that_is_not_taken_either_is_not_renewed_for_ever() {
    let network = Network::silent();
    network.answer("GET", 401, &problem(401, "token_expired", "new_token"));
    let visit = gives_up_over(&network, &NL.failure_alone("failure.signed_out")).await;
    assert_eq!(visit.network.asked("GET").len(), 2);
}

/// The outcome of asking ahead.
fn asked(status: u16, body: &str) -> Promise {
    let (asked, init) = (Object::new(), ResponseInit::new());
    init.set_status(status);
    let answer = Response::new_with_opt_str_and_init(Some(body), &init).unwrap();
    Reflect::set(&asked, &"token".into(), &"token-ahead".into()).unwrap();
    Reflect::set(&asked, &"answer".into(), &answer).unwrap();
    Promise::resolve(&asked).unchecked_into()
}

#[wasm_bindgen_test]
async fn what_was_asked_ahead_is_not_asked_again_and_its_token_goes_on() {
    let network = Network::with(&order_line());
    let visit = Visit::open_prefetched(&network, asked(200, &order_line().to_string()));
    visit.reaches(&NL.say("start.title")).await;
    assert_eq!(network.asked("GET").len(), 0);
    visit.press_button(&NL.say("go_on.start")).await;
    until("the beginning noted", || !network.asked("PUT /draft").is_empty()).await;
    assert_eq!(network.asked("PUT /draft")[0].token(), "Bearer token-ahead");
}

#[wasm_bindgen_test]
async fn a_token_that_was_not_taken_ahead_is_renewed_and_nobody_hears_of_it() {
    let network = Network::with(&order_line());
    let ahead = asked(401, &problem(401, "token_expired", "new_token").to_string());
    let visit = Visit::open_prefetched(&network, ahead);
    visit.reaches(&NL.say("start.title")).await;
    assert_eq!(network.asked("GET")[0].token(), "Bearer token-1");
    assert_eq!(visit.heard(), ["ready"]);
}

#[wasm_bindgen_test]
async fn what_is_refused_ahead_is_refused() {
    let network = Network::with(&order_line());
    let ahead = asked(404, &problem(404, "order_unknown", "never").to_string());
    let visit = Visit::open_prefetched(&network, ahead);
    assert_eq!(excuse(&visit).await, NL.say("failure.order_unknown"));
    settled().await;
    assert_eq!(network.asked("GET").len(), 0);
}

#[wasm_bindgen_test]
async fn what_was_asked_ahead_and_does_not_come_is_asked_again() {
    let network = Network::with(&order_line());
    let time = Time::stop();
    let visit = Visit::open_prefetched(&network, Promise::new(&mut |_, _| {}));
    time.is_waited_for(15_000.0).await;
    assert_eq!(network.asked("GET").len(), 0);
    time.pass(15_000.0).await;
    visit.reaches(&NL.say("start.title")).await;
    assert_eq!(network.asked("GET").len(), 1);
}

#[wasm_bindgen_test]
async fn a_page_that_gives_no_token_is_signed_out() {
    for give in ["return undefined", "return ''", "return 7", "throw new Error()", "return Promise.reject(new Error())"]
    {
        let network = Network::with(&order_line());
        let visit = Visit::open_with_token(&network, &Function::new_no_args(give));
        assert_eq!(excuse(&visit).await, NL.failure_alone("failure.signed_out"), "{give}");
        assert_eq!(network.asked("GET").len(), 0, "{give}");
    }
}

#[wasm_bindgen_test]
async fn a_page_that_never_gives_a_token_is_signed_out_after_fifteen_seconds() {
    let network = Network::with(&order_line());
    let time = Time::stop();
    let visit = Visit::open_with_token(&network, &Function::new_no_args("return new Promise(() => {})"));
    time.is_waited_for(15_000.0).await;
    time.pass(7_999.0).await;
    settled().await;
    assert_eq!(visit.words(), "", "a log-in takes its time");
    time.pass(1.0).await;
    assert_eq!(excuse(&visit).await, NL.say("failure.slow"), "nobody looks at nothing for longer");
    time.pass(6_999.0).await;
    settled().await;
    assert_eq!(excuse(&visit).await, NL.say("failure.slow"));
    time.pass(1.0).await;
    assert_eq!(excuse(&visit).await, NL.failure_alone("failure.signed_out"));
    assert_eq!(network.asked("GET").len(), 0);
}

#[wasm_bindgen_test]
async fn who_has_signed_in_again_goes_on() {
    let network = Network::with(&order_line());
    let signed_in = Function::new_no_args("return globalThis.isSignedIn ? 'token' : undefined");
    let visit = Visit::open_with_token(&network, &signed_in);
    assert_eq!(excuse(&visit).await, NL.failure_alone("failure.signed_out"));
    js_sys::eval("globalThis.isSignedIn = true").unwrap();
    visit.press_button(&NL.say("try_again")).await;
    visit.reaches(&NL.say("start.title")).await;
    js_sys::eval("delete globalThis.isSignedIn").unwrap();
}

#[wasm_bindgen_test]
async fn each_refusal_says_what_can_be_done() {
    let cases = [
        (404, "order_unknown", "never", "failure.order_unknown"),
        (401, "token_invalid", "never", "failure.signed_out"),
        (400, "internal", "never", "failure.refused"),
        (418, "a_code_of_next_year", "never", "failure.refused"),
    ];
    for (status, code, retry, key) in cases {
        let network = Network::silent();
        network.answer("GET", status, &problem(status, code, retry));
        gives_up_over(&network, &NL.failure_alone(key)).await;
    }
}

#[wasm_bindgen_test]
async fn each_reason_that_the_page_hears_is_the_one_that_is_documented() {
    let html = "<!doctype html><title>Not found</title>";
    let cases = [
        (0, String::new(), "unreachable"),
        // A captive portal; an application that answers every address with its own page; a wrong endpoint.
        (200, html.to_owned(), "unreachable"),
        (404, html.to_owned(), "unreachable"),
        (404, problem(404, "route_unknown", "never").to_string(), "unreachable"),
        (503, html.to_owned(), "busy"),
        (429, problem(429, "rate_limited", "later").to_string(), "busy"),
        (401, problem(401, "token_invalid", "never").to_string(), "signed_out"),
        (404, problem(404, "order_unknown", "never").to_string(), "refused"),
    ];
    for (status, body, reason) in cases {
        let network = Network::silent();
        network.answer_with("GET", status, &body);
        let visit = Visit::over(&network, NL);
        until("the page to hear of it", || visit.heard() == [format!("error {reason}")]).await;
    }
}

#[wasm_bindgen_test]
async fn who_has_filled_in_nothing_is_not_told_that_it_is_still_there() {
    let (later, signed_out) = (problem(503, "overloaded", "later"), problem(401, "token_invalid", "never"));
    for (status, problem, key) in [(401, signed_out, "failure.signed_out"), (503, later, "failure.later_at")] {
        let network = Network::silent();
        network.answer_under("GET", status, &json!({"Retry-After": "86400"}), &problem);
        let visit = Visit::over(&network, NL);
        visit.wait_until_shown(NL.failure_alone(key).split("{at}").next().unwrap()).await;
        assert!(!visit.words().contains(&NL.say("failure.kept")), "{}", visit.words());
    }
}
