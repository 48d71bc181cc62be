//! The widget's own reading of JSON, held against serde's, by which the same shapes are written and the backend reads.

use std::fmt::Debug;

use damage_report::{
    json::{FromJson, read_json},
    saved::SavedDraft,
};
use damage_report_rules::contract::{ClaimStatus, DraftBegun, OrderLine, Problem, UploadedPhoto};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::orders::{claim_status, order_line, problem};

/// Whether both read the same of `whole`, and of `whole` with each thing in it removed or replaced by another.
fn agree_on<T: FromJson + DeserializeOwned + PartialEq + Debug>(whole: &Value) {
    assert!(read_json::<T>(&whole.to_string()).is_some(), "{whole}");
    let mut spoilt = vec![whole.clone()];
    for path in paths(whole, "") {
        let others = [json!(null), json!(true), json!(7), json!("x"), json!([]), json!({})];
        spoilt.extend(others.map(|other| {
            let mut spoilt = whole.clone();
            *spoilt.pointer_mut(&path).unwrap() = other;
            spoilt
        }));
        let (above, name) = path.rsplit_once('/').unwrap();
        let mut without = whole.clone();
        if let Some(fields) = without.pointer_mut(above).unwrap().as_object_mut() {
            fields.remove(name);
            spoilt.push(without);
        }
    }
    for spoilt in spoilt {
        assert_eq!(read_json::<T>(&spoilt.to_string()), serde_json::from_value(spoilt.clone()).ok(), "{spoilt}");
    }
}

/// The way to each thing in `value`.
fn paths(value: &Value, here: &str) -> Vec<String> {
    let within: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (format!("{here}/{name}"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, value)| (format!("{here}/{n}"), value)).collect(),
        _ => vec![],
    };
    within.into_iter().flat_map(|(path, value)| [paths(value, &path), vec![path]].concat()).collect()
}

#[wasm_bindgen_test]
fn what_the_backend_answers_is_read_as_serde_reads_it() {
    let digest = "0f".repeat(32);
    let mut line = order_line();
    line["draft_begun_at"] = json!("2026-11-20T13:05:00Z");
    line["photos"] = json!([{"sha256": digest, "width": 320, "height": 240, "subject": "label"}]);
    line["policy"] = json!({
        "reporting_days": 5, "late": "accept", "packaging_photos": 2, "label_photos": 2, "device_photos": 4,
        "photos_max": 20, "absence_allowed": false, "description_max": 99, "photo_bytes_max": 1000,
        "photo_side_min": 10, "resolution_days": 8, "resolution_from": "return_received"
    });
    line["claim"] = claim_status();
    line["claim"]["claim"]["advice"] = json!([{"photo": digest, "advice": "alike", "like": digest}]);
    line["claim"]["claim"]["wish"] = json!("refund");
    line["claim"]["claim"]["tracking_number"] = json!("3SDEVC123456789");
    agree_on::<OrderLine>(&line);
    agree_on::<UploadedPhoto>(&line["photos"][0]);
    agree_on::<DraftBegun>(&json!({"begun_at": "2026-11-20T13:05:00Z"}));
}

#[wasm_bindgen_test]
fn each_state_of_a_claim_is_read_as_serde_reads_it() {
    let day = "2026-11-23";
    let money = json!({"cents": 34_900, "currency": "EUR"});
    let tracks = [
        ("investigation", json!({"state": "not_started"})),
        ("investigation", json!({"state": "concluded", "on": day})),
        ("return_shipment", json!({"state": "label_pending"})),
        ("return_shipment", json!({"state": "handed_over", "on": day})),
        ("return_shipment", json!({"state": "received", "on": day})),
        ("resolution", json!({"state": "replaced", "on": day, "tracking_number": "3S"})),
        ("resolution", json!({"state": "refunded", "on": day, "amount": money})),
    ];
    for (track, state) in tracks {
        let mut status = claim_status();
        status["progress"][track] = state;
        agree_on::<ClaimStatus>(&status);
    }
}

/// One of each violation in the contract.
fn violations() -> Value {
    let contract: Value = serde_json::from_str(include_str!("../../docs/openapi.json")).unwrap();
    let variants = contract["components"]["schemas"]["Violation"]["oneOf"].as_array().unwrap();
    let example = |schema: &Value| match (&schema["const"], &schema["enum"][0], schema["type"].as_str()) {
        (code @ Value::String(_), ..) | (_, code @ Value::String(_), _) => code.clone(),
        (.., Some("integer")) => json!(3),
        _ => json!("device"),
    };
    let violation = |variant: &Value| {
        let fields = variant["properties"].as_object().unwrap();
        fields.iter().map(|(name, schema)| (name.clone(), example(schema))).collect::<Value>()
    };
    variants.iter().map(violation).collect()
}

#[wasm_bindgen_test]
fn each_violation_is_read_as_serde_reads_it() {
    let mut refusal = problem(422, "claim_violations", "never");
    refusal["violations"] = violations();
    refusal["photos"] = json!(["0f".repeat(32)]);
    refusal["detail"] = json!("more");
    refusal["reference"] = json!("DR-7K3M9QXA2T");
    agree_on::<Problem>(&refusal);
    agree_on::<Problem>(&problem(500, "a_code_of_a_newer_backend", "later"));
}

#[wasm_bindgen_test]
fn a_saved_draft_is_read_as_serde_reads_it() {
    let analysis = json!({"advice": ["dark"], "outline": {"columns": 64, "cells": "0f"}});
    agree_on::<SavedDraft>(&json!({
        "version": 2,
        "step": "packaging",
        "is_sending": true,
        "answers": claim_status()["claim"],
        "photos": [{"id": 1, "subject": "device", "digest": "0f".repeat(32), "analysis": analysis}],
        "removed": ["0f".repeat(32)]
    }));
}
