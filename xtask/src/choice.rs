//! Which checks `cargo xtask test` runs, by the words on its command line.
//!
//! `checks` has the checks; here they are names.

use anyhow::{Result, bail, ensure};

use crate::browser::Engine;
use crate::progress::print_note;

/// The name that stands for the checks of daily work: without a browser, and without the backend's two minutes.
const QUICK: &str = "quick";
const QUICK_CHECKS: [&str; 8] =
    ["format", "javascript", "imports", "delegation", "named-tests", "clippy", "rules", "widget"];

/// The check that only Linux can make.
const WEBKIT: &str = "journey-webkit";

/// Which checks are run, and how.
#[derive(Debug, Default)]
pub(crate) struct CheckSelection {
    /// Only these, or [`QUICK`]; an empty list means all.
    pub(crate) names: Vec<String>,
    /// Arguments for their test programs: names of tests, or `--exact` and one name.
    pub(crate) told: Vec<String>,
    /// Whether to run checks that already passed with the present files.
    pub(crate) again: bool,
    /// Whether to stop after the first check that fails.
    pub(crate) fail_fast: bool,
}

/// A check that exists, as far as the command line needs to know it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownCheck {
    pub(crate) name: &'static str,
    /// Whether it runs test programs, which can be told names of tests.
    pub(crate) has_tests: bool,
}

impl CheckSelection {
    /// Whether no check was asked for by its own name. The name of all quick checks does not count.
    pub(crate) fn names_no_check(&self) -> bool {
        self.names.iter().all(|name| name == QUICK)
    }

    /// The chosen checks, always in the order of `all`.
    ///
    /// # Errors
    ///
    /// When no check has one of the names, or when tests are named for a check without tests.
    pub(crate) fn of(&self, all: &[KnownCheck]) -> Result<Vec<&'static str>> {
        let quick = self.names.iter().filter(|name| *name == QUICK).flat_map(|_| QUICK_CHECKS);
        let single = self.names.iter().map(String::as_str).filter(|name| *name != QUICK);
        let names: Vec<_> = single.chain(quick).collect();
        if let Some(unknown) = names.iter().find(|name| all.iter().all(|check| check.name != **name)) {
            let known: Vec<_> = all.iter().map(|check| check.name).collect();
            bail!("There is no check {unknown}. There are {}, and {QUICK} for some of them.", known.join(", "));
        }
        let is_named = |check: &&KnownCheck| names.contains(&check.name);
        if !self.told.is_empty() {
            let is_clear = !names.is_empty() && all.iter().filter(is_named).all(|check| check.has_tests);
            let with_tests = all.iter().filter(|check| check.has_tests).map(|check| check.name).collect::<Vec<_>>();
            ensure!(is_clear, "Of which check are the tests after -- ? These have tests: {}.", with_tests.join(", "));
        }
        if names.is_empty() && !Engine::WebKit.is_supported() {
            print_note("There is no WebKitGTK for this system: journey-webkit is left out");
            return Ok(all.iter().map(|check| check.name).filter(|name| *name != WEBKIT).collect());
        }
        Ok(all.iter().filter(|check| names.is_empty() || is_named(check)).map(|check| check.name).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Checks;

    fn chosen(names: &[&str], told: &[&str]) -> Result<Vec<&'static str>> {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        CheckSelection { names: owned(names), told: owned(told), again: false, fail_fast: false }.of(&Checks::known())
    }

    #[test]
    fn checks_run_in_their_own_order() {
        assert_eq!(chosen(&["docs", "format"], &[]).unwrap(), ["format", "docs"]);
    }

    #[test]
    fn the_checks_of_daily_work_have_one_name() {
        assert_eq!(chosen(&[QUICK], &[]).unwrap(), QUICK_CHECKS);
        assert_eq!(chosen(&["docs", QUICK], &[]).unwrap()[5..8], ["clippy", "docs", "rules"]);
    }

    #[test]
    fn an_unknown_check_is_answered_with_those_there_are() {
        let refusal = chosen(&["fomat"], &[]).unwrap_err().to_string();
        assert!(refusal.contains("fomat") && refusal.contains("journey"), "{refusal}");
    }

    #[test]
    fn single_tests_are_of_checks_that_have_tests() {
        assert!(chosen(&["rules", "journey"], &["deadline"]).is_ok());
        for names in [&[][..], &["format"], &["rules", "sizes"], &[QUICK]] {
            let refusal = chosen(names, &["deadline"]).unwrap_err().to_string();
            assert!(refusal.contains("journey-firefox") && !refusal.contains("clippy"), "{refusal}");
        }
    }
}
