//! The routes that give tokens, and the function of the pages that asks them.

use std::{path::Path, process::Command};

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use damage_report_rules::contract::Code;
use reqwest::Method;
use tower::ServiceExt as _;

use super::{
    super::{EMBEDDING, code, damage_token, example, section, shop::OWNER},
    SECRET_NAME, TOKENS, is_here, node_examples, node_folder, php_folder, python_folder, run, shop_of_docs,
};
use crate::app::{LINE, PREVIOUS_SECRET, SECRET, refusal};

/// The route that every page asks for a token, as each program prints it.
const FETCHES: [(&str, &str); 3] = [
    ("docs/embedding.md", EMBEDDING),
    ("docs/bundlers.md", include_str!("../../../../../../docs/bundlers.md")),
    ("the package's README.md", include_str!("../../../../../../xtask/npm/package/README.md")),
];

#[test]
fn every_page_asks_for_a_token_in_the_same_way_and_tells_a_shop_that_cannot_from_a_customer_who_is_not_signed_in() {
    let fetches = FETCHES.map(|(name, docs)| {
        let (_, rest) = docs.split_once("async function fetchToken(").unwrap_or_else(|| panic!("{name}"));
        let (function, _) = rest.split_once("\n}\n").unwrap();
        format!("async function fetchToken({}\n}}\n", function).replace(": string", "").replace(": Promise<string>", "")
    });
    assert_eq!((&fetches[0], &fetches[0]), (&fetches[1], &fetches[2]));
    let script = format!(
        r#"
        {}
        const seen = [];
        for (const status of [200, 401, 404, 500, 503]) {{
          globalThis.fetch = async (address, {{ method }}) => new Response(`${{method}} ${{address}}`, {{ status }});
          seen.push(await fetchToken("10042-1").catch((error) => error.name));
        }}
        console.log(seen.join());
        "#,
        fetches[0]
    );
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval", &script]);
    let seen = run(node, Path::new("."), SECRET).expect("Node is wherever the widget is built");
    assert_eq!(seen.trim(), "POST /my-orders/10042-1/damage-token,Error,Error,TypeError,TypeError");
}

#[tokio::test]
async fn the_route_in_node_gives_tokens_that_are_taken() {
    let folder = node_folder();
    let [_, server, ..] = node_examples();
    std::fs::write(folder.path().join("damage-token.mjs"), server).unwrap();
    gives_good_tokens(async |secret, customer| {
        // It listens where nobody else does, and is asked when it does.
        let script = format!(
            r#"
            import {{ Server }} from "node:http";
            const {{ listen }} = Server.prototype;
            const address = new Promise((resolve) => {{
              Server.prototype.listen = function (_, host) {{
                return listen.call(this, 0, host, () => resolve(`http://${{host}}:${{this.address().port}}`));
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
async fn the_route_of_next_gives_tokens_that_are_taken() {
    let folder = node_folder();
    let route = folder.path().join("app/my-orders/[line]/damage-token");
    std::fs::create_dir_all(&route).unwrap();
    std::fs::write(folder.path().join("package.json"), r#"{ "type": "module" }"#).unwrap();
    std::fs::write(route.join("route.js"), code(section(TOKENS, "### Next.js"), "js")[0]).unwrap();
    gives_good_tokens(async |secret, customer| {
        // As Next hands over the request: `shop.mjs` finds its headers where Node's own have them.
        let script = format!(
            r#"
            const {{ POST }} = await import("./app/my-orders/[line]/damage-token/route.js");
            const request = {{ method: "POST", headers: {{ "x-customer": "{customer}" }} }};
            const answer = await POST(request, {{ params: Promise.resolve({{ line: "{LINE}" }}) }});
            console.log(`${{answer.status}} ${{await answer.text()}}`);
            "#
        );
        let mut node = Command::new("node");
        node.args(["--input-type=module", "--eval", &script]);
        answer(&run(node, folder.path(), secret).expect("Node is wherever the widget is built"))
    })
    .await;
}

#[test]
fn without_a_secret_the_routes_in_node_and_python_say_so() {
    let folder = node_folder();
    let mut node = Command::new("node");
    let output = node
        .args(["--input-type=module", "--eval", "(await import('./token-for.mjs')).tokenFor('1')"])
        .env_remove(SECRET_NAME)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("DAMAGE_REPORT_TOKEN_SECRET is not set"));
    let [.., stub] = node_examples();
    assert!(stub.contains("customerOf") && stub.contains("owns"), "{stub}");
    if is_here("python3") {
        let script = code(section(TOKENS, "## Python"), "python")[0].replace("from shop import customer_of, owns", "");
        let mut python = Command::new("python3");
        let output = python.args(["-c", &script]).env_remove(SECRET_NAME).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stderr).contains("DAMAGE_REPORT_TOKEN_SECRET"));
    }
}

#[tokio::test]
async fn the_route_in_python_gives_tokens_that_are_taken() {
    if !is_here("python3") {
        return;
    }
    let folder = python_folder();
    gives_good_tokens(async |secret, customer| {
        let script = format!(
            r#"
import sys, threading, urllib.error, urllib.request
sys.path.insert(0, "")
import damage_token
damage_token.DamageToken.log_message = lambda *_: None
server = damage_token.ThreadingHTTPServer(("127.0.0.1", 0), damage_token.DamageToken)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = "http://127.0.0.1:%d{}" % server.server_port
request = urllib.request.Request(address, method="POST", headers={{"X-Customer": "{customer}"}})
try:
    answer = urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open(request)
except urllib.error.HTTPError as refusal:
    answer = refusal
print(answer.status, answer.read().decode())
"#,
            route()
        );
        let mut python = Command::new("python3");
        python.args(["-c", &script]);
        answer(&run(python, folder.path(), secret).unwrap())
    })
    .await;
}

#[tokio::test]
async fn the_route_in_php_gives_tokens_that_are_taken() {
    if !is_here("php") {
        return;
    }
    let folder = php_folder();
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
    let (shown, run) = (example(TOKENS, "Rust", "rust"), include_str!("../damage_token.rs"));
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
    let app = shop_of_docs().await;
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

/// A status and what was said, as the scripts print them.
fn answer(printed: &str) -> (u16, String) {
    let (status, text) = printed.split_once(' ').unwrap();
    (status.parse().unwrap(), text.trim_end().to_owned())
}
