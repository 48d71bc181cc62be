//! The code of the report, which comes after that of the first page: late, after several tries, or not at all.

use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::{
    network::Network,
    orders::{claim_status, order_line, order_line_with},
    stubs::{chance, set_online},
    time::Time,
    visit::{Code, Visit},
    waiting::{settled, until},
    words::NL,
};

#[wasm_bindgen_test]
async fn who_begins_before_it_is_there_is_in_time_and_goes_on_when_it_is() {
    let (network, code) = (Network::with(&order_line()), Code::after(0));
    let visit = Visit::whose_code(&network, &code);
    visit.reaches(&NL.say("start.title")).await;
    assert_eq!(code.asked(), 1, "to hear of it when the day passes");
    visit.press(".primary").await;
    visit.see(".primary[aria-busy=true]").await;
    until("the backend to hear of it", || network.asked("PUT /draft").len() == 1).await;
    visit.press(".primary").await;
    settled().await;
    assert_eq!((visit.heading(), code.asked()), (NL.say("start.title"), 2));
    code.arrive();
    visit.reaches(&NL.say("damage.title")).await;
    visit.focus_reaches("h2").await;
    assert_eq!(network.asked("PUT /draft").len(), 1, "begun once");
    assert_eq!(visit.received_events("step"), ["start", "damage"]);
    assert_eq!(visit.heard(), ["ready"]);
}

#[wasm_bindgen_test]
async fn what_cannot_be_had_at_once_is_asked_for_until_it_can() {
    let (network, code, time) = (Network::with(&order_line()), Code::after(4), Time::stop());
    chance(1.0);
    code.arrive();
    let visit = Visit::whose_code(&network, &code);
    visit.press(".primary").await;
    for (times, wait) in [(1, 500.0), (2, 1000.0), (3, 2000.0)] {
        until("another try", || code.asked() == 1 + times).await;
        let is_said = || visit.words().contains(&NL.say("banner.offline"));
        until("a word about it, from the second failure on", || is_said() == (times > 1)).await;
        assert_eq!(visit.heading(), NL.say("start.title"), "what was there stays");
        time.is_waited_for(wait).await;
        time.pass(wait).await;
    }
    visit.reaches(&NL.say("damage.title")).await;
    assert!(!visit.words().contains(&NL.say("banner.offline")));
}

#[wasm_bindgen_test]
async fn who_waits_for_what_does_not_come_is_told_and_goes_on_when_it_does() {
    let (network, code, time) = (Network::with(&order_line()), Code::after(0), Time::stop());
    chance(1.0);
    let visit = Visit::whose_code(&network, &code);
    visit.press(".primary").await;
    until("it to be asked for", || code.asked() == 2).await;
    for (asked, wait) in [(3, 500.0), (4, 1000.0)] {
        time.is_waited_for(10_000.0).await;
        assert!(!visit.words().contains(&NL.say("banner.offline")));
        for ms in [10_000.0, wait] {
            time.is_waited_for(ms).await;
            time.pass(ms).await;
        }
        until("another try", || code.asked() == asked).await;
    }
    visit.wait_until_shown(&NL.say("banner.offline")).await;
    code.arrive();
    visit.reaches(&NL.say("damage.title")).await;
}

#[wasm_bindgen_test]
async fn without_a_network_it_waits_for_one() {
    let (network, code, _time) = (Network::with(&order_line()), Code::after(1), Time::stop());
    code.arrive();
    network.forget("PUT /draft");
    let visit = Visit::whose_code(&network, &code);
    visit.see(".primary").await;
    set_online(false);
    visit.press(".primary").await;
    visit.wait_until_shown(&NL.say("banner.offline")).await;
    set_online(true);
    visit.reaches(&NL.say("damage.title")).await;
}

/// How often it is asked for before somebody who sees nothing yet is told.
const TRIES: u32 = 3;

#[wasm_bindgen_test]
async fn who_has_a_claim_and_cannot_see_it_may_try_again() {
    let mut claimed = order_line();
    claimed["claim"] = claim_status();
    let (network, code) = (Network::with(&claimed), Code::after(TRIES));
    code.arrive();
    let visit = Visit::whose_code(&network, &code);
    visit.wait_until_shown(&NL.failure_alone("failure.unreachable")).await;
    assert_eq!(visit.heard(), ["error files"], "the page around it shows its own words");
    assert_eq!(code.asked(), TRIES);
    visit.press_button(&NL.say("try_again")).await;
    visit.reaches(&NL.say("status.title")).await;
    assert_eq!(visit.heard(), ["error files", "ready"]);
}

#[wasm_bindgen_test]
async fn who_comes_back_to_a_draft_and_cannot_go_on_may_try_again_in_the_same_tab() {
    let (network, code) = (Network::with(&begun()), Code::after(TRIES));
    code.arrive();
    let visit = Visit::whose_code(&network, &code);
    visit.press_button(&NL.say("try_again")).await;
    visit.see("#go-on").await;
}

