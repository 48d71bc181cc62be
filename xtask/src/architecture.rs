//! The directions of import that ARCHITECTURE.md promises, kept true by reading the sources.
//!
//! A source is read line by line up to its tests: good enough for names as distinct as these, and it needs no parser.
//! What a crate may depend on at all is for its Cargo.toml to say.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::read;
use crate::workspace::{WASM, Workspace};

/// Names that only some files may use.
struct Boundary {
    /// The folder it holds for.
    within: &'static str,
    /// The files it is about, if not all: modules, each with or without a folder of the same name.
    only: &'static [&'static str],
    /// The modules that are free to use them.
    free: &'static [&'static str],
    /// The names, as they stand in code.
    names: &'static [&'static str],
    /// Why.
    reason: &'static str,
}

const BOUNDARIES: [Boundary; 11] = [
    Boundary {
        within: "src",
        only: &[],
        free: &["element", "api", "storage", "clock", "photos", "ui"],
        names: &["web_sys"],
        reason: "the browser is touched by element, api, storage, clock, photos and ui alone",
    },
    Boundary {
        within: "src",
        only: &["flow"],
        free: &[],
        names: &["leptos", "js_sys"],
        reason: "flow knows the order of the steps, neither signals nor the page",
    },
    Boundary {
        within: "src/photos",
        only: &["queue", "advice"],
        free: &[],
        names: &["leptos", "js_sys", "web_sys", "wasm_bindgen"],
        reason: "what becomes of photos, and what is said of them, is tested without a browser",
    },
    Boundary {
        within: "src",
        only: &["ui"],
        free: &[],
        names: &["damage_report_rules", "crate::draft", "crate::steps", "crate::wizard"],
        reason: "ui knows neither the draft nor the rules, so that every step can use it",
    },
    Boundary {
        within: "src",
        only: &["draft", "flow", "steps", "text", "api", "storage", "clock", "photos", "status", "ui"],
        free: &[],
        names: &["crate::element", "crate::wizard"],
        reason: "imports run from element to wizard to steps to ui, never back",
    },
    Boundary {
        within: "src",
        only: &[],
        free: &[],
        names: &["damage_report_backend"],
        reason: "the widget and the backend share the rules and nothing else",
    },
    Boundary {
        within: "crates/backend/src",
        only: &[],
        free: &[],
        names: &["damage_report"],
        reason: "the backend and the widget share the rules and nothing else",
    },
    Boundary {
        within: "crates/leptos/src",
        only: &[],
        free: &[],
        names: &["damage_report", "damage_report_backend", "damage_report_rules"],
        reason: "the component knows the element by its contract, as every page does",
    },
    Boundary {
        within: "crates/rules/src",
        only: &[],
        free: &[],
        names: &["std::time", "std::fs", "std::net", "std::env", "Utc::now", "Local::now", "web_sys", "js_sys"],
        reason: "rules have no clock, no zone and no I/O",
    },
    Boundary {
        within: "crates/backend/src",
        only: &[],
        free: &["config"],
        names: &["std::env", "env::var"],
        reason: "only config reads the environment",
    },
    Boundary {
        within: "crates/backend/src",
        only: &[],
        free: &["clock"],
        names: &["Utc::now", "Local::now", "SystemTime::now"],
        reason: "only clock reads the time; the others are given it",
    },
];

/// A line that crosses a boundary.
#[derive(Debug, PartialEq, Eq)]
struct Crossing {
    file: PathBuf,
    line: usize,
    name: &'static str,
    reason: &'static str,
}

impl fmt::Display for Crossing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} is out of place: {}", self.file.display(), self.line, self.name, self.reason)
    }
}

/// Refuses imports that run the wrong way.
///
/// # Errors
///
/// When there are some; every line is named.
pub(crate) fn check_imports(workspace: &Workspace) -> Result<()> {
    let mut crossings = vec![];
    for boundary in &BOUNDARIES {
        let folder = workspace.root().join(boundary.within);
        let mut files = 0;
        for file in rust_files(&folder)? {
            files += 1;
            let source = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            let module = module_of(&file, &folder);
            let name = file.strip_prefix(workspace.root()).unwrap_or(&file);
            crossings.extend(boundary.crossings(&module, name, &source));
        }
        if files == 0 {
            bail!("There is no source in {}, so its imports cannot be checked.", boundary.within);
        }
    }
    if crossings.is_empty() {
        return Ok(());
    }
    for crossing in &crossings {
        eprintln!("{crossing}");
    }
    bail!("Imports run the wrong way, in the lines above.")
}

/// Refuses leptos's feature `delegation`: `change` and `submit` would never reach handlers in a shadow root, and a
/// submit would take the customer away from the shop's page.
pub(crate) fn check_delegation(workspace: &Workspace) -> Result<()> {
    let tree = read(workspace.cargo().args([
        "tree",
        "--package=damage-report",
        "--target",
        WASM,
        "--edges=normal",
        "--prefix=none",
        "--format={p}|{f}",
    ]))?;
    match delegating_package(&tree)? {
        None => Ok(()),
        Some(package) => bail!(
            "{package} has its feature `delegation` on. `cargo tree -p damage-report -e features -i {package}` shows \
             who asks for it."
        ),
    }
}

