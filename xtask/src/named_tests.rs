//! The tests that documents name, and the faults that tests name: a table that says which test holds a promise must not outlive
//! the test, and a test's number must be one that a reader can look up.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::workspace::{Workspace, rust_files};

/// The document with a row for each number that a test's name begins with.
const FAULTS: &str = "docs/faults.md";

/// The folders with documents that name tests.
const SHELVES: [&str; 2] = ["docs", "docs/decisions"];

/// The folders with tests.
const FOLDERS: [&str; 5] = ["crates", "e2e", "src", "tests", "xtask"];

/// Refuses documents that name a test which does not exist, and tests with a number that no row of [`FAULTS`] explains.
///
/// # Errors
///
/// With the names, or the numbers.
pub(crate) fn check_named_tests(workspace: &Workspace) -> Result<()> {
    let mut functions = BTreeSet::new();
    for folder in FOLDERS {
        for file in rust_files(&workspace.root().join(folder))? {
            functions.extend(functions_in(&fs::read_to_string(&file)?).map(str::to_owned));
        }
    }
    for shelf in SHELVES {
        for entry in fs::read_dir(workspace.root().join(shelf))? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let missing: Vec<&str> = tests_in(&text).filter(|name| !is_among(&functions, last_of(name))).collect();
            if !missing.is_empty() {
                bail!("{} names tests that do not exist: {}", path.display(), missing.join(", "));
            }
        }
    }
    let rows = rows_in(&fs::read_to_string(workspace.root().join(FAULTS))?);
    let unknown: BTreeSet<String> =
        functions.iter().flat_map(|name| numbers_of(name)).filter(|number| !rows.contains(number)).collect();
    if !unknown.is_empty() {
        bail!("tests have numbers without a row in {FAULTS}: {}", Vec::from_iter(unknown).join(", "));
    }
    Ok(())
}

/// Whether one of the functions has this name, or begins with it where it ends in a star.
fn is_among(functions: &BTreeSet<String>, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => functions.iter().any(|function| function.starts_with(beginning)),
        None => functions.contains(name),
    }
}

/// The numbers at the beginning of a test's name: E3 and E4 of `e3_e4_a_token_that_is_none`.
fn numbers_of(function: &str) -> impl Iterator<Item = String> {
    let is_number = |part: &&str| {
        let digits = part.strip_prefix(|c: char| c.is_ascii_lowercase()).unwrap_or_default();
        (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    // Names that are not sentences have no row: `h1_text`.
    let parts = if function.matches('_').count() > 2 { function } else { "" }.split('_');
    parts.take_while(is_number).map(str::to_uppercase)
}

/// The numbers in the first column of the tables.
fn rows_in(document: &str) -> BTreeSet<String> {
    let cells = document.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    cells.flat_map(|cell| cell.split([',', ' '])).map(str::to_owned).collect()
}

/// The names between backticks that are tests: sentences, mostly with the path of their module; a star stands for the rest.
fn tests_in(document: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | ':' | '*');
    let is_sentence = |name: &str| match name.rsplit_once("::") {
        Some((_, function)) => function.matches('_').count() > 2 || function.ends_with('*'),
        // Settings have names of several words as well.
        None => name.matches('_').count() > 5,
    };
    let is_test = move |name: &&str| name.chars().all(is_word) && is_sentence(name);
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
        let document = "| `Start` | `journey -- history::r1_` | `history::r1_leads_one_page_back`, `a_day_in_spring_has_23_hours` | `r2_*`, `a::r2_*` | `photos_per_order_line` |";
        assert_eq!(
            tests_in(document).collect::<Vec<_>>(),
            ["history::r1_leads_one_page_back", "a_day_in_spring_has_23_hours", "a::r2_*"]
        );
    }

    #[test]
    fn a_star_stands_for_the_rest_of_a_name() {
        let functions = BTreeSet::from(["r1_back".to_owned()]);
        assert!(is_among(&functions, "r1_back") && is_among(&functions, "r1_*") && is_among(&functions, "*"));
        assert!(!is_among(&functions, "r1_") && !is_among(&functions, "r2_*"));
    }

    #[test]
    fn a_number_is_looked_up_in_the_first_column() {
        assert_eq!(numbers_of("e3_e4_a_token_is_none").collect::<Vec<_>>(), ["E3", "E4"]);
        assert_eq!(numbers_of("h004_an_answer_is_repeated").collect::<Vec<_>>(), ["H004"]);
        assert_eq!(numbers_of("h1_text").count() + numbers_of("to_sha256_of_all_bytes").count(), 0);
        let rows = rows_in("| row | what |\n| --- | --- |\n| E3, E4 | of E5 |\n| J017 to J020 | – |\n");
        assert!(["E3", "E4", "J017"].iter().all(|number| rows.contains(*number)) && !rows.contains("E5"));
    }

    #[test]
    fn a_test_is_known_by_its_function() {
        let source = "#[test]\nfn a_day_has_24_hours() {}\npub(crate) async fn r1_back<T>(of: T) {}\n// nothing";
        assert_eq!(functions_in(source).collect::<Vec<_>>(), ["a_day_has_24_hours", "r1_back"]);
        assert_eq!(last_of("history::r1_back"), "r1_back");
    }
}
