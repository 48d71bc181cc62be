//! The first page that an order line gets: the start, a closed window, a parcel still on its way, a claim that is there.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    orders::{claim_status, order_line, order_line_at},
    visit::{Visit, text},
    waiting::until,
    words::NL,
};

#[wasm_bindgen_test]
async fn the_start_says_the_deadline_and_how_it_was_counted() {
    let visit = Visit::open().await;
    assert_eq!(visit.heading(), NL.say("start.title"));
    assert_eq!(text(&visit.see(".deadline .by").await), "Meld dit vóór woensdag 25 november, 24:00 uur");
    assert_eq!(text(&visit.see(".deadline .left").await), "Je hebt nog 3 werkdagen, tot en met woensdag.");
    let days: Vec<_> = visit.all(".counted li").iter().map(text).collect();
    assert_eq!(
        days,
        [
            "vr 20 novbezorgd, telt niet mee",
            "za 21 novweekend",
            "zo 22 novweekend",
            "ma 23 novwerkdag 1",
            "di 24 novwerkdag 2",
            "wo 25 novwerkdag 3, de laatste dag",
        ]
    );
    assert_eq!(visit.heard(), ["ready"]);
}

#[wasm_bindgen_test]
async fn the_start_says_what_will_be_needed() {
    let visit = Visit::open().await;
    let needs: Vec<_> = visit.all(".needs li").iter().map(text).collect();
    assert_eq!(
        needs,
        [
            NL.form("start.need.packaging", "one", &[("n", "1")]),
            NL.form("start.need.label", "one", &[("n", "1")]),
            NL.form("start.need.device", "other", &[("n", "3")]),
            NL.say("start.keep_packaging"),
        ]
    );
}

#[wasm_bindgen_test]
async fn on_the_last_day_the_start_says_today() {
    let visit = Visit::to(&order_line_at("2026-11-25T20:00:00Z")).await;
    assert_eq!(text(&visit.see(".deadline .by").await), "Meld dit vandaag, vóór 24:00 uur");
    assert_eq!(visit.see(".deadline").await.get_attribute("data-urgency").as_deref(), Some("today"));
}

#[wasm_bindgen_test]
async fn a_holiday_whose_year_is_unknown_is_said_to_be_unknown() {
    let mut line = order_line();
    line["holidays"] = json!({"years": [], "dates": []});
    let visit = Visit::to(&line).await;
    visit.wait_until_shown(&NL.say("deadline.uncertain")).await;
}

#[wasm_bindgen_test]
async fn a_closed_window_is_a_page_of_its_own_that_leads_to_the_shop() {
    let visit = Visit::to(&order_line_at("2026-11-26T09:00:00Z")).await;
    assert_eq!(visit.heading(), NL.say("closed.title"));
    let why = [("delivered", "vrijdag 20 november"), ("day", "woensdag 25 november"), ("n", "3")];
    visit.wait_until_shown(&NL.form("closed.why", "other", &why)).await;
    visit.wait_until_shown(&NL.say("closed.guarantee")).await;
    let contact = visit.see("a.button").await;
    assert_eq!(contact.get_attribute("href").as_deref(), Some("https://shop.example/contact"));
    assert_eq!(text(&contact), NL.fill("contact", &[("shop", "Tweede Leven")]));
    assert!(visit.find("form, button").is_none(), "there is nothing to fill in on this page");
}

#[wasm_bindgen_test]
async fn a_shop_that_takes_late_reports_lets_them_begin() {
    let mut line = order_line_at("2026-11-26T09:00:00Z");
    line["policy"]["late"] = json!("accept");
    let visit = Visit::to(&line).await;
    assert_eq!(visit.heading(), NL.say("start.title"));
    visit.wait_until_shown(&NL.say("deadline.late")).await;
    visit.press_button(&NL.say("go_on.start")).await;
    visit.reaches(&NL.say("damage.title")).await;
}

#[wasm_bindgen_test]
async fn a_draft_begun_in_time_may_be_finished_in_the_hour_after() {
    let mut line = order_line_at("2026-11-25T23:30:00Z");
    line["draft_begun_at"] = json!("2026-11-25T22:50:00Z");
    let visit = Visit::to(&line).await;
    assert_eq!(visit.heading(), NL.say("start.title"));
    line["server_time"] = json!("2026-11-26T00:00:00Z");
    let visit = Visit::to(&line).await;
    assert_eq!(visit.heading(), NL.say("closed.title"));
}

