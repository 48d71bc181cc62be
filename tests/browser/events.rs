//! Events that the host page hears, and methods that it can call.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    network::Network,
    orders::{claim_status, order_line},
    pictures::pick,
    visit::Visit,
    waiting::{settled, until},
    words::{EN, NL},
};

#[wasm_bindgen_test]
async fn each_page_is_announced_once_and_not_again_in_another_language() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.speak(EN);
    visit.reaches(&EN.say("damage.title")).await;
    visit.speak(NL);
    visit.press(".back").await;
    visit.reaches(&NL.say("start.title")).await;
    assert_eq!(visit.received_events("step"), ["start", "damage", "start"]);
}

#[wasm_bindgen_test]
async fn the_deadline_is_announced_with_the_order() {
    let visit = Visit::open().await;
    assert_eq!(visit.received_events("deadline"), ["2026-11-25 open"]);
    let mut line = order_line();
    line["delivery"] = Value::Null;
    let visit = Visit::to(&line).await;
    assert_eq!(visit.received_events("deadline"), ["unknown"], "of a parcel that is on its way nobody knows");
    assert_eq!(visit.received_events("step"), ["undelivered"]);
}

#[wasm_bindgen_test]
async fn a_change_is_announced_with_what_is_still_missing() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    assert_eq!(visit.received_events("change"), [""; 0], "nothing was changed yet");
    visit.press("#damage-0").await;
    until("a change", || visit.received_events("change").len() == 1).await;
    let missing: Value = serde_json::from_str(&visit.received_events("change")[0]).unwrap();
    assert_eq!(
        missing,
        json!([
            {"code": "photos_min", "subject": "packaging", "have": 0, "need": 1},
            {"code": "photos_min", "subject": "label", "have": 0, "need": 1},
            {"code": "photos_min", "subject": "device", "have": 0, "need": 3},
        ])
    );
    visit.press("#damage-0").await;
    until("another change", || visit.received_events("change").len() == 2).await;
    assert!(visit.received_events("change")[1].contains("damage_min"));
}

#[wasm_bindgen_test]
async fn what_becomes_of_a_photo_is_announced() {
    let visit = Visit::open().await;
    visit.to_device().await;
    visit.picks_snapshots("device", 1..2).await;
    visit.has_all_kept(1).await;
    assert_eq!(visit.received_events("photo"), ["device reading", "device sending", "device kept"]);
    pick(&visit.see("#device").await, &[("leeg.jpg", b"")]);
    visit.wait_until_shown(&NL.say("refusal.empty")).await;
    visit.press(".photo .remove").await;
    until("the photo to be gone", || visit.all(".photo").len() == 1).await;
    assert_eq!(visit.received_events("photo")[3..], ["device reading", "device refused", "device removed"]);
}

#[wasm_bindgen_test]
async fn what_becomes_of_the_draft_is_announced() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    until("the draft to be saved", || visit.received_events("draft") == ["saved"]).await;

    let visit = visit.comes_back().await;
    visit.press("#go-on").await;
    visit.reaches(&NL.say("damage.title")).await;
    assert!(visit.received_events("draft").contains(&"resumed".to_owned()));
}

#[wasm_bindgen_test]
async fn where_nothing_is_kept_the_page_hears_that() {
    let visit = Visit::with_draft_off(&Network::with(&order_line()), &crate::disk::fresh()).await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    until("the page to hear of it", || visit.received_events("draft") == ["unsaved"]).await;
}

#[wasm_bindgen_test]
async fn the_page_can_hold_a_claim_back_and_let_it_go_later() {
    let visit = Visit::open().await;
    visit.network.answer("POST /claims", 201, &claim_status());
    visit.to_check().await;
    visit.wait_until_shown(&NL.say("check.photos_kept")).await;
    visit.holds_claims_back(true);
    visit.press("#send").await;
    settled().await;
    assert!(visit.network.asked("POST /claims").is_empty());
    assert_eq!(visit.heading(), NL.say("check.title"));
    assert!(visit.find(".summary").is_none_or(|summary| summary.hidden()), "nothing is wrong");

    visit.holds_claims_back(false);
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    let told = visit.received_events("before-submit");
    assert_eq!(told.len(), 2);
    assert_eq!(told[1], visit.network.asked("POST /claims")[0].body(), "what is told is what is sent");
    assert_eq!(visit.received_events("step").last().unwrap(), "sent");
}

#[wasm_bindgen_test]
async fn the_page_can_have_the_draft_thrown_away() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    visit.is_saved().await;
    visit.discard_draft();
    visit.reaches(&NL.say("start.title")).await;
    assert!(visit.received_events("draft").contains(&"discarded".to_owned()));
    visit.to_damage().await;
    assert!(!visit.is_ticked("#damage-0"));
}

#[wasm_bindgen_test]
async fn a_claim_that_was_sent_is_not_thrown_away() {
    let mut line = order_line();
    line["claim"] = claim_status();
    let visit = Visit::to(&line).await;
    visit.discard_draft();
    settled().await;
    assert_eq!((visit.heading(), visit.received_events("draft")), (NL.say("status.title"), vec![]));
}

#[wasm_bindgen_test]
async fn what_the_shop_puts_into_the_element_has_its_places() {
    let visit = Visit::open().await;
    for name in ["intro", "privacy"] {
        assert!(visit.find(&format!("slot[name={name}]")).is_some(), "{name} has no place on the first page");
    }
    let mut line = order_line();
    line["claim"] = claim_status();
    let visit = Visit::to(&line).await;
    for name in ["contact", "after-confirmation"] {
        assert!(visit.find(&format!("slot[name={name}]")).is_some(), "{name} has no place beside a claim");
    }
}
