//! Ways out: for every refusal of the backend, the message on the page leads, followed literally, to a sent claim or to the
//! shop's people.

use damage_report_rules::contract::{Code, Retry};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    network::Network,
    orders::{claim_status, order_line, order_line_with, photo_kept, problem},
    pictures::{pick, snapshot},
    visit::{Visit, text},
    waiting::{settled, until},
    words::NL,
};

/// Every code that there is, as the contract has it.
const CODES: [Code; 47] = [
    Code::TokenMissing,
    Code::TokenInvalid,
    Code::TokenExpired,
    Code::TokenLifetime,
    Code::OrderUnknown,
    Code::ClaimUnknown,
    Code::ReturnLabelUnknown,
    Code::NotDelivered,
    Code::RouteUnknown,
    Code::MethodUnknown,
    Code::DigestFormat,
    Code::DigestMismatch,
    Code::PhotoEmpty,
    Code::PhotoType,
    Code::PhotoTypeHeic,
    Code::PhotoUnreadable,
    Code::PhotoPixels,
    Code::PhotoTooSmall,
    Code::PhotoTooLarge,
    Code::PhotosQuota,
    Code::PhotoUnknown,
    Code::PhotoDamaged,
    Code::ContentType,
    Code::ContentEncoding,
    Code::BodyTooLarge,
    Code::BodySyntax,
    Code::BodyShape,
    Code::FieldUnknown,
    Code::HeaderInvalid,
    Code::ClaimViolations,
    Code::ClaimExists,
    Code::IdempotencyKeyMissing,
    Code::IdempotencyKeyInvalid,
    Code::IdempotencyKeyReused,
    Code::IdempotencyInFlight,
    Code::EventRefused,
    Code::VersionMissing,
    Code::VersionStale,
    Code::ClaimHeld,
    Code::WebhookUnknown,
    Code::EventUnknown,
    Code::ReturnLabelInvalid,
    Code::RateLimited,
    Code::Overloaded,
    Code::Storage,
    Code::Internal,
    Code::Unknown,
];

/// Whether the same request can succeed later, as the contract has it for each code.
fn retry_of(code: Code) -> Retry {
    match code {
        Code::TokenMissing | Code::TokenInvalid | Code::TokenExpired | Code::TokenLifetime => Retry::NewToken,
        Code::ReturnLabelUnknown
        | Code::NotDelivered
        | Code::IdempotencyInFlight
        | Code::RateLimited
        | Code::Overloaded
        | Code::Storage
        | Code::Internal => Retry::Later,
        Code::DigestMismatch => Retry::Once,
        Code::OrderUnknown
        | Code::ClaimUnknown
        | Code::RouteUnknown
        | Code::MethodUnknown
        | Code::DigestFormat
        | Code::PhotoEmpty
        | Code::PhotoType
        | Code::PhotoTypeHeic
        | Code::PhotoUnreadable
        | Code::PhotoPixels
        | Code::PhotoTooSmall
        | Code::PhotoTooLarge
        | Code::PhotosQuota
        | Code::PhotoUnknown
        | Code::PhotoDamaged
        | Code::ContentType
        | Code::ContentEncoding
        | Code::BodyTooLarge
        | Code::BodySyntax
        | Code::BodyShape
        | Code::FieldUnknown
        | Code::HeaderInvalid
        | Code::ClaimViolations
        | Code::ClaimExists
        | Code::IdempotencyKeyMissing
        | Code::IdempotencyKeyInvalid
        | Code::IdempotencyKeyReused
        | Code::EventRefused
        | Code::VersionMissing
        | Code::VersionStale
        | Code::ClaimHeld
        | Code::WebhookUnknown
        | Code::EventUnknown
        | Code::ReturnLabelInvalid
        | Code::Unknown => Retry::Never,
    }
}

/// The answer that refuses with `code`.
fn refusal(code: Code) -> Value {
    let name = |value: Value| value.as_str().unwrap_or("a_code_of_next_year").to_owned();
    let code_name = serde_json::to_value(code).map(name).unwrap_or_else(|_| "a_code_of_next_year".into());
    let retry = serde_json::to_value(retry_of(code)).map(name).unwrap();
    problem(422, &code_name, &retry)
}

impl Visit {
    /// Whether the way to the shop's people is on the page.
    fn has_contact(&self) -> bool {
        let to_the_shop =
            |link: &web_sys::HtmlElement| link.get_attribute("href") == Some("https://shop.example/contact".into());
        self.all("slot[name=contact] a").iter().any(to_the_shop)
    }

