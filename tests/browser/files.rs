//! Files that cannot serve: refused by their first bytes, gone by the time that they are read, or never coming. They cost nothing,
//! and spoil nothing else.

use damage_report_rules::photo::{FILE_BYTES_MAX, HEAD_LENGTH};
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    disk::{wait_until_saved, watch_writing},
    pictures::{file_that_is, pick, snapshot},
    stubs::{as_it_was, asks_before_leaving},
    time::Time,
    visit::Visit,
    waiting::until,
    words::NL,
};

/// The first bytes of a film.
const FILM: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";

/// A customer on the page for photos of the packaging.
async fn at_the_packaging() -> Visit {
    let visit = Visit::open().await;
    visit.to_packaging().await;
    visit
}

/// `head`, and nothing but zeros up to `length`.
fn long(head: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = head.to_vec();
    bytes.resize(length, 0);
    bytes
}

fn number(of: &Function) -> f64 {
    of.call0(&JsValue::NULL).unwrap().as_f64().unwrap()
}

#[wasm_bindgen_test]
async fn of_a_film_nothing_is_read_but_its_head_nothing_is_saved_and_nothing_waits_for_it() {
    let visit = at_the_packaging().await;
    let read = file_that_is("there", "film.mp4");
    let written = watch_writing(&visit.line);
    let time = Time::stop();
    let (film, photo) = (long(FILM, 3 * HEAD_LENGTH), snapshot(1).await);
    pick(&visit.see("#packaging").await, &[("film.mp4", &film), ("image.jpg", &photo)]);
    visit.wait_until_shown(&NL.say("refusal.type")).await;
    until("the photo to be kept", || visit.standings()[1] == NL.say("photos.kept")).await;
    time.pass(5_000.0).await;
    let read = number(&read);
    as_it_was();
    wait_until_saved(&visit.line, &["answers", "photo 1"]).await;
    let written = written.call0(&JsValue::NULL).unwrap().as_string().unwrap();
    assert!(!written.contains('0'), "the film is photo 0; written were {written}");
    // Once when it was picked, once when its turn came.
    assert!(read <= 2.0 * HEAD_LENGTH as f64, "{read} bytes of the film were read");
}

#[wasm_bindgen_test]
async fn of_what_the_codec_refuses_nothing_is_saved_afterwards() {
    let visit = at_the_packaging().await;
    let written = watch_writing(&visit.line);
    let time = Time::stop();
    pick(&visit.see("#packaging").await, &[("image.jpg", &long(b"\xff\xd8\xff\xe0", 1_000))]);
    visit.wait_until_shown(&NL.say("refusal.unreadable")).await;
    time.pass(5_000.0).await;
    as_it_was();
    wait_until_saved(&visit.line, &["answers"]).await;
    assert_eq!(written.call0(&JsValue::NULL).unwrap(), "");
}

#[wasm_bindgen_test]
async fn a_file_longer_than_any_photo_is_refused_by_its_length() {
    let visit = at_the_packaging().await;
    let read = file_that_is("there", "image.jpg");
    let huge = long(b"\xff\xd8\xff\xe0", FILE_BYTES_MAX as usize + 1);
    pick(&visit.see("#packaging").await, &[("image.jpg", &huge)]);
    visit.wait_until_shown(&NL.say("refusal.too_large")).await;
    assert!(number(&read) <= 2.0 * HEAD_LENGTH as f64);
}

#[wasm_bindgen_test]
async fn a_file_that_is_gone_says_so_and_the_storage_has_no_part_in_it() {
    for how in ["gone", "looks empty"] {
        let visit = at_the_packaging().await;
        file_that_is(how, "gone.jpg");
        let (gone, photo) = (snapshot(1).await, snapshot(2).await);
        pick(&visit.see("#packaging").await, &[("gone.jpg", &gone), ("image.jpg", &photo)]);
        visit.wait_until_shown(&NL.say("refusal.unavailable")).await;
        until("the photo to be kept", || visit.standings()[1] == NL.say("photos.kept")).await;
        wait_until_saved(&visit.line, &["answers", "photo 1"]).await;
        until("nothing is unsaved", || !asks_before_leaving()).await;
        assert!(visit.see(".banner").await.has_attribute("data-empty"), "{how}: {}", visit.words());
        assert!(!visit.received_events("draft").contains(&"unsaved".to_owned()), "{how}");
    }
}

#[wasm_bindgen_test]
async fn a_file_that_is_empty_is_empty() {
    let visit = at_the_packaging().await;
    pick(&visit.see("#packaging").await, &[("image.jpg", b"")]);
    visit.wait_until_shown(&NL.say("refusal.empty")).await;
}

#[wasm_bindgen_test]
async fn a_file_that_never_comes_is_waited_for_half_a_minute_and_holds_up_no_other() {
    let visit = at_the_packaging().await;
    file_that_is("never comes", "cloud.jpg");
    let time = Time::stop();
    let (cloud, photo) = (snapshot(1).await, snapshot(2).await);
    pick(&visit.see("#packaging").await, &[("cloud.jpg", &cloud), ("image.jpg", &photo)]);
    until("the photo to be kept", || visit.standings().get(1) == Some(&NL.say("photos.kept"))).await;
    time.pass(29_999.0).await;
    assert_eq!(visit.standings()[0], NL.say("photos.preparing"));
    time.pass(1.0).await;
    visit.wait_until_shown(&NL.say("refusal.unavailable")).await;
    // Continue has waited for it, and leads on.
    visit.goes_on("label").await;
}
