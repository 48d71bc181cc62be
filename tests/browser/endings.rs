//! The end of a saved draft: by submission, by the customer, by a week; who it is kept from while it lasts; and who is
//! asked before they leave a page that has what is saved nowhere else.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    disk::{bytes_kept, fresh, kept, key_can_be_had, save, saved, wait_until_saved},
    draft::begun,
    network::Network,
    orders::{claim_status, order_line, order_line_at},
    stubs::asks_before_leaving,
    visit::Visit,
    waiting::{eventually, settled, until},
    words::NL,
};

#[wasm_bindgen_test]
async fn start_again_empties_everything_and_takes_the_photos_away() {
    let visit = Visit::open().await;
    visit.to_device().await;
    visit.picks_snapshots("device", 1..3).await;
    visit.has_all_kept(2).await;
    visit.is_saved().await;
    visit.backend_lists_what_was_put("device");
    let visit = visit.comes_back().await;
    visit.press("#start-again").await;
    until("the offer to go", || visit.find(".resume").is_none()).await;
    until("the photos to be taken away", || visit.network.asked("DELETE /photos").len() == 2).await;
    // Digests of removed photos are remembered until the backend has deleted them.
    let is_emptied = |left: &Value| (&left["photos"], &left["answers"]["damage"]) == (&json!([]), &json!([]));
    visit.comes_to_save("an empty draft", is_emptied).await;
    wait_until_saved(&visit.line, &["answers"]).await;
    visit.to_damage().await;
    assert_eq!(visit.all("input:checked").len(), 0);
    assert_eq!(visit.value("#description"), "");
    visit.is_saved().await;

    // The requests did not reach it: it still lists them.
    let visit = visit.comes_back().await;
    assert!(visit.find(".resume").is_none());
    visit.to_device().await;
    assert_eq!(visit.all(".photo").len(), 0);
    // A report that is begun again is saved like any other.
    visit.picks_snapshots("device", 4..5).await;
    visit.has_all_kept(1).await;
    visit.is_saved().await;
    visit.comes_back().await.resumes("device").await;
}

#[wasm_bindgen_test]
async fn what_was_submitted_is_no_longer_in_this_browser() {
    let visit = Visit::open().await;
    visit.network.answer("POST /claims", 201, &claim_status());
    visit.to_check().await;
    visit.wait_until_shown(&NL.say("check.photos_kept")).await;
    visit.is_saved().await;
    assert_eq!(kept(&visit.line).await, ["answers", "photo 0", "photo 1", "photo 2"]);
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    wait_until_saved(&visit.line, &[]).await;
    assert!(!asks_before_leaving());
}

#[wasm_bindgen_test]
async fn a_claim_that_was_made_elsewhere_empties_the_draft() {
    let visit = begun().await;
    let mut claimed = order_line();
    claimed["claim"] = claim_status();
    visit.network.forget("GET");
    visit.network.answer("GET", 200, &claimed);
    let visit = visit.comes_back().await;
    visit.reaches(&NL.say("status.title")).await;
    wait_until_saved(&visit.line, &[]).await;
}

#[wasm_bindgen_test]
async fn a_draft_older_than_a_week_by_the_servers_clock_is_gone() {
    let (day, minute) = ("2026-11-29T08:59:00Z", "2026-11-29T09:01:00Z");
    for (later, is_there) in [(day, true), (minute, false)] {
        let visit = begun().await;
        let mut line = order_line_at(later);
        line["policy"]["late"] = json!("accept");
        visit.network.forget("GET");
        visit.network.answer("GET", 200, &line);
        let visit = visit.comes_back().await;
        assert_eq!(visit.find(".resume").is_some(), is_there, "at {later}");
        if !is_there {
            wait_until_saved(&visit.line, &[]).await;
        }
    }
}

#[wasm_bindgen_test]
async fn a_week_old_draft_of_another_order_line_goes_as_well_and_a_younger_one_stays() {
    let (old, young) = (begun().await, begun().await);
    save(&young.line, "{}", js_sys::Date::parse("2026-11-28T09:00:00Z")).await;
    let visit = Visit::to(&order_line_at("2026-11-29T09:01:00Z")).await;
    wait_until_saved(&old.line, &[]).await;
    assert_eq!(kept(&young.line).await, ["answers"]);
    visit.unmount();
}

