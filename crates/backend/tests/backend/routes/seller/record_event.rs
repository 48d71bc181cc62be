//! `POST /seller/claims/{reference}/events`

use base64::{Engine as _, prelude::BASE64_STANDARD};
use damage_report_rules::{
    contract::{ClaimStatus, Code, Problem},
    lifecycle::{Investigation, Resolution, ReturnShipment},
};
use futures_util::StreamExt as _;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{TestApp, problem, refusal};

/// Sends `event` as a system that has just read the claim.
async fn post(app: &TestApp, reference: &str, event: &Value) -> Response {
    let claim = app.as_seller(Method::GET, &format!("/seller/claims/{reference}")).send().await.unwrap();
    let version = claim.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
    post_on(app, reference, version.as_deref(), event).await
}

/// Sends `event` with `version` in `If-Match`.
async fn post_on(app: &TestApp, reference: &str, version: Option<&str>, event: &Value) -> Response {
    let request = app.as_seller(Method::POST, &format!("/seller/claims/{reference}/events")).json(event);
    let request = version.iter().fold(request, |request, version| request.header("if-match", *version));
    request.send().await.unwrap()
}

async fn recorded(app: &TestApp, reference: &str, event: Value) -> ClaimStatus {
    let response = post(app, reference, &event).await;
    assert_eq!(response.status(), 200, "{event}");
    response.json().await.unwrap()
}

fn label(pdf: &[u8]) -> Value {
    json!({"type": "return_label_issued", "pdf": BASE64_STANDARD.encode(pdf)})
}

#[tokio::test]
async fn a_claim_goes_its_whole_way() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let on = "2026-11-24".parse().unwrap();
    let status = recorded(&app, &reference, json!({"type": "investigation_opened"})).await;
    assert_eq!(status.progress.investigation, Investigation::Open { since: on });
    let status = recorded(&app, &reference, label(b"%PDF-1.4\n%%EOF")).await;
    assert_eq!(status.progress.return_shipment, ReturnShipment::LabelIssued { on });
    assert!(status.has_return_label);
    recorded(&app, &reference, json!({"type": "return_handed_over"})).await;
    let status = recorded(&app, &reference, json!({"type": "return_received"})).await;
    assert_eq!(status.progress.return_shipment, ReturnShipment::Received { on });
    recorded(&app, &reference, json!({"type": "investigation_concluded"})).await;
    let refund = json!({"type": "refunded", "amount": {"cents": 39_900, "currency": "EUR"}});
    let status = recorded(&app, &reference, refund).await;
    assert!(matches!(status.progress.resolution, Resolution::Refunded { .. }));
    assert!(status.progress.is_closed());
}

#[tokio::test]
async fn an_event_is_dated_by_the_day_at_the_place_of_delivery() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    app.set_clock("2026-11-24T23:30:00Z");
    let status = recorded(&app, &reference, json!({"type": "investigation_opened"})).await;
    assert_eq!(status.progress.investigation, Investigation::Open { since: "2026-11-25".parse().unwrap() });
}

#[tokio::test]
async fn the_same_event_again_changes_nothing() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    for event in [json!({"type": "investigation_opened"}), label(b"%PDF-1.4\n%%EOF")] {
        let first = recorded(&app, &reference, event.clone()).await;
        app.clock().advance(chrono::TimeDelta::days(1));
        assert_eq!(recorded(&app, &reference, event).await, first);
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_reason() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let problem = problem(post(&app, &reference, &json!({"type": "return_received"})).await).await;
    assert_eq!((problem.status, problem.code), (409, Code::EventRefused));
    assert!(problem.detail.unwrap().contains("return label"));
    recorded(&app, &reference, label(b"%PDF-1.4\nfirst\n%%EOF")).await;
    let another = post(&app, &reference, &label(b"%PDF-1.4\nsecond\n%%EOF")).await;
    assert_eq!(refusal(another).await, (409, Code::EventRefused));
}