    /// Whether the page tells the customer to do it again, log in again or wait.
    fn says_to_try_again(&self) -> bool {
        let words = self.words();
        let again = ["failure.signed_out", "failure.later", "banner.later", "failure.unreachable"];
        again.iter().any(|key| words.contains(&NL.failure(key)))
    }
}

#[wasm_bindgen_test]
async fn whatever_a_claim_is_refused_with_there_is_the_shop_or_a_try_that_succeeds() {
    for code in CODES {
        let visit = Visit::open().await;
        visit.network.answer("POST /claims", 422, &refusal(code));
        visit.network.answer("POST /claims", 422, &refusal(code));
        visit.network.answer("POST /claims", 422, &refusal(code));
        visit.network.answer("POST /claims", 201, &claim_status());
        visit.network.answer("GET /claim", 200, &claim_status());
        visit.to_check().await;
        visit.press("#send").await;
        let is_over = || visit.has_contact() || visit.says_to_try_again() || visit.heading() == NL.say("status.title");
        until(&format!("an end of {code:?}"), is_over).await;
        if visit.has_contact() || visit.heading() == NL.say("status.title") {
            continue;
        }
        // The button sends what is not sent by itself, as often as it is pressed.
        for _ in 0..3 {
            let is_sent = || visit.heading() == NL.say("status.title");
            let is_idle = || visit.find("#send").is_some_and(|send| !send.has_attribute("aria-disabled"));
            until(&format!("an outcome of {code:?}"), || is_sent() || is_idle()).await;
            if is_sent() {
                break;
            }
            visit.press("#send").await;
            settled().await;
        }
        visit.reaches(&NL.say("status.title")).await;
    }
}

