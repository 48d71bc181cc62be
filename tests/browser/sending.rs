//! The claim is sent once, under one key, through every failure on the way.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    network::Network,
    orders::{claim_status, order_line, photo_kept, problem},
    visit::{Visit, text},
    waiting::settled,
    words::NL,
};

/// A customer with a whole claim, before a backend that gives these answers to it.
async fn ready_to_send(answers: &[(u16, Value)]) -> Visit {
    let visit = Visit::open().await;
    for (status, body) in answers {
        visit.network.answer("POST /claims", *status, body);
    }
    visit.to_check().await;
    visit.wait_until_shown(&NL.say("check.photos_kept")).await;
    visit
}

/// The digests of the photos that were put, sorted.
fn photos_put(visit: &Visit) -> Vec<String> {
    let mut digests = visit.digests_put();
    digests.sort();
    digests
}

fn keys(visit: &Visit) -> Vec<String> {
    visit.network.asked("POST /claims").iter().map(|asked| asked.key()).collect()
}

#[wasm_bindgen_test]
async fn a_claim_goes_out_whole_and_comes_back_with_its_reference() {
    let visit = ready_to_send(&[(201, claim_status())]).await;
    visit.press("#wish-refund").await;
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    visit.focus_reaches("h2").await;
    assert_eq!(visit.heard(), ["ready", "submitted DR-7K3M9QXA2T"]);

    let mut sent: Value = serde_json::from_str(&visit.network.asked("POST /claims")[0].body()).unwrap();
    let photos = sent["photos"]["device"].take();
    // The advice on them is about pixels, and not for here to judge.
    sent.as_object_mut().unwrap().remove("advice");
    assert_eq!(
        sent,
        json!({
            "damage": ["screen_broken"],
            "description": "",
            "photos": {"packaging": [], "label": [], "device": null},
            "missing": {"packaging": "discarded", "label": "other"},
            "tracking_number": "3SDEVC123456789",
            "wish": "refund"
        })
    );
    // Which photo is ready first is for the browser to say: the claim names them in the order of picking.
    let mut named: Vec<String> = serde_json::from_value(photos).unwrap();
    named.sort();
    assert_eq!(named, photos_put(&visit));
}

#[wasm_bindgen_test]
async fn twenty_presses_are_one_claim() {
    let visit = ready_to_send(&[(201, claim_status())]).await;
    visit.network.hold("POST /claims");
    for _ in 0..20 {
        visit.press("#send").await;
    }
    visit.wait_until_shown(&NL.say("check.busy")).await;
    assert_eq!(visit.see("#send").await.get_attribute("aria-disabled").as_deref(), Some("true"));
    visit.press("#send").await;
    visit.network.release("POST /claims");
    visit.reaches(&NL.say("status.title")).await;
    assert_eq!(keys(&visit).len(), 1);
}

#[wasm_bindgen_test]
async fn a_claim_that_did_not_arrive_is_sent_again_by_itself_under_the_same_key() {
    let answers = [(0, json!(null)), (503, problem(503, "storage", "later")), (201, claim_status())];
    let visit = ready_to_send(&answers).await;
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    let keys = keys(&visit);
    assert_eq!(keys.len(), 3);
    // A SHA-256 in hexadecimal.
    assert!(keys.iter().all(|key| *key == keys[0] && key.len() == 64), "{keys:?}");
}

#[wasm_bindgen_test]
async fn a_claim_whose_answer_was_lost_is_found_again() {
    let visit = ready_to_send(&[]).await;
    visit.network.lose("POST /claims");
    visit.network.answer("POST /claims", 409, &problem(409, "claim_exists", "never"));
    // Nor does the first answer to what there is come through.
    visit.network.lose("GET /claim");
    visit.network.answer("GET /claim", 200, &claim_status());
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    assert_eq!(visit.heard(), ["ready", "submitted DR-7K3M9QXA2T"], "it is announced once");
}

