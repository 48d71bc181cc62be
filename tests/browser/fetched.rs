//! The code of the report, which comes after that of the first page: late, after several tries, or not at all.

use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    orders::{claim_status, order_line, order_line_with},
    patience::{settled, until},
    visit::{Code, Network, Time, Visit, chance, set_online},
    words::NL,
};

#[wasm_bindgen_test]
async fn who_begins_before_it_is_there_is_in_time_and_goes_on_when_it_is() {
    let (network, code) = (Network::with(&order_line()), Code::after(0));
    let visit = Visit::whose_code(&network, &code);
    visit.reaches(&NL.say("start.title")).await;
    assert_eq!(code.asked(), 0, "the first page needs none of it");
    visit.press(".primary").await;
    visit.see(".primary[aria-busy=true]").await;
    until("the backend to hear of it", || network.asked("PUT /draft").len() == 1).await;
    visit.press(".primary").await;
    settled().await;
    assert_eq!((visit.heading(), code.asked()), (NL.say("start.title"), 1));
    code.arrive();
    visit.reaches(&NL.say("damage.title")).await;
    visit.focus_reaches("h2").await;
    assert_eq!(network.asked("PUT /draft").len(), 1, "begun once");
    assert_eq!(visit.heard_of("step"), ["start", "damage"]);
    assert_eq!(visit.heard(), ["ready"]);
}

#[wasm_bindgen_test]
async fn what_cannot_be_had_at_once_is_asked_for_until_it_can() {
    let (network, code, time) = (Network::with(&order_line()), Code::after(3), Time::stop());
    chance(1.0);
    code.arrive();
    let visit = Visit::whose_code(&network, &code);
    visit.press(".primary").await;
    for (times, wait) in [(1, 500.0), (2, 1000.0), (3, 2000.0)] {
        until("another try", || code.asked() == times).await;
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
async fn without_a_network_it_waits_for_one() {
    let (network, code, _time) = (Network::with(&order_line()), Code::after(1), Time::stop());
    code.arrive();
    network.forget("PUT /draft");
    let visit = Visit::whose_code(&network, &code);
    visit.see(".primary").await;
    set_online(false);
    visit.press(".primary").await;
    visit.reads(&NL.say("banner.offline")).await;
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
    visit.reads(&NL.say("failure.unreachable")).await;
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
    code.arrive();
    settled().await;
    assert_eq!(first.heading(), NL.say("elsewhere.title"));
    assert_ne!(second.heading(), first.heading());
}

/// The order line of somebody who sent a photo and went away.
fn begun() -> Value {
    order_line_with(&[("a".repeat(64), "device")])
}
