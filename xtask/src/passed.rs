//! Remembers with which files a check passed: while none that it reads has changed, `cargo xtask test` does not repeat it.
//!
//! A check that is asked for by name runs all the same, and so does every check with `--again` and in CI. Checks that take
//! seconds are never left out.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cache::input_hash;
use crate::process::read_output;
use crate::workspace::Workspace;

/// Files and folders that no program reads that is compiled or tested here. The quick checks read them.
const UNREAD: [&str; 7] =
    [".ci", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/decisions", "docs/pictures", "findings"];

/// The files and folders that a check reads nothing of, in addition to [`UNREAD`]. A file that no list names counts for every check.
/// `None` is for checks that are never left out.
fn unread_by(check: &str) -> Option<&'static [&'static str]> {
    Some(match check {
        "clippy" | "clippy-wasm" | "docs" => &["bench/peers", "e2e/screenshots", "e2e/speech", "style"],
        "rules" | "browser-rules" => &[
            "bench",
            "crates/backend",
            "crates/leptos",
            "crates/photo-corpus",
            "demo",
            "docs",
            "e2e",
            "js",
            "locales",
            "src",
            "style",
            "tests",
        ],
        "backend" | "webhooks" | "soak" => &["bench", "e2e", "src", "style", "tests"],
        "widget" | "browser-widget" => &["bench", "crates/backend/src", "e2e"],
        "leptos" => &["bench", "crates/backend", "demo", "e2e", "locales", "src", "style", "tests"],
        "sizes" | "package" => &["bench", "crates/backend", "e2e/screenshots", "e2e/speech", "e2e/tests", "tests"],
        "journey" | "journey-firefox" | "journey-webkit" => &["bench", "tests"],
        "bench" => &[],
        _ => return None,
    })
}

/// The marks of checks that passed, one file each.
pub(crate) struct Passed {
    folder: PathBuf,
    root: PathBuf,
}

impl Passed {
    /// The marks of this checkout.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        Self { folder: workspace.target_folder().join("xtask").join("passed"), root: workspace.root().to_path_buf() }
    }

    /// A mark of everything that the check reads. `None` where the check is never left out, and where git cannot list the files.
    pub(crate) fn inputs(&self, check: &str) -> Option<String> {
        let unread = unread_by(check)?;
        let rust = read_output(Command::new("rustc").arg("-vV").current_dir(&self.root)).ok()?;
        let files = files_of(&self.root).ok()?;
        Some(mark(&files, unread, &[rust, settings()]))
    }

    /// Whether the check passed with these inputs.
    pub(crate) fn has(&self, check: &str, inputs: &str) -> bool {
        fs::read_to_string(self.folder.join(check)).is_ok_and(|passed| passed == inputs)
    }

    /// Remembers that the check passed, unless a file has changed since the `inputs` were read.
    ///
    /// # Errors
    ///
    /// When that cannot be written down.
    pub(crate) fn remember(&self, check: &str, inputs: &str) -> Result<()> {
        if self.inputs(check).is_none_or(|now| now != inputs) {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        fs::write(self.folder.join(check), inputs).with_context(|| format!("{check} cannot be remembered"))
    }
}

/// A file of the project: its path from the root, and a mark of its content.
type File = (String, String);

/// Every file of the project that git does not ignore.
fn files_of(root: &Path) -> Result<Vec<File>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root);
    let mut paths: Vec<_> =
        read_output(&mut git)?.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    // One that is deleted is still listed, until the deletion is committed.
    let content = |path: &str| fs::read(root.join(path)).ok();
    Ok(paths.into_iter().filter_map(|path| content(&path).map(|content| (path, input_hash(&[&content])))).collect())
}

/// The settings that change what a check does: how long the soak lasts, which pictures are renewed, which browsers are used.
fn settings() -> String {
    let known = ["DAMAGE_REPORT_", "CHROME", "FIREFOX", "GECKODRIVER", "RUSTFLAGS", "CARGO_PROFILE_"];
    let mut settings: Vec<_> = env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value))
        .filter(|(name, _)| known.iter().any(|known| name.starts_with(known)))
        .collect();
    settings.sort();
    format!("{settings:?}")
}

