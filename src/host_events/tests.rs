//! Compares the contract above the element's class with the events of these types, of the element's scripts, and of the
//! custom elements manifest.

use std::collections::{BTreeMap, BTreeSet};

use damage_report_rules::evidence::Subject;
use serde_json::Value;

use super::all;
use crate::flow::Step;

const ELEMENT: &str = include_str!("../../js/damage-report.js");
const REPORT: &str = include_str!("../../js/report.js");
const HISTORY: &str = include_str!("../../js/page-history.js");
const MANIFEST: &str = include_str!("../../docs/custom-elements.json");
const OPENAPI: &str = include_str!("../../docs/openapi.json");

/// The fields of each event's detail, with the types that a field may have, written as in TypeScript.
type Events = BTreeMap<String, Fields>;
type Fields = BTreeMap<String, BTreeSet<String>>;
type Declared = Vec<(&'static str, Vec<(&'static str, String)>)>;

#[test]
fn the_widget_and_the_scripts_send_exactly_the_events_of_the_contract() {
    assert_same(&contract(ELEMENT), &sent(&all(), &[ELEMENT, REPORT]));
}

#[test]
fn the_report_reads_only_fields_of_the_contract() {
    assert_eq!(unknown_reads(REPORT), BTreeSet::new());
}

#[test]
fn each_step_has_its_entry_in_the_history() {
    let pages = Step::ALL.map(|step| format!("\"{}\"", step.name())).join(", ");
    assert!(
        HISTORY.contains(&format!("const PAGES = [{pages}];")),
        "js/page-history.js lists other pages than {pages}"
    );
}

#[test]
fn the_manifest_has_the_events_of_the_contract() {
    let manifest: Value = serde_json::from_str(MANIFEST).unwrap();
    let events = manifest["modules"][0]["declarations"][0]["events"].as_array().unwrap();
    let text = |event: &Value, key: &str| event[key].as_str().unwrap().to_owned();
    let listed = events.iter().map(|event| {
        format!("{{{}}} {} - {}", text(&event["type"], "text"), text(event, "name"), text(event, "description"))
    });
    let listed: BTreeSet<_> = listed.collect();
    let promised = ELEMENT.lines().filter_map(|line| line.trim().strip_prefix("* @fires "));
    let promised: BTreeSet<_> = promised.map(str::to_owned).collect();
    let differences: Vec<_> = promised.symmetric_difference(&listed).collect();
    assert!(differences.is_empty(), "docs/custom-elements.json differs from js/damage-report.js: {differences:#?}");
}

#[test]
fn a_field_that_is_renamed_in_one_place_is_noticed() {
    let rename = |source: &str, from: &str, to: &str| {
        assert!(source.contains(from), "{from}");
        source.replace(from, to)
    };
    let differs = |contract_text: &str, widget: &Declared, scripts: &[&str]| {
        differences(&contract(contract_text), &sent(widget, scripts)).join("; ")
    };
    let renamed = rename(ELEMENT, "{ reference: string }", "{ number: string }");
    let said = differs(&renamed, &all(), &[ELEMENT, REPORT]);
    assert!(said.contains("submitted.number") && said.contains("submitted.reference"), "{said}");

    let mut renamed = all();
    let (_, deadline) = renamed.iter_mut().find(|(name, _)| *name == "deadline").unwrap();
    deadline[1].0 = "status";
    let said = differs(ELEMENT, &renamed, &[ELEMENT, REPORT]);
    assert!(said.contains("deadline.standing") && said.contains("deadline.status"), "{said}");

    let renamed = rename(REPORT, "#say(\"toggle\", { open:", "#say(\"toggle\", { isOpen:");
    let said = differs(ELEMENT, &all(), &[ELEMENT, &renamed]);
    assert!(said.contains("toggle.open") && said.contains("toggle.isOpen"), "{said}");

    let renamed = rename(REPORT, "{ reason: \"stopped\" }", "{ reason: \"panicked\" }");
    let said = differs(ELEMENT, &all(), &[ELEMENT, &renamed]);
    assert!(said.contains("error.reason") && said.contains("panicked"), "{said}");

    let renamed = rename(REPORT, "detail.step ===", "detail.page ===");
    assert_eq!(unknown_reads(&renamed), BTreeSet::from(["page".to_owned()]));
}

