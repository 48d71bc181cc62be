//! The steps: what Continue finds, where it leads, and what Back keeps.

use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlInputElement};

use crate::{
    orders::order_line,
    visit::{Visit, text},
    waiting::{settled, until},
    words::NL,
};

#[wasm_bindgen_test]
async fn continue_with_nothing_chosen_stays_and_moves_the_focus_to_the_summary() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    assert!(visit.see(".summary").await.has_attribute("hidden"), "nothing is wrong before Continue is pressed");
    visit.press("button[type=submit]").await;
    visit.focus_reaches(".summary").await;
    assert_eq!(visit.heading(), NL.say("damage.title"));
    let wrong = NL.say("violation.damage_min");
    assert_eq!(text(&visit.see(".summary h3").await), NL.say("summary.title"));
    assert_eq!(text(&visit.see(".summary button").await), wrong);
    assert_eq!(text(&visit.see("#damage-0-error").await), wrong, "the same words stand beside the control");
}

#[wasm_bindgen_test]
async fn a_line_of_the_summary_leads_to_its_control() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("button[type=submit]").await;
    visit.press(".summary button").await;
    visit.focus_reaches("#damage-0").await;
}

#[wasm_bindgen_test]
async fn the_summary_takes_the_focus_each_time_and_goes_once_all_is_well() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("button[type=submit]").await;
    visit.focus_reaches(".summary").await;
    visit.see("#damage-0").await.focus().unwrap();
    visit.press("button[type=submit]").await;
    visit.focus_reaches(".summary").await;
    visit.press("#damage-0").await;
    until("the summary to go", || visit.find(".summary").unwrap().has_attribute("hidden")).await;
    assert_eq!(text(&visit.see("#damage-0-error").await), "");
}

#[wasm_bindgen_test]
async fn back_keeps_everything() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-2").await;
    visit.types("#description", "De doos was open").await;
    visit.goes_on("packaging").await;
    visit.press("#packaging-missing").await;
    visit.press("#packaging-discarded").await;
    visit.press("button.back").await;
    visit.reaches(&NL.say("damage.title")).await;
    assert!(visit.is_ticked("#damage-2") && !visit.is_ticked("#damage-0"));
    assert_eq!(visit.value("#description"), "De doos was open");
    visit.goes_on("packaging").await;
    assert!(visit.is_ticked("#packaging-missing") && visit.is_ticked("#packaging-discarded"));
}

#[wasm_bindgen_test]
async fn the_heading_takes_the_focus_of_a_step_but_not_of_the_first_page() {
    let visit = Visit::open().await;
    settled().await;
    assert_eq!(visit.focused(), None, "opening the widget moved the focus");
    visit.to_damage().await;
    visit.focus_reaches("h2").await;
    visit.press("button.back").await;
    visit.reaches(&NL.say("start.title")).await;
    visit.focus_reaches("h2").await;
}

#[wasm_bindgen_test]
async fn too_long_a_text_says_how_much_too_long_and_beforehand_how_much_room_is_left() {
    let mut line = order_line();
    line["policy"]["description_max"] = json!(10);
    let visit = Visit::to(&line).await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    visit.types("#description", "Negen 👩‍👩‍👧‍👦🇳🇱").await;
    visit.wait_until_shown(&NL.form("damage.room", "other", &[("n", "2")])).await;
    visit.types("#description", "Twaalf tekens").await;
    visit.press("button[type=submit]").await;
    let wrong = NL.form("violation.description_max", "other", &[("n", "3"), ("max", "10")]);
    visit.focus_reaches(".summary").await;
    assert_eq!(text(&visit.see("#description-error").await), wrong);
    assert_eq!(visit.see("#description").await.get_attribute("aria-invalid").as_deref(), Some("true"));
    visit.types("#description", "Tien tekens").await;
    visit.types("#description", "Tien teken").await;
    visit.goes_on("packaging").await;
}

#[wasm_bindgen_test]
async fn who_has_no_packaging_says_why_and_goes_on() {
    let visit = Visit::open().await;
    visit.to_packaging().await;
    visit.press("button[type=submit]").await;
    let wrong = NL.form("violation.photos_none.packaging", "one", &[("n", "1")]);
    visit.focus_reaches(".summary").await;
    assert_eq!(text(&visit.see("#packaging-error").await), wrong);
    assert!(visit.find("#packaging-other").is_none(), "reasons come with the tick");
    visit.press("#packaging-missing").await;
    visit.press("#packaging-other").await;
    visit.goes_on("label").await;
}

