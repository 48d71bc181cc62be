//! In which order photos are saved; and browsers that have no storage to give: the report goes on in memory, and it is said
//! once.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

use crate::{
    disk::{
        DraftStore, SleepingTab, break_storage, closable, forget_all, forget_drafts, fresh, kept, make_newer, save,
        saved, wait_until_saved, watch_writing,
    },
    network::Network,
    orders::{claim_status, order_line, photo_kept},
    pictures::file_that_is,
    stubs::{as_it_was, asks_before_leaving, set_online},
    time::Time,
    visit::Visit,
    waiting::{eventually, frame, settled, until},
    words::NL,
};

/// A customer before a backend that takes their claim.
fn customer() -> Visit {
    let network = Network::with(&order_line());
    network.answer("POST /claims", 201, &claim_status());
    Visit::over(&network, NL)
}

/// The customer comes to the end, is told once to keep the page open, and is asked before they leave.
async fn check(visit: &Visit, how: &str) {
    visit.reaches(&NL.say("start.title")).await;
    visit.to_check().await;
    visit.wait_until_shown(&NL.say("banner.unsaved")).await;
    assert_eq!(visit.words().matches(&NL.say("banner.unsaved")).count(), 1, "{how}");
    visit.wait_until_shown(&NL.say("check.photos_kept")).await;
    assert!(eventually(asks_before_leaving).await, "{how}");
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    until("the banner to go", || !visit.words().contains(&NL.say("banner.unsaved"))).await;
    until("nobody asks", || !asks_before_leaving()).await;
}