fn mark(files: &[File], unread: &[&str], others: &[String]) -> String {
    let is_read = |path: &str| !UNREAD.iter().chain(unread).any(|folder| is_in(path, folder));
    let read = files.iter().filter(|(path, _)| is_read(path)).flat_map(|(path, mark)| [path, mark]);
    input_hash(&read.chain(others).map(String::as_bytes).collect::<Vec<_>>())
}

fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Checks;

    fn mark_with(check: &str, changed: &str) -> String {
        let paths =
            ["Cargo.lock", "crates/backend/src/lib.rs", "crates/rules/src/lib.rs", "docs/decisions/1.md", "new"];
        let files = paths.map(|path| (path.to_owned(), if path == changed { "b" } else { "a" }.to_owned()));
        mark(&files, unread_by(check).unwrap(), &[])
    }

    #[test]
    fn a_check_is_repeated_when_a_file_that_it_reads_has_changed() {
        for changed in ["Cargo.lock", "crates/rules/src/lib.rs", "new"] {
            for check in ["rules", "backend", "journey"] {
                assert_ne!(mark_with(check, changed), mark_with(check, ""), "{check} after a change of {changed}");
            }
        }
        assert_ne!(mark_with("backend", "crates/backend/src/lib.rs"), mark_with("backend", ""));
        assert_eq!(mark_with("rules", "crates/backend/src/lib.rs"), mark_with("rules", ""));
        assert_eq!(mark_with("journey", "docs/decisions/1.md"), mark_with("journey", ""));
    }

    #[test]
    fn a_folder_is_not_one_whose_name_begins_alike() {
        assert!(is_in("src/lib.rs", "src") && is_in("src", "src"));
        assert!(!is_in("srcs/lib.rs", "src") && !is_in("crates/src/lib.rs", "src"));
    }

    #[test]
    fn the_lists_name_files_and_checks_that_exist() {
        let root = Workspace::locate().unwrap().root().to_path_buf();
        let mut left_out = 0;
        for line in Checks::list().lines() {
            let check = line.split_whitespace().next().unwrap();
            let unread = unread_by(check).inspect(|_| left_out += 1).unwrap_or_default();
            for path in UNREAD.iter().chain(unread) {
                assert!(root.join(path).exists(), "{path} of {check}");
            }
        }
        assert_eq!(left_out, 17);
    }

    /// What is compiled into a test is read by it, whichever folder it is in.
    #[test]
    fn no_list_has_a_file_that_is_compiled_into_the_check() {
        let workspace = Workspace::locate().unwrap();
        let crates = [
            ("rules", "crates/rules"),
            ("backend", "crates/backend"),
            ("leptos", "crates/leptos"),
            ("widget", "src"),
            ("browser-widget", "tests"),
            ("journey", "e2e"),
        ];
        let mut seen = 0;
        for (path, _) in files_of(workspace.root()).unwrap() {
            let Some((check, _)) = crates.iter().find(|(_, folder)| path.ends_with(".rs") && is_in(&path, folder))
            else {
                continue;
            };
            let text = fs::read_to_string(workspace.root().join(&path)).unwrap();
            for (_, rest) in text.match_indices("include_").map(|(at, _)| text[at..].split_at(8)) {
                let Some(included) = rest.split_once("(\"").and_then(|(_, rest)| Some(rest.split_once('"')?.0)) else {
                    continue;
                };
                let Some(file) = joined(&path, included).filter(|file| workspace.root().join(file).is_file()) else {
                    continue;
                };
                seen += 1;
                let unread = unread_by(check).unwrap().iter().chain(&UNREAD);
                assert!(!unread.clone().any(|folder| is_in(&file, folder)), "{check} is compiled with {file}");
            }
        }
        assert!(seen > 20, "{seen}");
    }

    /// The path that a file at `path` means by `relative`.
    fn joined(path: &str, relative: &str) -> Option<String> {
        let mut parts: Vec<_> = path.split('/').collect();
        parts.pop();
        for part in relative.split('/') {
            match part {
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        Some(parts.join("/"))
    }
}
