//! The accessibility tree of each page: headings, names, and the text tied to each control.

use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

use crate::{
    orders::{claim_status, order_line, order_line_at},
    pictures::{pick, snapshot},
    visit::{Visit, text},
    waiting::until,
    words::NL,
};

/// The name of a control: its label in words, else what stands in it, else what stands around it.
fn name(visit: &Visit, control: &Element) -> String {
    let labelled = control.get_attribute("aria-label");
    let by_label = || {
        let label = visit.find(&format!("label[for='{}']", control.id())).map(Element::from);
        label.or_else(|| control.closest("label").unwrap()).map(|label| text(&label))
    };
    labelled.or_else(|| Some(text(control)).filter(|text| !text.is_empty())).or_else(by_label).unwrap_or_default()
}

/// The words that describe a control, by `aria-describedby`, in order.
fn descriptions(visit: &Visit, selector: &str) -> Vec<String> {
    let control = visit.find(selector).unwrap();
    let ids = control.get_attribute("aria-describedby").unwrap();
    let described =
        |id: &str| visit.find(&format!("#{id}")).unwrap_or_else(|| panic!("{selector} is described by nothing: {id}"));
    ids.split(' ').map(|id| text(&described(id))).collect()
}

/// Checks that hold on every page.
fn check(visit: &Visit) {
    let page = visit.heading();
    assert_eq!(visit.all("h2").len(), 1, "a page has one heading; {page}");
    for control in visit.all("button, a, input, textarea, [role=img]") {
        assert!(!name(visit, &control).is_empty(), "on {page}, this has no name: {}", control.outer_html());
    }
    for drawing in visit.all("svg") {
        assert_eq!(drawing.get_attribute("aria-hidden").as_deref(), Some("true"), "on {page}");
    }
    for group in visit.all("fieldset") {
        assert_eq!(group.first_element_child().unwrap().tag_name().to_lowercase(), "legend", "on {page}");
    }
    let mut ids: Vec<_> = visit.all("[id]").iter().map(|element| element.id()).collect();
    ids.sort();
    let distinct = ids.windows(2).all(|pair| pair[0] != pair[1]);
    assert!(distinct, "on {page}, an identifier stands twice: {ids:?}");
    for attribute in ["aria-describedby", "aria-labelledby", "for"] {
        for element in visit.all(&format!("[{attribute}]")) {
            let named = element.get_attribute(attribute).unwrap();
            for id in named.split(' ') {
                assert!(ids.iter().any(|known| known == id), "on {page}, {attribute} names {id}, which is not there");
            }
        }
    }
    for button in visit.all("button") {
        assert!(button.has_attribute("type"), "on {page}, this button would submit: {}", button.outer_html());
    }
}

#[wasm_bindgen_test]
async fn every_step_has_a_heading_and_names_for_all_its_controls() {
    let visit = Visit::open().await;
    check(&visit);
    visit.to_damage().await;
    check(&visit);
    assert_eq!(text(&visit.see(".place span").await), NL.fill("step", &[("n", "1"), ("of", "5")]));
    visit.press("button[type=submit]").await;
    visit.focus_reaches(".summary").await;
    check(&visit);
    visit.press("#damage-0").await;
    visit.goes_on("packaging").await;
    visit.press("#packaging-missing").await;
    visit.see("#packaging-other").await;
    check(&visit);
    visit.press("#packaging-other").await;
    visit.goes_on("label").await;
    check(&visit);
    visit.press("#label-missing").await;
    visit.press("#label-other").await;
    visit.goes_on("device").await;
    let photos = [snapshot(1).await, snapshot(2).await, snapshot(3).await];
    pick(&visit.see("#device").await, &photos.each_ref().map(|photo| ("image.jpg", photo.as_slice())));
    visit.see(".photo canvas").await;
    check(&visit);
    visit.goes_on("check").await;
    check(&visit);
    assert_eq!(text(&visit.see(".place span").await), NL.fill("step", &[("n", "5"), ("of", "5")]));
}