#[wasm_bindgen_test]
async fn whatever_a_photo_is_refused_with_there_is_the_shop_or_another_photo_is_taken() {
    let waits = |code: &Code| retry_of(*code) == Retry::Never;
    for code in CODES.into_iter().filter(waits) {
        let network = Network::silent();
        network.answer("GET", 200, &order_line());
        network.answer("GET /claim", 200, &claim_status());
        network.answer("PUT /photos", 422, &refusal(code));
        network.answer("PUT /photos", 201, &photo_kept());
        network.answer("POST /claims", 409, &problem(409, "claim_exists", "never"));
        let visit = Visit::over(&network, NL);
        visit.to_device().await;
        pick(&visit.see("#device").await, &[("image.jpg", &snapshot(1).await)]);
        until(&format!("words about {code:?}"), || visit.find(r#".photo[data-state="wrong"]"#).is_some()).await;
        let words = visit.standings().remove(0);
        if words.contains("contact op met de winkel") {
            until(&format!("the shop's people, with {code:?}"), || visit.has_contact()).await;
        } else {
            visit.press(".photo .remove").await;
            until("no photo", || visit.all(".photo").is_empty()).await;
            visit.picks_snapshots("device", 2..3).await;
            visit.has_all_kept(1).await;
        }
    }
}

#[wasm_bindgen_test]
async fn a_photo_that_comes_after_the_claim_leads_to_the_claim() {
    let network = Network::silent();
    network.answer("GET", 200, &order_line());
    network.answer("PUT /photos", 409, &problem(409, "claim_exists", "never"));
    network.answer("POST /claims", 409, &problem(409, "claim_exists", "never"));
    network.answer("GET /claim", 200, &claim_status());
    let visit = Visit::over(&network, NL);
    visit.to_check().await;
    visit.press("#send").await;
    visit.reaches(&NL.say("status.title")).await;
}

/// Follows the message about a violation on the step that it leads to.
async fn follow(visit: &Visit, code: &str) {
    match code {
        "damage_min" | "damage_repeated" => visit.press("#damage-1").await,
        "description_max" => visit.types("#description", "Korter").await,
        "description_chars" => visit.types("#description", "Opnieuw getypt").await,
        "tracking_number_max" => visit.types("#tracking-number", "3SNGEN204100019").await,
        "tracking_number_chars" => visit.types("#tracking-number", "3SNGEN204100019").await,
        "photos_max" | "photos_not_distinct" => {
            visit.picks_snapshots("device", 4..5).await;
            visit.press(".photo .remove").await;
        }
        "photos_min" => visit.picks_snapshots("device", 4..5).await,
        "absence_not_allowed" => visit.picks_snapshots("packaging", 5..6).await,
        other => panic!("nobody says how to follow {other}"),
    }
}

#[wasm_bindgen_test]
async fn whatever_rule_the_backend_sees_broken_its_words_lead_to_where_it_is_put_right() {
    let violations = [
        json!({"code": "damage_min"}),
        json!({"code": "damage_repeated"}),
        json!({"code": "description_max", "have": 12, "max": 6}),
        json!({"code": "description_chars"}),
        json!({"code": "photos_min", "subject": "device", "have": 3, "need": 4}),
        json!({"code": "photos_not_distinct", "subject": "device"}),
        json!({"code": "absence_not_allowed", "subject": "packaging"}),
        json!({"code": "tracking_number_max", "max": 40}),
        json!({"code": "tracking_number_chars"}),
        json!({"code": "photos_max", "have": 4, "max": 3}),
        json!({"code": "window_closed"}),
    ];
    for violation in violations {
        let code = violation["code"].as_str().unwrap().to_owned();
        let visit = Visit::open().await;
        let mut refusal = problem(422, "claim_violations", "never");
        refusal["violations"] = json!([violation]);
        visit.network.answer("POST /claims", 422, &refusal);
        visit.network.answer("POST /claims", 201, &claim_status());
        visit.to_check().await;
        visit.press("#send").await;
        if code == "window_closed" {
            visit.reaches(&NL.say("closed.title")).await;
            assert!(visit.has_contact(), "{}", visit.words());
            continue;
        }
        visit.focus_reaches(".summary").await;
        // The line of the summary leads to the button, the button to the step.
        visit.press(".summary button").await;
        until("the focus on a button that changes it", || {
            visit.focused().is_some_and(|focused| text(&focused) == NL.say("check.change"))
        })
        .await;
        let change = visit.focused().unwrap().id();
        visit.press(&format!("button#{change}")).await;
        visit.reaches(&NL.say(&format!("{change}.title"))).await;
        follow(&visit, &code).await;
        visit.goes_on("check").await;
        visit.press("#send").await;
        visit.reaches(&NL.say("status.title")).await;
    }
}

#[wasm_bindgen_test]
async fn a_shop_that_wants_the_packaging_tells_who_has_none_where_to_turn() {
    let mut line = order_line();
    line["policy"]["absence_allowed"] = json!(false);
    let visit = Visit::to(&line).await;
    visit.to_packaging().await;
    visit.press("button[type=submit]").await;
    visit.focus_reaches(".summary").await;
    let words = NL.form("violation.photos_more.packaging", "one", &[("n", "1")]);
    assert_eq!(text(&visit.see("#packaging-error").await), words, "there is nothing to say why");
    visit.wait_until_shown(&NL.say("missing.packaging")).await;
    assert!(visit.has_contact());
}

#[wasm_bindgen_test]
async fn places_are_kept_for_what_must_come() {
    let visit = Visit::open().await;
    visit.to_packaging().await;
    let mut photos = vec![];
    for n in 0..12 {
        photos.push(snapshot(n).await);
    }
    let files: Vec<_> = photos.iter().map(|photo| ("image.jpg", photo.as_slice())).collect();
    pick(&visit.see("#packaging").await, &files);
    visit.has_all_kept(8).await;
    visit.wait_until_shown(&NL.fill("photos.overflow", &[("max", "12")])).await;
    visit.goes_on("label").await;
    visit.picks_snapshots("label", 8..9).await;
    visit.goes_on("device").await;
    visit.picks_snapshots("device", 9..12).await;
    visit.goes_on("check").await;
}

#[wasm_bindgen_test]
async fn where_the_places_are_taken_the_words_say_from_which_step_to_free_one() {
    let photos: Vec<_> = (1..=12).map(|n| (format!("{n:064x}"), "packaging")).collect();
    let network = Network::with(&order_line_with(&photos));
    network.answer("DELETE /photos", 200, &json!({}));
    let visit = Visit::over(&network, NL);
    visit.press_button(&NL.say("resume.go_on")).await;
    visit.press("#damage-0").await;
    visit.goes_on("packaging").await;
    visit.goes_on("label").await;
    // Words that lead back, again and again, until there is room for all that must come.
    for n in 0..4 {
        pick(&visit.see("#label").await, &[("image.jpg", &snapshot(n).await)]);
        visit.wait_until_shown(&NL.fill("photos.full", &[("max", "12"), ("n", "2")])).await;
        visit.press("button.back").await;
        visit.press(".photo .remove").await;
        visit.goes_on("label").await;
    }
    visit.picks_snapshots("label", 4..5).await;
    visit.goes_on("device").await;
    visit.picks_snapshots("device", 5..8).await;
    visit.goes_on("check").await;
}