#[wasm_bindgen_test]
async fn a_contact_that_is_no_web_address_is_no_link() {
    let mut line = order_line_at("2026-11-26T09:00:00Z");
    line["shop"]["contact_url"] = json!("javascript:alert(1)");
    let visit = Visit::to(&line).await;
    assert!(visit.find("a").is_none());
}

#[wasm_bindgen_test]
async fn what_is_not_delivered_yet_cannot_be_reported_yet() {
    let mut line = order_line();
    line["delivery"] = json!(null);
    let visit = Visit::to(&line).await;
    assert_eq!(visit.heading(), NL.say("not_delivered.title"));
    visit.wait_until_shown(&NL.say("not_delivered.why")).await;
    assert!(visit.find("button").is_none());
}

#[wasm_bindgen_test]
async fn a_claim_that_is_there_is_shown_with_its_three_tracks() {
    let mut line = order_line();
    line["claim"] = claim_status();
    let visit = Visit::to(&line).await;
    assert_eq!(visit.heading(), NL.say("status.title"));
    assert_eq!(text(&visit.see(".reference").await), "DR-7K3M9QXA2T");
    assert_eq!(text(&visit.see(".due").await), NL.fill("status.due", &[("day", "woensdag 25 november")]));
    visit.wait_until_shown("zondag 22 november om 10:12").await;
    let tracks: Vec<_> = visit.all(".tracks li").iter().map(text).collect();
    let day = |key, day| NL.fill(key, &[("day", day)]);
    assert_eq!(
        tracks,
        [
            [NL.say("investigation.title"), day("investigation.open", "maandag 23 november")].concat(),
            [NL.say("return.title"), day("return.label_issued", "dinsdag 24 november")].concat(),
            [NL.say("resolution.title"), day("resolution.due", "woensdag 25 november")].concat(),
        ]
    );
    visit.wait_until_shown(&NL.say("status.keep_packaging")).await;
    visit.wait_until_shown(&NL.say("return.ready")).await;
    // Text from the customer is shown as text, never as markup.
    assert_eq!(text(&visit.see(".quoted").await), "<b>Viel</b> uit de doos");
}

#[wasm_bindgen_test]
async fn a_claim_that_is_resolved_is_closed_and_frees_the_packaging() {
    let mut line = order_line();
    line["claim"] = claim_status();
    line["claim"]["progress"]["resolution"] =
        json!({"state": "refunded", "on": "2026-11-25", "amount": {"cents": 34_900, "currency": "EUR"}});
    let visit = Visit::to(&line).await;
    assert_eq!(visit.heading(), NL.say("status.closed"));
    // Between the sign and the sum stands a space that does not break.
    visit.wait_until_shown("€\u{a0}349,00").await;
    assert!(!visit.words().contains(&NL.say("status.keep_packaging")));
}

#[wasm_bindgen_test]
async fn a_refund_is_told_in_the_units_of_its_currency() {
    // A yen has no cents; a dinar of Kuwait has a thousand fils.
    for (currency, told) in [("JPY", "34.900"), ("KWD", "34,900"), ("PLN", "349,00")] {
        let mut line = order_line();
        line["claim"] = claim_status();
        line["claim"]["progress"]["resolution"] =
            json!({"state": "refunded", "on": "2026-11-25", "amount": {"cents": 34_900, "currency": currency}});
        Visit::to(&line).await.wait_until_shown(told).await;
    }
}

#[wasm_bindgen_test]
async fn a_return_label_that_does_not_come_says_so_and_can_be_asked_for_again() {
    let mut line = order_line();
    line["claim"] = claim_status();
    let visit = Visit::to(&line).await;
    for asked in 1..=2 {
        visit.press_button(&NL.say("return.download")).await;
        until("the request", || visit.network.asked("GET /return-label").len() == asked).await;
        visit.wait_until_shown(&NL.failure_alone("failure.unreachable")).await;
    }
}

#[wasm_bindgen_test]
async fn an_order_line_of_a_newer_backend_is_read_all_the_same() {
    let mut line = order_line();
    line["a_field_of_next_year"] = json!({"deep": [1, 2.5, null]});
    line["delivery"]["signed_by"] = json!("buren");
    let visit = Visit::to(&line).await;
    assert_eq!(visit.heading(), NL.say("start.title"));
}
