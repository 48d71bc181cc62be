//! The saved draft: what was given is there again after a reload, and nothing is sent twice. How it ends is in `endings`.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    disk::{fresh, kept, save, save_photo, saved, wait_until_saved},
    network::Network,
    orders::{claim_status, order_line, order_line_with},
    pictures::{pick, snapshot},
    stubs::asks_before_leaving,
    visit::{Visit, text},
    waiting::{settled, until},
    words::NL,
};

impl Visit {
    /// Waits until everything that was given is saved.
    pub(crate) async fn is_saved(&self) {
        settled().await;
        until("everything to be saved", || !asks_before_leaving()).await;
    }

    /// Waits until what is saved is as `is_so` wants it.
    pub(crate) async fn comes_to_save(&self, what: &str, is_so: impl Fn(&Value) -> bool) {
        for _ in 0..600 {
            settled().await;
            if saved(&self.line).await.is_some_and(|saved| is_so(&saved)) {
                return;
            }
        }
        panic!("waited in vain for {what} to be saved; that is: {:?}", saved(&self.line).await);
    }

    /// From now on the backend lists the photos that it was sent, as photos of `subject`.
    pub(crate) fn backend_lists_what_was_put(&self, subject: &str) {
        let photos: Vec<_> = self.digests_put().into_iter().map(|digest| (digest, subject)).collect();
        self.network.forget("GET");
        self.network.answer("GET", 200, &order_line_with(&photos));
    }

    /// Goes on with what was begun before, at `step`.
    pub(crate) async fn resumes(&self, step: &str) {
        self.press("#go-on").await;
        self.reaches(&NL.say(&format!("{step}.title"))).await;
    }
}

/// The offer to continue on the start page.
async fn resumable(visit: &Visit) -> String {
    text(&visit.see(".resume strong").await)
}

/// A visit on which something was filled in, and saved.
pub(crate) async fn begun() -> Visit {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-1").await;
    visit.types("#description", "Hoek gedeukt").await;
    visit.is_saved().await;
    visit
}

/// A network on which the order line is this.
fn network_with(line: &Value) -> Network {
    Network::with(line)
}

#[wasm_bindgen_test]
async fn who_has_given_nothing_leaves_nothing() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("button[type=submit]").await;
    visit.focus_reaches(".summary").await;
    settled().await;
    assert_eq!(kept(&visit.line).await, [""; 0]);
    let visit = visit.comes_back().await;
    assert!(visit.find(".resume").is_none());
    visit.to_damage().await;
}

#[wasm_bindgen_test]
async fn everything_that_was_filled_in_is_there_after_a_reload() {
    let visit = Visit::open().await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    visit.press("#damage-4").await;
    visit.types("#description", "Gevallen 📱 & <gedeukt>").await;
    visit.goes_on("packaging").await;
    visit.press("#packaging-missing").await;
    visit.press("#packaging-discarded").await;
    visit.goes_on("label").await;
    visit.types("#tracking-number", "3SDEVC000000001").await;
    visit.press("#label-missing").await;
    visit.press("#label-unreadable").await;
    visit.goes_on("device").await;
    visit.picks_snapshots("device", 1..4).await;
    visit.goes_on("check").await;
    visit.press("#wish-refund").await;
    visit.wait_until_shown(&NL.say("check.photos_kept")).await;
    visit.is_saved().await;
    visit.backend_lists_what_was_put("device");

    let visit = visit.comes_back().await;
    assert_eq!(resumable(&visit).await, NL.form("resume.title_photos", "other", &[("n", "3")]));
    assert!(visit.words().contains(&NL.say("resume.hint")));
    assert!(visit.see(".step > .actions").await.has_attribute("hidden"), "there is one way on, not two");
    visit.resumes("check").await;
    assert!(visit.is_ticked("#wish-refund"));
    visit.wait_until_shown(&NL.fill("check.number", &[("number", "3SDEVC000000001")])).await;
    visit.wait_until_shown(&NL.say("missing.reason.discarded")).await;
    visit.wait_until_shown(&NL.say("missing.reason.unreadable")).await;
    assert_eq!(text(&visit.see(".quoted").await), "Gevallen 📱 & <gedeukt>");
    let damage: Vec<_> = visit.all(".answers ul.plain li").iter().map(text).collect();
    assert_eq!(damage, [NL.say("damage.kind.screen_broken"), NL.say("damage.kind.display")]);
    until("three thumbnails", || visit.all(".answers canvas").len() == 3).await;
    visit.press("button#device").await;
    visit.has_all_kept(3).await;
    assert_eq!(visit.network.asked("PUT /photos").len(), 3, "what the backend lists was sent again");
    assert_eq!(visit.network.asked("GET /photos").len(), 0, "what is here was fetched");
}

