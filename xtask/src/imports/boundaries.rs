//! The directions of import that ARCHITECTURE.md promises.
//!
//! Its Cargo.toml says on which crates a crate may depend at all.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::module_tree::PathReference;

/// Names that only some modules may use.
pub(super) struct Boundary {
    /// The folder it holds for.
    within: &'static str,
    /// The modules it is about, if not all.
    only: &'static [&'static str],
    /// The modules that are free to use them.
    free: &'static [&'static str],
    names: &'static [Name],
    reason: &'static str,
}

/// A name that a path must not contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// A crate, also where another crate hands it on (`leptos::web_sys`).
    Crate(&'static str),
    /// A module at the top of the crate itself.
    Module(&'static str),
    /// Segments that follow each other somewhere in a path.
    Path(&'static str),
}

use Name::{Crate, Module, Path as Segments};

pub(super) const BOUNDARIES: [Boundary; 12] = [
    Boundary {
        within: "src",
        only: &[],
        free: &["element", "api", "persistence", "clock", "photos", "ui"],
        names: &[Crate("web_sys")],
        reason: "only element, api, persistence, clock, photos and ui touch the browser",
    },
    Boundary {
        within: "src",
        only: &["flow", "sending", "failure"],
        free: &[],
        names: &[Crate("leptos"), Crate("js_sys"), Module("reactive")],
        reason: "the steps, the sending and the failures are plain data, tested without signals and page",
    },
    Boundary {
        within: "src/photos",
        only: &["queue", "advice"],
        free: &[],
        names: &[Crate("leptos"), Crate("js_sys"), Crate("web_sys"), Crate("wasm_bindgen")],
        reason: "the photo queue and the advice are tested without a browser",
    },
    Boundary {
        within: "src",
        only: &["ui"],
        free: &[],
        names: &[Crate("damage_report_rules"), Module("draft"), Module("steps"), Module("wizard")],
        reason: "ui knows neither the draft nor the rules, so that every step can use it",
    },
    Boundary {
        within: "src",
        only: &[
            "draft",
            "saved",
            "flow",
            "steps",
            "text",
            "api",
            "persistence",
            "clock",
            "photos",
            "status",
            "ui",
            "reactive",
            "json",
            "order",
            "failure",
            "host_events",
        ],
        free: &[],
        names: &[Module("element"), Module("wizard")],
        reason: "imports run from element to wizard to steps to ui, never back",
    },
    Boundary {
        within: "src",
        only: &["reactive"],
        free: &[],
        names: &[Crate("damage_report_rules"), Module("draft"), Module("photos"), Module("steps"), Module("ui")],
        reason: "reactive knows signals and scopes, and nothing of a report",
    },
    Boundary {
        within: "src",
        only: &[],
        free: &[],
        names: &[Crate("damage_report_backend")],
        reason: "the widget and the backend share only the rules",
    },
    Boundary {
        within: "crates/backend/src",
        only: &[],
        free: &[],
        names: &[Crate("damage_report")],
        reason: "the backend and the widget share only the rules",
    },
    Boundary {
        within: "crates/leptos/src",
        only: &[],
        free: &[],
        names: &[Crate("damage_report"), Crate("damage_report_backend"), Crate("damage_report_rules")],
        reason: "the component knows the element by its contract, as every page does",
    },
    Boundary {
        within: "crates/rules/src",
        only: &[],
        free: &[],
        names: &[
            Segments("std::time"),
            Segments("std::fs"),
            Segments("std::net"),
            Segments("std::env"),
            Segments("Utc::now"),
            Segments("Local::now"),
            Crate("web_sys"),
            Crate("js_sys"),
        ],
        reason: "rules have no clock, no zone and no I/O",
    },
    Boundary {
        within: "crates/backend/src",
        only: &[],
        free: &["config"],
        names: &[Segments("std::env")],
        reason: "only config reads the environment",
    },
    Boundary {
        within: "crates/backend/src",
        only: &[],
        free: &["clock"],
        names: &[Segments("Utc::now"), Segments("Local::now"), Segments("SystemTime::now")],
        reason: "only clock reads the time and hands it to the others",
    },
];

/// A line that crosses a boundary.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BoundaryCrossing {
    file: PathBuf,
    line: usize,
    path: String,
    reason: &'static str,
}

impl fmt::Display for BoundaryCrossing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} is out of place: {}", self.file.display(), self.line, self.path, self.reason)
    }
}