/// The first package in the output of `cargo tree` that delegates events.
fn delegating_package(tree: &str) -> Result<Option<&str>> {
    let packages: Vec<(&str, &str)> = tree
        .lines()
        .filter_map(|line| line.split_once('|'))
        .map(|(package, features)| (package.split(' ').next().unwrap_or(package), features))
        .collect();
    for expected in ["leptos", "tachys"] {
        if packages.iter().all(|(package, _)| *package != expected) {
            bail!("{expected} is not among the widget's packages, so nothing can be said about its features.");
        }
    }
    let delegates = |features: &str| features.split([',', ' ']).any(|feature| feature == "delegation");
    Ok(packages.into_iter().find(|(_, features)| delegates(features)).map(|(package, _)| package))
}

impl Boundary {
    fn crossings(&self, module: &str, file: &Path, source: &str) -> Vec<Crossing> {
        let is_meant = (self.only.is_empty() || self.only.contains(&module)) && !self.free.contains(&module);
        if !is_meant {
            return vec![];
        }
        let crossing = |line, name| Crossing { file: file.to_path_buf(), line, name, reason: self.reason };
        code_lines(source)
            .flat_map(|(line, code)| {
                self.names.iter().filter(move |name| uses(code, name)).map(move |name| crossing(line, *name))
            })
            .collect()
    }
}

/// The lines of a source that are neither comment nor test, counted from 1. Tests come last in a file.
fn code_lines(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source
        .lines()
        .take_while(|line| line.trim() != "#[cfg(test)]")
        .enumerate()
        .map(|(index, line)| (index + 1, line.split_once("//").map_or(line, |(code, _)| code)))
}

/// Does the line use the name, rather than one that merely ends or begins alike?
fn uses(code: &str, name: &str) -> bool {
    let is_part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(start, _)| {
        !code[..start].ends_with(is_part_of_name) && !code[start + name.len()..].starts_with(is_part_of_name)
    })
}

/// The top module a file belongs to: `ui` for both ui.rs and ui/field.rs.
fn module_of(file: &Path, folder: &Path) -> String {
    let within = file.strip_prefix(folder).unwrap_or(file);
    let first = within.components().next().map(|first| first.as_os_str().to_string_lossy().into_owned());
    first.unwrap_or_default().trim_end_matches(".rs").to_owned()
}

/// Every Rust file in `folder` and below.
///
/// # Errors
///
/// Any error of the file system.
pub(crate) fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = vec![];
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROWSER: &Boundary = &BOUNDARIES[0];

    fn crossed_lines(boundary: &Boundary, module: &str, source: &str) -> Vec<usize> {
        boundary.crossings(module, Path::new("file.rs"), source).into_iter().map(|crossing| crossing.line).collect()
    }

    #[test]
    fn a_line_out_of_place_is_found_by_its_number() {
        assert_eq!(crossed_lines(BROWSER, "draft", "use leptos::prelude::*;\nuse web_sys::File;\n"), [2]);
    }

    #[test]
    fn a_free_module_may_use_the_name() {
        assert!(crossed_lines(BROWSER, "photos", "use web_sys::File;").is_empty());
    }

    #[test]
    fn comments_and_tests_may_speak_of_it() {
        let source = "// not web_sys\n//! nor web_sys\nfn f() {} // web_sys\n#[cfg(test)]\nmod tests { use web_sys; }";
        assert!(crossed_lines(BROWSER, "draft", source).is_empty());
    }

    #[test]
    fn a_longer_name_is_another_name() {
        assert!(!uses("let my_web_system = 1;", "web_sys"));
        assert!(uses("::web_sys::window()", "web_sys"));
    }

    #[test]
    fn the_widget_is_told_from_what_is_called_after_it() {
        assert!(uses("use damage_report::draft::Draft;", "damage_report"));
        assert!(!uses("use damage_report_rules::claim::Claim;", "damage_report"));
    }

    #[test]
    fn a_folder_belongs_to_the_module_of_its_name() {
        let folder = Path::new("src");
        assert_eq!(module_of(Path::new("src/ui.rs"), folder), "ui");
        assert_eq!(module_of(Path::new("src/ui/field.rs"), folder), "ui");
    }

    #[test]
    fn delegation_is_seen_among_the_features_of_a_package() {
        let off = "damage-report v0.1.0 (path)|\nleptos v0.8.23|csr,default\ntachys v0.2.11|default";
        assert_eq!(delegating_package(off).unwrap(), None);
        let on = "leptos v0.8.23|csr,delegation\ntachys v0.2.11|default,delegation";
        assert_eq!(delegating_package(on).unwrap(), Some("leptos"));
    }

    #[test]
    fn a_widget_without_leptos_is_not_waved_through() {
        assert!(delegating_package("damage-report v0.1.0|").is_err());
    }
}
