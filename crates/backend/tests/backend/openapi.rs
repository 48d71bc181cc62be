//! The committed contract is the one that the code gives.

use std::collections::BTreeSet;

use damage_report_rules::{
    contract::{ClaimEventType, Problem},
    lifecycle::Event,
};
use serde_json::Value;

/// The document, to be asked.
pub(crate) fn document() -> Value {
    serde_json::from_str(damage_report_backend::router::openapi_document()).unwrap()
}

/// Asserts that the document names what was answered at `method` of `path`: the status, or refusals in general, and the code.
pub(crate) fn assert_named(method: &str, path: &str, problem: &Problem) {
    let document = document();
    let responses = document["paths"][path][method]["responses"].as_object().unwrap();
    let status = problem.status.to_string();
    assert!(responses.contains_key(&status) || responses.contains_key("default"), "{method} {path}: {status}");
    let code = serde_json::to_value(problem.code).unwrap();
    let codes = document["components"]["schemas"]["Code"]["enum"].as_array().unwrap();
    assert!(codes.contains(&code) && code != "unknown", "{code}");
}

/// Method, path and description of each operation.
fn operations() -> Vec<(String, String, Value)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(|(method, operation)| (method.clone(), path.clone(), operation.clone()))
    });
    each.collect()
}

#[test]
fn docs_openapi_json_is_what_the_code_gives() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == damage_report_backend::router::openapi_document(),
        "write it anew: cargo run -p damage-report-backend -- openapi > docs/openapi.json"
    );
}

#[test]
fn every_route_is_described_with_its_refusals() {
    let document = document();
    for (method, path, operation) in operations() {
        assert!(operation["security"].is_array() || !path.contains('{'), "{method} {path} says who may call");
        assert!(operation["summary"].is_string(), "{method} {path} says what it does");
        assert!(operation["responses"]["default"].is_object(), "{method} {path} can be refused");
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for schema in ["OrderLine", "ClaimDraft", "ClaimStatus", "Problem", "Code", "Violation", "Policy", "Event"] {
        assert!(schemas.contains_key(schema), "{schema}");
    }
}

/// Generators of clients name functions after them: one that stands twice is refused by some, and dropped by others.
#[test]
fn every_operation_has_an_identifier_of_its_own() {
    let operations = operations();
    let names: BTreeSet<&str> =
        operations.iter().map(|(_, _, operation)| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len(), "{names:?}");
}

#[test]
fn a_photo_is_sent_as_one_of_the_types_that_are_taken() {
    let document = document();
    let bodies = &document["paths"]["/order-lines/{id}/photos/{sha256}"]["put"]["requestBody"]["content"];
    let types: Vec<&String> = bodies.as_object().unwrap().keys().collect();
    assert_eq!(types, ["image/jpeg", "image/png", "image/webp"]);
}

#[test]
fn each_type_of_event_has_its_own_fields_and_no_others() {
    let document = document();
    let events = document["components"]["schemas"]["Event"]["oneOf"].as_array().unwrap();
    assert_eq!(events.len(), Event::TYPES.len());
    for event in events {
        assert_eq!(event["additionalProperties"], false, "{event}");
        let fields: Vec<&str> = event["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let own = match event["properties"]["type"]["enum"][0].as_str().unwrap() {
            "return_label_issued" => vec!["pdf", "type"],
            "replacement_sent" => vec!["tracking_number", "type"],
            "refunded" | "partially_refunded" => vec!["amount", "type"],
            "declined" => vec!["reason", "type"],
            "evidence_requested" => vec!["note", "subjects", "type", "until"],
            _ => vec!["type"],
        };
        assert_eq!(fields, own);
    }
}

#[test]
fn what_may_not_be_empty_says_so() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    for (schema, field) in
        [("ShopsLine", "order_number"), ("ShopsLine", "device"), ("ShopsLine", "carrier"), ("ShopsDelivery", "zone")]
    {
        assert_eq!(schemas[schema]["properties"][field]["minLength"], 1, "{schema}.{field}");
    }
    let country = schemas["ShopsLine"]["properties"]["country"]["pattern"].as_str().unwrap();
    assert!(country.starts_with("^[A-Z]{2}"), "{country}");
    assert_eq!(schemas["ShopsDelivery"]["additionalProperties"], false);
}

#[test]
fn the_document_speaks_to_readers_of_any_language() {
    let document = damage_report_backend::router::openapi_document();
    for rust in ["```", "assert_eq!", "crate::", "[`"] {
        assert!(!document.contains(rust), "{rust}");
    }
}

#[test]
fn each_type_of_event_is_a_webhook() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let webhooks = document["webhooks"].as_object().unwrap();
    assert_eq!(webhooks.len(), ClaimEventType::ALL.len());
    let mut identifiers = BTreeSet::new();
    for kind in ClaimEventType::ALL {
        let webhook = &webhooks[kind.name()]["post"];
        let body = &webhook["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        assert_eq!(body, "#/components/schemas/ClaimEvent", "{kind:?}");
        let headers: Vec<&str> =
            webhook["parameters"].as_array().unwrap().iter().map(|header| header["name"].as_str().unwrap()).collect();
        assert_eq!(headers, ["webhook-id", "webhook-timestamp", "webhook-signature"]);
        assert_eq!(webhook["summary"], kind.description());
        identifiers.insert(webhook["operationId"].as_str().unwrap());
    }
    assert_eq!(identifiers.len(), ClaimEventType::ALL.len());
    let operations = operations();
    assert!(
        operations.iter().all(|(_, _, operation)| !identifiers.contains(operation["operationId"].as_str().unwrap()))
    );
}
