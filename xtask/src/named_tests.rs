//! Checks that the tests and files that documents name exist, and that `docs/faults.md` lists the faults that tests name.
//! Otherwise a document would promise a test that is gone, or a reader could not look up a test's number.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::file_tree::rust_files;
use crate::workspace::Workspace;

/// The document with a row for each number that a test's name begins with.
const FAULTS: &str = "docs/faults.md";

/// The folders with documents.
const SHELVES: [&str; 5] = ["", "docs", "docs/decisions", "e2e", "findings"];

/// The folders with tests.
const FOLDERS: [&str; 5] = ["crates", "e2e", "src", "tests", "xtask"];

/// The name of a Rust file, and the functions in it.
struct Source {
    /// The names of its modules, from the outermost on: `tests/browser/codec.rs` is in `tests`, `browser` and `codec`.
    modules: Vec<String>,
    functions: BTreeSet<String>,
}

/// Refuses documents that name a test or file which does not exist, and tests with a number that no row of [`FAULTS`] explains.
///
/// # Errors
///
/// With the names, or the numbers.
pub(crate) fn check_named_tests(workspace: &Workspace) -> Result<()> {
    let root = workspace.root();
    let mut sources = vec![];
    for folder in FOLDERS {
        for file in rust_files(&root.join(folder))? {
            sources.push(Source::of(&file, &fs::read_to_string(&file)?));
        }
    }
    let mut missing = vec![];
    for shelf in SHELVES {
        for entry in fs::read_dir(root.join(shelf))? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let tests = tests_in(&text).filter(|name| !sources.iter().any(|source| source.has(name)));
            let folder = path.parent().unwrap_or(root);
            let files = files_in(&text).filter(|name| !root.join(name).is_file() && !folder.join(name).is_file());
            let document = path.strip_prefix(root).unwrap_or(&path).display();
            missing.extend(tests.chain(files).map(|name| format!("  {document}: {name}")));
        }
    }
    ensure!(missing.is_empty(), "documents name tests or files that do not exist:\n{}", missing.join("\n"));
    let rows = rows_in(&fs::read_to_string(root.join(FAULTS))?);
    let numbers = sources.iter().flat_map(|source| &source.functions).flat_map(|name| numbers_of(name));
    let unknown: BTreeSet<String> = numbers.filter(|number| !rows.contains(number)).collect();
    let unknown = Vec::from_iter(unknown).join(", ");
    ensure!(unknown.is_empty(), "tests have numbers without a row in {FAULTS}: {unknown}");
    Ok(())
}

impl Source {
    fn of(file: &Path, text: &str) -> Self {
        let path = file.with_extension("");
        let modules = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        Self { modules, functions: functions_in(text).map(str::to_owned).collect() }
    }

    /// Whether the test of this name is here; a star at its end stands for the rest.
    fn has(&self, name: &str) -> bool {
        let (path, function) = name.rsplit_once("::").unwrap_or(("", name));
        // Tests of a file are in a module of that name, mostly within the file.
        let mut modules = path.split("::").filter(|module| !module.is_empty() && *module != "tests");
        modules.all(|module| self.modules.iter().any(|part| part == module))
            && match function.strip_suffix('*') {
                Some(beginning) => self.functions.iter().any(|function| function.starts_with(beginning)),
                None => self.functions.contains(function),
            }
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

/// The files between backticks, by their paths from the root of the workspace or the document's folder.
fn files_in(document: &str) -> impl Iterator<Item = &str> {
    const ROOTS: [&str; 9] = ["bench/", "crates/", "demo/", "docs/", "e2e/", "js/", "src/", "tests/", "xtask/"];
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    let is_file = move |name: &&str| {
        name.chars().all(is_plain)
            && ROOTS.iter().any(|root| name.starts_with(root))
            && name.rsplit('/').next().is_some_and(|file| file.contains('.'))
    };
    document.split('`').skip(1).step_by(2).filter(is_file)
}

/// `fn a_test(` in a line.
fn functions_in(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| line.split_once("fn ")?.1.split(['(', '<']).next())
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
    fn a_test_is_in_its_modules_and_a_star_stands_for_the_rest_of_its_name() {
        let source = Source::of(Path::new("e2e/tests/journey/history.rs"), "async fn r1_back() {}");
        for name in ["r1_back", "history::r1_back", "history::tests::r1_back", "journey::history::r1_*", "history::*"] {
            assert!(source.has(name), "{name}");
        }
        for name in ["r1_", "r2_*", "story::r1_back"] {
            assert!(!source.has(name), "{name}");
        }
    }

    #[test]
    fn a_file_is_named_by_its_path() {
        let document = "`src/api.rs`, `docs/faults.md`, `src/`, `api.rs`, `crates/*/a.rs` and `cargo xtask test`";
        assert_eq!(files_in(document).collect::<Vec<_>>(), ["src/api.rs", "docs/faults.md"]);
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
    }
}