#[wasm_bindgen_test]
async fn a_claim_that_was_changed_after_it_failed_has_a_key_of_its_own() {
    let refused = (401, problem(401, "token_expired", "new_token"));
    let visit = ready_to_send(&[refused.clone(), refused, (201, claim_status())]).await;
    visit.press("#send").await;
    visit.focus_reaches(".summary").await;
    assert_eq!(text(&visit.see(".summary button").await), NL.failure("failure.signed_out"));
    visit.press("#wish-replacement").await;
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    let keys = keys(&visit);
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2]);
}

#[wasm_bindgen_test]
async fn the_same_claim_has_the_same_key_wherever_it_is_sent_from() {
    let mut keys = vec![];
    for _ in 0..2 {
        let visit = ready_to_send(&[(201, claim_status())]).await;
        visit.press("#send").await;
        visit.reaches(&NL.say("status.title")).await;
        keys.push(visit.network.asked("POST /claims")[0].key());
    }
    assert_eq!(keys[0], keys[1]);
}

#[wasm_bindgen_test]
async fn a_claim_that_is_there_already_is_a_success() {
    let visit = ready_to_send(&[(409, problem(409, "claim_exists", "never"))]).await;
    visit.network.answer("GET /claim", 200, &claim_status());
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    assert_eq!(visit.heard().last().unwrap(), "submitted DR-7K3M9QXA2T");
}

#[wasm_bindgen_test]
async fn photos_that_the_backend_lost_are_sent_again_and_then_the_claim() {
    let visit = ready_to_send(&[]).await;
    let lost = visit.network.asked("PUT /photos")[1].path().replace("/photos/", "");
    let mut unknown = problem(422, "photo_unknown", "never");
    unknown["photos"] = json!([lost]);
    visit.network.answer("POST /claims", 422, &unknown);
    visit.network.answer("POST /claims", 201, &claim_status());
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
    let put = visit.network.asked("PUT /photos");
    assert_eq!(put.len(), 4, "only the one that was lost is sent again");
    assert!(put[3].path().ends_with(&lost));
    let keys = keys(&visit);
    assert_eq!(keys[0], keys[1]);
}

#[wasm_bindgen_test]
async fn what_the_backend_finds_wrong_leads_to_where_it_can_be_changed() {
    let mut wrong = problem(422, "claim_violations", "never");
    wrong["violations"] = json!([{"code": "photos_min", "subject": "device", "have": 2, "need": 3}]);
    let visit = ready_to_send(&[(422, wrong)]).await;
    visit.press("#send").await;
    visit.focus_reaches(".summary").await;
    let line = visit.see(".summary button").await;
    assert_eq!(text(&line), NL.form("violation.photos_more.device", "one", &[("n", "1")]));
    line.click();
    visit.focus_reaches("button#device").await;
}

#[wasm_bindgen_test]
async fn sending_waits_for_photos_that_are_under_way() {
    let visit = Visit::open().await;
    visit.network.answer("POST /claims", 201, &claim_status());
    visit.network.hold("PUT /photos");
    visit.to_check().await;
    visit.wait_until_shown(&NL.fill("check.photos_under_way", &[("kept", "0"), ("of", "3")])).await;
    visit.press("#send").await;
    visit.wait_until_shown(&NL.say("check.busy")).await;
    settled().await;
    assert_eq!(keys(&visit).len(), 0, "the claim overtook its photos");
    visit.network.release("PUT /photos");
    visit.reaches(&NL.say("status.title")).await;
    assert_eq!(visit.network.asked("PUT /photos").len(), 3);
}

#[wasm_bindgen_test]
async fn sending_tries_the_photos_again_that_could_not_be_sent() {
    let network = Network::silent();
    network.answer("GET", 200, &order_line());
    network.answer("PUT /photos", 401, &problem(401, "token_expired", "new_token"));
    network.answer("POST /claims", 201, &claim_status());
    let visit = Visit::over(&network, NL);
    visit.to_check().await;
    visit.wait_until_shown(&NL.say("check.photos_failed")).await;
    visit.press("#send").await;
    visit.focus_reaches(".summary").await;
    assert_eq!(text(&visit.see(".summary button").await), NL.failure("failure.signed_out"));
    assert_eq!(keys(&visit).len(), 0);
    network.answer("PUT /photos", 201, &photo_kept());
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
}
