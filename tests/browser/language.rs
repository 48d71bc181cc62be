//! Another language while the customer is at work.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    network::Network,
    orders::order_line,
    visit::{Visit, text},
    words::{EN, NL},
};

#[wasm_bindgen_test]
async fn the_widget_speaks_the_language_it_was_given() {
    let visit = Visit::over(&Network::with(&order_line()), EN);
    visit.reaches(&EN.say("start.title")).await;
    visit.wait_until_shown(&EN.form("deadline.left", "other", &[("n", "3"), ("day", "Wednesday")])).await;
}

#[wasm_bindgen_test]
async fn another_language_keeps_what_was_filled_in() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-1").await;
    visit.types("#description", "Half getypt").await;
    visit.speak(EN);
    visit.reaches(&EN.say("damage.title")).await;
    assert!(visit.is_ticked("#damage-1"));
    assert_eq!(visit.value("#description"), "Half getypt");
    assert!(!visit.words().contains(&NL.say("damage.functional")));
    visit.speak(NL);
    visit.reaches(&NL.say("damage.title")).await;
    assert_eq!(visit.value("#description"), "Half getypt");
}

#[wasm_bindgen_test]
async fn another_language_keeps_the_photos_and_what_is_wrong_with_them() {
    let visit = Visit::open().await;
    visit.to_device().await;
    crate::pictures::pick(&visit.see("#device").await, &[("leeg.jpg", b"")]);
    visit.wait_until_shown(&NL.say("refusal.empty")).await;
    visit.speak(EN);
    visit.wait_until_shown(&EN.say("refusal.empty")).await;
    assert_eq!(visit.all(".photo").len(), 1);
    let remove = visit.see(".photo .remove").await.get_attribute("aria-label");
    let name = EN.fill("photos.name.device", &[("n", "1")]);
    assert_eq!(remove, Some(EN.fill("photos.remove", &[("name", &name)])));
    assert_eq!(text(&visit.see(".photo strong").await), name);
}

#[wasm_bindgen_test]
async fn a_language_without_a_message_shows_its_key_and_goes_on() {
    let visit = Visit::open().await;
    visit.speak(crate::words::Words { lang: "x-unknown language", json: "{}" });
    visit.reaches("start.title").await;
    visit.speak(NL);
    visit.reaches(&NL.say("start.title")).await;
}
