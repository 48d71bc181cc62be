//! `POST /order-lines/{id}/claims`: what a claim must be. How one is sent twice is in `claims`.

use damage_report_rules::{
    claim::Violation,
    contract::{ClaimStatus, Code, Retry},
    evidence::{Digest, Subject},
    policy::{LateRule, Terms},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{LINE, TestApp, claim, digest, problem, refusal},
    photos,
};

/// The violations of a good claim after `change`.
async fn violations(change: impl FnOnce(&mut Value, &[String])) -> Vec<Violation> {
    let app = TestApp::new().await;
    let photos = app.put_evidence(LINE).await;
    let mut body = claim(&photos);
    change(&mut body, &photos);
    let problem = problem(app.post_claim(LINE, "key", &body).await).await;
    assert_eq!((problem.status, problem.code), (422, Code::ClaimViolations));
    assert_eq!(
        refusal(app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}/claim")).send().await.unwrap())
            .await
            .0,
        404
    );
    problem.violations
}

/// The refusal of a good claim once `change` is made to it.
async fn refused(change: impl FnOnce(&mut Value)) -> (u16, Code) {
    let app = TestApp::new().await;
    let mut body = claim(&app.put_evidence(LINE).await);
    change(&mut body);
    refusal(app.post_claim(LINE, "key", &body).await).await
}

#[tokio::test]
async fn j001_a_good_claim_is_accepted() {
    let app = TestApp::new().await;
    let photos = app.put_evidence(LINE).await;
    let response = app.post_claim(LINE, "key", &claim(&photos)).await;
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["location"], format!("/order-lines/{LINE}/claim").as_str());
    assert!(!response.headers().contains_key("idempotent-replayed"));
    let status: ClaimStatus = response.json().await.unwrap();
    assert!(status.reference.starts_with("DR-") && status.reference.len() == 13, "{}", status.reference);
    assert_eq!(status.claim.photos.device.len(), 3);
    assert!(!status.late);
}

/// The body of a widget of the first version: no subjects, no advice.
#[tokio::test]
async fn h019_a_claim_of_an_older_widget_is_accepted() {
    let app = TestApp::new().await;
    let photos = app.put_evidence(LINE).await;
    let body = json!({
        "damage": ["screen_broken"], "description": "", "missing": {}, "tracking_number": "", "wish": null,
        "photos": {"packaging": [photos[0]], "label": [photos[1]], "device": photos[2..]},
    });
    let response = app.post_claim(LINE, "key", &body).await;
    assert_eq!(response.status(), 201);
    let status: Value = response.json().await.unwrap();
    assert!(status["claim"].get("advice").is_none(), "an older widget is answered in the shapes it knows");
}

#[tokio::test]
async fn advice_is_kept_with_the_claim_and_told_to_claimant_and_seller() {
    let app = TestApp::new().await;
    let photos = app.put_evidence(LINE).await;
    let advice = json!([
        {"photo": photos[2], "advice": "blurred"},
        {"photo": photos[4], "advice": "alike", "like": photos[3]},
    ]);
    let mut body = claim(&photos);
    body["advice"] = advice.clone();
    // A photo that was taken away took its advice along: what is said of it is not kept.
    body["advice"].as_array_mut().unwrap().push(json!({"photo": digest(b"gone"), "advice": "dark"}));
    let accepted: Value = app.post_claim(LINE, "key", &body).await.json().await.unwrap();
    assert_eq!(accepted["claim"]["advice"], advice);
    let path = format!("/order-lines/{LINE}/claim");
    let shown: Value = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap().json().await.unwrap();
    assert_eq!(shown["claim"]["advice"], advice);
    let path = format!("/seller/claims/{}", accepted["reference"].as_str().unwrap());
    let shown: Value = app.as_seller(Method::GET, &path).send().await.unwrap().json().await.unwrap();
    assert_eq!(shown["claim"]["advice"], advice);
}

#[tokio::test]
async fn advice_that_nobody_knows_is_refused_at_its_place() {
    let app = TestApp::new().await;
    let photos = app.put_evidence(LINE).await;
    let known = json!({"photo": photos[2], "advice": "dark"});
    for (strange, code) in [
        (json!({"photo": photos[3], "advice": "ugly"}), Code::BodyShape),
        (json!({"photo": photos[3]}), Code::BodyShape),
        (json!("dark"), Code::BodyShape),
        (json!({"photo": photos[3], "advice": "dark", "score": 1}), Code::FieldUnknown),
        (json!({"photo": "x", "advice": "dark"}), Code::DigestFormat),
    ] {
        let mut body = claim(&photos);
        body["advice"] = json!([known, strange]);
        let problem = problem(app.post_claim(LINE, "key", &body).await).await;
        assert_eq!((problem.status, problem.code), (422, code), "{strange}");
        assert!(problem.detail.as_ref().unwrap().contains("/advice/1"), "{problem:?}");
    }
}

