//! The line to the shop: no answer, somebody else's answer, a token that is not taken, and trying again.

use js_sys::Function;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    orders::{order_line, problem},
    patience::{settled, until},
    visit::{Network, Visit, text},
    words::NL,
};

/// Opens the widget over `network`, where it cannot start for the reason `key`.
async fn fails_over(network: &Network, key: &str) -> Visit {
    let visit = Visit::over(network, NL);
    assert_eq!(text(&visit.see("[role=alert] p").await), NL.say(key));
    assert_eq!(visit.heard(), ["error"], "the page around it shows its own words");
    visit
}

#[wasm_bindgen_test]
async fn without_an_answer_it_says_so_and_works_when_tried_again() {
    let network = Network::silent();
    network.answer("GET", 0, &json!(null));
    network.answer("GET", 200, &order_line());
    let visit = fails_over(&network, "failure.unreachable").await;
    visit.press_button(&NL.say("try_again")).await;
    visit.reaches(&NL.say("start.title")).await;
    assert_eq!(visit.heard(), ["error", "ready"]);
    assert!(visit.find("[role=alert]").is_none());
}

#[wasm_bindgen_test]
async fn a_captive_portal_that_says_200_is_no_backend() {
    let network = Network::silent();
    network.answer_with("GET", 200, "<!doctype html><title>Free Wi-Fi</title><script>alert(1)</script>");
    let visit = fails_over(&network, "failure.unreachable").await;
    assert!(visit.find("script, title").is_none());
}

#[wasm_bindgen_test]
async fn json_of_another_shape_is_no_order_line() {
    for body in ["", "null", "[]", "{}", "7", "{\"id\": 7}", "{\"policy\": {\"device_photos\": 1}}"] {
        let network = Network::silent();
        network.answer_with("GET", 200, body);
        fails_over(&network, "failure.unreachable").await;
    }
    let mut lenient = order_line();
    lenient["policy"]["device_photos"] = json!(2);
    let network = Network::with(&lenient);
    fails_over(&network, "failure.unreachable").await;
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
    let visit = fails_over(&network, "failure.signed_out").await;
    settled().await;
    assert_eq!(visit.network.asked("GET").len(), 2);
}

#[wasm_bindgen_test]
async fn a_page_that_gives_no_token_is_signed_out() {
    for give in ["return undefined", "return ''", "return 7", "throw new Error()", "return Promise.reject(new Error())"]
    {
        let network = Network::with(&order_line());
        let visit = Visit::over_with_token(&network, &Function::new_no_args(give));
        assert_eq!(text(&visit.see("[role=alert] p").await), NL.say("failure.signed_out"), "{give}");
        assert_eq!(network.asked("GET").len(), 0, "{give}");
    }
}

#[wasm_bindgen_test]
async fn each_refusal_says_what_can_be_done() {
    let cases = [
        (404, "order_unknown", "never", "failure.order_unknown"),
        (401, "token_invalid", "never", "failure.signed_out"),
        (429, "rate_limited", "later", "failure.later"),
        (503, "overloaded", "later", "failure.later"),
        (500, "internal", "never", "failure.refused"),
        (418, "a_code_of_next_year", "never", "failure.refused"),
    ];
    for (status, code, retry, key) in cases {
        let network = Network::silent();
        network.answer("GET", status, &problem(status, code, retry));
        fails_over(&network, key).await;
    }
}

#[wasm_bindgen_test]
async fn a_proxy_that_says_502_in_its_own_words_is_no_refusal() {
    let network = Network::silent();
    network.answer_with("GET", 502, "<html>Bad Gateway</html>");
    fails_over(&network, "failure.unreachable").await;
}

#[wasm_bindgen_test]
async fn trying_again_while_it_still_fails_says_so_again() {
    let network = Network::silent();
    let visit = fails_over(&network, "failure.unreachable").await;
    for times in 2..5 {
        visit.press_button(&NL.say("try_again")).await;
        until("another try", || network.asked("GET").len() == times).await;
        until("the failure again", || visit.heard().len() == times).await;
        assert_eq!(visit.all("[role=alert]").len(), 1);
    }
}