impl Boundary {
    /// Refuses a rule about a module or crate that does not exist: after a rename it would hold for nothing.
    ///
    /// # Errors
    ///
    /// With the names. `files` are all Rust files, `crates` all crates that the workspace is built from.
    pub(super) fn check_names(&self, files: &[PathBuf], crates: &BTreeSet<String>) -> Result<()> {
        let modules_in = |folder: &str| -> BTreeSet<String> {
            files.iter().filter(|file| file.starts_with(folder)).map(|file| module_of(file, folder)).collect()
        };
        let modules = modules_in(self.within);
        ensure!(!modules.is_empty(), "a rule of imports is about {}, where no source is", self.within);
        let named = self.names.iter().filter_map(|name| if let Module(name) = name { Some(name) } else { None });
        let unknown: Vec<_> =
            self.only.iter().chain(self.free).chain(named).filter(|name| !modules.contains(**name)).collect();
        ensure!(unknown.is_empty(), "a rule of imports names modules that {} does not have: {unknown:?}", self.within);
        let named = self.names.iter().filter_map(|name| if let Crate(name) = name { Some(name) } else { None });
        let unknown: Vec<_> = named.filter(|name| !crates.contains(**name)).collect();
        ensure!(unknown.is_empty(), "a rule of imports names crates that nothing is built from: {unknown:?}");
        Ok(())
    }

    /// The crossing that a reference is, if it is one.
    pub(super) fn crossing_of(&self, reference: &PathReference<'_>) -> Option<BoundaryCrossing> {
        if !reference.file.starts_with(self.within) {
            return None;
        }
        let module = module_of(reference.file, self.within);
        let is_meant = self.only.is_empty() || self.only.contains(&&*module);
        if !is_meant || self.free.contains(&&*module) {
            return None;
        }
        let path = reference.trail.iter().find(|path| self.names.iter().any(|name| name.is_in(path)))?;
        let file = reference.file.to_path_buf();
        Some(BoundaryCrossing { file, line: reference.line, path: path.join("::"), reason: self.reason })
    }
}

impl Name {
    fn is_in(self, path: &[String]) -> bool {
        match self {
            Crate(name) => path.iter().any(|segment| segment == name),
            Module(name) => path.len() > 1 && path[0] == "crate" && path[1] == name,
            Segments(name) => {
                let wanted: Vec<_> = name.split("::").collect();
                path.windows(wanted.len()).any(|window| window == wanted)
            }
        }
    }
}

