//! Photos on their way over a bad line: what stalls, what is lost, and what is never sent twice.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    network::Network,
    orders::{order_line, order_line_with, photo_kept},
    pictures::{noise, pick},
    stubs::{chance, count_closed_bitmaps, set_online},
    time::Time,
    visit::{Visit, text},
    waiting::{settled, until},
    words::NL,
};

/// A customer on the page for photos of the device.
async fn at_the_device() -> Visit {
    let visit = Visit::open().await;
    visit.to_device().await;
    visit
}

/// A customer whose first photo is on its way, with `part` of it gone, and a clock that stands still.
async fn under_way(part: f64) -> (Visit, Time) {
    let visit = at_the_device().await;
    let time = Time::stop();
    visit.network.hold("PUT /photos");
    visit.network.leaves(part);
    visit.picks_snapshots("device", 1..2).await;
    sent(&visit.network, 1).await;
    (visit, time)
}

/// Waits until photos were sent `times` times.
async fn sent(network: &Network, times: usize) {
    until(&format!("upload {times}"), || network.asked("PUT /photos").len() == times).await;
}

/// Waits until uploads were given up `times` times.
async fn given_up(network: &Network, times: u32) {
    until("an upload that is given up", || network.aborted() == times).await;
}

#[wasm_bindgen_test]
async fn a_photo_says_how_much_of_it_has_left() {
    let (visit, _time) = under_way(0.1).await;
    for percent in [10, 37, 99] {
        visit.network.moves(f64::from(percent) / 100.0);
        visit.wait_until_shown(&NL.fill("photos.uploading", &[("percent", &percent.to_string())])).await;
        assert_eq!(visit.see("progress").await.get_attribute("value"), Some(percent.to_string()));
    }
}

#[wasm_bindgen_test]
async fn ten_silent_seconds_are_no_failure() {
    let (visit, time) = under_way(0.5).await;
    time.pass(10_000.0).await;
    visit.network.release("PUT /photos");
    visit.has_all_kept(1).await;
    assert_eq!((visit.network.aborted(), visit.network.asked("PUT /photos").len()), (0, 1));
}

#[wasm_bindgen_test]
async fn an_upload_that_is_silent_for_half_a_minute_is_given_up_and_sent_again() {
    let (visit, time) = under_way(0.5).await;
    time.pass(29_000.0).await;
    settled().await;
    assert_eq!(visit.network.aborted(), 0);
    // It is looked at every five seconds.
    time.pass(10_000.0).await;
    given_up(&visit.network, 1).await;
    visit.network.release("PUT /photos");
    time.pass(0.0).await;
    visit.has_all_kept(1).await;
    assert_eq!(visit.network.asked("PUT /photos").len(), 2);
}

#[wasm_bindgen_test]
async fn an_upload_that_never_begins_to_move_is_given_up_too() {
    let (visit, time) = under_way(0.0).await;
    time.pass(40_000.0).await;
    given_up(&visit.network, 1).await;
    visit.unmount();
}

#[wasm_bindgen_test]
async fn an_upload_that_moves_may_take_as_long_as_it_takes() {
    let (visit, time) = under_way(0.01).await;
    for part in 2..30 {
        time.pass(25_000.0).await;
        visit.network.moves(f64::from(part) / 100.0);
    }
    time.pass(25_000.0).await;
    settled().await;
    assert_eq!((visit.network.aborted(), visit.network.asked("PUT /photos").len()), (0, 1));
    visit.network.release("PUT /photos");
    visit.has_all_kept(1).await;
}

#[wasm_bindgen_test]
async fn an_answer_may_take_a_minute_after_the_last_byte_and_longer_each_time() {
    let (visit, time) = under_way(1.0).await;
    for (tries, patience) in [(1, 60_000.0), (2, 120_000.0), (3, 240_000.0)] {
        sent(&visit.network, tries as usize).await;
        time.pass(patience - 1_000.0).await;
        settled().await;
        assert_eq!(visit.network.aborted(), tries - 1, "try {tries} is given up too soon");
        time.pass(11_000.0).await;
        given_up(&visit.network, tries).await;
        time.pass(0.0).await;
    }
    sent(&visit.network, 4).await;
    visit.network.release("PUT /photos");
    visit.has_all_kept(1).await;
}