#[wasm_bindgen_test]
async fn what_is_given_after_a_draft_was_thrown_away_is_kept() {
    let line = fresh();
    let draft_store = DraftStore::opened(&line).await;
    let photo = draft_store.begin_to_save(0, &vec![7; 3 << 20]);
    let discarded = draft_store.discard();
    all_done([
        photo,
        discarded,
        draft_store.begin_to_save_answers(r#"{"step":1}"#),
        draft_store.begin_to_save(1, b"jpeg"),
    ])
    .await;
    assert_eq!(kept(&line).await, ["answers", "photo 1"]);
    draft_store.close();
    assert_eq!(saved(&line).await.unwrap()["step"], 1, "under a key of its own");
}

#[wasm_bindgen_test]
async fn drafts_are_forgotten_while_another_tab_sleeps_with_the_database_in_hand() {
    Network::silent();
    let line = fresh();
    save(&line, "{}", 42.0e12).await;
    let tab = SleepingTab::new();
    assert!(tab.has(&line).await);
    let time = Time::stop();
    let forgotten = forget_drafts();
    let mut frames = 0;
    while tab.has(&line).await {
        frames += 1;
        assert!(frames < 600, "what it has in hand is still there");
        frame().await;
    }
    time.is_waited_for(3_000.0).await;
    time.pass(3_000.0).await;
    all_done([forgotten]).await;
    as_it_was();
    tab.wake().await;
    assert!(saved(&line).await.is_none());
}

/// Waits until all of them are done.
async fn all_done(works: impl IntoIterator<Item = Promise>) {
    for work in works {
        JsFuture::from(work).await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_photo_is_saved_as_it_came_only_where_it_takes_long_to_prepare() {
    let line = fresh();
    let draft_store = DraftStore::opened(&line).await;
    let time = Time::stop();
    let told = watch_writing(&line);
    let [quick, slow, removed] =
        [(0, "file 0"), (1, "file 1"), (2, "file 2")].map(|(id, file)| draft_store.picked(id, file.as_bytes()));
    time.is_waited_for(1_000.0).await;
    all_done([draft_store.remove_photo(2), draft_store.begin_to_save(0, b"jpeg 0"), quick]).await;
    time.pass(999.0).await;
    assert!(draft_store.bytes_of_photo(1).await.is_none());
    time.pass(1.0).await;
    all_done([slow, removed]).await;
    as_it_was();
    assert_eq!(told.call0(&JsValue::NULL).unwrap(), "0 1");
    assert_eq!(draft_store.bytes_of_photo(0).await.unwrap(), b"jpeg 0");
    assert_eq!(draft_store.bytes_of_photo(1).await.unwrap(), b"file 1");
    draft_store.close();
}

#[wasm_bindgen_test]
async fn a_print_is_saved_in_the_turn_of_its_file() {
    let line = fresh();
    let draft_store = DraftStore::opened(&line).await;
    let told = watch_writing(&line);
    let files = [(0, "file 0"), (1, "file 1"), (2, "file 2"), (1, "jpeg 1")];
    all_done(files.map(|(id, file)| draft_store.begin_to_save(id, file.as_bytes()))).await;
    assert_eq!(told.call0(&JsValue::NULL).unwrap(), "0 1 2");
    assert_eq!(draft_store.bytes_of_photo(1).await.unwrap(), b"jpeg 1");
    draft_store.close();
}

#[wasm_bindgen_test]
async fn a_file_that_cannot_be_read_is_no_fault_of_the_storage() {
    let line = fresh();
    let draft_store = DraftStore::opened(&line).await;
    file_that_is("gone", "gone.jpg");
    all_done([draft_store.begin_to_save_file(0, "gone.jpg"), draft_store.begin_to_save(1, b"jpeg 1")]).await;
    as_it_was();
    assert!(draft_store.bytes_of_photo(0).await.is_none());
    assert_eq!(draft_store.bytes_of_photo(1).await.unwrap(), b"jpeg 1");
    draft_store.close();
}

#[wasm_bindgen_test]
async fn what_was_in_hand_when_the_element_left_the_page_is_there_when_it_comes_back() {
    let line = fresh();
    save(&line, "{}", 0.0).await;
    let draft_store = DraftStore::opened(&line).await;
    let _time = Time::stop();
    let _saved = draft_store.picked(0, b"file 0");
    draft_store.close();
    let again = DraftStore::opened(&line).await;
    as_it_was();
    assert_eq!(again.bytes_of_photo(0).await.unwrap(), b"file 0");
    again.close();
}

#[wasm_bindgen_test]
async fn a_photo_is_saved_as_it_came_when_the_page_is_put_aside_or_another_tab_wants_the_draft() {
    let nothing = Function::new_no_args("");
    for is_wanted in [false, true] {
        let line = fresh();
        let (draft_store, other) = (DraftStore::opened(&line).await, DraftStore::opened(&line).await);
        all_done([draft_store.lock(false, &nothing)]).await;
        let _time = Time::stop();
        let saved = draft_store.picked(0, b"file 0");
        if is_wanted {
            let _held = other.lock(true, &nothing);
        } else {
            web_sys::window().unwrap().dispatch_event(&Event::new("visibilitychange").unwrap()).unwrap();
        }
        all_done([saved]).await;
        as_it_was();
        assert_eq!(draft_store.bytes_of_photo(0).await.unwrap(), b"file 0", "wanted elsewhere: {is_wanted}");
        draft_store.close();
        other.close();
    }
}

#[wasm_bindgen_test]
async fn what_is_saved_after_something_was_thrown_away_stays_and_what_was_before_does_not() {
    let line = fresh();
    let draft_store = DraftStore::opened(&line).await;
    let begun =
        [draft_store.begin_to_save(0, b"before"), draft_store.begin_to_save(1, b"before"), draft_store.remove_photo(1)];
    let after = draft_store.begin_to_save(0, b"after");
    all_done(begun.into_iter().chain([after])).await;
    assert_eq!(draft_store.bytes_of_photo(0).await.unwrap(), b"after");
    assert!(draft_store.bytes_of_photo(1).await.is_none());
    draft_store.close();
}

#[wasm_bindgen_test]
async fn a_browser_without_storage_or_with_storage_that_refuses_or_is_full_keeps_nobody_back() {
    for how in ["absent", "refused", "full"] {
        let repair = break_storage(how);
        check(&customer(), how).await;
        repair.call0(&JsValue::NULL).unwrap();
    }
}

#[wasm_bindgen_test]
async fn storage_that_does_not_answer_is_waited_for_for_three_seconds() {
    let network = Network::with(&order_line());
    network.answer("POST /claims", 201, &claim_status());
    let repair = break_storage("silent");
    let time = Time::stop();
    let visit = Visit::over(&network, NL);
    // Both the database and what is read of it; before them the lock was waited for, as long.
    time.is_waited_for_by(2, 3_000.0).await;
    time.pass(2_999.0).await;
    assert_eq!(visit.heading(), "");
    time.pass(1.0).await;
    visit.reaches(&NL.say("start.title")).await;
    as_it_was();
    check(&visit, "silent").await;
    repair.call0(&JsValue::NULL).unwrap();
}

#[wasm_bindgen_test]
async fn a_database_that_the_browser_closes_is_opened_again_and_nothing_is_said() {
    let visit = customer();
    let close = closable();
    visit.reaches(&NL.say("start.title")).await;
    visit.to_damage().await;
    visit.press("#damage-0").await;
    visit.is_saved().await;
    for words in ["Eerst", "Daarna"] {
        close.call0(&JsValue::NULL).unwrap();
        visit.types("#description", words).await;
        visit.comes_to_save("what was typed", |saved| saved["answers"]["description"] == words).await;
        visit.is_saved().await;
    }
    close.call0(&JsValue::NULL).unwrap();
    visit.goes_on("packaging").await;
    visit.picks_snapshots("packaging", 1..2).await;
    wait_until_saved(&visit.line, &["answers", "photo 0"]).await;
    assert_eq!(visit.received_events("draft unsaved"), [""; 0]);
    assert!(!visit.words().contains(&NL.say("banner.unsaved")));
}

#[wasm_bindgen_test]
async fn photos_that_wait_go_out_though_the_browser_closes_the_database() {
    let visit = Visit::open().await;
    visit.network.forget("PUT /photos");
    visit.to_device().await;
    visit.picks_snapshots("device", 1..9).await;
    visit.is_saved().await;
    visit.unmount();
    visit.network.hold("PUT /photos");
    visit.network.answer("PUT /photos", 201, &photo_kept());
    let close = closable();
    let visit = Visit::on(&visit.network, &visit.line).await;
    let asked = visit.network.asked("PUT /photos").len();
    visit.resumes("device").await;
    close.call0(&JsValue::NULL).unwrap();
    visit.network.release("PUT /photos");
    visit.has_all_kept(8).await;
    assert!(visit.network.asked("PUT /photos").len() > asked);
    assert!(!visit.words().contains(&NL.say("banner.unsaved")));
}

#[wasm_bindgen_test]
async fn a_photo_that_the_storage_cannot_give_now_is_asked_for_again_and_not_thrown_away() {
    let visit = Visit::open().await;
    visit.network.forget("PUT /photos");
    visit.to_device().await;
    visit.picks_snapshots("device", 1..2).await;
    visit.is_saved().await;
    visit.unmount();
    visit.network.answer("PUT /photos", 201, &photo_kept());
    visit.network.hold("GET");
    let again = Visit::open_without_waiting(&visit.network, &visit.line);
    let repair = break_storage("unreadable photos");
    visit.network.release("GET");
    again.resumes("device").await;
    settled().await;
    assert_eq!(again.all(".photo").len(), 1);
    assert!(!again.standings().contains(&NL.say("refusal.unreadable")));
    repair.call0(&JsValue::NULL).unwrap();
    again.has_all_kept(1).await;
}

#[wasm_bindgen_test]
async fn what_the_browser_has_cleared_away_while_the_page_lives_is_saved_again() {
    let visit = customer();
    let close = closable();
    visit.reaches(&NL.say("start.title")).await;
    visit.network.forget("PUT /photos");
    visit.to_device().await;
    visit.picks_snapshots("device", 1..3).await;
    visit.is_saved().await;
    close.call0(&JsValue::NULL).unwrap();
    forget_all().await;
    visit.picks_snapshots("device", 3..4).await;
    wait_until_saved(&visit.line, &["answers", "photo 0", "photo 1", "photo 2"]).await;
    visit.is_saved().await;
    assert!(!visit.words().contains(&NL.say("banner.unsaved")));
}

#[wasm_bindgen_test]
async fn a_draft_that_could_not_be_read_is_not_written_over_when_storage_works_again() {
    let line = fresh();
    save(&line, r#"{"step":1,"answers":{"damage":["dents"]},"photos":[]}"#, 42.0e12).await;
    let network = Network::with(&order_line());
    let repair = break_storage("refused");
    let visit = Visit::on(&network, &line).await;
    visit.to_damage().await;
    repair.call0(&JsValue::NULL).unwrap();
    visit.press("#damage-0").await;
    visit.wait_until_shown(&NL.say("banner.unsaved")).await;
    settled().await;
    assert_eq!(saved(&line).await.unwrap()["answers"]["damage"][0], "dents");
}

#[wasm_bindgen_test]
async fn when_storage_works_again_all_is_saved_and_the_banner_goes() {
    let repair = break_storage("refused");
    let visit = customer();
    visit.reaches(&NL.say("start.title")).await;
    visit.to_device().await;
    visit.picks_snapshots("device", 1..3).await;
    visit.wait_until_shown(&NL.say("banner.unsaved")).await;
    repair.call0(&JsValue::NULL).unwrap();
    // PendingPhoto back to the page is enough.
    web_sys::window().unwrap().dispatch_event(&Event::new("visibilitychange").unwrap()).unwrap();
    until("the banner to go", || !visit.words().contains(&NL.say("banner.unsaved"))).await;
    assert_eq!(kept(&visit.line).await, ["answers", "photo 0", "photo 1"]);
    visit.is_saved().await;
}

#[wasm_bindgen_test]
async fn storage_of_a_newer_widget_is_left_alone() {
    // Nobody has the database open, so that its version can be raised.
    let network = Network::silent();
    make_newer().await;
    network.answer("GET", 200, &order_line());
    network.answer("PUT /photos", 201, &photo_kept());
    network.answer("POST /claims", 201, &claim_status());
    check(&Visit::over(&network, NL), "newer").await;
    Network::silent();
    forget_all().await;
}

#[wasm_bindgen_test]
async fn storage_that_is_made_newer_by_another_tab_keeps_nobody_back() {
    let visit = customer();
    visit.reaches(&NL.say("start.title")).await;
    make_newer().await;
    check(&visit, "made newer").await;
    Network::silent();
    forget_all().await;
}

#[wasm_bindgen_test]
async fn a_photo_that_did_not_fit_is_saved_when_there_is_room_again() {
    let visit = customer();
    visit.reaches(&NL.say("start.title")).await;
    visit.to_device().await;
    let repair = break_storage("full");
    visit.picks_snapshots("device", 1..2).await;
    visit.wait_until_shown(&NL.say("banner.unsaved")).await;
    repair.call0(&JsValue::NULL).unwrap();
    visit.picks_snapshots("device", 2..4).await;
    visit.goes_on("check").await;
    visit.press("#wish-refund").await;
    wait_until_saved(&visit.line, &["answers", "photo 0", "photo 1", "photo 2"]).await;
    until("the banner to go", || !visit.words().contains(&NL.say("banner.unsaved"))).await;
}

#[wasm_bindgen_test]
async fn without_storage_and_without_a_connection_the_page_must_stay_open() {
    let repair = break_storage("refused");
    let visit = customer();
    visit.reaches(&NL.say("start.title")).await;
    visit.to_device().await;
    visit.network.forget("PUT /photos");
    set_online(false);
    visit.picks_snapshots("device", 1..2).await;
    visit.wait_until_shown(&NL.say("banner.offline_unsaved")).await;
    assert!(!visit.words().contains(&NL.say("banner.unsaved")), "one banner says both");
    repair.call0(&JsValue::NULL).unwrap();
}
