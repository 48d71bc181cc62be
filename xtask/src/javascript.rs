//! `cargo xtask test javascript`: scripts keep their types, Rust and JavaScript agree on what they hand each other, and neither
//! scripts nor style sheets break a lint.
//!
//! TypeScript checks the scripts by the types in their JSDoc comments; Biome lints, and formats for `format`. Their rules
//! are in `tsconfig.json` of each folder and in `biome.jsonc`.

mod bindings;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::file_tree::{create_parent, rust_files};
use crate::node::Npm;
use crate::process::run;
use crate::workspace::Workspace;
use bindings::{BUNDLED, Bindings};

const TOOLS: Npm = Npm {
    name: "javascript",
    about: "Biome and TypeScript, which check scripts",
    package: include_str!("../npm/javascript/package.json"),
    lock: include_str!("../npm/javascript/package-lock.json"),
};

/// The folders whose scripts are checked, each with a `tsconfig.json` of its own.
const PROJECTS: [&str; 6] = ["js", "tests/browser", "demo", "e2e/odd_hosts", "bench/browser/src", "xtask/npm"];

/// The folders whose Rust imports from JavaScript.
const BOUND: [&str; 2] = ["src", "tests/browser"];

/// The scripts that the browser tests import, one bundle each. The runner's server answers four requests at a time, and a
/// page that asks for more than some seven modules may wait for ever.
pub(crate) const TESTED_SCRIPTS: [&str; 4] =
    ["js/draft-store.js", "js/photo-reader.js", "js/photo-worker.js", "tests/browser/browser.js"];

/// Refuses scripts that break a type or a lint, and Rust that expects of JavaScript what it does not have.
///
/// # Errors
///
/// When something is refused, or a tool cannot be started.
pub(crate) fn check_javascript(workspace: &Workspace) -> Result<()> {
    let root = workspace.root();
    run(biome("lint", root)?.arg("--error-on-warnings")).context("A script or a style sheet breaks a lint")?;
    for project in PROJECTS {
        run(typescript(root)?.args(["-p", project])).with_context(|| format!("{project}: types do not fit"))?;
    }
    let mut files = vec![];
    for folder in BOUND {
        for file in rust_files(&root.join(folder))? {
            let name = file.strip_prefix(root).unwrap_or(&file).to_path_buf();
            files.push((name, fs::read_to_string(&file)?));
        }
    }
    let types = fs::read_to_string(root.join("js/types.d.ts")).context("js/types.d.ts cannot be read")?;
    let bindings = Bindings::of(&files, &types)?;
    let bundles = TESTED_SCRIPTS.map(|script| format!("{BUNDLED}{script}"));
    let missing = not_bundled(&bindings, &bundles);
    ensure!(missing.is_empty(), "The browser tests import only bundles of TESTED_SCRIPTS:\n{}", missing.join("\n"));
    let messages = compare(&bindings, root, &workspace.target().join("xtask/bindings"))?;
    for message in &messages {
        eprintln!("{message}");
    }
    ensure!(messages.is_empty(), "Rust and JavaScript do not agree: see above.");
    println!("{} items of Rust agree with JavaScript", bindings.len());
    Ok(())
}

/// The modules of tests that are no bundle. A page that imports one may wait for ever: its own imports are not there.
fn not_bundled(bindings: &Bindings, bundles: &[String]) -> Vec<String> {
    let of_tests = bindings.modules().filter(|(file, _)| file.starts_with("tests"));
    let missing = of_tests.filter(|(_, module)| bundles.iter().all(|bundle| bundle != module));
    missing.map(|(file, module)| format!("{}: {module}", file.display())).collect()
}

/// What TypeScript says of `bindings` to the scripts in `root`. Writes a project into `folder`.
fn compare(bindings: &Bindings, root: &Path, folder: &Path) -> Result<Vec<String>> {
    let (code, project) = (folder.join("bindings.ts"), folder.join("tsconfig.json"));
    let include: [PathBuf; 2] = [code.clone(), root.join("js/*.d.ts")];
    let settings = serde_json::json!({ "extends": root.join("js/tsconfig.json"), "include": include });
    create_parent(&code)?;
    fs::write(&code, bindings.code(root)).with_context(|| format!("{} cannot be written", code.display()))?;
    fs::write(&project, settings.to_string()).with_context(|| format!("{} cannot be written", project.display()))?;
    let output = typescript(root)?.arg("-p").arg(&project).output().context("TypeScript cannot be started")?;
    let said = String::from_utf8_lossy(&output.stdout);
    // A message may go on for several lines, each further in.
    let mut messages: Vec<String> = vec![];
    for line in said.lines() {
        match messages.last_mut() {
            Some(message) if line.starts_with(' ') => message.extend(["\n", line]),
            _ => messages.push(bindings.placed(line)),
        }
    }
    ensure!(output.status.success() || !messages.is_empty(), "TypeScript failed without a word");
    Ok(messages)
}

fn typescript(folder: &Path) -> Result<Command> {
    let mut node = Command::new("node");
    let modules = TOOLS.obtain()?;
    node.arg(modules.join("typescript/bin/tsc")).args(["--pretty", "false"]);
    // The types of Node are not in a folder of this project.
    node.arg("--typeRoots").arg(modules.join("@types"));
    node.current_dir(folder);
    Ok(node)
}

/// Biome, told to do `command` with all files of the project in `folder`.
///
/// # Errors
///
/// When it cannot be installed.
pub(crate) fn biome(command: &str, folder: &Path) -> Result<Command> {
    let mut node = Command::new("node");
    node.arg(TOOLS.obtain()?.join("@biomejs/biome/bin/biome")).arg(command);
    node.current_dir(folder);
    Ok(node)
}
