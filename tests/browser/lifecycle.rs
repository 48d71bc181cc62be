//! The widget's life in a page: taken down, twice on a page, and in a page that allows nothing from markup.

use serde_json::json;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

use crate::{
    connection::no_service,
    network::Network,
    orders::order_line,
    pictures::{pick, snapshot},
    stubs::{Errors, forbid_markup},
    visit::Visit,
    waiting::{settled, until},
    words::NL,
};

#[wasm_bindgen_test]
async fn taken_down_it_leaves_nothing_and_hears_nothing() {
    let errors = Errors::new();
    let visit = Visit::open().await;
    visit.to_damage().await;
    let controls = visit.all("button, input, textarea, form");
    visit.unmount();
    for control in &controls {
        control.click();
        for event in ["input", "change", "submit", "drop", "paste"] {
            control.dispatch_event(&Event::new(event).unwrap()).unwrap();
        }
    }
    settled().await;
    errors.stop();
    assert_eq!(errors.heard(), [""; 0]);
    assert_eq!(visit.network.asked("GET").len(), 1);
    assert_eq!(visit.heard(), ["ready"]);
}

#[wasm_bindgen_test]
async fn taken_down_while_it_opens_it_never_shows_a_page() {
    let errors = Errors::new();
    let network = Network::with(&order_line());
    network.hold("GET");
    let visit = Visit::over(&network, NL);
    until("the first request", || network.asked("GET").len() == 1).await;
    visit.unmount();
    network.release("GET");
    settled().await;
    errors.stop();
    assert_eq!((visit.words(), visit.heard()), (String::new(), vec![]));
    assert_eq!(errors.heard(), [""; 0]);
}

#[wasm_bindgen_test]
async fn taken_down_while_photos_are_under_way_it_sends_no_more() {
    let errors = Errors::new();
    let visit = Visit::open().await;
    visit.network.hold("PUT /photos");
    visit.to_device().await;
    let photos = [snapshot(1).await, snapshot(2).await, snapshot(3).await];
    pick(&visit.see("#device").await, &photos.each_ref().map(|photo| ("image.jpg", photo.as_slice())));
    until("two uploads", || visit.network.asked("PUT /photos").len() == 2).await;
    until("a third prepared photo", || visit.standings().contains(&NL.say("photos.waiting"))).await;
    visit.unmount();
    visit.network.release("PUT /photos");
    settled().await;
    errors.stop();
    assert_eq!(visit.network.asked("PUT /photos").len(), 2, "the third photo was sent by nobody");
    assert_eq!(errors.heard(), [""; 0]);
}

#[wasm_bindgen_test]
async fn two_widgets_on_a_page_know_nothing_of_each_other() {
    let first = Visit::open().await;
    let second = Visit::over(&first.network, NL);
    second.reaches(&NL.say("start.title")).await;
    first.to_damage().await;
    first.press("#damage-0").await;
    second.to_damage().await;
    assert!(first.is_ticked("#damage-0") && !second.is_ticked("#damage-0"));
    first.unmount();
    second.press("#damage-4").await;
    second.goes_on("packaging").await;
}

#[wasm_bindgen_test]
async fn nothing_is_made_from_markup() {
    let allow = forbid_markup();
    let visit = Visit::open().await;
    visit.to_check().await;
    visit.network.answer("POST /claims", 201, &crate::orders::claim_status());
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    let network = Network::silent();
    network.answer("GET", 0, &json!(null));
    Visit::over(&network, NL).wait_until_shown(&no_service()).await;
    allow.call0(&JsValue::NULL).unwrap();
}