#[tokio::test]
async fn a_return_label_is_a_pdf() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    for event in [
        json!({"type": "return_label_issued"}),
        json!({"type": "return_label_issued", "pdf": null}),
        json!({"type": "return_label_issued", "pdf": 7}),
        json!({"type": "return_label_issued", "pdf": "not base64!"}),
        label(b"<html>"),
        label(b"%PDF-1.4 cut off"),
        label(&[b"%PDF-1.4".to_vec(), vec![b' '; 2 * 1024 * 1024 - 10], b"%%EOF".to_vec()].concat()),
    ] {
        let problem = problem(post(&app, &reference, &event).await).await;
        assert_eq!((problem.status, problem.code), (422, Code::ReturnLabelInvalid));
        let detail = problem.detail.unwrap();
        assert!(detail.starts_with("at \"/pdf\": wanted a PDF of at most 2 MiB, in base64; came "), "{detail}");
    }
    let too_large = label(&[b"%PDF-1.4".to_vec(), vec![b' '; 3 * 1024 * 1024], b"%%EOF".to_vec()].concat());
    assert_eq!(refusal(post(&app, &reference, &too_large).await).await, (413, Code::BodyTooLarge));
}

#[tokio::test]
async fn a_return_label_is_the_same_however_its_base64_is_written() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let pdf = b"%PDF-1.4\nlabel\n%%EOF\n";
    let first = recorded(&app, &reference, label(pdf)).await;
    let plain = BASE64_STANDARD.encode(pdf);
    let lines = format!("\u{feff}{}\r\n{}\r\n", &plain[..20], plain[20..].trim_end_matches('='));
    let with_mark = BASE64_STANDARD.encode([b"\xef\xbb\xbf".to_vec(), pdf.to_vec()].concat());
    for again in [lines, format!("data:application/pdf;base64,{plain}"), with_mark] {
        let event = json!({"type": "Return-Label-Issued", "pdf": again});
        assert_eq!(recorded(&app, &reference, event).await, first, "{again:?}");
    }
    let kept =
        app.as_claimant(crate::app::LINE, Method::GET, &format!("/order-lines/{}/return-label", crate::app::LINE));
    assert_eq!(&kept.send().await.unwrap().bytes().await.unwrap()[..], pdf);
}

#[tokio::test]
async fn the_largest_label_is_taken_with_every_line_broken_and_every_sign_escaped() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let mut pdf = b"%PDF-1.4\n".to_vec();
    // Random enough for every digit of base64 to come up as often as another.
    pdf.extend((0..2 * 1024 * 1024 - 20_u32).map(|nth| (nth.wrapping_mul(2_654_435_761) >> 13) as u8));
    pdf.extend_from_slice(b"\n%%EOF");
    let plain = BASE64_STANDARD.encode(&pdf);
    let lines: Vec<&str> = plain.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let escaped = lines.join("\\r\\n").replace('+', "\\u002B").replace('/', "\\/");
    let body = format!(r#"{{"type":"return_label_issued","pdf":"{escaped}"}}"#);
    let path = format!("/seller/claims/{reference}/events");
    let request = app.as_seller(Method::POST, &path).header("content-type", "application/json").body(body);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
}

#[tokio::test]
async fn a_sum_is_understood_or_refused_with_its_field() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    for (amount, pointer) in [
        (json!({"cents": 100, "currency": "EURO"}), "/amount/currency"),
        (json!({"cents": 100, "currency": "EUX"}), "/amount/currency"),
        (json!({"cents": 100, "currency": "\u{20ac}"}), "/amount/currency"),
        (json!({"cents": 0, "currency": "EUR"}), "/amount/cents"),
        (json!({"cents": -1, "currency": "EUR"}), "/amount/cents"),
        (json!({"cents": 399.5, "currency": "EUR"}), "/amount/cents"),
        (json!({"cents": "39900", "currency": "EUR"}), "/amount/cents"),
        (json!({"currency": "EUR"}), "/amount/cents"),
        (json!("399 EUR"), "/amount"),
        (json!(null), "/amount"),
    ] {
        let event = json!({"type": "refunded", "amount": amount});
        let problem = problem(post(&app, &reference, &event).await).await;
        assert_eq!((problem.status, problem.code), (422, Code::BodyShape), "{event}");
        let detail = problem.detail.unwrap();
        assert!(detail.starts_with(&format!("at {pointer:?}: wanted ")), "{event}: {detail}");
    }
    let status =
        recorded(&app, &reference, json!({"type": "Refunded", "amount": {"cents": 39_900, "currency": " eur"}}));
    let Resolution::Refunded { amount, .. } = status.await.progress.resolution else { panic!("it was refunded") };
    assert_eq!((amount.cents(), amount.currency()), (39_900, "EUR"));
}