#[wasm_bindgen_test]
async fn a_tab_that_still_waits_for_it_gives_the_draft_to_another_for_good() {
    let (network, code) = (Network::with(&begun()), Code::after(0));
    let first = Visit::whose_code(&network, &code);
    until("the code to be asked for", || code.asked() == 1).await;
    let second = first.in_another_tab().await;
    second.press("#take-over").await;
    first.reaches(&NL.say("elsewhere.title")).await;
    assert_eq!(first.heard(), ["ready"], "there is something to see");
    code.arrive();
    settled().await;
    assert_eq!(first.heading(), NL.say("elsewhere.title"));
    assert_ne!(second.heading(), first.heading());
}

#[wasm_bindgen_test]
async fn a_tab_that_lost_its_draft_does_not_try_again_and_lets_go_of_nothing() {
    let (network, code, time) = (Network::with(&begun()), Code::after(TRIES), Time::stop());
    chance(1.0);
    let first = Visit::whose_code(&network, &code);
    time.is_waited_for(500.0).await;
    let second = first.in_another_tab().await;
    second.press("#take-over").await;
    // The first saves what it has, and lets go.
    time.is_waited_for(0.0).await;
    time.pass(0.0).await;
    first.reaches(&NL.say("elsewhere.title")).await;
    time.pass(500.0).await;
    settled().await;
    assert_eq!(code.asked(), 1, "nobody waits for it here");
    assert_eq!(first.heading(), NL.say("elsewhere.title"));
    assert_eq!(first.heard(), ["ready"]);
    let third = second.in_another_tab().await;
    assert_eq!(third.heading(), NL.say("elsewhere.title"), "the second has it in hand");
}

#[wasm_bindgen_test]
async fn a_try_from_before_the_customer_tried_again_lets_go_of_nothing() {
    let (network, code, time) = (Network::with(&begun()), Code::after(0), Time::stop());
    let visit = Visit::whose_code(&network, &code);
    until("the code to be asked for", || code.asked() == 1).await;
    time.pass(8_000.0).await;
    visit.press_button(&NL.say("try_again")).await;
    until("it to be asked for again", || code.asked() == 2).await;
    // The first try comes to nothing.
    for ms in [2_000.0, 0.0] {
        time.pass(ms).await;
        settled().await;
    }
    let other = visit.in_another_tab().await;
    assert_eq!(other.heading(), NL.say("elsewhere.title"), "this tab has it in hand");
}

#[wasm_bindgen_test]
async fn without_a_network_who_sees_nothing_yet_is_told_all_the_same() {
    let (network, code) = (Network::with(&begun()), Code::after(TRIES));
    set_online(false);
    let visit = Visit::whose_code(&network, &code);
    visit.wait_until_shown(&NL.failure_alone("failure.unreachable")).await;
    assert!(visit.focused().is_none(), "nobody has pressed anything");
}

#[wasm_bindgen_test]
async fn who_went_elsewhere_on_the_page_while_it_came_stays_there() {
    let (network, code) = (Network::with(&order_line()), Code::after(0));
    let visit = Visit::whose_code(&network, &code);
    visit.press(".primary").await;
    visit.see("[aria-busy]").await;
    let search = a_field_of_the_page();
    search.focus().unwrap();
    code.arrive();
    visit.reaches(&NL.say("damage.title")).await;
    settled().await;
    assert!(search.matches(":focus").unwrap());
    search.remove();
}

#[wasm_bindgen_test]
async fn a_draft_that_the_page_throws_away_before_it_can_be_seen_is_thrown_away() {
    let (network, code) = (Network::with(&begun()), Code::after(0));
    let visit = Visit::whose_code(&network, &code);
    until("the code to be asked for", || code.asked() == 1).await;
    visit.discard_draft();
    code.arrive();
    visit.reaches(&NL.say("start.title")).await;
    until("the photo to be taken away", || network.asked("DELETE /photos").len() == 1).await;
    assert!(visit.find("#go-on").is_none());
    assert_eq!(visit.received_events("draft"), ["discarded"]);
}

#[wasm_bindgen_test]
async fn who_begins_and_throws_it_away_before_it_is_there_is_back_at_the_start() {
    let (network, code) = (Network::with(&order_line()), Code::after(0));
    let visit = Visit::whose_code(&network, &code);
    visit.press(".primary").await;
    visit.see("[aria-busy]").await;
    visit.discard_draft();
    code.arrive();
    until("the page to hear of it", || visit.received_events("draft") == ["discarded"]).await;
    visit.press(".primary").await;
    visit.reaches(&NL.say("damage.title")).await;
}

/// Another control on the page that a customer may use.
fn a_field_of_the_page() -> HtmlElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let field: HtmlElement = document.create_element("input").unwrap().unchecked_into();
    document.body().unwrap().append_child(&field).unwrap();
    field
}

/// The order line of somebody who sent a photo and went away.
fn begun() -> Value {
    order_line_with(&[("a".repeat(64), "device")])
}
