//! The page of a claim after the seller's decisions: declined, refunded in part, more photos asked for.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Node;

use crate::{
    orders::{claim_status, order_line_at},
    visit::{Visit, text},
    words::NL,
};

const REASON: &str = "Op de foto’s is <b>geen</b> schade te zien.\nDe doos is heel.";
const NOTE: &str = "De streepjescode is niet te lezen.\nMaak een foto van dichtbij.";

/// An order line with a claim that nobody has begun to handle, with these fields of its progress, seen at `server_time`.
fn claimed(server_time: &str, progress: &Value) -> Value {
    let mut line = order_line_at(server_time);
    line["claim"] = claim_status();
    line["claim"]["has_return_label"] = json!(false);
    let all = &mut line["claim"]["progress"];
    *all = json!({
        "investigation": {"state": "not_started"},
        "return_shipment": {"state": "label_pending"},
        "resolution": {"state": "pending"},
    });
    for (name, value) in progress.as_object().unwrap() {
        all[name] = value.clone();
    }
    line
}

/// The page of that claim on Tuesday 24 November.
async fn page(progress: Value) -> Visit {
    Visit::to(&claimed("2026-11-24T09:00:00Z", &progress)).await
}

fn declined() -> Value {
    json!({"state": "declined", "on": "2026-11-24", "reason": REASON})
}

fn partially_refunded() -> Value {
    json!({"state": "partially_refunded", "on": "2026-11-24", "amount": {"cents": 5_000, "currency": "EUR"}})
}

fn asked() -> Value {
    json!({"subjects": ["label", "device"], "note": NOTE, "until": "2026-12-01"})
}

fn tracks(visit: &Visit) -> Vec<String> {
    visit.all(".tracks li strong").iter().map(text).collect()
}

/// Whether `first` stands before `second` on the page.
fn is_before(visit: &Visit, first: &str, second: &str) -> bool {
    let [first, second] = [first, second].map(|selector| visit.find(selector).unwrap());
    first.compare_document_position(&second) & Node::DOCUMENT_POSITION_FOLLOWING != 0
}

#[wasm_bindgen_test]
async fn a_declined_claim_shows_the_reason_as_a_quotation_and_the_ways_on() {
    let visit = page(json!({"resolution": declined()})).await;
    assert_eq!(visit.heading(), NL.say("status.declined"));
    visit.wait_until_shown(&NL.fill("resolution.declined", &[("day", "dinsdag 24 november")])).await;
    let quote = visit.see("blockquote").await;
    assert_eq!(text(&quote), REASON, "as text, never as markup");
    assert_eq!(quote.get_attribute("dir").as_deref(), Some("auto"));
    assert!(is_before(&visit, "blockquote", ".receipt"), "the decision comes first");
    for key in ["closed.now", "status.contest", "status.keep_packaging"] {
        visit.wait_until_shown(&NL.say(key)).await;
    }
    assert_eq!(visit.all("slot[name=contact] a").len(), 1, "the host page's content has one place");
    assert!(is_before(&visit, "slot[name=contact]", ".notice"), "the contact stands with what can be done");
}

#[wasm_bindgen_test]
async fn a_declined_claim_promises_nothing_that_will_not_come() {
    let visit = page(json!({"resolution": declined()})).await;
    assert_eq!(text(&visit.see(".tracks").await), "", "the style sheet hides an empty list with its heading");
    for key in ["status.closed", "return.label_pending", "investigation.not_started"] {
        assert!(!visit.words().contains(&NL.say(key)), "{key}");
    }
    assert!(visit.words().contains(&NL.say("status.reported")));
    assert_eq!(visit.see("p.quoted").await.get_attribute("dir").as_deref(), Some("auto"), "the customer's own words");
}

#[wasm_bindgen_test]
async fn a_declined_claim_keeps_the_tracks_on_which_something_happened() {
    let open = json!({"state": "open", "since": "2026-11-23"});
    let issued = json!({"state": "label_issued", "on": "2026-11-24"});
    let visit = page(json!({"resolution": declined(), "investigation": open, "return_shipment": issued})).await;
    assert_eq!(tracks(&visit), [NL.say("investigation.title"), NL.say("return.title")]);
}

#[wasm_bindgen_test]
async fn after_a_partial_refund_the_customer_keeps_the_device() {
    for shipment in [json!({"state": "label_pending"}), json!({"state": "label_issued", "on": "2026-11-23"})] {
        let mut line = order_line_at("2026-11-24T09:00:00Z");
        line["claim"] = claim_status();
        line["claim"]["progress"]["resolution"] = partially_refunded();
        line["claim"]["progress"]["return_shipment"] = shipment;
        let visit = Visit::to(&line).await;
        assert_eq!(visit.heading(), NL.say("status.closed"));
        let refund = [("amount", "€\u{a0}50,00"), ("day", "dinsdag 24 november")];
        visit.wait_until_shown(&NL.fill("resolution.partially_refunded", &refund)).await;
        assert_eq!(tracks(&visit), [NL.say("investigation.title"), NL.say("resolution.title")]);
        assert!(visit.words().contains(&NL.say("status.standing")) && !visit.words().contains(&NL.say("status.next")));
        assert!(visit.find(".label-ready").is_none(), "no label, even where one was issued before");
        assert!(visit.find(".actions slot[name=contact] a").is_some());
    }
}

