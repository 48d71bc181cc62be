//! Picking photos: what is taken, what is refused and in which words, and what can be done with each.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    network::Network,
    orders::{order_line, photo_kept, problem},
    pictures::{NamedFile, pick, picture, snapshot},
    visit::{Visit, text},
    waiting::{found, until},
    words::NL,
};

/// A file of the backend's catalogue of bad photos.
macro_rules! catalogued {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../crates/backend/tests/data/photos/", $name)).as_slice())
    };
}

/// A customer on the page for photos of the device.
async fn at_the_device() -> Visit {
    let visit = Visit::open().await;
    visit.to_device().await;
    visit
}

impl Visit {
    async fn picks(&self, files: &[NamedFile<'_>]) {
        pick(&self.see("#device").await, files);
    }

    /// The status texts of the photos, in order, once there are `count` and none is being processed.
    async fn settled_standings(&self, count: usize) -> Vec<String> {
        let in_work = [NL.say("photos.preparing"), NL.say("photos.waiting")];
        let sending = ["0", "50"].map(|percent| NL.fill("photos.uploading", &[("percent", percent)]));
        found("photos that are done", || {
            let standings = self.standings();
            let is_done = |standing: &String| !in_work.contains(standing) && !sending.contains(standing);
            (standings.len() == count && standings.iter().all(is_done)).then_some(standings)
        })
        .await
    }
}

#[wasm_bindgen_test]
async fn photos_are_sent_under_the_name_of_their_bytes_and_kept() {
    let visit = at_the_device().await;
    let (one, two) = (snapshot(1).await, picture(400, 300, "image/png", 2).await);
    visit.picks(&[("image.jpg", &one), ("image.jpg", &two)]).await;
    assert_eq!(visit.settled_standings(2).await, [NL.say("photos.kept"), NL.say("photos.kept")]);
    let names: Vec<_> = visit.all(".photo strong").iter().map(text).collect();
    assert_eq!(names, ["1", "2"].map(|n| NL.fill("photos.name.device", &[("n", n)])));
    assert_eq!(text(&visit.see("#device-count").await), NL.form("photos.count", "other", &[("n", "2"), ("need", "3")]));
    assert_eq!(visit.network.asked("PUT /photos").len(), 2);
}

#[wasm_bindgen_test]
async fn what_is_no_photo_is_refused_in_words_and_not_sent() {
    let cases = [
        (catalogued!("zero_byte.jpg"), "refusal.empty"),
        (catalogued!("one_byte.jpg"), "refusal.type"),
        (catalogued!("gif_renamed.jpg"), "refusal.type"),
        (catalogued!("gif_cut.gif"), "refusal.type"),
        (catalogued!("svg_renamed.jpg"), "refusal.type"),
        (catalogued!("pdf_renamed.jpg"), "refusal.type"),
        (catalogued!("zip_renamed.jpg"), "refusal.type"),
        (catalogued!("bmp.bmp"), "refusal.type"),
        (catalogued!("ico.ico"), "refusal.type"),
        (catalogued!("avif_header.avif"), "refusal.type"),
        (catalogued!("heic_header.heic"), "refusal.heic"),
        (catalogued!("soi_eoi.jpg"), "refusal.unreadable"),
        (catalogued!("jpeg_cut_half.jpg"), "refusal.unreadable"),
        (catalogued!("jpeg_cut_header.jpg"), "refusal.unreadable"),
        (catalogued!("jpeg_no_quant.jpg"), "refusal.unreadable"),
        (catalogued!("html_after_jpeg_magic.jpg"), "refusal.unreadable"),
        (catalogued!("png_bad_crc_ihdr.png"), "refusal.unreadable"),
        (catalogued!("png_width_0.png"), "refusal.unreadable"),
        (catalogued!("webp_riff_size_lie.webp"), "refusal.unreadable"),
        (catalogued!("bomb_png_header_60000x60000.png"), "refusal.too_large"),
        (catalogued!("bomb_jpeg_header_65500.jpg"), "refusal.too_large"),
        (catalogued!("tiny_1x1.png"), "refusal.too_small"),
        (catalogued!("tiny_40x40.jpg"), "refusal.too_small"),
    ];
    let mut wrong = vec![];
    for ((name, bytes), key) in cases {
        let visit = at_the_device().await;
        visit.picks(&[(name, bytes)]).await;
        let said = visit.settled_standings(1).await.remove(0);
        if said != NL.say(key) {
            wrong.push(format!("{name} should be refused by {key}, but the page says: {said}"));
        }
        assert_eq!(visit.network.asked("PUT /photos").len(), 0, "{name} was sent");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[wasm_bindgen_test]
async fn a_refused_photo_takes_nothing_from_the_others() {
    let visit = at_the_device().await;
    let photo = snapshot(1).await;
    visit.picks(&[catalogued!("gif_renamed.jpg"), ("image.jpg", &photo), catalogued!("zero_byte.jpg")]).await;
    let expected = [NL.say("refusal.type"), NL.say("photos.kept"), NL.say("refusal.empty")];
    assert_eq!(visit.settled_standings(3).await, expected);
    let states: Vec<_> = visit.all(".photo").iter().filter_map(|photo| photo.get_attribute("data-state")).collect();
    assert_eq!(states, ["wrong", "kept", "wrong"]);
    assert_eq!(text(&visit.see("#device-count").await), NL.form("photos.count", "one", &[("n", "1"), ("need", "3")]));
}

#[wasm_bindgen_test]
async fn of_the_same_picture_picked_twice_the_later_is_refused() {
    let visit = at_the_device().await;
    let photo = snapshot(1).await;
    let again = NL.fill("refusal.same_as.device", &[("n", "1")]);
    visit.picks(&[("a.jpg", &photo), ("b.jpg", &photo)]).await;
    assert_eq!(visit.settled_standings(2).await, [NL.say("photos.kept"), again.clone()]);
    visit.picks(&[("c.jpg", &photo)]).await;
    assert_eq!(visit.settled_standings(3).await, [NL.say("photos.kept"), again.clone(), again]);
    assert_eq!(visit.network.asked("PUT /photos").len(), 1);
}

#[wasm_bindgen_test]
async fn the_same_picture_under_other_metadata_is_the_same_picture() {
    let visit = at_the_device().await;
    visit.picks(&[catalogued!("ok_photo.jpg"), catalogued!("exif_gps.jpg"), catalogued!("com_comment.jpg")]).await;
    let again = NL.fill("refusal.same_as.device", &[("n", "1")]);
    assert_eq!(visit.settled_standings(3).await, [NL.say("photos.kept"), again.clone(), again]);
}

#[wasm_bindgen_test]
async fn a_picture_of_the_packaging_is_not_one_of_the_device() {
    let visit = Visit::open().await;
    visit.to_packaging().await;
    let photo = snapshot(1).await;
    pick(&visit.see("#packaging").await, &[("image.jpg", &photo)]);
    visit.goes_on("label").await;
    visit.press("#label-missing").await;
    visit.press("#label-other").await;
    visit.goes_on("device").await;
    visit.picks(&[("image.jpg", &photo)]).await;
    assert_eq!(visit.settled_standings(1).await, [NL.fill("refusal.same_as.packaging", &[("n", "1")])]);
}

#[wasm_bindgen_test]
async fn continue_waits_for_photos_that_are_being_read() {
    let visit = at_the_device().await;
    let photos = [snapshot(1).await, snapshot(2).await, snapshot(3).await];
    visit.picks(&photos.each_ref().map(|photo| ("image.jpg", photo.as_slice()))).await;
    visit.goes_on("check").await;
}

#[wasm_bindgen_test]
async fn too_few_photos_say_how_many_more() {
    let visit = at_the_device().await;
    visit.press("button[type=submit]").await;
    visit.focus_reaches(".summary").await;
    let none = NL.form("violation.photos_none.device", "other", &[("n", "3")]);
    assert_eq!(text(&visit.see("#device-error").await), none);
    let photos = [snapshot(1).await, snapshot(2).await];
    visit.picks(&photos.each_ref().map(|photo| ("image.jpg", photo.as_slice()))).await;
    let one_more = NL.form("violation.photos_more.device", "one", &[("n", "1")]);
    until("one more", || text(&visit.find("#device-error").unwrap()) == one_more).await;
    assert_eq!(text(&visit.see(".summary button").await), one_more);
}

#[wasm_bindgen_test]
async fn a_removed_photo_makes_room_for_itself_and_renumbers_the_others() {
    let visit = at_the_device().await;
    let (one, two) = (snapshot(1).await, snapshot(2).await);
    visit.picks(&[("image.jpg", &one), ("image.jpg", &two)]).await;
    visit.settled_standings(2).await;
    visit.press(".photo .remove").await;
    until("one photo", || visit.all(".photo").len() == 1).await;
    assert_eq!(text(&visit.see(".photo strong").await), NL.fill("photos.name.device", &[("n", "1")]));
    visit.picks(&[("image.jpg", &one)]).await;
    assert_eq!(visit.settled_standings(2).await, [NL.say("photos.kept"), NL.say("photos.kept")]);
}

#[wasm_bindgen_test]
async fn the_same_file_can_be_picked_again_after_it_was_removed() {
    let visit = at_the_device().await;
    visit.picks(&[catalogued!("zero_byte.jpg")]).await;
    visit.settled_standings(1).await;
    assert_eq!(visit.value("#device"), "", "a browser does not tell of the same file twice");
}

#[wasm_bindgen_test]
async fn more_photos_than_a_report_holds_are_left_out_and_it_is_said() {
    let mut line = order_line();
    line["policy"]["photos_max"] = json!(5);
    let visit = Visit::to(&line).await;
    visit.to_device().await;
    let mut photos = vec![];
    for n in 0..7 {
        photos.push(snapshot(n).await);
    }
    let files: Vec<_> = photos.iter().map(|photo| ("image.jpg", photo.as_slice())).collect();
    visit.picks(&files).await;
    // One place each is kept for packaging and label.
    assert_eq!(visit.settled_standings(3).await.len(), 3);
    visit.wait_until_shown(&NL.fill("photos.overflow", &[("max", "5")])).await;
}

#[wasm_bindgen_test]
async fn a_photo_that_the_backend_refuses_says_why() {
    let network = Network::silent();
    network.answer("GET", 200, &order_line());
    network.answer("PUT /photos", 422, &problem(422, "photo_too_small", "never"));
    let visit = Visit::over(&network, NL);
    visit.to_device().await;
    visit.picks(&[("image.jpg", &snapshot(1).await)]).await;
    assert_eq!(visit.settled_standings(1).await, [NL.say("refusal.too_small")]);
    assert!(visit.find(".photo button.small").is_none(), "trying again would be refused again");
}

#[wasm_bindgen_test]
async fn a_photo_that_could_not_be_sent_can_be_tried_again() {
    let network = Network::silent();
    network.answer("GET", 200, &order_line());
    network.answer("PUT /photos", 401, &problem(401, "token_expired", "new_token"));
    let visit = Visit::over(&network, NL);
    visit.to_device().await;
    visit.picks(&[("image.jpg", &snapshot(1).await)]).await;
    assert_eq!(visit.settled_standings(1).await, [NL.failure("failure.signed_out")]);
    assert_eq!(network.asked("PUT /photos").len(), 2, "once more with a new token, and no more");
    network.answer("PUT /photos", 200, &photo_kept());
    visit.press_button(&NL.say("photos.retry")).await;
    visit.wait_until_shown(&NL.say("photos.kept")).await;
}

#[wasm_bindgen_test]
async fn an_upload_that_the_backend_does_not_answer_is_tried_again_by_itself() {
    let network = Network::silent();
    network.answer("GET", 200, &order_line());
    network.answer("PUT /photos", 0, &json!(null));
    network.answer_with("PUT /photos", 200, "<html>Free Wi-Fi</html>");
    network.answer("PUT /photos", 200, &photo_kept());
    let visit = Visit::over(&network, NL);
    visit.to_device().await;
    visit.picks(&[("image.jpg", &snapshot(1).await)]).await;
    visit.wait_until_shown(&NL.say("photos.kept")).await;
    assert_eq!(network.asked("PUT /photos").len(), 3);
}

#[wasm_bindgen_test]
async fn only_types_that_every_side_reads_are_offered_and_never_all_images() {
    let visit = at_the_device().await;
    for input in visit.all("input[type=file]") {
        assert_eq!(input.get_attribute("accept").as_deref(), Some("image/jpeg,image/png,image/webp"));
    }
    assert!(visit.see("#device").await.has_attribute("multiple"));
}

#[wasm_bindgen_test]
async fn where_there_is_a_camera_it_has_a_button_of_its_own_that_takes_one_photo_at_a_time() {
    // Phones and tablets have this property, desktops do not.
    js_sys::eval("HTMLInputElement.prototype.capture = ''").unwrap();
    let visit = at_the_device().await;
    let inputs = visit.all("input[type=file]");
    js_sys::eval("delete HTMLInputElement.prototype.capture").unwrap();
    assert_eq!(inputs.len(), 2);
    let (camera, files) = (&inputs[0], &inputs[1]);
    assert_eq!(camera.get_attribute("capture").as_deref(), Some("environment"));
    assert!(!camera.has_attribute("multiple") && files.has_attribute("multiple") && !files.has_attribute("capture"));
    assert!(text(&camera.parent_element().unwrap()).contains(&NL.say("photos.camera")));
}