#[wasm_bindgen_test]
async fn a_photo_whose_answer_was_lost_is_asked_for_before_it_is_sent_again() {
    let visit = at_the_device().await;
    let network = &visit.network;
    network.hold("PUT /photos");
    network.forget("PUT /photos");
    network.lose("PUT /photos");
    visit.picks_snapshots("device", 1..2).await;
    sent(network, 1).await;
    network.forget("GET");
    network.answer("GET", 200, &order_line_with(&[(visit.digests_put().remove(0), "device")]));
    network.release("PUT /photos");
    visit.has_all_kept(1).await;
    assert_eq!(network.asked("PUT /photos").len(), 1, "it had arrived, and was sent again in full");
}

#[wasm_bindgen_test]
async fn a_photo_whose_answer_was_lost_and_that_did_not_arrive_is_sent_again() {
    let visit = at_the_device().await;
    visit.network.forget("PUT /photos");
    visit.network.lose("PUT /photos");
    visit.network.answer("PUT /photos", 201, &photo_kept());
    visit.picks_snapshots("device", 1..2).await;
    visit.has_all_kept(1).await;
    assert_eq!(visit.network.asked("PUT /photos").len(), 2);
    assert_eq!(visit.network.asked("GET").len(), 2, "the list was asked in between");
}

#[wasm_bindgen_test]
async fn a_photo_that_broke_off_is_sent_again_and_the_others_are_not() {
    let visit = at_the_device().await;
    visit.network.forget("PUT /photos");
    visit.network.answer("PUT /photos", 201, &photo_kept());
    visit.network.answer("PUT /photos", 0, &json!(null));
    visit.network.answer("PUT /photos", 201, &photo_kept());
    visit.picks_snapshots("device", 1..4).await;
    visit.has_all_kept(3).await;
    let mut put = visit.digests_put();
    assert_eq!(put.len(), 4);
    put.sort();
    put.dedup();
    assert_eq!(put.len(), 3);
    assert_eq!(visit.network.asked("GET").len(), 1, "what did not leave whole cannot have arrived");
}

#[wasm_bindgen_test]
async fn without_a_connection_it_says_what_is_safe_and_goes_on_at_once_when_there_is_one() {
    let visit = at_the_device().await;
    let _time = Time::stop();
    chance(1.0);
    visit.network.forget("PUT /photos");
    set_online(false);
    visit.picks_snapshots("device", 1..4).await;
    visit.wait_until_shown(&NL.say("banner.offline")).await;
    assert!(!visit.see(".banner").await.has_attribute("data-empty"));
    assert_eq!(visit.standings()[0], NL.say("photos.held_up"));
    let tries = visit.network.asked("PUT /photos").len();
    visit.network.answer("PUT /photos", 201, &photo_kept());
    settled().await;
    assert_eq!(visit.network.asked("PUT /photos").len(), tries, "there is no connection");
    set_online(true);
    visit.has_all_kept(3).await;
    until("the banner to go", || !visit.words().contains(&NL.say("banner.offline"))).await;
    assert!(visit.see(".banner").await.has_attribute("data-empty"));
}

#[wasm_bindgen_test]
async fn one_failed_request_is_not_worth_a_banner_and_two_are() {
    let visit = at_the_device().await;
    let time = Time::stop();
    chance(1.0);
    visit.network.forget("PUT /photos");
    visit.picks_snapshots("device", 1..2).await;
    sent(&visit.network, 1).await;
    time.is_waited_for(500.0).await;
    assert!(visit.see(".banner").await.has_attribute("data-empty"));
    time.pass(500.0).await;
    visit.wait_until_shown(&NL.say("banner.offline")).await;
    assert_eq!(visit.all(".banner").len(), 1);
    assert_eq!(visit.see(".banner p").await.get_attribute("role").as_deref(), Some("status"));
}

