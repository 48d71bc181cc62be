//! Records the state of the files with which a check passed. `cargo xtask test` skips the check until a file that it reads has changed.
//!
//! A check that is asked for by name always runs, and so does every check with `--again` and in CI. Checks that take only seconds are
//! never skipped.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cache::input_hash;
use crate::process::read_output;
use crate::workspace::Workspace;

/// Files and folders that only the quick checks read: no check that can be skipped depends on them.
const UNREAD: [&str; 7] =
    [".ci", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/decisions", "docs/pictures", "findings"];

/// The files and folders that a check does not read, in addition to [`UNREAD`]. A change of any other file repeats the check.
/// `None` for checks that are never skipped.
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

/// The records of checks that passed, one file each: the hash of what the check read.
pub(crate) struct PassRecords {
    folder: PathBuf,
    root: PathBuf,
}

impl PassRecords {
    /// The records of this checkout.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        Self { folder: workspace.target_folder().join("xtask").join("passed"), root: workspace.root().to_path_buf() }
    }

    /// A hash of everything that the check reads. `None` if the check is never skipped, if `rustc` does not run, or if git cannot list the
    /// files.
    pub(crate) fn inputs_hash(&self, check: &str) -> Option<String> {
        let unread = unread_by(check)?;
        let rust = read_output(Command::new("rustc").arg("-vV").current_dir(&self.root)).ok()?;
        let files = files_of(&self.root).ok()?;
        Some(hash_of(&files, unread, &[rust, settings()]))
    }

    /// Whether the check passed with these inputs.
    pub(crate) fn has_passed(&self, check: &str, inputs: &str) -> bool {
        fs::read_to_string(self.folder.join(check)).is_ok_and(|passed| passed == inputs)
    }

    /// Records that the check passed, unless a file has changed since the `inputs` were hashed.
    ///
    /// # Errors
    ///
    /// When the record cannot be written.
    pub(crate) fn remember(&self, check: &str, inputs: &str) -> Result<()> {
        if self.inputs_hash(check).is_none_or(|now| now != inputs) {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        fs::write(self.folder.join(check), inputs).with_context(|| format!("{check} cannot be remembered"))
    }
}

/// A file of the project: its path from the root, and a hash of its content.
type File = (String, String);

/// Every file of the project that git does not ignore.
fn files_of(root: &Path) -> Result<Vec<File>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root);
    let mut paths: Vec<_> =
        read_output(&mut git)?.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    // Git lists a deleted file until the deletion is staged.
    let content = |path: &str| fs::read(root.join(path)).ok();
    Ok(paths.into_iter().filter_map(|path| content(&path).map(|content| (path, input_hash(&[&content])))).collect())
}

/// The environment variables that change what a check does, such as how long the soak lasts and which browsers are used.
fn settings() -> String {
    let known = ["DAMAGE_REPORT_", "CHROME", "FIREFOX", "GECKODRIVER", "RUSTFLAGS", "CARGO_PROFILE_"];
    let mut settings: Vec<_> = env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value))
        .filter(|(name, _)| known.iter().any(|known| name.starts_with(known)))
        .collect();
    settings.sort();
    format!("{settings:?}")
}

fn hash_of(files: &[File], unread: &[&str], others: &[String]) -> String {
    let is_read = |path: &str| !UNREAD.iter().chain(unread).any(|folder| is_in(path, folder));
    let read = files.iter().filter(|(path, _)| is_read(path)).flat_map(|(path, hash)| [path, hash]);
    input_hash(&read.chain(others).map(String::as_bytes).collect::<Vec<_>>())
}

fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Checks;

    fn hash_with(check: &str, changed: &str) -> String {
        let paths =
            ["Cargo.lock", "crates/backend/src/lib.rs", "crates/rules/src/lib.rs", "docs/decisions/1.md", "new"];
        let files = paths.map(|path| (path.to_owned(), if path == changed { "b" } else { "a" }.to_owned()));
        hash_of(&files, unread_by(check).unwrap(), &[])
    }

    #[test]
    fn a_check_is_repeated_when_a_file_that_it_reads_has_changed() {
        for changed in ["Cargo.lock", "crates/rules/src/lib.rs", "new"] {
            for check in ["rules", "backend", "journey"] {
                assert_ne!(hash_with(check, changed), hash_with(check, ""), "{check} after a change of {changed}");
            }
        }
        assert_ne!(hash_with("backend", "crates/backend/src/lib.rs"), hash_with("backend", ""));
        assert_eq!(hash_with("rules", "crates/backend/src/lib.rs"), hash_with("rules", ""));
        assert_eq!(hash_with("journey", "docs/decisions/1.md"), hash_with("journey", ""));
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

    /// A check reads the files that are compiled into its programs, whichever folder they are in.
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

    /// `relative`, as the file at `path` includes it, as a path from the root.
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