#[wasm_bindgen_test]
async fn who_stands_on_a_line_of_the_summary_stays_there_when_its_words_change() {
    let visit = Visit::open().await;
    visit.to_device().await;
    visit.press(".primary").await;
    visit.focus_reaches(".summary").await;
    let line = visit.see(".summary li button").await;
    line.focus().unwrap();
    let before = text(&line);
    visit.picks_snapshots("device", 1..2).await;
    until("one to be missing less", || text(&visit.all(".summary li button")[0]) != before).await;
    assert_eq!(visit.focused().as_ref(), Some(line.as_ref()), "the focus is where it was");
}

#[wasm_bindgen_test]
async fn the_pages_outside_the_steps_have_headings_and_names() {
    let mut undelivered = order_line();
    undelivered["delivery"] = serde_json::json!(null);
    let mut claimed = order_line();
    claimed["claim"] = claim_status();
    for line in [undelivered, claimed, order_line_at("2026-12-03T09:00:00Z")] {
        check(&Visit::to(&line).await);
    }
}

#[wasm_bindgen_test]
async fn hint_and_error_are_tied_to_the_field() {
    let visit = Visit::open().await;
    visit.to_label().await;
    let hint = NL.fill("label.number_hint", &[("carrier", "PostNL")]);
    assert_eq!(descriptions(&visit, "#tracking-number"), [hint, String::new()]);
    assert_eq!(name(&visit, &visit.find("#tracking-number").unwrap()), NL.say("label.number"));
    visit.types("#tracking-number", &"9".repeat(41)).await;
    visit.press("button[type=submit]").await;
    visit.focus_reaches(".summary").await;
    let wrong = NL.fill("violation.tracking_number_max", &[("max", "40")]);
    // No carrier told us what stands there now.
    assert_eq!(descriptions(&visit, "#tracking-number"), [NL.say("label.number_ask"), wrong]);
    assert_eq!(visit.see("#tracking-number").await.get_attribute("aria-invalid").as_deref(), Some("true"));
}

#[wasm_bindgen_test]
async fn what_is_missing_and_how_many_there_are_is_tied_to_the_photo_buttons() {
    let visit = Visit::open().await;
    visit.to_device().await;
    visit.press("button[type=submit]").await;
    visit.focus_reaches(".summary").await;
    let missing = NL.form("violation.photos_none.device", "other", &[("n", "3")]);
    let count = NL.form("photos.count", "other", &[("n", "0"), ("need", "3")]);
    assert_eq!(descriptions(&visit, "#device"), [missing, count]);
    assert_eq!(name(&visit, &visit.find("#device").unwrap()), NL.say("photos.choose"));
    let summary = visit.see(".summary").await;
    assert_eq!(summary.get_attribute("role").as_deref(), Some("group"));
    assert_eq!(text(&visit.see("#summary-title").await), NL.say("summary.title"));
}

#[wasm_bindgen_test]
async fn the_running_count_and_what_is_under_way_are_announced_politely() {
    let visit = Visit::open().await;
    visit.to_device().await;
    for selector in ["#device-count", ".waiting"] {
        assert_eq!(visit.see(selector).await.get_attribute("role").as_deref(), Some("status"), "{selector}");
    }
}

#[wasm_bindgen_test]
async fn photos_are_named_and_so_is_what_can_be_done_with_each() {
    let visit = Visit::open().await;
    visit.to_device().await;
    let photo = snapshot(1).await;
    pick(&visit.see("#device").await, &[("IMG_0001.jpg", &photo)]);
    let named = NL.fill("photos.name.device", &[("n", "1")]);
    let canvas = visit.see(".photo canvas").await;
    assert_eq!(canvas.get_attribute("aria-hidden").as_deref(), Some("true"), "its name stands beside it");
    assert_eq!(text(&visit.find(".photo strong").unwrap()), named);
    assert_eq!(name(&visit, &visit.find(".photo .remove").unwrap()), NL.fill("photos.remove", &[("name", &named)]));
}
