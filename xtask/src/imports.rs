//! `cargo xtask test imports`: imports run in the directions of ARCHITECTURE.md, and never in a circle.
//!
//! `syn` parses the Rust code, so the check finds every import, however it is written. `module_tree` defines which arrows count.

mod boundaries;
mod circles;
mod javascript;
mod module_files;
mod module_tree;
mod rust_source;

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::file_tree::{files_below, rust_files};
use crate::process::read_output;
use crate::workspace::Workspace;
use boundaries::BOUNDARIES;
use circles::{ImportCircle, ImportGraph};
use module_tree::ModuleTree;

/// The folder whose scripts import each other.
const SCRIPTS: &str = "js";

/// Refuses imports in the wrong direction, and circles.
///
/// # Errors
///
/// When it finds one. Each is printed with its file and line.
pub(crate) fn check_imports(workspace: &Workspace) -> Result<()> {
    let packages = packages(workspace)?;
    let mut complaints = vec![];
    let mut files = vec![];
    let mut crossings = BTreeSet::new();
    for package in &packages {
        let mut graph = ImportGraph::default();
        for root in &package.roots {
            let tree = ModuleTree::load(root, &|path| text_of(&workspace.root().join(path)))?;
            graph.extend(tree.import_graph());
            for reference in tree.references() {
                crossings.extend(BOUNDARIES.iter().filter_map(|boundary| boundary.crossing_of(&reference)));
            }
        }
        complaints.extend(complaint(&package.name, &graph.circles()));
    }
    for folder in ["src", "crates"] {
        let found = rust_files(&workspace.root().join(folder))?;
        files.extend(found.iter().filter_map(|file| Some(file.strip_prefix(workspace.root()).ok()?.to_path_buf())));
    }
    let crates = workspace.locked_packages()?.iter().map(|name| name.replace('-', "_")).collect();
    for boundary in &BOUNDARIES {
        boundary.check_names(&files, &crates)?;
    }
    complaints.extend(crossings.iter().map(ToString::to_string));
    complaints.extend(complaint(SCRIPTS, &script_graph(workspace)?.circles()));
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    ensure!(complaints.is_empty(), "Imports run in the wrong direction, or in a circle: see above.");
    Ok(())
}

/// The complaint about the circles of a package, if any.
fn complaint(name: &str, circles: &[ImportCircle]) -> Option<String> {
    let told: Vec<_> = circles.iter().map(ToString::to_string).collect();
    (!told.is_empty()).then(|| format!("{name}: files use each other in a circle:\n{}", told.join("\n")))
}

/// A package of the workspace.
struct Package {
    name: String,
    /// The root file of its library, its programs and its tests, from the root of the workspace.
    roots: Vec<PathBuf>,
}

/// All packages, by `cargo metadata`.
fn packages(workspace: &Workspace) -> Result<Vec<Package>> {
    let json =
        read_output(workspace.cargo_command().args(["metadata", "--no-deps", "--format-version=1", "--offline"]))?;
    let metadata: Value = serde_json::from_str(&json).context("cargo metadata did not answer in JSON")?;
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let packages: Vec<_> = list(&metadata, "packages")
        .iter()
        .map(|package| {
            let roots = list(package, "targets");
            let roots = roots.iter().filter_map(|target| target["src_path"].as_str()).map(Path::new);
            let roots = roots.filter_map(|root| Some(root.strip_prefix(workspace.root()).ok()?.to_path_buf()));
            Package { name: package["name"].as_str().unwrap_or_default().to_owned(), roots: roots.collect() }
        })
        .collect();
    ensure!(
        packages.iter().any(|package| !package.roots.is_empty()),
        "cargo metadata names no source of this workspace"
    );
    Ok(packages)
}

fn script_graph(workspace: &Workspace) -> Result<ImportGraph> {
    let mut graph = ImportGraph::default();
    let mut count = 0;
    for path in files_below(&workspace.root().join(SCRIPTS))? {
        if path.extension().is_some_and(|extension| extension == "js") {
            let name = path.strip_prefix(workspace.root()).unwrap_or(&path);
            javascript::add_imports(&mut graph, name, &fs::read_to_string(&path)?)?;
            count += 1;
        }
    }
    ensure!(count > 0, "{SCRIPTS} has no scripts, so its imports cannot be checked");
    Ok(graph)
}

fn text_of(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => bail!("{} cannot be read: {error}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_refused_and_told_with_its_lines() {
        let mut graph = ImportGraph::default();
        graph.add(Path::new("a.rs"), Path::new("b.rs"), 1, "crate::b::B");
        assert_eq!(complaint("x", &graph.circles()), None);
        graph.add(Path::new("b.rs"), Path::new("a.rs"), 2, "crate::a::A");
        assert!(complaint("x", &graph.circles()).unwrap().contains("b.rs → a.rs (crate::a::A, line 2)"));
    }
}
