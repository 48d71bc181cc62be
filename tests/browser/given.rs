//! An order line that the host page gives: it is shown at once, and believed as far as the backend confirms it.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    disk::fresh,
    network::Network,
    orders::{claim_status, order_line, order_line_at, order_line_with, problem},
    visit::{Page, Visit, text},
    waiting::{settled, until},
    words::NL,
};

/// A backend that returns `line`, once the test releases the answer.
fn held(line: &Value) -> Network {
    let network = Network::with(line);
    network.hold("GET");
    network
}

/// Opens the widget in a page that gives the order line itself.
fn opened(network: &Network, given: &Value) -> Visit {
    on_draft(network, &fresh(), given)
}

/// The same, on the saved draft `line`.
fn on_draft(network: &Network, line: &str, given: &Value) -> Visit {
    Visit::embedded(network, NL, &Page { line: line.into(), given: given.to_string(), ..Page::default() })
}

/// The order line with another value in `field`.
fn with(field: &str, value: Value) -> Value {
    let mut line = order_line();
    line[field] = value;
    line
}

#[wasm_bindgen_test]
async fn it_is_shown_at_once_and_says_nothing_of_the_time_until_the_backend_has() {
    let network = held(&order_line_at("2026-11-25T09:00:00Z"));
    // Days ago it was open.
    let visit = opened(&network, &order_line());
    visit.reaches(&NL.say("start.title")).await;
    assert_eq!(visit.heard(), ["ready"]);
    assert_eq!(visit.received_events("deadline"), Vec::<String>::new());
    assert!(visit.find(".deadline .left").is_none(), "{}", visit.words());
    let heading = visit.find("h2").unwrap();
    network.release("GET");
    visit.see(".deadline[data-urgency=today]").await;
    assert!(visit.find("h2").is_some_and(|now| now == heading), "the page is the same");
    assert_eq!(visit.heard(), ["ready"]);
    until("the deadline told", || visit.received_events("deadline") == ["2026-11-25 today"]).await;
    assert_eq!(visit.received_events("step"), ["start"]);
}

#[wasm_bindgen_test]
async fn once_the_backend_says_that_it_is_too_late_it_is() {
    let network = held(&order_line_at("2026-11-27T09:00:00Z"));
    let visit = opened(&network, &order_line());
    visit.reaches(&NL.say("start.title")).await;
    network.release("GET");
    visit.reaches(&NL.say("closed.title")).await;
}

#[wasm_bindgen_test]
async fn begin_waits_for_the_backend() {
    let network = held(&order_line());
    let visit = opened(&network, &order_line());
    visit.press_button(&NL.say("go_on.start")).await;
    visit.see(".primary[aria-busy=true]").await;
    settled().await;
    assert_eq!(network.asked("PUT /draft").len(), 0);
    network.release("GET");
    visit.see("#damage-0").await;
    until("the beginning noted", || network.asked("PUT /draft").len() == 1).await;
}

#[wasm_bindgen_test]
async fn the_backend_replaces_whatever_differs() {
    let differences = [
        with("order_number", json!("2026-1")),
        with("device", json!("Pixel 9")),
        with("grade", json!("fair")),
        with("delivery", json!({"at": "2026-11-19T13:05:00Z", "zone": "Europe/Amsterdam"})),
        with("delivery", Value::Null),
        with("consignment", json!({"carrier": "DHL", "tracking_number": "1"})),
        with("policy", json!({"photo_side_min": 100, "device_photos": 5})),
        with("holidays", json!({"years": [2026], "dates": ["2026-11-23"]})),
        with("shop", json!({"name": "Nogeen", "contact_url": "https://shop.example/contact"})),
        with("draft_begun_at", json!("2026-11-20T09:00:00Z")),
        with("claim", claim_status()),
        order_line_with(&[("a".repeat(64), "device")]),
    ];
    for line in differences {
        let network = held(&line);
        let visit = opened(&network, &order_line());
        visit.reaches(&NL.say("start.title")).await;
        let heading = visit.find("h2").unwrap();
        network.release("GET");
        until(&format!("another page for {line}"), || visit.find("h2").is_some_and(|now| now != heading)).await;
    }
    let network = held(&with("device", json!("<b>Pixel 9</b>")));
    let visit = opened(&network, &with("device", json!("<i>iPhone</i>")));
    assert_eq!(text(&visit.see("bdi").await), "<i>iPhone</i>");
    network.release("GET");
    visit.wait_until_shown("<b>Pixel 9</b>").await;
    assert_eq!(visit.heard(), ["ready", "ready"], "the widget has opened again");
}

#[wasm_bindgen_test]
async fn a_refusal_replaces_it() {
    let network = Network::silent();
    network.answer("GET", 404, &problem(404, "order_unknown", "never"));
    network.hold("GET");
    let visit = opened(&network, &order_line());
    visit.reaches(&NL.say("start.title")).await;
    network.release("GET");
    visit.wait_until_shown(&NL.say("failure.order_unknown")).await;
    assert!(visit.find(".needs").is_none());
    assert_eq!(visit.heard(), ["ready", "error refused"]);
}

#[wasm_bindgen_test]
async fn without_a_connection_it_stays_and_the_banner_says_so() {
    let network = Network::silent();
    network.answer("GET", 0, &Value::Null);
    let visit = opened(&network, &order_line());
    visit.wait_until_shown(&NL.say("banner.offline")).await;
    assert_eq!(visit.heading(), NL.say("start.title"));
    assert_eq!(visit.heard(), ["ready"]);
}

#[wasm_bindgen_test]
async fn one_that_only_the_backend_can_tell_about_is_not_shown() {
    let late = order_line_at("2026-11-27T09:00:00Z");
    let photos = order_line_with(&[("a".repeat(64), "device")]);
    let no_time = order_line_at("yesterday");
    for line in [with("claim", claim_status()), with("delivery", Value::Null), late, photos, no_time] {
        let network = held(&order_line());
        let visit = opened(&network, &line);
        settled().await;
        assert_eq!(visit.words(), "", "{line}");
        network.release("GET");
        visit.reaches(&NL.say("start.title")).await;
        visit.see(".deadline .left").await;
    }
}

#[wasm_bindgen_test]
async fn one_that_cannot_be_read_is_refused_without_a_word_to_the_customer() {
    let network = held(&order_line());
    let visit = opened(&network, &with("policy", json!({"device_photos": 0})));
    settled().await;
    assert_eq!(visit.words(), "");
    assert_eq!(visit.received_events("given"), ["is refused"]);
    network.release("GET");
    visit.reaches(&NL.say("start.title")).await;
    assert_eq!(visit.heard(), ["ready"]);
}

#[wasm_bindgen_test]
async fn a_draft_in_this_browser_is_offered_once_the_backend_has_answered() {
    let before = Visit::open().await;
    before.press_button(&NL.say("go_on.start")).await;
    before.press("#damage-0").await;
    until("the draft saved", || before.received_events("draft").contains(&"saved".to_owned())).await;
    before.unmount();
    let network = before.network.clone();
    let visit = on_draft(&network, &before.line, &order_line());
    visit.see("#go-on").await;
}
