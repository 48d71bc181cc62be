//! The committed contract is the one that the code gives.

use serde_json::Value;

#[test]
fn docs_openapi_json_is_what_the_code_gives() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == damage_report_backend::openapi::document(),
        "write it anew: cargo run -p damage-report-backend -- openapi > docs/openapi.json"
    );
}

#[test]
fn every_route_is_described_with_its_refusals() {
    let document: Value = serde_json::from_str(damage_report_backend::openapi::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 14, "{:?}", paths.keys());
    for (path, item) in paths.iter().filter(|(path, _)| path.contains('{')) {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["security"].is_array(), "{method} {path} says who may call");
            assert!(operation["summary"].is_string(), "{method} {path} says what it does");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("default") || method == "head", "{method} {path}");
        }
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for schema in ["OrderLine", "ClaimDraft", "ClaimStatus", "Problem", "Code", "Violation", "Policy", "Event"] {
        assert!(schemas.contains_key(schema), "{schema}");
    }
}

#[test]
fn the_document_speaks_to_readers_of_any_language() {
    let document = damage_report_backend::openapi::document();
    for rust in ["```", "assert_eq!", "crate::", "[`"] {
        assert!(!document.contains(rust), "{rust}");
    }
}
