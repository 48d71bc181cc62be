//! The tests that documents name: a table that says which test holds a promise must not outlive the test.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::workspace::{Workspace, rust_files};

/// The documents that name tests, from the root of the workspace.
const DOCUMENTS: [&str; 1] = ["docs/faults.md"];

/// The folders with tests.
const FOLDERS: [&str; 5] = ["crates", "e2e", "src", "tests", "xtask"];

/// Refuses documents that name a test which does not exist.
///
/// # Errors
///
/// With the names.
pub(crate) fn check_named_tests(workspace: &Workspace) -> Result<()> {
    let mut functions = BTreeSet::new();
    for folder in FOLDERS {
        for file in rust_files(&workspace.root().join(folder))? {
            functions.extend(functions_in(&fs::read_to_string(&file)?).map(str::to_owned));
        }
    }
    for document in DOCUMENTS {
        let path = workspace.root().join(document);
        let text = fs::read_to_string(&path).with_context(|| format!("{document} cannot be read"))?;
        let missing: Vec<&str> = tests_in(&text).filter(|name| !functions.contains(last_of(name))).collect();
        if !missing.is_empty() {
            bail!("{document} names tests that do not exist: {}", missing.join(", "));
        }
    }
    Ok(())
}

/// The names between backticks that are paths, or sentences.
fn tests_in(document: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == ':';
    let is_test =
        move |name: &&str| name.chars().all(is_word) && (name.contains("::") || name.matches('_').count() > 2);
    document.split('`').skip(1).step_by(2).filter(is_test).filter(|name| !name.ends_with('_'))
}

/// `fn a_test(` in a line.
fn functions_in(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| line.split_once("fn ")?.1.split(['(', '<']).next())
}

fn last_of(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_sentences_are_tests_and_other_words_are_not() {
        let document = "| `Start` | `journey -- history::r1_` | `history::r1_back`, `a_day_has_24_hours` | `findDrafts()` | `nl` |";
        assert_eq!(tests_in(document).collect::<Vec<_>>(), ["history::r1_back", "a_day_has_24_hours"]);
    }

    #[test]
    fn a_test_is_known_by_its_function() {
        let source = "#[test]\nfn a_day_has_24_hours() {}\npub(crate) async fn r1_back<T>(of: T) {}\n// nothing";
        assert_eq!(functions_in(source).collect::<Vec<_>>(), ["a_day_has_24_hours", "r1_back"]);
        assert_eq!(last_of("history::r1_back"), "r1_back");
    }
}