#[tokio::test]
async fn j002_two_photos_of_the_device_are_too_few() {
    let said = violations(|body, photos| body["photos"]["device"] = json!(photos[2..4])).await;
    assert_eq!(said, [Violation::PhotosMin { subject: Subject::Device, have: 2, need: 3 }]);
    let said = violations(|body, _| body["photos"]["device"] = json!([])).await;
    assert_eq!(said, [Violation::PhotosMin { subject: Subject::Device, have: 0, need: 3 }]);
}

#[tokio::test]
async fn j003_packaging_and_label_are_shown_or_said_to_be_missing() {
    for (field, subject) in [("packaging", Subject::Packaging), ("label", Subject::Label)] {
        let said = violations(|body, _| body["photos"][field] = json!([])).await;
        assert_eq!(said, [Violation::PhotosMin { subject, have: 0, need: 1 }]);
    }
    let app = TestApp::new().await;
    let mut body = claim(&app.put_evidence(LINE).await);
    body["photos"]["packaging"] = json!([]);
    body["missing"] = json!({"packaging": "discarded"});
    assert_eq!(app.post_claim(LINE, "key", &body).await.status(), 201);
}

#[tokio::test]
async fn j004_f056_one_photo_three_times_is_one_photo() {
    let said = violations(|body, photos| body["photos"]["device"] = json!([photos[2], photos[2], photos[2]])).await;
    let device = Subject::Device;
    let expected =
        [Violation::PhotosNotDistinct { subject: device }, Violation::PhotosMin { subject: device, have: 1, need: 3 }];
    assert_eq!(said, expected);
    let said = violations(|body, photos| body["photos"]["label"] = json!([photos[0]])).await;
    assert!(said.contains(&Violation::PhotosNotDistinct { subject: Subject::Label }), "{said:?}");
}

#[tokio::test]
async fn f057_one_picture_under_other_metadata_is_one_photo() {
    let app = TestApp::new().await;
    let mut photos = app.put_evidence(LINE).await;
    let twin = photos::with_segment(&photos::plain(2), 0xfe, b"another name for the same pixels");
    assert_eq!(app.put_photo(LINE, &twin).await.status(), 201);
    photos[3] = digest(&twin);
    let problem = problem(app.post_claim(LINE, "key", &claim(&photos)).await).await;
    assert!(problem.violations.contains(&Violation::PhotosNotDistinct { subject: Subject::Device }), "{problem:?}");
}

#[tokio::test]
async fn j005_a_thousand_photos_and_ten_thousand_damages_are_too_many() {
    let many: Vec<String> = (0..1_000_u32).map(|n| digest(&n.to_be_bytes())).collect();
    let said = violations(|body, _| body["photos"]["device"] = json!(many)).await;
    assert_eq!(said, [Violation::PhotosMax { have: 1_002, max: 12 }]);
    let said = violations(|body, _| body["damage"] = json!(vec!["dent"; 10_000])).await;
    assert_eq!(said, [Violation::DamageRepeated]);
}

#[tokio::test]
async fn j006_i008_a_photo_that_is_not_here_is_named_and_the_same_key_runs_again() {
    let app = TestApp::new().await;
    let mut photos = app.put_evidence(LINE).await;
    photos[4] = digest(&photos::plain(5));
    let problem = problem(app.post_claim(LINE, "key", &claim(&photos)).await).await;
    assert_eq!((problem.status, problem.code, problem.retry), (422, Code::PhotoUnknown, Retry::Once));
    assert_eq!(problem.photos, [photos[4].parse::<Digest>().unwrap()]);
    app.put_photo(LINE, &photos::plain(5)).await;
    assert_eq!(app.post_claim(LINE, "key", &claim(&photos)).await.status(), 201);
}

#[tokio::test]
async fn j007_p005_a_photo_of_another_order_line_is_not_here_either() {
    let app = TestApp::new().await;
    let mut photos = app.put_evidence(LINE).await;
    app.put_line("line-2", Some("2026-11-20T13:00:00Z")).await;
    app.put_photo("line-2", &photos::plain(9)).await;
    let said = async |name: String, photos: &mut [String]| {
        photos[4] = name.clone();
        app.post_claim(LINE, "key", &claim(photos)).await.text().await.unwrap().replace(&name, "")
    };
    let others = said(digest(&photos::plain(9)), &mut photos).await;
    assert_eq!(others, said(digest(b"nowhere"), &mut photos).await);
}