#[wasm_bindgen_test]
async fn what_becomes_of_one_order_line_leaves_the_draft_of_another_alone() {
    let other = begun().await;
    let visit = Visit::open().await;
    visit.network.answer("POST /claims", 201, &claim_status());
    visit.to_check().await;
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    wait_until_saved(&visit.line, &[]).await;
    let again = begun().await.comes_back().await;
    again.press("#start-again").await;
    until("the offer to go", || again.find(".resume").is_none()).await;
    again.is_saved().await;
    assert_eq!(saved(&other.line).await.unwrap()["answers"]["description"], "Hoek gedeukt");
}

#[wasm_bindgen_test]
async fn a_browser_that_is_to_save_nothing_saves_nothing() {
    let (network, line) = (Network::with(&order_line()), fresh());
    network.answer("POST /claims", 201, &claim_status());
    let visit = Visit::with_draft_off(&network, &line).await;
    visit.to_check().await;
    visit.wait_until_shown(&NL.say("check.photos_kept")).await;
    settled().await;
    assert_eq!(kept(&line).await, [""; 0]);
    assert!(asks_before_leaving(), "it is nowhere but on this page");
    assert!(!visit.words().contains(&NL.say("banner.unsaved")), "it is what the shop wants");
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    assert_eq!(kept(&line).await, [""; 0]);
    visit.unmount();
    network.forget("GET");
    network.answer("GET", 200, &order_line());
    assert!(Visit::with_draft_off(&network, &line).await.find(".resume").is_none());
}

#[wasm_bindgen_test]
async fn what_is_saved_cannot_be_read_without_its_key_and_that_cannot_be_had() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    visit.types("#description", "Alleen voor de winkel").await;
    visit.goes_on("packaging").await;
    visit.picks_snapshots("packaging", 1..2).await;
    visit.has_all_kept(1).await;
    visit.is_saved().await;
    assert_eq!(saved(&visit.line).await.unwrap()["answers"]["description"], "Alleen voor de winkel");
    let bytes = bytes_kept(&visit.line).await;
    assert!(bytes.len() > 1_000, "a photo has more than {} bytes", bytes.len());
    for plain in [&b"Alleen voor"[..], b"description", b"3SDEVC", b"screen_broken", b"JFIF", b"\xff\xd8\xff\xe0"] {
        let is_there = bytes.windows(plain.len()).any(|part| part == plain);
        assert!(!is_there, "{:?} can be read", String::from_utf8_lossy(plain));
    }
    assert!(!key_can_be_had(&visit.line).await);
}

#[wasm_bindgen_test]
async fn leaving_is_asked_about_only_while_something_is_unsaved_or_being_sent() {
    let visit = Visit::open().await;
    assert!(!asks_before_leaving(), "nothing was given");
    visit.network.hold("POST /claims");
    visit.network.answer("POST /claims", 201, &claim_status());
    visit.to_check().await;
    visit.is_saved().await;
    visit.press("#send").await;
    visit.wait_until_shown(&NL.say("check.busy")).await;
    assert!(eventually(asks_before_leaving).await, "the claim is not there yet");
    visit.network.release("POST /claims");
    visit.reaches(&NL.say("status.title")).await;
    until("nobody asks", || !asks_before_leaving()).await;
}

#[wasm_bindgen_test]
async fn what_one_order_line_is_asked_about_is_not_for_another_on_the_page_to_answer() {
    let network = Network::with(&order_line());
    let unsaved = Visit::with_draft_off(&network, &fresh()).await;
    unsaved.to_packaging().await;
    assert!(eventually(asks_before_leaving).await);
    let other = Visit::over(&network, NL);
    other.reaches(&NL.say("start.title")).await;
    settled().await;
    assert!(asks_before_leaving());
    other.unmount();
    assert!(asks_before_leaving());
    unsaved.unmount();
    assert!(!asks_before_leaving());
}