#[wasm_bindgen_test]
async fn a_reload_leads_back_to_the_step_that_was_left() {
    for (step, to) in [("packaging", 0), ("label", 1), ("device", 2)] {
        let visit = Visit::open().await;
        match to {
            0 => visit.to_packaging().await,
            1 => visit.to_label().await,
            _ => visit.to_device().await,
        }
        visit.is_saved().await;
        let visit = visit.comes_back().await;
        assert_eq!(resumable(&visit).await, NL.say("resume.title"));
        visit.resumes(step).await;
        visit.focus_reaches("h2").await;
    }
}

#[wasm_bindgen_test]
async fn two_reloads_lose_nothing_either() {
    let visit = begun().await.comes_back().await;
    visit.is_saved().await;
    let visit = visit.comes_back().await;
    visit.press("#go-on").await;
    visit.reaches(&NL.say("damage.title")).await;
    assert_eq!(visit.value("#description"), "Hoek gedeukt");
    assert!(visit.is_ticked("#damage-1"));
}

#[wasm_bindgen_test]
async fn photos_that_the_backend_does_not_list_are_sent_from_what_is_saved() {
    let visit = Visit::open().await;
    visit.to_device().await;
    visit.picks_snapshots("device", 1..3).await;
    visit.has_all_kept(2).await;
    visit.is_saved().await;
    let visit = visit.comes_back().await;
    visit.resumes("device").await;
    visit.has_all_kept(2).await;
    let put = visit.digests_put();
    let (mut before, mut after) = (put[..2].to_vec(), put[2..].to_vec());
    before.sort();
    after.sort();
    assert_eq!(before, after, "they are other photos than before");
    until("two thumbnails", || visit.all(".photo canvas").len() == 2).await;
}

#[wasm_bindgen_test]
async fn a_photo_that_was_picked_and_not_prepared_when_the_page_died_is_prepared_after() {
    let visit = Visit::with_idle_processor(&Network::with(&order_line())).await;
    visit.to_device().await;
    let photo = snapshot(1).await;
    pick(&visit.see("#device").await, &[("image.jpg", &photo)]);
    visit.wait_until_shown(&NL.say("photos.preparing")).await;
    wait_until_saved(&visit.line, &["answers", "photo 0"]).await;
    assert_eq!(visit.network.asked("PUT /photos").len(), 0);

    let visit = visit.comes_back().await;
    assert_eq!(resumable(&visit).await, NL.form("resume.title_photos", "one", &[("n", "1")]));
    visit.resumes("device").await;
    visit.has_all_kept(1).await;
    assert_eq!(visit.network.asked("PUT /photos").len(), 1);
}

#[wasm_bindgen_test]
async fn a_photo_whose_print_was_not_saved_when_the_page_died_is_prepared_again() {
    let visit = Visit::open().await;
    visit.to_device().await;
    visit.picks_snapshots("device", 1..2).await;
    visit.has_all_kept(1).await;
    visit.is_saved().await;
    // The file stored under its number has changed since it got its name.
    save_photo(&visit.line, 0, &snapshot(2).await, 0.0).await;

    let visit = visit.comes_back().await;
    visit.resumes("device").await;
    visit.has_all_kept(1).await;
    let put = visit.digests_put();
    assert_eq!(put.len(), 2);
    assert_ne!(put[0], put[1], "other bytes were sent under the name of the processed photo");
}

#[wasm_bindgen_test]
async fn a_removed_photo_stays_removed_though_the_backend_still_lists_it() {
    let visit = Visit::open().await;
    visit.to_device().await;
    visit.picks_snapshots("device", 1..3).await;
    visit.has_all_kept(2).await;
    // Taking it away does not reach the backend.
    visit.press(".photo .remove").await;
    until("the request", || visit.network.asked("DELETE /photos").len() == 1).await;
    let stays = visit
        .digests_put()
        .into_iter()
        .find(|digest| !visit.network.asked("DELETE /photos")[0].path().ends_with(digest));
    visit
        .comes_to_save("the removal", |saved| saved["removed"].as_array().is_some_and(|removed| removed.len() == 1))
        .await;
    visit.backend_lists_what_was_put("device");

    let visit = visit.comes_back().await;
    assert_eq!(resumable(&visit).await, NL.form("resume.title_photos", "one", &[("n", "1")]));
    visit.resumes("device").await;
    visit.has_all_kept(1).await;
    let saved = saved(&visit.line).await.unwrap();
    assert_eq!(saved["photos"][0]["digest"].as_str(), stays.as_deref());
}