#[tokio::test]
async fn j008_what_is_no_digest_is_refused_as_such() {
    let good = digest(b"x");
    for name in [&good.to_uppercase(), &good[1..], "../../../../etc/passwd", "https://evil.example/photo.jpg"] {
        assert_eq!(refused(|body| body["photos"]["label"] = json!([name])).await, (422, Code::DigestFormat), "{name}");
    }
}

#[tokio::test]
async fn j010_fields_that_do_not_exist_are_refused() {
    for field in ["status", "reported_at", "order", "is_late", "__proto__"] {
        assert_eq!(refused(|body| body[field] = json!("paid")).await, (422, Code::FieldUnknown), "{field}");
    }
    assert_eq!(refused(|body| body["photos"]["screen"] = json!([])).await, (422, Code::FieldUnknown));
}

#[tokio::test]
async fn j011_another_shape_is_told_with_its_place() {
    let app = TestApp::new().await;
    let photos = app.put_evidence(LINE).await;
    for (change, pointer) in [
        (json!({"photos": "x"}), "/photos"),
        (json!({"photos": null}), "/photos"),
        (json!({"description": 7}), "/description"),
        (json!({"wish": "gold"}), "/wish"),
        (json!({"missing": {"packaging": "eaten"}}), "/missing/packaging"),
        (json!({"damage": ["aliens"]}), "/damage/0"),
        (json!({"photos": {"packaging": []}}), "/photos/device"),
    ] {
        let mut body = claim(&photos);
        for (field, value) in change.as_object().unwrap() {
            body[field] = value.clone();
        }
        let problem = problem(app.post_claim(LINE, "key", &body).await).await;
        assert_eq!((problem.status, problem.code), (422, Code::BodyShape), "{change}");
        let detail = problem.detail.unwrap();
        assert!(detail.starts_with(&format!("at {pointer:?}: wanted ")), "{detail}");
    }
    assert_eq!(refusal(app.post_claim(LINE, "key", &json!([])).await).await, (422, Code::BodyShape));
}

#[tokio::test]
async fn j012_j013_j014_what_is_not_one_json_document_is_refused() {
    let app = TestApp::new().await;
    let good = claim(&app.put_evidence(LINE).await).to_string();
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let described = |text: &str| good.replace("Scherm gebarsten bij aankomst.", text).into_bytes();
    for (name, body) in [
        ("body_empty", Vec::new()),
        ("body_not_json", b"damage=dent".to_vec()),
        ("body_trailing_garbage", format!("{good}x").into_bytes()),
        ("body_two_documents", format!("{good}{good}").into_bytes()),
        ("body_bom", format!("\u{feff}{good}").into_bytes()),
        ("body_utf16", utf16),
        ("body_bad_utf8", [good.as_bytes(), &[0xff]].concat()),
        ("body_bad_utf8_in_text", described("x").iter().map(|&b| if b == b'x' { 0xc0 } else { b }).collect()),
        ("body_lone_surrogate", described("\\ud800")),
        ("body_nan", good.replace("\"replacement\"", "NaN").into_bytes()),
        ("body_duplicate_keys", good.replace("{\"damage\"", "{\"damage\":[\"dent\"],\"damage\"").into_bytes()),
        ("body_deep_nesting", [vec![b'['; 20_000], vec![b']'; 20_000]].concat()),
        ("body_huge_number", good.replace("\"replacement\"", "1e400").into_bytes()),
    ] {
        let path = format!("/order-lines/{LINE}/claims");
        let request = app.as_claimant(LINE, Method::POST, &path).header("idempotency-key", "key");
        let response = request.header("content-type", "application/json").body(body).send().await.unwrap();
        assert_eq!(refusal(response).await, (400, Code::BodySyntax), "{name}");
    }
}

#[tokio::test]
async fn j015_control_characters_are_refused() {
    for text in ["a\u{0}b", "ok\r\n2026-11-22 INFO claim approved \u{1b}[2J"] {
        let said = violations(|body, _| body["description"] = json!(text)).await;
        assert_eq!(said, [Violation::DescriptionChars]);
    }
}

#[tokio::test]
async fn j016_a_claim_says_what_is_damaged() {
    assert_eq!(violations(|body, _| body["damage"] = json!([])).await, [Violation::DamageMin]);
}

