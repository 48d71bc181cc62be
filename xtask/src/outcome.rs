//! The outcome of a check, and the summary at the end of `cargo xtask test`.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::failures::TestFailures;
use crate::progress::{Colour, colourise, format_duration};

/// The outcome of one check.
pub(crate) struct CheckOutcome {
    /// The name of the check.
    pub(crate) name: &'static str,
    pub(crate) result: Result<()>,
    /// `None` if it was skipped because it passed before with the same files.
    pub(crate) took: Option<Duration>,
}

impl CheckOutcome {
    /// The outcome of a check that was skipped because it passed before with the same files.
    pub(crate) fn remembered(name: &'static str) -> Self {
        Self { name, result: Ok(()), took: None }
    }

    fn took(&self) -> String {
        self.took.map_or_else(|| "as before".to_owned(), format_duration)
    }

    /// Prints one line.
    pub(crate) fn print(&self) {
        let (mark, took) = (self.mark(), self.took());
        match &self.result {
            Ok(()) => eprintln!("{mark} {} passed in {took}", self.name),
            Err(error) => eprintln!("{mark} {} failed after {took}: {error:#}", self.name),
        }
    }

    fn mark(&self) -> String {
        if self.result.is_ok() { colourise(Colour::Green, "✓") } else { colourise(Colour::Red, "✗") }
    }
}

/// Prints a line for each check, and each failure with the command that runs it alone.
///
/// # Errors
///
/// When a check failed. `chosen` is the number of checks that were asked for.
pub(crate) fn summarise(outcomes: &[CheckOutcome], chosen: usize) -> Result<()> {
    eprintln!();
    for outcome in outcomes {
        eprintln!("{} {:<15} {:>12}", outcome.mark(), outcome.name, outcome.took());
    }
    let mut failed = vec![];
    for outcome in outcomes {
        let (name, Err(error)) = (outcome.name, &outcome.result) else { continue };
        failed.push(name);
        eprintln!("\n{} {name}: {error:#}", outcome.mark());
        match error.downcast_ref::<TestFailures>() {
            Some(failures) => eprintln!("{}", failures.describe(name)),
            None => eprintln!("  → alone: cargo xtask test {name}"),
        }
    }
    let remembered = outcomes.iter().filter(|outcome| outcome.took.is_none()).count();
    if remembered > 0 {
        eprintln!(
            "\n{remembered} checks passed before, and nothing that they read has changed. --again makes them again."
        );
    }
    if failed.is_empty() {
        return Ok(());
    }
    let left = chosen - outcomes.len();
    let skipped = if left == 0 { String::new() } else { format!(" {left} were not run.") };
    bail!("{} of {chosen} checks failed: {}.{skipped}", failed.len(), failed.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_check_and_those_that_were_not_run_are_told() {
        let outcome = |name, result| CheckOutcome { name, result, took: Some(Duration::ZERO) };
        assert!(summarise(&[outcome("format", Ok(()))], 1).is_ok());
        let outcomes = [outcome("format", Ok(())), outcome("imports", Err(anyhow::anyhow!("a circle")))];
        let told = summarise(&outcomes, 3).unwrap_err().to_string();
        assert_eq!(told, "1 of 3 checks failed: imports. 1 were not run.");
    }
}
