//! Photos that are dropped and pasted: wherever one stands in the open report, and nowhere else.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use crate::{
    pictures::{drop_files, give, paste, snapshot},
    visit::{Visit, text},
    waiting::{settled, until},
    words::NL,
};

/// The address of a picture, as a browser gives it that drags it.
const ADDRESS: (&str, &str) = ("text/uri-list", "https://elsewhere.example/phone.jpg");

/// A customer on the page for photos of the label, which has a field as well.
async fn at_the_label() -> Visit {
    let visit = Visit::open().await;
    visit.to_label().await;
    visit.focus_reaches("h2").await;
    visit
}

fn body() -> HtmlElement {
    web_sys::window().unwrap().document().unwrap().body().unwrap()
}

fn element(tag: &str) -> HtmlElement {
    web_sys::window().unwrap().document().unwrap().create_element(tag).unwrap().unchecked_into()
}

fn blur() {
    if let Some(focused) = web_sys::window().unwrap().document().unwrap().active_element() {
        focused.unchecked_into::<HtmlElement>().blur().unwrap();
    }
}

impl Visit {
    async fn comes_to_have(&self, photos: usize) {
        until(&format!("{photos} photos"), || self.all(".photo").len() == photos).await;
    }
}

#[wasm_bindgen_test]
async fn what_is_dropped_anywhere_in_the_open_report_is_taken_where_photos_are_asked_for() {
    let visit = at_the_label().await;
    for (n, near) in
        (1..).zip([".picker", "h2", ".tape", "#place", ".example", "button.primary", ".banner", "#tracking-number"])
    {
        let photo = snapshot(n).await;
        assert!(drop_files(&visit.see(near).await, &[("image.jpg", &photo)]), "{near}: the browser would open it");
        visit.comes_to_have(n as usize).await;
    }
    assert_eq!(visit.value("#tracking-number"), "3SDEVC123456789");
}

#[wasm_bindgen_test]
async fn where_no_photo_is_asked_for_a_dropped_file_is_neither_taken_nor_opened() {
    let visit = Visit::open().await;
    let photo = snapshot(1).await;
    let files = [("image.jpg", photo.as_slice())];
    assert!(drop_files(&visit.see("h2").await, &files), "on the first page");
    visit.to_damage().await;
    assert!(drop_files(&visit.see("#description").await, &files), "on a field");
    visit.press("#damage-0").await;
    visit.goes_on("packaging").await;
    assert!(visit.all(".photo").is_empty());
}

#[wasm_bindgen_test]
async fn text_for_a_field_is_left_to_the_browser() {
    let visit = at_the_label().await;
    let field = visit.see("#tracking-number").await;
    let (photo, words) = (snapshot(1).await, ("text/plain", "3SNGEN204100019"));
    for how in ["drop", "paste"] {
        assert!(!give(how, &field, &[], &[words]), "{how}: text alone");
        // A word processor copies the text and a picture of it.
        assert!(!give(how, &field, &[("image.png", &photo)], &[words]), "{how}: text and a picture of it");
    }
    settled().await;
    assert!(visit.all(".photo").is_empty());
    paste(&field, &[("image.png", &photo)]);
    visit.comes_to_have(1).await;
}

#[wasm_bindgen_test]
async fn a_picture_that_is_dragged_from_a_web_page_is_told_apart_from_a_photo() {
    let visit = at_the_label().await;
    assert!(give("drop", &visit.see("h2").await, &[], &[ADDRESS]), "the browser would go there");
    visit.wait_until_shown(&NL.say("photos.address")).await;
    assert_eq!(visit.see("#label-count").await.get_attribute("role").as_deref(), Some("status"));
    let photo = snapshot(1).await;
    // A browser that gives the picture itself as well.
    assert!(give("drop", &visit.see("h2").await, &[("phone.jpg", &photo)], &[ADDRESS]));
    visit.comes_to_have(1).await;
    assert!(!text(&visit.see("#label-count").await).contains(&NL.say("photos.address")), "that is over");
}

#[wasm_bindgen_test]
async fn a_photo_is_pasted_whatever_in_the_report_has_the_focus_and_where_nothing_has() {
    let visit = at_the_label().await;
    for (n, focused) in (1..).zip(["h2", "button.primary", ".choice input", "input#label"]) {
        let focused = visit.see(focused).await;
        focused.focus().unwrap();
        let photo = snapshot(n).await;
        paste(&focused, &[("image.png", &photo)]);
        visit.comes_to_have(n as usize).await;
    }
    blur();
    let photo = snapshot(5).await;
    paste(&body(), &[("image.png", &photo)]);
    visit.comes_to_have(5).await;
}

#[wasm_bindgen_test]
async fn a_box_around_the_report_that_has_the_focus_is_as_good_as_nothing() {
    let visit = at_the_label().await;
    let around = element("div");
    around.set_attribute("tabindex", "-1").unwrap();
    body().append_child(&around).unwrap();
    around.append_child(&visit.root.host()).unwrap();
    around.focus().unwrap();
    let photo = snapshot(1).await;
    paste(&around, &[("image.png", &photo)]);
    visit.comes_to_have(1).await;
    body().append_child(&visit.root.host()).unwrap();
    around.remove();
}

#[wasm_bindgen_test]
async fn what_is_pasted_for_somebody_else_is_theirs() {
    let visit = at_the_label().await;
    let (photo, theirs) = (snapshot(1).await, element("button"));
    let files = [("image.png", photo.as_slice())];
    body().append_child(&theirs).unwrap();
    theirs.focus().unwrap();
    assert!(!give("paste", &theirs, &files, &[]), "the focus is elsewhere on the page");
    theirs.remove();
    blur();
    // Closed, the report is out of the page.
    let container: Element = visit.root.first_element_child().unwrap();
    container.remove();
    assert!(!give("paste", &body(), &files, &[]), "the report is closed");
    visit.root.append_child(&container).unwrap();
    assert!(give("paste", &body(), &files, &[]), "it is open again");
    visit.comes_to_have(1).await;
    visit.press("#label-missing").await;
    visit.unmount();
    assert!(!give("paste", &body(), &files, &[]), "the report is gone");
}

#[wasm_bindgen_test]
async fn where_no_photo_is_asked_for_nothing_that_is_pasted_is_taken() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    blur();
    let photo = snapshot(1).await;
    assert!(!give("paste", &body(), &[("image.png", &photo)], &[]));
}
