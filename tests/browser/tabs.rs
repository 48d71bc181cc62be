//! One order line in two tabs: one of them has the report in hand, and hands over everything when the other wants it.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    disk::{freeze_tab, fresh, save},
    network::Network,
    orders::{claim_status, order_line, order_line_with},
    time::Time,
    visit::Visit,
    waiting::{settled, until},
    words::NL,
};

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    /// Holds that a page can lose.
    type Locks;

    #[wasm_bindgen(js_name = losable)]
    fn losable_locks() -> Locks;
    /// Takes what a page holds, and gives it back at once.
    #[wasm_bindgen(js_name = steal)]
    async fn steal(line: &str);
    #[wasm_bindgen(method)]
    async fn lose(this: &Locks, line: &str);
    #[wasm_bindgen(method)]
    fn tell(this: &Locks);
    #[wasm_bindgen(method)]
    fn repair(this: &Locks);
}

impl Visit {
    async fn is_elsewhere(&self) {
        self.reaches(&NL.say("elsewhere.title")).await;
    }

    /// The customer wants to go on in this tab, and does so at `step`.
    async fn takes_over_at(&self, step: &str) {
        self.press("#take-over").await;
        self.reaches(&NL.say(&format!("{step}.title"))).await;
        self.focus_reaches("h2").await;
    }
}

/// Two tabs with one order line: the first has it in hand.
async fn two_tabs() -> (Visit, Visit) {
    let (network, line) = (Network::with(&order_line()), fresh());
    let first = Visit::on(&network, &line).await;
    first.reaches(&NL.say("start.title")).await;
    let second = Visit::on(&network, &line).await;
    (first, second)
}

#[wasm_bindgen_test]
async fn the_second_tab_says_that_the_first_is_busy_and_changes_nothing() {
    let (first, second) = two_tabs().await;
    second.is_elsewhere().await;
    assert_eq!(second.heard(), ["ready"], "it is no failure");
    assert!(second.find("form").is_none());
    first.to_packaging().await;
    first.is_saved().await;
}

#[wasm_bindgen_test]
async fn the_second_tab_takes_over_everything_and_back_and_forth() {
    let (first, second) = two_tabs().await;
    first.to_damage().await;
    first.press("#damage-0").await;
    first.types("#description", "In de eerste").await;
    first.goes_on("packaging").await;
    first.picks_snapshots("packaging", 1..2).await;
    first.has_all_kept(1).await;

    second.takes_over_at("packaging").await;
    first.is_elsewhere().await;
    second.see(".photo canvas").await;
    second.press("button.back").await;
    second.see("#description").await;
    assert_eq!(second.value("#description"), "In de eerste");
    second.types("#description", "In de tweede").await;

    first.takes_over_at("damage").await;
    second.is_elsewhere().await;
    assert_eq!(first.value("#description"), "In de tweede");
    first.types("#description", "Weer in de eerste").await;

    second.takes_over_at("damage").await;
    first.is_elsewhere().await;
    assert_eq!(second.value("#description"), "Weer in de eerste");
    assert!(second.is_ticked("#damage-0"));
    second.goes_on("packaging").await;
    second.see(".photo canvas").await;
}

#[wasm_bindgen_test]
async fn a_photo_that_is_on_its_way_goes_on_in_the_tab_that_takes_over() {
    let (first, second) = two_tabs().await;
    first.to_device().await;
    first.network.hold("PUT /photos");
    first.picks_snapshots("device", 1..2).await;
    until("the upload", || first.network.asked("PUT /photos").len() == 1).await;
    second.takes_over_at("device").await;
    first.is_elsewhere().await;
    assert_eq!(first.network.aborted(), 1, "two tabs would send it at once");
    first.network.release("PUT /photos");
    second.has_all_kept(1).await;
}

#[wasm_bindgen_test]
async fn a_tab_that_is_closed_leaves_the_report_to_the_next() {
    let (first, second) = two_tabs().await;
    second.is_elsewhere().await;
    first.unmount();
    let third = Visit::on(&second.network, &second.line).await;
    assert_eq!(third.heading(), NL.say("start.title"));
}

#[wasm_bindgen_test]
async fn a_tab_that_hears_nothing_any_more_is_not_waited_for() {
    let (network, line) = (Network::with(&order_line()), fresh());
    freeze_tab(&line).await;
    let visit = Visit::on(&network, &line).await;
    visit.is_elsewhere().await;
    let time = Time::stop();
    visit.press("#take-over").await;
    time.is_waited_for(1_500.0).await;
    time.pass(1_499.0).await;
    settled().await;
    assert_eq!(visit.heading(), NL.say("elsewhere.title"), "it may have something to put down");
    time.pass(1.0).await;
    visit.reaches(&NL.say("start.title")).await;
}

#[wasm_bindgen_test]
async fn a_claim_that_was_sent_is_shown_in_every_tab() {
    let (first, second) = two_tabs().await;
    // The backend still lists the photos of a claim.
    let mut claimed = order_line_with(&["a", "b", "c"].map(|digit| (digit.repeat(64), "device")));
    claimed["claim"] = claim_status();
    first.network.forget("GET");
    first.network.answer("GET", 200, &claimed);
    second.press("#take-over").await;
    second.reaches(&NL.say("status.title")).await;
}

#[wasm_bindgen_test]
async fn a_page_that_was_put_aside_has_the_report_in_hand_again_when_the_customer_is_back() {
    let locks = losable_locks();
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    visit.is_saved().await;
    locks.lose(&visit.line).await;
    locks.tell();
    settled().await;
    visit.goes_on("packaging").await;
    let second = Visit::on(&visit.network, &visit.line).await;
    second.is_elsewhere().await;
    locks.repair();
}

#[wasm_bindgen_test]
async fn a_lock_that_was_stolen_and_given_back_is_had_again_and_nothing_is_said() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    visit.is_saved().await;
    steal(&visit.line).await;
    visit.types("#description", "Gestolen").await;
    visit.comes_to_save("what was typed", |saved| saved["answers"]["description"] == "Gestolen").await;
    assert_eq!(visit.heading(), NL.say("damage.title"));
    assert!(!visit.words().contains(&NL.say("banner.unsaved")));
    let second = Visit::on(&visit.network, &visit.line).await;
    second.is_elsewhere().await;
}

#[wasm_bindgen_test]
async fn a_page_that_was_put_aside_leaves_alone_what_was_done_elsewhere_meanwhile() {
    let locks = losable_locks();
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    visit.is_saved().await;
    locks.lose(&visit.line).await;
    save(&visit.line, r#"{"step":0,"answers":{},"photos":[]}"#, 42.0).await;
    locks.tell();
    visit.is_elsewhere().await;
    locks.repair();
}
