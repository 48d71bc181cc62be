//! The tracking number: where it comes from, what is said of it, and what was read from the label in a browser that can.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    orders::order_line,
    pictures::code_reader,
    stubs::forbid_workers,
    visit::{Visit, text},
    waiting::{settled, until},
    words::NL,
};

const KNOWN: &str = "3SDEVC123456789";
const OTHER: &str = "3SNGEN204100019";

/// A customer whose photo of the label is there, in a browser that reads these `codes` on it.
async fn with_codes(known: &str, codes: &str) -> Visit {
    let mut line = order_line();
    line["consignment"]["tracking_number"] = json!(known);
    let (allow, take_away) = (forbid_workers(), code_reader(&format!("finds {codes}")));
    let visit = Visit::to(&line).await;
    visit.to_label().await;
    visit.picks_snapshots("label", 1..2).await;
    visit.has_all_kept(1).await;
    for put_right in [allow, take_away] {
        put_right.call0(&put_right).unwrap();
    }
    visit
}

fn told() -> String {
    NL.fill("label.number_hint", &[("carrier", "PostNL")])
}

#[wasm_bindgen_test]
async fn another_number_on_the_label_is_offered_in_words_and_changes_nothing_by_itself() {
    let visit = with_codes(KNOWN, &format!("421012345678 {OTHER}")).await;
    visit.wait_until_shown(&NL.fill("label.read", &[("number", OTHER)])).await;
    assert_eq!(visit.value("#tracking-number"), KNOWN);
    assert_eq!(text(&visit.see("#tracking-number-hint").await), told());
    visit.press_button(&NL.say("label.take")).await;
    until("the number to be taken over", || visit.value("#tracking-number") == OTHER).await;
    visit.focus_reaches("#tracking-number").await;
    assert!(!visit.words().contains(&NL.fill("label.read", &[("number", OTHER)])), "it is there");
    assert_eq!(
        text(&visit.see("#tracking-number-hint").await),
        NL.say("label.number_ask"),
        "no carrier told us this one"
    );
}

#[wasm_bindgen_test]
async fn where_the_known_number_is_on_the_label_nothing_is_said_of_others() {
    // The second is the known one within what else the bars say.
    for codes in [format!("421012345678 {OTHER} {KNOWN}"), format!("{OTHER} %0081{KNOWN}101056")] {
        let visit = with_codes(KNOWN, &codes).await;
        settled().await;
        assert_eq!(visit.value("#tracking-number"), KNOWN);
        assert!(!visit.words().contains(OTHER), "{}", visit.words());
    }
}

#[wasm_bindgen_test]
async fn what_the_customer_typed_stays_until_they_take_the_other() {
    let visit = with_codes(KNOWN, OTHER).await;
    visit.types("#tracking-number", "3SABCD1234567").await;
    settled().await;
    assert_eq!(visit.value("#tracking-number"), "3SABCD1234567");
    visit.wait_until_shown(&NL.fill("label.read", &[("number", OTHER)])).await;
    visit.types("#tracking-number", &OTHER.to_lowercase()).await;
    until("nothing is offered", || !visit.words().contains(&NL.say("label.take"))).await;
}

#[wasm_bindgen_test]
async fn a_photo_that_is_removed_offers_nothing_any_more() {
    let visit = with_codes(KNOWN, OTHER).await;
    visit.wait_until_shown(&NL.fill("label.read", &[("number", OTHER)])).await;
    visit.press(".photo .remove").await;
    until("nothing is offered", || !visit.words().contains(&NL.say("label.take"))).await;
}

#[wasm_bindgen_test]
async fn over_an_empty_field_nobody_is_said_to_have_told_us_anything() {
    let visit = with_codes("", OTHER).await;
    assert_eq!(text(&visit.see("#tracking-number-hint").await), NL.say("label.number_ask"));
    visit.wait_until_shown(&NL.fill("label.read", &[("number", OTHER)])).await;
    let visit = with_codes(KNOWN, "").await;
    assert_eq!(text(&visit.see("#tracking-number-hint").await), told());
    visit.types("#tracking-number", "").await;
    until("other words", || text(&visit.find("#tracking-number-hint").unwrap()) == NL.say("label.number_ask")).await;
    visit.types("#tracking-number", "3s devc 123456789").await;
    until("the words from before", || text(&visit.find("#tracking-number-hint").unwrap()) == told()).await;
}