#[wasm_bindgen_test]
async fn a_photo_that_was_removed_before_it_was_sent_is_gone_from_the_disk() {
    let visit = Visit::open().await;
    visit.network.hold("PUT /photos");
    visit.to_device().await;
    visit.picks_snapshots("device", 1..4).await;
    wait_until_saved(&visit.line, &["answers", "photo 0", "photo 1", "photo 2"]).await;
    visit.all(".photo .remove")[2].click();
    wait_until_saved(&visit.line, &["answers", "photo 0", "photo 1"]).await;
    assert_eq!(visit.comes_back().await.all(".resume").len(), 1);
}

#[wasm_bindgen_test]
async fn photos_from_another_device_appear_with_their_pictures() {
    let digest = "c".repeat(64);
    let network = network_with(&order_line_with(&[(digest.clone(), "device")]));
    network.answer_bytes("GET /photos", 200, &snapshot(7).await);
    let visit = Visit::on(&network, &fresh()).await;
    assert_eq!(resumable(&visit).await, NL.form("resume.title_photos", "one", &[("n", "1")]));
    assert!(visit.words().contains(&NL.say("resume.photos_only")), "no answers lie here");
    visit.resumes("damage").await;
    visit.press("#damage-0").await;
    visit.goes_on("packaging").await;
    visit.press("#packaging-missing").await;
    visit.press("#packaging-other").await;
    visit.goes_on("label").await;
    visit.press("#label-missing").await;
    visit.press("#label-other").await;
    visit.goes_on("device").await;
    visit.see(".photo canvas").await;
    visit.has_all_kept(1).await;
    assert_eq!(
        network.asked("GET /photos").iter().map(|asked| asked.path()).collect::<Vec<_>>(),
        [format!("/photos/{digest}")]
    );
    assert_eq!(network.asked("PUT /photos").len(), 0);
    // It counts like any other.
    visit.picks_snapshots("device", 1..3).await;
    visit.goes_on("check").await;
}

#[wasm_bindgen_test]
async fn without_their_pictures_photos_from_another_device_count_all_the_same() {
    let network = network_with(&order_line_with(&[("c".repeat(64), "device")]));
    let visit = Visit::on(&network, &fresh()).await;
    assert_eq!(resumable(&visit).await, NL.form("resume.title_photos", "one", &[("n", "1")]));
    until("the request", || network.asked("GET /photos").len() == 1).await;
}

#[wasm_bindgen_test]
async fn a_draft_of_a_shape_that_is_not_known_is_no_draft() {
    for shape in
        ["", "null", "7", "{}", "{\"step\": 3}", "{\"step\": \"three\", \"answers\": {}, \"photos\": []}", "{\"step\""]
    {
        let (network, line) = (Network::with(&order_line()), fresh());
        save(&line, shape, js_sys::Date::parse("2026-11-22T08:00:00Z")).await;
        let visit = Visit::on(&network, &line).await;
        assert!(visit.find(".resume").is_none(), "{shape}");
        assert!(!visit.words().contains(&NL.say("banner.unsaved")), "{shape}");
        visit.to_packaging().await;
        visit.is_saved().await;
        visit.comes_back().await.resumes("packaging").await;
    }
}

#[wasm_bindgen_test]
async fn a_draft_of_a_newer_widget_is_read_as_far_as_it_is_known() {
    let visit = begun().await;
    let mut newer = saved(&visit.line).await.unwrap();
    newer["mood"] = json!("upset");
    newer["step"] = json!("summary");
    visit.unmount();
    save(&visit.line, &newer.to_string(), js_sys::Date::parse("2026-11-22T09:00:00Z")).await;
    let visit = visit.comes_back().await;
    assert_eq!(resumable(&visit).await, NL.say("resume.title"));
    visit.resumes("packaging").await;
}

#[wasm_bindgen_test]
async fn a_sending_that_was_under_way_goes_on_by_itself_under_its_key() {
    let visit = Visit::open().await;
    visit.network.hold("POST /claims");
    visit.to_check().await;
    visit.press("#wish-replacement").await;
    visit.press("#send").await;
    until("the claim on its way", || visit.network.asked("POST /claims").len() == 1).await;
    visit.comes_to_save("that it is being sent", |saved| saved["is_sending"] == true).await;
    visit.backend_lists_what_was_put("device");
    visit.unmount();
    visit.network.release("POST /claims");
    visit.network.answer("POST /claims", 201, &claim_status());

    let visit = visit.comes_back().await;
    visit.reaches(&NL.say("status.title")).await;
    assert_eq!(visit.heard(), ["ready", "submitted DR-7K3M9QXA2T"]);
    let keys: Vec<_> = visit.network.asked("POST /claims").iter().map(|asked| asked.key()).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(visit.network.asked("PUT /photos").len(), 3, "the photos were sent again");
    wait_until_saved(&visit.line, &[]).await;
}