#[tokio::test]
async fn a_field_of_an_event_that_is_missing_or_unknown_is_named() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    for (event, pointer) in [
        (json!({}), "/type"),
        (json!({"type": null}), "/type"),
        (json!({"type": "lost"}), "/type"),
        (json!({"type": "refunded"}), "/amount"),
        (json!({"type": "replacement_sent"}), "/tracking_number"),
        (json!({"type": "replacement_sent", "tracking_number": 7}), "/tracking_number"),
        (json!({"type": "replacement_sent", "tracking_number": " "}), "/tracking_number"),
        (json!({"type": "return_received", "tracking_number": "3S"}), "/tracking_number"),
        (json!({"type": "return_received", "amount": {"cents": 1, "currency": "EUR"}}), "/amount"),
        (json!({"type": "return_received", "on": "2026-11-24"}), "/on"),
        (json!({"type": "return_received", "pdf": BASE64_STANDARD.encode("%PDF-1.4\n%%EOF")}), "/pdf"),
    ] {
        let detail = problem(post(&app, &reference, &event).await).await.detail.unwrap();
        assert!(detail.starts_with(&format!("at {pointer:?}: ")), "{event}: {detail}");
    }
}

#[tokio::test]
async fn events_of_another_shape_are_refused() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    for (event, code) in [
        (json!({"type": "investigation_opened", "pdf": "JVBERi0="}), Code::FieldUnknown),
        (json!({"type": "refunded"}), Code::BodyShape),
        (json!({"type": "refunded", "amount": {"cents": 0, "currency": "EUR"}}), Code::BodyShape),
        (json!({"type": "investigation_opened", "on": "2020-01-01"}), Code::FieldUnknown),
        (json!({"type": "lost"}), Code::BodyShape),
        (json!([]), Code::BodyShape),
    ] {
        assert_eq!(refusal(post(&app, &reference, &event).await).await, (422, code), "{event}");
    }
}

#[tokio::test]
async fn a_reference_that_nobody_has_is_unknown() {
    let app = TestApp::new().await;
    let response = post(&app, "DR-0000000000", &json!({"type": "investigation_opened"})).await;
    assert_eq!(refusal(response).await, (404, Code::ClaimUnknown));
}

#[tokio::test]
async fn a_claimants_token_is_no_sellers_key() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let path = format!("/seller/claims/{reference}/events");
    let event = json!({"type": "investigation_opened"});
    let response = app.as_claimant(crate::app::LINE, Method::POST, &path).json(&event).send().await.unwrap();
    let problem: Problem = problem(response).await;
    assert_eq!((problem.status, problem.code), (401, Code::TokenInvalid));
}

#[tokio::test]
async fn a_decision_names_the_version_that_it_was_made_on() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let refund = json!({"type": "refunded", "amount": {"cents": 39_900, "currency": "EUR"}});
    let declined = json!({"type": "declined", "reason": "De doos was heel."});
    for decision in [&refund, &declined] {
        assert_eq!(refusal(post_on(&app, &reference, None, decision).await).await, (428, Code::VersionMissing));
    }
    for version in ["1", "\"one\"", "W/\"1\"", "*", "\"1\", \"2\""] {
        let refused = refusal(post_on(&app, &reference, Some(version), &refund).await).await;
        assert_eq!(refused, (400, Code::HeaderInvalid), "{version}");
    }
    let opened = post_on(&app, &reference, Some("\"1\""), &json!({"type": "investigation_opened"})).await;
    assert_eq!(opened.headers()["etag"], "\"2\"");
    let problem = problem(post_on(&app, &reference, Some("\"1\""), &refund).await).await;
    assert_eq!((problem.status, problem.code), (412, Code::VersionStale));
    assert_eq!(problem.detail.as_deref(), Some("the claim is at version 2"));
    assert_eq!(post_on(&app, &reference, Some("\"2\""), &refund).await.headers()["etag"], "\"3\"");
    // A fact needs no version.
    assert_eq!(post_on(&app, &reference, None, &json!({"type": "investigation_concluded"})).await.status(), 200);
}

