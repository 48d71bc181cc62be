//! The programs of `docs/tokens.md`, which are run as they stand there: the routes that give tokens, and the functions that write the
//! order line into a page. Here is what both need.

mod page_data;
mod routes;

use std::{
    collections::BTreeSet,
    io::{ErrorKind, Write as _, stderr},
    path::Path,
    process::Command,
    sync::Mutex,
};

use damage_report_backend::{clock::Clock, config::Config};
use tempfile::TempDir;

use super::{DOCS, code, example, section, shop};
use crate::app::{SECRET, TestApp};

const TOKENS: &str = include_str!("../../../../../docs/tokens.md");

/// Where the secret comes from.
const SECRET_NAME: &str = "DAMAGE_REPORT_TOKEN_SECRET";

/// A backend that is set up as `docs/backend.md` shows.
async fn shop_of_docs() -> TestApp {
    let toml = example(DOCS, "Configuration", "toml");
    let shown = Config::parse(toml, |name| (name == SECRET_NAME).then(|| SECRET.to_owned())).unwrap();
    let app = TestApp::with(|config| config.tokens = shown.tokens).await;
    // The programs go by the time that it is.
    app.clock().set(Clock::system().now());
    app
}

/// Whether a program is installed; where it is not, says that its route was not run.
pub(super) fn is_here(program: &str) -> bool {
    static MISSING: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let is_gone =
        Command::new(program).arg("--version").output().is_err_and(|error| error.kind() == ErrorKind::NotFound);
    if is_gone && MISSING.lock().unwrap().insert(program.to_owned()) {
        // Not by `eprintln`: of tests that pass, that is kept back.
        let said = format!("There is no {program} here: the code for it in docs was not run\n");
        stderr().write_all(said.as_bytes()).unwrap();
    }
    !is_gone
}

/// `token-for.mjs`, `damage-token.mjs`, `data-for.mjs` and a `shop.mjs`, as the docs have them.
fn node_examples() -> [&'static str; 4] {
    let node = section(TOKENS, "## Node").split("\n### ").next().unwrap();
    code(node, "js").try_into().unwrap()
}

/// A folder with what the routes in Node share.
fn node_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let [token_for, ..] = node_examples();
    std::fs::write(folder.path().join("token-for.mjs"), token_for).unwrap();
    std::fs::write(folder.path().join("shop.mjs"), shop::in_node()).unwrap();
    folder
}

/// A folder with the route in Python.
fn python_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("damage_token.py"), code(section(TOKENS, "## Python"), "python")[0]).unwrap();
    std::fs::write(folder.path().join("shop.py"), shop::in_python()).unwrap();
    folder
}

/// A folder with the route in PHP.
fn php_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let [token_for, route, _] = code(section(TOKENS, "## PHP"), "php").try_into().unwrap();
    std::fs::write(folder.path().join("token-for.php"), token_for).unwrap();
    std::fs::write(folder.path().join("damage-token.php"), route).unwrap();
    std::fs::write(folder.path().join("shop.php"), shop::in_php()).unwrap();
    folder
}

/// What `program` says, run in `folder` with the secret in its environment.
fn run(mut program: Command, folder: &Path, secret: &str) -> std::io::Result<String> {
    let output = program.current_dir(folder).env(SECRET_NAME, secret).output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout).unwrap())
}