/// The top module a file belongs to: `ui` for both ui.rs and ui/field.rs.
fn module_of(file: &Path, folder: &str) -> String {
    let within = file.strip_prefix(folder).unwrap_or(file);
    let first = within.components().next().map(|first| first.as_os_str().to_string_lossy().into_owned());
    first.unwrap_or_default().trim_end_matches(".rs").to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::module_tree::ModuleTree;
    use super::*;

    /// The lines of `src` of the crate in `folder` that cross `boundary`, where its module `name` says `source`.
    fn crossed_lines(boundary: &Boundary, name: &str, source: &str) -> Vec<usize> {
        let folder = Path::new(boundary.within);
        let (lib, module) = (folder.join("lib.rs"), folder.join(format!("{name}.rs")));
        let declared = format!(
            "mod {name}; pub mod draft {{ pub struct Draft; }} pub mod wizard {{ pub struct Wizard; }} pub use draft::Draft as Renamed; pub use web_sys::File as Handed;"
        );
        let read = |path: &Path| {
            let known = if path == lib { Some(declared.clone()) } else { None };
            Ok(known.or_else(|| (path == module).then(|| source.to_owned())))
        };
        let tree = ModuleTree::load(&lib, &read).unwrap();
        let crossings = tree.references().filter_map(|reference| boundary.crossing_of(&reference));
        crossings.filter(|crossing| crossing.file == module).map(|crossing| crossing.line).collect()
    }

    /// Each rule with a line that breaks it.
    const MISTAKES: [(&str, &str); 12] = [
        ("draft", "use leptos::web_sys::{File as F};"),
        ("flow", "fn f() { leptos::logging::log!(\"\") }"),
        ("queue", "use wasm_bindgen::prelude::*;"),
        ("ui", "use super::{draft::{Draft}};"),
        ("steps", "type W = super::wizard::Wizard;"),
        ("reactive", "use crate::draft::Draft;"),
        ("draft", "use damage_report_backend::app;"),
        ("routes", "use damage_report::draft::Draft;"),
        ("script", "use damage_report_rules as rules;"),
        ("calendar", "use chrono::Utc; fn f() { Utc::now(); }"),
        ("app", "fn f() { use std::env; env::var(\"X\"); }"),
        ("store", "use std::time::SystemTime as T; fn f() { T::now() }"),
    ];

    #[test]
    fn a_mistake_against_each_rule_is_found() {
        for (boundary, (module, mistake)) in BOUNDARIES.iter().zip(MISTAKES) {
            assert!(!crossed_lines(boundary, module, &format!("\n{mistake}")).is_empty(), "{mistake}");
            assert!(
                crossed_lines(boundary, module, &format!("mod tests_of {{}}\n#[cfg(test)] mod tests {{ {mistake} }}"))
                    .is_empty(),
                "{mistake}"
            );
            if let Some(free) = boundary.free.first() {
                assert!(crossed_lines(boundary, free, mistake).is_empty(), "{free} is free: {mistake}");
            }
        }
    }

    #[test]
    fn the_line_is_told_and_comments_may_speak_of_it() {
        let source = "// not web_sys\n//! nor\nfn f() {} // web_sys\nuse web_sys::File;".replace("//! nor", "");
        assert_eq!(crossed_lines(&BOUNDARIES[0], "flow", &source), [4]);
    }

    #[test]
    fn what_another_module_re_exports_is_seen() {
        assert_eq!(crossed_lines(&BOUNDARIES[0], "flow", "use crate::Handed;"), [1]);
        assert_eq!(crossed_lines(&BOUNDARIES[3], "ui", "use crate::Renamed as R;"), [1]);
    }

    #[test]
    fn a_longer_name_is_another_name() {
        assert!(crossed_lines(&BOUNDARIES[7], "routes", "use damage_report_rules::claim::Claim;").is_empty());
    }

    #[test]
    fn a_rule_about_a_module_that_was_renamed_is_refused() {
        let crates = ["leptos", "js_sys"].map(str::to_owned).into();
        let others = ["src/sending.rs", "src/failure.rs", "src/reactive.rs", "src/lib.rs"];
        let files = |name: &'static str| [name].into_iter().chain(others).map(PathBuf::from).collect::<Vec<_>>();
        assert!(BOUNDARIES[1].check_names(&files("src/flow.rs"), &crates).is_ok());
        assert!(BOUNDARIES[1].check_names(&files("src/flow/order.rs"), &crates).is_ok());
        let refusal = BOUNDARIES[1].check_names(&files("src/order.rs"), &crates).unwrap_err().to_string();
        assert!(refusal.contains("flow"), "{refusal}");
        let refusal = BOUNDARIES[1].check_names(&files("src/flow.rs"), &BTreeSet::new()).unwrap_err().to_string();
        assert!(refusal.contains("leptos"), "{refusal}");
        assert!(BOUNDARIES[1].check_names(&[], &crates).is_err());
    }
}
