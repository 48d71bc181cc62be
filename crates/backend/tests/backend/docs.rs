//! `docs/backend.md` says what is so.

use damage_report_backend::{config::Config, problem::Refusal};
use damage_report_rules::{contract::Code, policy::Policy};
use serde_json::Value;

const DOCS: &str = include_str!("../../../../docs/backend.md");

#[test]
fn the_configuration_that_is_shown_is_one_and_its_defaults_are_the_defaults() {
    let toml = DOCS.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let shown = Config::parse(toml, |_| None).unwrap();
    assert_eq!(shown.policy, Policy::default());
    let without_limits = Config::parse(toml.split("[limits]").next().unwrap(), |_| None).unwrap();
    assert_eq!(format!("{:?}", shown.limits), format!("{:?}", without_limits.limits));
    assert!(shown.holidays.of("DE-BY").contains("2026-06-04".parse().unwrap()));
}

#[test]
fn every_route_and_every_code_is_there() {
    let contract: Value = serde_json::from_str(damage_report_backend::openapi::document()).unwrap();
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