#[tokio::test]
async fn j017_to_j020_what_people_write_is_kept_as_they_wrote_it() {
    assert_eq!(
        violations(|body, _| body["description"] = json!("x".repeat(2_001))).await,
        [Violation::DescriptionMax { have: 2_001, max: 2_000 }]
    );
    for text in [
        "😀".repeat(2_000),
        "👩🏽‍🔧".repeat(2_000),
        "'; DROP TABLE claims; --".to_owned(),
        "<script>alert(1)</script>".to_owned(),
        "{{7*7}} ${7*7} <%= 7*7 %>".to_owned(),
        "\u{202e}txet detrevni".to_owned(),
        "=cmd|' /C calc'!A0".to_owned(),
        "Z\u{0351}\u{0350}a\u{0351}lgo".to_owned(),
    ] {
        let app = TestApp::new().await;
        let mut body = claim(&app.put_evidence(LINE).await);
        body["description"] = json!(text);
        let status: ClaimStatus = app.post_claim(LINE, "key", &body).await.json().await.unwrap();
        assert_eq!(status.claim.description, text);
    }
}

#[tokio::test]
async fn j022_a_body_over_the_limit_is_refused() {
    let said = refused(|body| body["description"] = json!("x".repeat(1024 * 1024))).await;
    assert_eq!(said, (413, Code::BodyTooLarge));
}

#[tokio::test]
async fn j023_only_json_makes_a_claim() {
    let app = TestApp::new().await;
    let body = claim(&app.put_evidence(LINE).await).to_string();
    let path = format!("/order-lines/{LINE}/claims");
    let post = || app.as_claimant(LINE, Method::POST, &path).header("idempotency-key", "key").body(body.clone());
    for media_type in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp"]
    {
        let response = post().header("content-type", media_type).send().await.unwrap();
        assert_eq!(refusal(response).await, (415, Code::ContentType), "{media_type}");
    }
    assert_eq!(refusal(post().send().await.unwrap()).await, (415, Code::ContentType));
    let response = post().header("content-type", "application/json; charset=utf-8").send().await.unwrap();
    assert_eq!(response.status(), 201);
}

#[tokio::test]
async fn what_was_not_delivered_cannot_have_arrived_damaged() {
    let app = TestApp::new().await;
    app.put_line("line-2", None).await;
    let photos = app.put_evidence("line-2").await;
    let problem = problem(app.post_claim("line-2", "key", &claim(&photos)).await).await;
    assert_eq!((problem.status, problem.code, problem.retry), (409, Code::NotDelivered, Retry::Later));
}

#[tokio::test]
async fn r014_the_window_closes_when_the_third_working_day_ends() {
    // The photos come on the day after, so that no draft was begun in time.
    for (sent, late) in [("2026-11-25T22:59:59.999Z", false), ("2026-11-25T23:00:00Z", true)] {
        let app = TestApp::new().await;
        app.set_clock(sent);
        let photos = app.put_evidence(LINE).await;
        let response = app.post_claim(LINE, "key", &claim(&photos)).await;
        if late {
            assert_eq!(problem(response).await.violations, [Violation::WindowClosed], "{sent}");
        } else {
            assert_eq!(response.status(), 201, "{sent}");
        }
    }
}

#[tokio::test]
async fn a_draft_begun_in_time_has_the_hour_after() {
    for (sent, accepted) in [("2026-11-25T23:59:59Z", true), ("2026-11-26T00:00:00Z", false)] {
        let app = TestApp::new().await;
        app.set_clock("2026-11-25T22:59:00Z");
        let photos = app.put_evidence(LINE).await;
        app.set_clock(sent);
        let response = app.post_claim(LINE, "key", &claim(&photos)).await;
        assert_eq!(response.status() == 201, accepted, "{sent}");
        if accepted {
            assert!(!response.json::<ClaimStatus>().await.unwrap().late);
        }
    }
}

#[tokio::test]
async fn r018_a_shop_may_take_late_claims_marked_late() {
    let app = TestApp::with(|config| {
        let terms = Terms { late: LateRule::Accept, photo_side_min: 100, ..Terms::default() };
        config.policy = terms.try_into().unwrap();
    })
    .await;
    app.set_clock("2026-12-24T12:00:00Z");
    let photos = app.put_evidence(LINE).await;
    let status: ClaimStatus = app.post_claim(LINE, "key", &claim(&photos)).await.json().await.unwrap();
    assert!(status.late);
}