#[wasm_bindgen_test]
async fn the_photos_that_the_seller_asks_for_come_first() {
    let visit = page(json!({"evidence_request": asked()})).await;
    assert_eq!(visit.heading(), NL.say("evidence.title"));
    let wanted: Vec<_> = visit.all(".label-ready li").iter().map(text).collect();
    assert_eq!(wanted, [NL.say("label.title"), NL.say("device.title")]);
    assert_eq!(
        text(&visit.see(".label-ready strong").await),
        NL.fill("resolution.due", &[("day", "dinsdag 1 december")])
    );
    let quote = visit.see("blockquote").await;
    assert_eq!((text(&quote).as_str(), quote.get_attribute("dir").as_deref()), (NOTE, Some("auto")));
    visit.wait_until_shown(&NL.say("evidence.how")).await;
    assert!(is_before(&visit, ".label-ready", "slot[name=contact]"));
    assert!(is_before(&visit, "slot[name=contact]", ".notice"), "the contact belongs to what is asked");
    assert_eq!(visit.all("slot[name=contact]").len(), 1);
    assert_eq!(tracks(&visit).len(), 3, "the claim goes on");
    assert!(visit.words().contains(&NL.say("status.next")));
}

#[wasm_bindgen_test]
async fn a_request_without_a_note_quotes_nobody() {
    let visit = page(json!({"evidence_request": {"subjects": ["packaging"], "until": "2026-12-01"}})).await;
    visit.wait_until_shown(&NL.say("packaging.title")).await;
    assert!(visit.find("blockquote").is_none());
    assert!(!visit.words().contains(&NL.say("status.seller")));
}

#[wasm_bindgen_test]
async fn photos_are_wanted_until_the_end_of_the_last_day_where_the_parcel_was_delivered() {
    // Amsterdam is an hour ahead.
    for (moment, key) in [("2026-12-01T22:59:00Z", "resolution.due"), ("2026-12-01T23:01:00Z", "evidence.over")] {
        let visit = Visit::to(&claimed(moment, &json!({"evidence_request": asked()}))).await;
        let said = NL.fill(key, &[("day", "dinsdag 1 december")]);
        assert_eq!(text(&visit.see(".label-ready strong").await), said, "at {moment}");
        assert!(visit.find("slot[name=contact] a").is_some(), "at {moment}");
    }
}

#[wasm_bindgen_test]
async fn a_declined_claim_still_shows_the_photos_that_were_asked_for_and_a_settled_one_does_not() {
    let visit = page(json!({"resolution": declined(), "evidence_request": asked()})).await;
    assert_eq!(visit.heading(), NL.say("status.declined"));
    assert_eq!(visit.all("blockquote").iter().map(text).collect::<Vec<_>>(), [REASON, NOTE]);
    assert_eq!(visit.all("slot[name=contact]").len(), 1);
    let visit = page(json!({"resolution": partially_refunded(), "evidence_request": asked()})).await;
    assert_eq!(visit.heading(), NL.say("status.closed"));
    assert!(visit.find("blockquote, .label-ready").is_none());
}

#[wasm_bindgen_test]
async fn a_claim_whose_content_was_removed_says_so_and_quotes_nobody() {
    let mut line = claimed(
        "2027-03-02T09:00:00Z",
        &json!({
            "resolution": {"state": "declined", "on": "2026-11-24", "reason": ""},
            "evidence_request": {"subjects": ["label"], "note": "", "until": "2026-12-01"},
        }),
    );
    line["claim"]["content_removed"] = json!(true);
    line["claim"]["claim"]["description"] = json!("");
    line["claim"]["claim"]["photos"] = json!({"device": []});
    let visit = Visit::to(&line).await;
    visit.wait_until_shown(&NL.say("status.removed")).await;
    assert!(!visit.words().contains(&NL.form("status.photos", "other", &[("n", "0")])));
    assert!(!visit.words().contains(&NL.say("status.seller")));
    assert!(visit.find("blockquote").is_none());
    visit.wait_until_shown(&NL.say("status.contest")).await;

    line["claim"]["progress"]["resolution"] = json!({"state": "replaced", "on": "2026-11-24", "tracking_number": ""});
    let visit = Visit::to(&line).await;
    visit.wait_until_shown(&NL.fill("resolution.replaced", &[("day", "dinsdag 24 november"), ("number", "–")])).await;
}