#[wasm_bindgen_test]
async fn a_shop_that_cannot_take_it_now_has_words_of_its_own() {
    let visit = at_the_device().await;
    let time = Time::stop();
    chance(1.0);
    visit.network.forget("PUT /photos");
    visit.network.answer_with("PUT /photos", 503, "");
    visit.picks_snapshots("device", 1..2).await;
    sent(&visit.network, 1).await;
    time.is_waited_for(500.0).await;
    time.pass(500.0).await;
    visit.wait_until_shown(&NL.say("banner.later")).await;
}

#[wasm_bindgen_test]
async fn a_removed_photo_is_taken_away_from_the_backend_and_its_picture_let_go() {
    let visit = at_the_device().await;
    visit.picks_snapshots("device", 1..3).await;
    visit.has_all_kept(2).await;
    let first = visit.digests_put();
    let closed = count_closed_bitmaps();
    visit.press(".photo .remove").await;
    until("one photo", || visit.all(".photo").len() == 1).await;
    until("the photo to be taken away", || visit.network.asked("DELETE /photos").len() == 1).await;
    let taken = visit.network.asked("DELETE /photos")[0].path();
    assert!(first.iter().any(|digest| taken.ends_with(digest)));
    assert_eq!(closed.call0(&closed).unwrap().as_f64(), Some(1.0));
    assert_eq!(text(&visit.see(".photo strong").await), NL.fill("photos.name.device", &[("n", "1")]));
}

#[wasm_bindgen_test]
async fn a_photo_that_arrives_after_it_was_removed_is_taken_away() {
    let visit = at_the_device().await;
    visit.network.hold("PUT /photos");
    visit.picks_snapshots("device", 1..2).await;
    sent(&visit.network, 1).await;
    visit.press(".photo .remove").await;
    until("no photo", || visit.all(".photo").is_empty()).await;
    visit.network.release("PUT /photos");
    let digest = visit.digests_put().remove(0);
    until("the photo to be taken away", || {
        visit.network.asked("DELETE /photos").last().is_some_and(|asked| asked.path().ends_with(&digest))
    })
    .await;
    settled().await;
    assert!(visit.all(".photo").is_empty());
}

#[wasm_bindgen_test]
async fn each_photo_says_to_the_backend_what_it_shows() {
    let visit = Visit::over(&Network::with(&order_line()), NL);
    visit.to_packaging().await;
    visit.picks_snapshots("packaging", 1..2).await;
    visit.goes_on("label").await;
    visit.picks_snapshots("label", 2..3).await;
    sent(&visit.network, 2).await;
    let subjects: Vec<_> = visit.network.asked("PUT /photos").iter().map(|asked| asked.query()).collect();
    assert_eq!(subjects, ["subject=packaging", "subject=label"]);
}

#[wasm_bindgen_test]
async fn where_nobody_tells_how_far_an_upload_has_come_its_length_says_how_long_it_may_take() {
    // As behind a service worker that hands on what it gets: 290 kB at 5 kB a second are a minute.
    let visit = at_the_device().await;
    let time = Time::stop();
    visit.network.hold("PUT /photos");
    visit.network.leaves(0.0);
    pick(&visit.see("#device").await, &[("image.jpg", &noise(640, 480).await)]);
    sent(&visit.network, 1).await;
    let bytes = visit.network.asked("PUT /photos")[0].size();
    assert!((200_000.0..400_000.0).contains(&bytes), "{bytes} bytes");
    time.pass(30_000.0 + bytes / 5.0).await;
    settled().await;
    assert_eq!(visit.network.aborted(), 0, "it was on its way at 5 kB a second");
    time.pass(bytes / 3.0).await;
    given_up(&visit.network, 1).await;
    visit.network.release("PUT /photos");
    visit.has_all_kept(1).await;
}
