//! Checks the documents in `docs/`: the settings, endpoints and codes of the backend, the element's contract, and in `tokens` the routes
//! that give tokens.

mod curl;
mod damage_data;
mod damage_token;
mod receivers;
mod shop;
mod tickets;
mod tokens;

use damage_report_backend::{config::Config, problem::Refusal};
use damage_report_rules::{contract::Code, policy::Policy};
use serde_json::Value;

use crate::app::SECRET;

const DOCS: &str = include_str!("../../../../docs/backend.md");
const DESK: &str = include_str!("../../../../docs/desk.md");
/// Its pages are in no contract.
const DESK_ROUTES: &str = include_str!("../../src/desk.rs");
const EMBEDDING: &str = include_str!("../../../../docs/embedding.md");
/// Its contract stands above the element's class.
const ELEMENT: &str = include_str!("../../../../js/damage-report.js");

#[test]
fn the_configuration_that_is_shown_is_one_and_its_defaults_are_the_defaults() {
    let toml = example(DOCS, "Configuration", "toml");
    let shown = Config::parse(toml, |_| None).unwrap();
    assert_eq!(shown.policy, Policy::default());
    let without_limits = Config::parse(toml.split("[limits]").next().unwrap(), |_| None).unwrap();
    assert_eq!(format!("{:?}", shown.limits), format!("{:?}", without_limits.limits));
    assert!(shown.holidays.of_place("DE-BY").contains("2026-06-04".parse().unwrap()));
}

#[test]
fn the_smallest_configuration_is_enough_and_nothing_in_it_can_be_left_out() {
    let smallest = example(DOCS, "The smallest configuration", "toml");
    let environment = |name: &str| match name {
        "DAMAGE_REPORT_TOKEN_SECRET" => Some(SECRET.to_owned()),
        "DAMAGE_REPORT_SELLER_KEYS" => Some("a-key-of-the-shop-that-is-long-enough".to_owned()),
        _ => None,
    };
    assert_eq!(Config::parse(smallest, environment).unwrap().tokens.audience, "damage-report");
    for (left_out, _) in smallest.lines().enumerate() {
        let rest: Vec<&str> =
            smallest.lines().enumerate().filter(|(at, _)| *at != left_out).map(|(_, line)| line).collect();
        assert!(Config::parse(&rest.join("\n"), environment).is_err(), "without line {left_out}");
    }
}

#[test]
fn every_route_and_every_code_is_there() {
    let contract: Value = serde_json::from_str(damage_report_backend::router::openapi_document()).unwrap();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let endpoint = format!("`{} {path}`", method.to_uppercase());
            assert!(DOCS.contains(&endpoint), "{endpoint}");
        }
    }
    let codes = contract["components"]["schemas"]["Code"]["oneOf"].as_array();
    let codes = codes.or_else(|| contract["components"]["schemas"]["Code"]["enum"].as_array()).unwrap();
    let names: Vec<&str> = codes.iter().filter_map(|code| code.as_str().or_else(|| code["const"].as_str())).collect();
    assert!(names.len() > 40, "{names:?}");
    for name in names.into_iter().filter(|&name| name != "unknown") {
        let code: Code = serde_json::from_value(name.into()).unwrap();
        let status = Refusal::new(code).problem().status.to_string();
        let row = DOCS.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{name}`")));
        assert!(row.is_some_and(|row| row.contains(&status)), "{name} is {status}: {row:?}");
    }
}

#[test]
fn every_address_of_the_desk_is_there() {
    let table = section(DESK, "## Its addresses");
    let routes: Vec<_> = DESK_ROUTES.lines().filter_map(|line| line.trim().strip_prefix(".route(\"")).collect();
    assert!(routes.len() > 10, "{routes:?}");
    for route in routes {
        let (path, methods) = route.split_once("\", ").unwrap();
        let method = if methods.contains("post(") { "POST" } else { "GET" };
        assert!(table.contains(&format!("{method} {path}`")), "{method} {path}");
    }
    assert!(section(DOCS, "## Endpoints").contains("(desk.md#its-addresses)"));
}

#[test]
fn whatever_the_element_promises_is_told_to_who_embeds_it() {
    let mut promises = 0;
    // `@fires {CustomEvent<{ reference: string }>} damage-report-submitted - A claim was accepted.`
    for line in ELEMENT.lines().filter_map(|line| line.trim_start().strip_prefix("* @")) {
        let Some((declared, _)) = line.split_once(" - ") else { continue };
        let values = declared.split('"').skip(1).step_by(2).map(|value| format!("\"{value}\""));
        // The slot for the content has no name.
        let name = declared.rsplit_once(' ').map(|(_, name)| format!("`{name}`"));
        for told in values.chain(name) {
            assert!(EMBEDDING.contains(&told), "{told} of {declared}");
            promises += 1;
        }
    }
    assert!(promises > 80, "{promises}");
}

/// The text under `heading`, up to the next one of its rank or above.
fn section(docs: &'static str, heading: &str) -> &'static str {
    let (_, section) = docs.split_once(&format!("\n{heading}\n")).unwrap();
    let rank = heading.split(' ').next().unwrap().len();
    let next =
        section.lines().find(|line| line.starts_with('#') && line.find(' ').is_some_and(|hashes| hashes <= rank));
    next.map_or(section, |next| section.split_once(&format!("\n{next}\n")).unwrap().0)
}

/// The first example in `language` under this heading.
fn example(docs: &'static str, heading: &str, language: &str) -> &'static str {
    let (_, section) = docs.split_once(&format!("\n## {heading}\n")).unwrap();
    code(section, language)[0]
}

/// The examples in `language` of a text.
fn code(text: &'static str, language: &str) -> Vec<&'static str> {
    text.split(&format!("```{language}\n")).skip(1).map(|rest| rest.split_once("```").unwrap().0).collect()
}