#[track_caller]
fn assert_same(promised: &Events, sent: &Events) {
    let differences = differences(promised, sent);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Names each event and field that only one side has, or whose types differ.
fn differences(promised: &Events, sent: &Events) -> Vec<String> {
    let mut differences = vec![];
    for name in promised.keys().chain(sent.keys()).collect::<BTreeSet<_>>() {
        let (Some(promised), Some(sent)) = (promised.get(name), sent.get(name)) else {
            let side = if promised.contains_key(name) { "only in the contract" } else { "not in the contract" };
            differences.push(format!("{name} is {side}"));
            continue;
        };
        for field in promised.keys().chain(sent.keys()).collect::<BTreeSet<_>>() {
            match (promised.get(field), sent.get(field)) {
                (Some(_), None) => differences.push(format!("{name}.{field} is only in the contract")),
                (None, _) => differences.push(format!("{name}.{field} is not in the contract")),
                // A script whose value is no literal says nothing of its type.
                (Some(promised), Some(sent)) if !sent.is_empty() && promised != sent => {
                    differences.push(format!("{name}.{field} is {promised:?} in the contract, but sent as {sent:?}"));
                }
                _ => {}
            }
        }
    }
    differences
}

/// The events that the contract in `source` promises.
fn contract(source: &str) -> Events {
    let events = source.lines().filter_map(|line| line.trim().strip_prefix("* @fires {CustomEvent<"));
    let events: Events = events
        .map(|event| {
            let (detail, rest) = event.split_once(">} damage-report-").unwrap();
            (rest.split_once(" - ").unwrap().0.to_owned(), fields(detail))
        })
        .collect();
    assert!(events.len() > 10, "{events:?}");
    events
}

/// The fields of an object type such as `{ subject: "label" | "device", n?: number }`.
fn fields(object: &str) -> Fields {
    let inner = object.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap();
    let fields = split(inner, ',').into_iter().map(|field| field.split_once(':').unwrap());
    fields.map(|(name, kind)| (name.trim().to_owned(), split(kind, '|').into_iter().map(canonical).collect())).collect()
}

/// The type with the fields of its objects in order of their names.
fn canonical(kind: &str) -> String {
    let Some(object) = kind.strip_suffix("[]").filter(|kind| kind.starts_with('{')) else { return kind.to_owned() };
    format!("{:?}[]", fields(object))
}

/// Splits at each separator that is not inside braces.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut depth = 0;
    let is_between = move |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == separator && depth == 0
    };
    text.split(is_between).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The events of the widget and of the scripts.
fn sent(widget: &Declared, scripts: &[&str]) -> Events {
    let of_the_widget = widget.iter().map(|(name, fields)| {
        let kinds = |kind: &str| split(kind, '|').into_iter().map(canonical).collect();
        ((*name).to_owned(), fields.iter().map(|(field, kind)| ((*field).to_owned(), kinds(kind))).collect())
    });
    let of_the_scripts = scripts.iter().flat_map(|script| sent_by_script(script));
    let mut events = Events::new();
    for (name, fields) in of_the_widget.chain(of_the_scripts) {
        let event: &mut Fields = events.entry(name).or_default();
        for (field, kinds) in fields {
            event.entry(field).or_default().extend(kinds);
        }
    }
    events
}

/// The type of the violations in TypeScript, from the backend's contract.
pub(super) fn violations() -> String {
    let openapi: Value = serde_json::from_str(OPENAPI).unwrap();
    let schemas = &openapi["components"]["schemas"];
    let variants = schemas["Violation"]["oneOf"].as_array().unwrap();
    let mut fields = BTreeMap::new();
    for (name, value) in variants.iter().flat_map(|variant| variant["properties"].as_object().unwrap()) {
        let kind = match (value["type"].as_str(), value["$ref"].as_str()) {
            // Later versions have more codes.
            (Some(kind @ "string"), _) => kind.to_owned(),
            (Some("integer"), _) => "number".to_owned(),
            (_, Some("#/components/schemas/Subject")) => <Subject as super::Value>::kind(),
            _ => panic!("{name} is {value}"),
        };
        let is_optional = variants.iter().any(|variant| variant["properties"].get(name).is_none());
        fields.insert(name, [if is_optional { "?: " } else { ": " }, &kind].concat());
    }
    let fields: Vec<_> = fields.into_iter().map(|(name, kind)| [name, kind.as_str()].concat()).collect();
    format!("{{ {} }}[]", fields.join(", "))
}

/// The events that a script itself sends: `#say("name", { field: "word" })`, or a `CustomEvent` that it makes.
fn sent_by_script(script: &str) -> Vec<(String, Fields)> {
    let said = script.split("#say(\"").skip(1);
    let made = script.split("new CustomEvent(\"damage-report-").skip(1);
    said.chain(made)
        .map(|call| {
            let (name, rest) = call.split_once('"').unwrap();
            let arguments = rest.split_once(");").map_or(rest, |(arguments, _)| arguments);
            let detail = arguments.rsplit_once('{').map_or("", |(_, detail)| detail.split('}').next().unwrap());
            let fields = split(detail, ',').into_iter().filter_map(|field| field.split_once(':'));
            let words =
                |value: &str| value.trim().starts_with('"').then(|| value.trim().to_owned()).into_iter().collect();
            (name.to_owned(), fields.map(|(field, value)| (field.trim().to_owned(), words(value))).collect())
        })
        .collect()
}

/// The fields and names that the runtime reads of the widget's events, and that no event of the contract has.
fn unknown_reads(runtime: &str) -> BTreeSet<String> {
    let body = runtime.split_once("#announce(event, values) {").unwrap().1.split_once("\n  }\n").unwrap().0;
    let is_part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let read = body.split("detail.").skip(1).map(|rest| rest.split(|c| !is_part_of_name(c)).next().unwrap().to_owned());
    let names = body.split("name === \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let contract = contract(ELEMENT);
    let fields: BTreeSet<_> = contract.values().flat_map(BTreeMap::keys).cloned().collect();
    let read = read.filter(|field| !fields.contains(field));
    read.chain(names.filter(|name| !contract.contains_key(name))).collect()
}