#[tokio::test]
async fn of_a_thousand_raced_refunds_one_is_made_and_the_others_are_told() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let refunds = (1..=1_000).map(|nth| {
        let amount = json!({"cents": 39_900 + nth % 2, "currency": "EUR"});
        let (app, reference) = (&app, &reference);
        async move {
            let refund = json!({"type": "refunded", "amount": amount});
            post_on(app, reference, Some("\"1\""), &refund).await.status().as_u16()
        }
    });
    let statuses: Vec<u16> = futures_util::stream::iter(refunds).buffer_unordered(50).collect().await;
    assert_eq!(statuses.iter().filter(|&&status| status == 200).count(), 1);
    assert_eq!(statuses.iter().filter(|&&status| status == 412).count(), 999);
    let mut db = app.app.store.read_connection().await.unwrap();
    let told = damage_report_backend::store::events::events_of_claim(&mut db, &reference).await.unwrap();
    assert_eq!(told.len(), 2, "one submission and one refund");
}

#[tokio::test]
async fn a_seller_declines_and_asks_for_more_evidence() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let ask = json!({"type": "evidence_requested", "subjects": ["label"], "note": "De barcode is onleesbaar.", "until": "2026-12-01"});
    let asked = recorded(&app, &reference, ask.clone()).await;
    assert_eq!(
        asked.progress.evidence_request.as_ref().map(|request| request.note.as_str()),
        Some("De barcode is onleesbaar.")
    );
    assert_eq!(recorded(&app, &reference, ask).await, asked);
    let declined = recorded(&app, &reference, json!({"type": "declined", "reason": " De doos was heel.\n"})).await;
    let reason = "De doos was heel.".to_owned();
    assert_eq!(declined.progress.resolution, Resolution::Declined { on: "2026-11-24".parse().unwrap(), reason });
    let amount = json!({"cents": 5_000, "currency": "EUR"});
    let settled = recorded(&app, &reference, json!({"type": "partially_refunded", "amount": amount})).await;
    assert!(matches!(settled.progress.resolution, Resolution::PartiallyRefunded { .. }));
}

#[tokio::test]
async fn a_field_of_a_new_event_that_is_wrong_is_named() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let note = "x".repeat(1_001);
    for (event, code, field) in [
        (json!({"type": "declined"}), Code::BodyShape, "/reason"),
        (json!({"type": "declined", "reason": " "}), Code::EventRefused, "/reason"),
        (json!({"type": "declined", "reason": 1}), Code::BodyShape, "/reason"),
        (json!({"type": "declined", "reason": "No", "amount": null, "note": "x"}), Code::FieldUnknown, "/note"),
        (json!({"type": "evidence_requested", "until": "2026-12-01"}), Code::BodyShape, "/subjects"),
        (json!({"type": "evidence_requested", "subjects": ["label"]}), Code::BodyShape, "/until"),
        (
            json!({"type": "evidence_requested", "subjects": ["box"], "until": "2026-12-01"}),
            Code::BodyShape,
            "/subjects/0",
        ),
        (json!({"type": "evidence_requested", "subjects": [], "until": "2026-12-01"}), Code::EventRefused, "/subjects"),
        (
            json!({"type": "evidence_requested", "subjects": ["label"], "until": "2026-11-23"}),
            Code::EventRefused,
            "/until",
        ),
        (
            json!({"type": "evidence_requested", "subjects": ["label"], "until": "1 december"}),
            Code::BodyShape,
            "/until",
        ),
        (
            json!({"type": "evidence_requested", "subjects": ["label"], "note": note, "until": "2026-12-01"}),
            Code::EventRefused,
            "/note",
        ),
        (json!({"type": "partially_refunded"}), Code::BodyShape, "/amount"),
    ] {
        let refused = problem(post(&app, &reference, &event).await).await;
        assert_eq!(refused.code, code, "{event}");
        assert!(refused.detail.as_deref().unwrap().contains(&format!("{field:?}")), "{event}: {:?}", refused.detail);
    }
}
