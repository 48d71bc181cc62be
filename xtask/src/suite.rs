//! What `cargo test` and its like say of a suite: which tests failed, how many passed, and whether there were any.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::process::run_noting;

/// Runs tests, and refuses a run in which there were none: a suite that is left out by mistake must not pass.
///
/// # Errors
///
/// When one fails, or none ran.
pub(crate) fn run_tests(command: &mut Command) -> Result<()> {
    let (said, outcome) = run_noting(command)?;
    outcome?;
    ensure_some(&said)
}

/// The names of the tests that failed: "test killed::b001_… ... FAILED".
pub(crate) fn failed_tests(said: &str) -> Vec<&str> {
    said.lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED")).collect()
}

/// Refuses what was said by a run in which no test passed.
///
/// # Errors
///
/// When none did.
pub(crate) fn ensure_some(said: &str) -> Result<()> {
    ensure!(passed_tests(said) > 0, "No test ran, so nothing was shown.");
    Ok(())
}

/// How many tests passed, by the summary of each test program: "test result: ok. 12 passed; 0 failed; …".
fn passed_tests(said: &str) -> u32 {
    said.lines()
        .filter_map(|line| line.split_once("test result: ")?.1.split_once(" passed"))
        .filter_map(|(counted, _)| counted.rsplit(' ').next()?.parse::<u32>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_tests_are_told_by_name() {
        let said =
            "test whole::a_refund ... ok\ntest killed::b001_killed ... FAILED\ntest result: FAILED. 1 passed; 1 failed";
        assert_eq!(failed_tests(said), ["killed::b001_killed"]);
    }

    #[test]
    fn passed_tests_are_counted_over_all_test_programs() {
        let said = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; finished in 0.00s\n\
                    no tests to run!\ntest result: ok. 10 passed; 0 failed; 0 ignored; 0 filtered out";
        assert_eq!(passed_tests(said), 12);
        assert_eq!(passed_tests("no tests to run!"), 0);
    }
}
