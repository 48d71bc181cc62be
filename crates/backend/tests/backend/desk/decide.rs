//! Decisions and other changes at the desk.

use damage_report_backend::return_label::RETURN_LABEL_BYTES_MAX;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::{ANNA, Browser, app, location};
use crate::app::TestApp;

const PDF: &[u8] = b"%PDF-1.7\nlabel\n%%EOF\n";

async fn claim_of(app: &TestApp, reference: &str) -> Value {
    let answer = app.as_seller(Method::GET, &format!("/seller/claims/{reference}")).send().await.unwrap();
    answer.json().await.unwrap()
}

/// Sends a label in a form of several parts.
async fn upload(browser: &Browser<'_>, reference: &str, version: u32, file: &[u8]) -> Response {
    let token = browser.form_token().await;
    let mut body = Vec::new();
    for (name, value) in [("form_token", token.as_str()), ("version", &version.to_string())] {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    let head = "--b\r\nContent-Disposition: form-data; name=\"label\"; filename=\"l.pdf\"\r\nContent-Type: application/pdf\r\n\r\n";
    body.extend(head.as_bytes());
    body.extend(file);
    body.extend(b"\r\n--b--\r\n");
    let request = browser.request(Method::POST, &format!("/desk/claims/{reference}/actions/issue-label"));
    request.header("content-type", "multipart/form-data; boundary=b").body(body).send().await.unwrap()
}

#[tokio::test]
async fn each_action_is_recorded_under_the_persons_name() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    let mut version = 1;
    let until = ("until", "2026-12-01");
    for (action, fields) in [
        ("open-investigation", vec![]),
        ("conclude-investigation", vec![]),
        (
            "ask-for-evidence",
            vec![("subjects[]", "label"), ("subjects[]", "packaging"), ("note", "De\r\nbarcode"), until],
        ),
        ("decline", vec![("reason", "Dit is geen transportschade.")]),
        ("refund-part", vec![("amount", "1.050,5")]),
    ] {
        let answer = anna.act(&reference, action, version, &fields).await;
        assert_eq!(answer.status(), 303, "{action}: {}", answer.text().await.unwrap());
        assert_eq!(location(&answer), format!("/desk/claims/{reference}?done={action}#done"));
        let page = anna.page(&format!("/desk/claims/{reference}?done={action}")).await;
        let done = page.split_once("id=\"done\"").and_then(|(_, rest)| rest.split_once("</p>")).unwrap().0;
        assert!(done.contains("Je hebt ") && done.contains("De klant ziet "), "{action}: {done}");
        version += 1;
        assert_eq!(claim_of(&app, &reference).await["version"], version);
    }
    let page = anna.page(&format!("/desk/claims/{reference}")).await;
    assert!(!page.contains("/actions/issue-label"), "the customer keeps the device: {page}");
    let claim = claim_of(&app, &reference).await;
    assert_eq!(claim["progress"]["resolution"]["amount"], json!({"cents": 105_050, "currency": "EUR"}));
    assert_eq!(claim["progress"]["evidence_request"]["note"], "De\nbarcode");
    let mut db = app.app.store.read_connection().await.unwrap();
    let events = damage_report_backend::store::events::events_of_claim(&mut db, &reference).await.unwrap();
    assert!(events[1..].iter().all(|event| event.actor.code() == "person:Anna"), "{events:?}");
}

#[tokio::test]
async fn the_return_goes_from_label_to_device() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    assert_eq!(anna.get(&format!("/desk/claims/{reference}/return-label")).await.status(), 404);
    assert_eq!(upload(&anna, &reference, 1, PDF).await.status(), 303);
    let label = anna.get(&format!("/desk/claims/{reference}/return-label")).await;
    assert_eq!(label.bytes().await.unwrap(), PDF);
    assert_eq!(anna.act(&reference, "handed-over", 2, &[]).await.status(), 303);
    assert_eq!(anna.act(&reference, "received", 3, &[]).await.status(), 303);
    assert_eq!(anna.act(&reference, "replace", 4, &[("tracking_number", "3S DEVC 1")]).await.status(), 303);
    let page = anna.page(&format!("/desk/claims/{reference}")).await;
    assert!(page.contains("Vervangend toestel verstuurd op di 24 nov 2026, trackingnummer 3SDEVC1"), "{page}");
    assert!(!page.contains("/actions/refund\""), "what the rules refuse is not offered");
}

#[tokio::test]
async fn a_label_that_is_none_is_refused_with_words_at_the_field() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    let mut large = PDF[..9].to_vec();
    large.resize(RETURN_LABEL_BYTES_MAX, b' ');
    large.extend(b"%%EOF");
    for (file, status) in [(&b""[..], 422), (b"<html>", 422), (b"%PDF-1.7 cut", 422), (&large, 413)] {
        let answer = upload(&anna, &reference, 1, file).await;
        assert_eq!(answer.status(), status, "{}", file.len());
        let page = answer.text().await.unwrap();
        assert!(status == 413 || page.contains("id=\"issue-label-label-mistake\""), "{page}");
    }
    let request = anna.request(Method::POST, &format!("/desk/claims/{reference}/actions/issue-label"));
    let many = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n--b--\r\n";
    let answer = request.header("content-type", "multipart/form-data; boundary=b").body(many).send().await.unwrap();
    assert_eq!(answer.status(), 400, "an unknown part");
    assert_eq!(claim_of(&app, &reference).await["version"], 1);
}

