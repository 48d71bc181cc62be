//! `cargo xtask test javascript`: scripts keep their types, and neither scripts nor style sheets break a lint.
//!
//! TypeScript checks the scripts by the types in their JSDoc comments; Biome lints, and formats for `format`. Their rules
//! are in `tsconfig.json` of each folder and in `biome.jsonc`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::node::Npm;
use crate::process::run;
use crate::workspace::Workspace;

const TOOLS: Npm = Npm {
    name: "javascript",
    about: "Biome and TypeScript, which check scripts",
    package: include_str!("../npm/javascript/package.json"),
    lock: include_str!("../npm/javascript/package-lock.json"),
};

/// Refuses scripts and style sheets that break a lint or a type.
///
/// # Errors
///
/// When one does, or a tool cannot be started.
pub(crate) fn check_javascript(workspace: &Workspace) -> Result<()> {
    run(biome("lint", workspace.root())?.arg("--error-on-warnings")).context("A script or a style sheet breaks a lint")
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
