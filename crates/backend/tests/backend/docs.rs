//! What stands in `docs/` is so: the settings, endpoints and codes of the backend, the element's contract, and the routes
//! that give tokens, which are run as they stand there.

mod curl;
mod damage_token;
mod shop;

use std::{
    io::{ErrorKind, Write as _, stderr},
    path::Path,
    process::Command,
};

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use damage_report_backend::{clock::Clock, config::Config, problem::Refusal};
use damage_report_rules::{contract::Code, policy::Policy};
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

use self::shop::OWNER;
use crate::app::{LINE, PREVIOUS_SECRET, SECRET, TestApp, refusal};

const DOCS: &str = include_str!("../../../../docs/backend.md");
const EMBEDDING: &str = include_str!("../../../../docs/embedding.md");
const TOKENS: &str = include_str!("../../../../docs/tokens.md");
/// Its contract stands above the element's class.
const ELEMENT: &str = include_str!("../../../../js/damage-report.js");

#[test]
fn the_configuration_that_is_shown_is_one_and_its_defaults_are_the_defaults() {
    let toml = example(DOCS, "Configuration", "toml");
    let shown = Config::parse(toml, |_| None).unwrap();
    assert_eq!(shown.policy, Policy::default());
    let without_limits = Config::parse(toml.split("[limits]").next().unwrap(), |_| None).unwrap();
    assert_eq!(format!("{:?}", shown.limits), format!("{:?}", without_limits.limits));
    assert!(shown.holidays.of("DE-BY").contains("2026-06-04".parse().unwrap()));
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

#[tokio::test]
async fn the_route_in_node_gives_tokens_that_are_taken() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("damage-token.mjs"), example(TOKENS, "Node", "js")).unwrap();
    std::fs::write(folder.path().join("shop.mjs"), shop::in_node()).unwrap();
    gives_good_tokens(async |secret, customer| {
        // It listens where nobody else does, and is asked when it does.
        let script = format!(
            r#"
            import {{ Server }} from "node:http";
            const {{ listen }} = Server.prototype;
            const address = new Promise((resolve) => {{
              Server.prototype.listen = function () {{
                return listen.call(this, 0, "127.0.0.1", () => resolve(`http://127.0.0.1:${{this.address().port}}`));
              }};
            }});
            await import("./damage-token.mjs");
            const headers = {{ "X-Customer": "{customer}" }};
            const answer = await fetch((await address) + "{}", {{ method: "POST", headers }});
            console.log(`${{answer.status}} ${{await answer.text()}}`);
            process.exit();
            "#,
            route()
        );
        let mut node = Command::new("node");
        node.args(["--input-type=module", "--eval", &script]);
        answer(&run(node, folder.path(), secret).expect("Node is wherever the widget is built"))
    })
    .await;
}

#[tokio::test]
async fn the_route_in_php_gives_tokens_that_are_taken() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("damage-token.php"), example(TOKENS, "PHP", "php")).unwrap();
    std::fs::write(folder.path().join("shop.php"), shop::in_php()).unwrap();
    if Command::new("php").arg("--version").output().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        // Not by `eprintln`: of tests that pass, that is kept back.
        writeln!(stderr(), "There is no php here: the PHP route of docs/tokens.md was not run").unwrap();
        return;
    }
    gives_good_tokens(async |secret, customer| {
        let script = format!(
            r#"
            $_SERVER = ["REQUEST_METHOD" => "POST", "REQUEST_URI" => "{}", "HTTP_X_CUSTOMER" => "{customer}"];
            ob_start();
            register_shutdown_function(function () {{
                $text = ob_get_clean();
                echo http_response_code(), " ", $text;
            }});
            require "damage-token.php";
            "#,
            route()
        );
        let mut php = Command::new("php");
        php.args(["-r", &script]);
        answer(&run(php, folder.path(), secret).unwrap())
    })
    .await;
}

#[tokio::test]
async fn the_route_in_rust_gives_tokens_that_are_taken() {
    let (shown, run) = (example(TOKENS, "Rust", "rust"), include_str!("docs/damage_token.rs"));
    assert!(run.ends_with(shown), "docs/tokens.md does not show what is run here");
    gives_good_tokens(async |secret, customer| {
        let request = Request::post(route()).header("x-customer", customer).body(Body::empty()).unwrap();
        let response = damage_token::routes(secret.as_bytes()).oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    })
    .await;
}

/// Asserts that a route gives tokens to the order line's owner alone, and that a backend which is set up as
/// `docs/backend.md` shows takes them, unless they are signed with another secret.
async fn gives_good_tokens(ask: impl AsyncFn(&str, &str) -> (u16, String)) {
    let toml = example(DOCS, "Configuration", "toml");
    let shown = Config::parse(toml, |name| (name == "DAMAGE_REPORT_TOKEN_SECRET").then(|| SECRET.to_owned())).unwrap();
    let app = TestApp::with(|config| config.tokens = shown.tokens).await;
    // The routes go by the time that it is.
    app.clock().set(Clock::system().now());
    let taken = async |token: &str| {
        app.request(Method::GET, &format!("/order-lines/{LINE}")).bearer_auth(token).send().await.unwrap()
    };

    assert_eq!(ask(SECRET, "").await, (401, String::new()), "nobody is signed in");
    assert_eq!(ask(SECRET, "bob").await, (404, String::new()), "it is not his");
    let (status, token) = ask(SECRET, OWNER).await;
    assert_eq!((status, taken(&token).await.status().as_u16()), (200, 200), "{token}");
    let (_, token) = ask(PREVIOUS_SECRET, OWNER).await;
    assert_eq!(refusal(taken(&token).await).await, (401, Code::TokenInvalid));
}

/// Where the routes are asked for a token of [`LINE`].
fn route() -> String {
    format!("/my-orders/{LINE}/damage-token")
}

/// What `program` says, run in `folder` with the secret in its environment.
fn run(mut program: Command, folder: &Path, secret: &str) -> std::io::Result<String> {
    let output = program.current_dir(folder).env("DAMAGE_REPORT_TOKEN_SECRET", secret).output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout).unwrap())
}

/// A status and what was said, as the scripts print them.
fn answer(printed: &str) -> (u16, String) {
    let (status, text) = printed.split_once(' ').unwrap();
    (status.parse().unwrap(), text.trim_end().to_owned())
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
    let (_, code) = section.split_once(&format!("```{language}\n")).unwrap();
    code.split_once("```").unwrap().0
}