#[tokio::test]
async fn a_mistake_is_named_at_its_field_and_what_was_typed_stays() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    let long = "x".repeat(1001);
    let good = ("until", "2026-12-01");
    for (action, fields, field, status) in [
        ("refund", vec![("amount", "vijf euro")], "refund-amount", 422),
        ("refund", vec![("amount", "0")], "refund-amount", 422),
        ("refund-part", vec![("amount", "1.299")], "refund-part-amount", 422),
        ("replace", vec![("tracking_number", " - ")], "replace-tracking_number", 409),
        ("decline", vec![("reason", " ")], "decline-reason", 409),
        ("decline", vec![("reason", &long)], "decline-reason", 409),
        ("ask-for-evidence", vec![("note", "typed"), good], "ask-for-evidence-subjects", 409),
        ("ask-for-evidence", vec![("subjects[]", "nose"), good], "ask-for-evidence-subjects", 422),
        ("ask-for-evidence", vec![("subjects[]", "label"), ("until", "24-12-2026")], "ask-for-evidence-until", 422),
        ("ask-for-evidence", vec![("subjects[]", "label"), ("until", "2026-11-01")], "ask-for-evidence-until", 409),
    ] {
        let answer = anna.act(&reference, action, 1, &fields).await;
        assert_eq!(answer.status(), status, "{action} {fields:?}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(&format!("id=\"{field}-mistake\"")), "{field}: {page}");
        assert_eq!(page.matches(" autofocus").count(), 1, "{field}");
        for (name, typed) in fields.iter().filter(|(name, _)| !name.ends_with("[]")) {
            assert!(page.contains(*typed), "{name}");
        }
    }
    let checked = anna.act(&reference, "ask-for-evidence", 1, &[("subjects[]", "label"), ("until", "never")]).await;
    assert!(checked.text().await.unwrap().contains("value=\"label\" checked"));
    assert_eq!(claim_of(&app, &reference).await["version"], 1);
}

#[tokio::test]
async fn of_two_people_at_once_the_second_is_shown_what_changed() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let (one, other) = (Browser::signed_in(&app, ANNA).await, Browser::signed_in(&app, ANNA).await);
    assert_eq!(one.act(&reference, "decline", 1, &[("reason", "Nee")]).await.status(), 303);
    let answer = other.act(&reference, "refund", 1, &[("amount", "399,00")]).await;
    assert_eq!(answer.status(), 412);
    let page = answer.text().await.unwrap();
    assert!(page.contains("intussen veranderd") && page.contains("Afgewezen – Anna"), "{page}");
    assert!(page.contains("value=\"399,00\""), "what was typed stays");
    assert!(page.contains("name=\"version\" value=\"2\""), "the next try is about what is seen now");
    assert_eq!(other.act(&reference, "refund", 2, &[("amount", "399,00")]).await.status(), 303);
}

#[tokio::test]
async fn what_cannot_be_any_more_is_refused_in_words() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    for (action, fields, words) in [
        ("conclude-investigation", vec![], "Begin eerst het onderzoek."),
        ("received", vec![], "Geef eerst een retourlabel."),
    ] {
        let answer = anna.act(&reference, action, 1, &fields).await;
        assert_eq!(answer.status(), 409);
        let page = answer.text().await.unwrap();
        assert!(page.contains(words) && page.matches(" autofocus").count() == 1, "{page}");
    }
}

#[tokio::test]
async fn a_form_without_the_sessions_token_or_from_elsewhere_changes_nothing() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let (anna, other) = (Browser::signed_in(&app, ANNA).await, Browser::signed_in(&app, ANNA).await);
    let path = format!("/desk/claims/{reference}/actions/refund");
    let foreign_token = other.form_token().await;
    for token in ["", "wrong", foreign_token.as_str()] {
        let answer = anna.post(&path, &[("form_token", token), ("version", "1"), ("amount", "1")]).await;
        assert_eq!(answer.status(), 403, "{token}");
    }
    assert_eq!(anna.post(&path, &[("version", "1"), ("amount", "1")]).await.status(), 403);
    let token = anna.form_token().await;
    let body = format!("form_token={token}&version=1&amount=1");
    for site in ["cross-site", "same-site", "none"] {
        let request = anna.request(Method::POST, &path).header("content-type", "application/x-www-form-urlencoded");
        let mut request = request.body(body.clone()).build().unwrap();
        request.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
        assert_eq!(reqwest::Client::new().execute(request).await.unwrap().status(), 403, "{site}");
    }
    for (fields, status) in [
        (vec![("form_token", token.as_str()), ("amount", "1")], 400),
        (vec![("form_token", &token), ("version", "1"), ("amount", "1"), ("amount", "2")], 422),
        (vec![("form_token", &token), ("version", "1"), ("amount", "1"), ("extra", "2")], 422),
    ] {
        assert_eq!(anna.post(&path, &fields).await.status(), status, "{fields:?}");
    }
    let json = anna.request(Method::POST, &path).json(&json!({"form_token": token})).send().await.unwrap();
    assert_eq!(json.status(), 400);
    assert_eq!(claim_of(&app, &reference).await["version"], 1);
}
