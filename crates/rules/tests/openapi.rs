//! The schemas say what travels: what serde reads and writes is what the backend's OpenAPI document promises.

#![cfg(all(feature = "openapi", not(target_arch = "wasm32")))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use damage_report_rules::{
    claim::ClaimDraft,
    contract::{OrderLine, Problem, Timestamp},
    evidence::{Absences, Digest, Photos},
    lifecycle::{Event, Money},
    policy::Terms,
};
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

#[test]
fn every_event_stands_in_the_schema_under_its_type() {
    let schema = schema::<Event>();
    let types: Vec<_> =
        schema["oneOf"].as_array().unwrap().iter().map(|one| &one["properties"]["type"]["enum"][0]).collect();
    assert_eq!(types, Event::TYPES);
}

#[test]
fn what_a_backend_reads_has_no_room_for_unknown_fields() {
    // Events refuse them as well, but the derive cannot express that for a tagged enum.
    let read = [schema::<ClaimDraft>(), schema::<Photos>(), schema::<Absences>(), schema::<Terms>(), schema::<Money>()];
    for schema in read {
        assert_eq!(schema["additionalProperties"], false, "{schema}");
    }
}

#[test]
fn texts_with_a_form_say_their_form() {
    assert_eq!(schema::<Digest>()["pattern"], "^[0-9a-f]{64}$");
    assert_eq!(schema::<Timestamp>()["format"], "date-time");
    let money = schema::<Money>();
    assert_eq!(money["properties"]["currency"]["pattern"], "^[A-Z]{3}$");
    assert_eq!(money["properties"]["cents"]["minimum"], 1);
    assert_eq!(money["properties"]["cents"]["maximum"], u32::MAX);
}

#[test]
fn what_may_be_left_out_is_not_required() {
    assert_eq!(schema::<ClaimDraft>()["required"], json!(["damage", "photos"]));
    assert_eq!(schema::<Terms>()["required"], Value::Null);
    assert_eq!(schema::<Problem>()["required"], json!(["type", "title", "status", "code", "retry"]));
}

#[test]
fn every_reference_leads_somewhere() {
    let mut schemas = Vec::new();
    for of in [OrderLine::schemas, Problem::schemas, Event::schemas] {
        of(&mut schemas);
    }
    let known: BTreeSet<String> = schemas.iter().map(|(name, _)| name.clone()).collect();
    let roots = [schema::<OrderLine>(), schema::<Problem>(), schema::<Event>()];
    let all = schemas.iter().map(|(_, schema)| serde_json::to_value(schema).unwrap()).chain(roots);
    let wanted: BTreeSet<String> = all.flat_map(|schema| references(&schema)).collect();
    assert!(wanted.is_subset(&known), "{:?} lead nowhere", wanted.difference(&known).collect::<Vec<_>>());
    assert!(wanted.contains("Policy") && wanted.contains("Money"));
}

fn schema<T: PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap()
}

/// The names of the schemas that `schema` refers to.
fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value) {
                ("$ref", Value::String(path)) => vec![path.replace("#/components/schemas/", "")],
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => vec![],
    }
}
