//! `cargo xtask test javascript`: checks the types of scripts, the types of everything that Rust and JavaScript pass to each
//! other, and the lint rules for scripts and style sheets.
//!
//! TypeScript checks the scripts against the types in their JSDoc comments. Biome lints, and formats for `format`. Their rules
//! are in `tsconfig.json` of each folder and in `biome.jsonc`.

mod bindings;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::file_tree::{create_parent, rust_files};
use crate::node::NpmPackages;
use crate::process::run_program;
use crate::workspace::Workspace;
use bindings::{BUNDLED, Bindings};

const TOOLS: NpmPackages = NpmPackages {
    name: "javascript",
    about: "Biome and TypeScript, which check scripts",
    package: include_str!("../npm/javascript/package.json"),
    lock: include_str!("../npm/javascript/package-lock.json"),
};

/// The folders whose scripts are checked, each with a `tsconfig.json` of its own.
const PROJECTS: [&str; 7] =
    ["js", "tests/browser", "demo", "crates/backend/desk", "e2e/odd_hosts", "bench/browser/src", "xtask/npm"];

/// The folders whose Rust imports from JavaScript.
const BOUND: [&str; 2] = ["src", "tests/browser"];

/// The scripts that the browser tests import, each as one bundle. The test runner's server answers four requests at a time, and a
/// page that loads more than about seven modules may hang.
pub(crate) const TESTED_SCRIPTS: [&str; 3] = ["js/photo-reader.js", "js/photo-worker.js", "tests/browser/browser.js"];

/// Refuses type errors and lint errors in scripts, and Rust bindings that do not match the JavaScript.
///
/// # Errors
///
/// When it finds an error, or a tool cannot be started.
pub(crate) fn check_javascript(workspace: &Workspace) -> Result<()> {
    let root = workspace.root();
    run_program(biome_command("lint", root)?.arg("--error-on-warnings"))
        .context("Biome found lint errors in scripts or style sheets")?;
    for project in PROJECTS {
        run_program(typescript(root)?.args(["-p", project]))
            .with_context(|| format!("TypeScript found type errors in {project}"))?;
    }
    let mut files = vec![];
    for folder in BOUND {
        for file in rust_files(&root.join(folder))? {
            let name = file.strip_prefix(root).unwrap_or(&file).to_path_buf();
            files.push((name, fs::read_to_string(&file)?));
        }
    }
    let types = fs::read_to_string(root.join("js/types.d.ts")).context("js/types.d.ts cannot be read")?;
    let bindings = Bindings::from_rust(&files, &types)?;
    let bundles = TESTED_SCRIPTS.map(|script| format!("{BUNDLED}{script}"));
    let missing = not_bundled(&bindings, &bundles);
    ensure!(
        missing.is_empty(),
        "Browser tests may import only the bundles in TESTED_SCRIPTS, but import:\n{}",
        missing.join("\n")
    );
    let messages = compare(&bindings, root, &workspace.target_folder().join("xtask/bindings"))?;
    for message in &messages {
        eprintln!("{message}");
    }
    ensure!(messages.is_empty(), "Bindings in Rust do not match the JavaScript: see above.");
    println!("{} bindings in Rust match the JavaScript", bindings.len());
    Ok(())
}

/// The modules that tests import without a bundle. A page that imports one may hang, because its imports are not served.
fn not_bundled(bindings: &Bindings, bundles: &[String]) -> Vec<String> {
    let of_tests = bindings.imported_modules().filter(|(file, _)| file.starts_with("tests"));
    let missing = of_tests.filter(|(_, module)| bundles.iter().all(|bundle| bundle != module));
    missing.map(|(file, module)| format!("{}: {module}", file.display())).collect()
}

/// Checks `bindings` against the scripts in `root`, and returns TypeScript's messages. Writes a TypeScript project into `folder`.
fn compare(bindings: &Bindings, root: &Path, folder: &Path) -> Result<Vec<String>> {
    let (code, project) = (folder.join("bindings.ts"), folder.join("tsconfig.json"));
    let include: [PathBuf; 2] = [code.clone(), root.join("js/*.d.ts")];
    let settings = serde_json::json!({ "extends": root.join("js/tsconfig.json"), "include": include });
    create_parent(&code)?;
    fs::write(&code, bindings.to_typescript(root)).with_context(|| format!("{} cannot be written", code.display()))?;
    fs::write(&project, settings.to_string()).with_context(|| format!("{} cannot be written", project.display()))?;
    let output = typescript(root)?.arg("-p").arg(&project).output().context("TypeScript cannot be started")?;
    let printed = String::from_utf8_lossy(&output.stdout);
    // A message may have several lines. All but the first are indented.
    let mut messages: Vec<String> = vec![];
    for line in printed.lines() {
        match messages.last_mut() {
            Some(message) if line.starts_with(' ') => message.extend(["\n", line]),
            _ => messages.push(bindings.locate_in_rust(line)),
        }
    }
    ensure!(output.status.success() || !messages.is_empty(), "TypeScript failed without a message");
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

/// Biome's `command` on all files of the project in `folder`.
///
/// # Errors
///
/// When it cannot be installed.
pub(crate) fn biome_command(command: &str, folder: &Path) -> Result<Command> {
    let mut node = Command::new("node");
    node.arg(TOOLS.obtain()?.join("@biomejs/biome/bin/biome")).arg(command);
    node.current_dir(folder);
    Ok(node)
}