#[wasm_bindgen_test]
async fn a_shop_may_insist_on_packaging_and_label() {
    let mut line = order_line();
    line["policy"]["absence_allowed"] = json!(false);
    let visit = Visit::to(&line).await;
    visit.to_packaging().await;
    assert_eq!(visit.find("#packaging-missing"), None);
}

#[wasm_bindgen_test]
async fn an_odd_tracking_number_is_mentioned_and_keeps_nobody_back() {
    let visit = Visit::open().await;
    visit.to_label().await;
    assert_eq!(visit.value("#tracking-number"), "3SDEVC123456789", "it is what the shop knows");
    visit.types("#tracking-number", "1Z999AA10123456784").await;
    let advice = NL.fill("tracking.other_carrier", &[("other", "UPS"), ("carrier", "PostNL")]);
    visit.wait_until_shown(&advice).await;
    visit.press("#label-missing").await;
    visit.press("#label-unreadable").await;
    visit.goes_on("device").await;
}

#[wasm_bindgen_test]
async fn change_leads_to_a_step_and_from_there_back_to_the_check() {
    let visit = Visit::open().await;
    visit.to_check().await;
    visit.press("button#damage").await;
    visit.reaches(&NL.say("damage.title")).await;
    visit.press("#damage-3").await;
    visit.goes_on("check").await;
    let damage: Vec<_> = visit.all(".answers ul.plain li").iter().map(text).collect();
    assert_eq!(damage, [NL.say("damage.kind.screen_broken"), NL.say("damage.kind.scratches")]);
}

#[wasm_bindgen_test]
async fn the_check_says_everything_and_that_it_is_not_sent_yet() {
    let visit = Visit::open().await;
    visit.to_check().await;
    visit.wait_until_shown(&NL.say("check.not_sent")).await;
    visit.wait_until_shown(&NL.say("missing.reason.discarded")).await;
    visit.wait_until_shown(&NL.say("missing.reason.other")).await;
    visit.wait_until_shown(&NL.fill("check.number", &[("number", "3SDEVC123456789")])).await;
    let names: Vec<_> =
        visit.all(".answers canvas").iter().filter_map(|photo| photo.get_attribute("aria-label")).collect();
    assert_eq!(names, ["1", "2", "3"].map(|n| NL.fill("photos.name.device", &[("n", n)])));
    assert!(visit.is_ticked("#wish-none"));
    visit.wait_until_shown(&NL.say("check.photos_kept")).await;
    assert_eq!(visit.network.asked("POST /claims").len(), 0);
}

#[wasm_bindgen_test]
async fn what_nobody_sees_is_taken_out_as_it_is_typed_or_pasted() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    for (typed, stays) in
        [("a\u{b}b", "ab"), ("Doos\u{0} kapot\u{7f}\u{85}", "Doos kapot"), ("Eerst\nen\tdan 👩‍👩‍👧‍👦", "Eerst\nen\tdan 👩‍👩‍👧‍👦")]
    {
        visit.types("#description", typed).await;
        assert_eq!(visit.value("#description"), stays);
        visit.goes_on("packaging").await;
        visit.press("button.back").await;
        visit.reaches(&NL.say("damage.title")).await;
    }
    visit.goes_on("packaging").await;
    visit.press("#packaging-missing").await;
    visit.press("#packaging-discarded").await;
    visit.goes_on("label").await;
    visit.types("#tracking-number", "\u{feff}3S\u{200b}NGEN\u{0}\u{202a}204100019\u{1d}").await;
    assert_eq!(visit.value("#tracking-number"), "3SNGEN204100019");
    visit.types("#tracking-number", "3S NGEN-204100019").await;
    assert_eq!(visit.value("#tracking-number"), "3S NGEN-204100019", "what can be seen is the customer's");
}

#[wasm_bindgen_test]
async fn where_something_is_taken_out_the_caret_stays_where_it_was() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    let field: HtmlInputElement = visit.see("#description").await.unchecked_into();
    field.set_value("\u{b}📦 een\u{b}twee");
    // After "een", which the second is pasted behind: emoji count as two.
    field.set_selection_range(8, 8).unwrap();
    field.dispatch_event(&Event::new("input").unwrap()).unwrap();
    assert_eq!(field.value(), "📦 eentwee");
    assert_eq!(field.selection_start().unwrap(), Some(6));
}
