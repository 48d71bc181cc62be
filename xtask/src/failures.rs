//! Reads from the output of test programs which test failed, where, and with which message.
//!
//! It knows the output of `cargo test`, of Rust's test harness and of wasm-bindgen's. `suite` runs them.

use std::error::Error;
use std::fmt;

/// How many lines of a message are repeated: enough for an assertion with both sides, or for an error with its causes.
const SEEN_MAX: usize = 14;

/// The programs in which tests failed.
#[derive(Debug)]
pub(crate) struct TestFailures(pub(crate) Vec<FailedProgram>);

/// A program in which tests failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FailedProgram {
    /// The arguments by which `cargo test` runs it and no other: `-p damage-report-e2e --test faults`.
    pub(crate) selector: String,
    /// The tests that failed; none where it ended without saying which.
    pub(crate) tests: Vec<FailedTest>,
    /// The last that it said.
    last_lines: Vec<String>,
}

/// A test that failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FailedTest {
    /// Its name, as the program knows it.
    pub(crate) name: String,
    /// The place and the words of the assertion.
    seen: Vec<String>,
}

impl TestFailures {
    /// Reads them from the whole output of `cargo test --no-fail-fast`, with what cargo itself says in between.
    pub(crate) fn read(said: &str) -> Self {
        let mut programs = vec![];
        let mut block = vec![];
        for line in said.lines() {
            if let Some((_, rest)) = line.split_once("to rerun pass `") {
                let selector = rest.split('`').next().unwrap_or(rest);
                programs.push(FailedProgram::read(selector, &block));
                block.clear();
            } else if line.starts_with("test result: ok") {
                block.clear();
            } else {
                block.push(line);
            }
        }
        Self(programs)
    }

    /// How many tests failed in all of them.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|program| program.tests.len()).sum()
    }

    /// Whether each of them said which tests failed.
    pub(crate) fn are_named(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|program| !program.tests.is_empty())
    }

    /// Each test with what was seen and with the command that runs it alone in the check of this name.
    pub(crate) fn describe(&self, check: &str) -> String {
        let mut lines = vec![];
        for FailedProgram { selector, tests, last_lines } in &self.0 {
            lines.push(format!("in `{selector}`:"));
            for FailedTest { name, seen } in tests {
                lines.push(format!("  {name}"));
                lines.extend(seen.iter().map(|line| format!("    {line}")));
                lines.push(format!("    → alone: cargo xtask test {check} -- --exact {}", quoted(name)));
            }
            if tests.is_empty() {
                lines.push("  it ended without saying which test failed; its last words:".to_owned());
                lines.extend(last_lines.iter().map(|line| format!("    {line}")));
                lines.push(format!("    → again: cargo xtask test {check}"));
            }
        }
        lines.join("\n")
    }
}

impl fmt::Display for TestFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count() {
            0 => f.write_str("a test program ended early"),
            1 => f.write_str("a test failed"),
            count => write!(f, "{count} tests failed"),
        }
    }
}

impl Error for TestFailures {}

impl FailedProgram {
    fn read(selector: &str, block: &[&str]) -> Self {
        // The last such line opens the list of names; the one before it opens what each of them said.
        let list = block.iter().rposition(|line| *line == "failures:").map_or(block.len(), |at| at + 1);
        let names = block[list..].iter().skip_while(|line| line.is_empty()).map_while(|line| line.strip_prefix("    "));
        let tests = names.map(|name| FailedTest { name: name.to_owned(), seen: seen(name, &block[..list]) }).collect();
        let said = block.iter().map(|line| line.trim_end()).filter(|line| !line.is_empty());
        let mut last_lines: Vec<_> = said.rev().take(SEEN_MAX).map(str::to_owned).collect();
        last_lines.reverse();
        Self { selector: selector.to_owned(), tests, last_lines }
    }
}

/// The place and the message of the failed assertion in the output of the test `name`.
fn seen(name: &str, block: &[&str]) -> Vec<String> {
    let heads = [format!("---- {name} stdout ----"), format!("---- {name} output ----")];
    let said = block.iter().skip_while(|line| !heads.iter().any(|head| *head == **line)).skip(1);
    let said = said.take_while(|line| !line.starts_with("---- ") && **line != "failures:");
    let said: Vec<_> = said.map(|line| line.trim()).filter(|line| !line.is_empty() && !is_noise(line)).collect();
    let is_verdict = |line: &&str| line.contains("panicked at ") || line.starts_with("Error: ");
    let from = said.iter().position(is_verdict).unwrap_or(said.len().saturating_sub(SEEN_MAX));
    let verdict = said[from..].iter().take_while(|line| !is_trace(line));
    verdict.take(SEEN_MAX).map(|line| (*line).to_owned()).collect()
}

fn is_noise(line: &str) -> bool {
    line.starts_with("note: run with `RUST_BACKTRACE")
}

/// The line that ends the words of a panic: natively, and in a browser.
fn is_trace(line: &str) -> bool {
    ["stack backtrace:", "Stack:", "JS exception that was thrown:"].contains(&line)
}

/// As a shell takes it for one word.
fn quoted(name: &str) -> String {
    let is_plain = name.chars().all(|letter| letter.is_alphanumeric() || "_:-./".contains(letter));
    if is_plain { name.to_owned() } else { format!("'{}'", name.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As cargo and the harness say it: a program that passes, one with two failures, one that is killed, and doc tests.
    const SAID: &str = "\
     Running unittests src/lib.rs (target/debug/deps/damage_report_e2e-3f)

running 1 test
test photos::a_photo ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/faults/main.rs (target/debug/deps/faults-9a)

running 3 tests
test breaking::a_pause ... ok
test breaking::a_line_breaks ... FAILED
test lines::a_round_trip ... FAILED

failures:

---- breaking::a_line_breaks stdout ----
the line was slow today

thread 'breaking::a_line_breaks' (4321) panicked at e2e/tests/faults/breaking.rs:45:9:
assertion `left == right` failed: Half
  left: CutShort(\"\")
 right: Reset(\"\")
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- lines::a_round_trip stdout ----
Error: nobody is there


failures:
    breaking::a_line_breaks
    lines::a_round_trip

test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s

error: test failed, to rerun pass `-p damage-report-e2e --test faults`
     Running tests/journey/main.rs (target/debug/deps/journey-77)

running 2 tests
test full_claim::a_refund ... ok
error: test failed, to rerun pass `-p damage-report-e2e --test journey`

Caused by:
  process didn't exit successfully: `target/debug/deps/journey-77` (signal: 9, SIGKILL: kill)
   Doc-tests damage_report_leptos

running 1 test
test crates/leptos/src/lib.rs - (line 14) ... FAILED

failures:

---- crates/leptos/src/lib.rs - (line 14) stdout ----
error[E0425]: cannot find value `x` in this scope

failures:
    crates/leptos/src/lib.rs - (line 14)

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s

error: doctest failed, to rerun pass `-p damage-report-leptos --doc`
error: 3 targets failed:
    `-p damage-report-e2e --test faults`
    `-p damage-report-e2e --test journey`
    `-p damage-report-leptos --doc`
";

    #[test]
    fn a_failed_test_is_known_by_its_program_its_name_and_what_it_saw() {
        let TestFailures(programs) = TestFailures::read(SAID);
        let known = programs.iter().map(|program| {
            let names = program.tests.iter().map(|test| test.name.as_str()).collect::<Vec<_>>();
            (program.selector.as_str(), names)
        });
        assert_eq!(
            known.collect::<Vec<_>>(),
            [
                ("-p damage-report-e2e --test faults", vec!["breaking::a_line_breaks", "lines::a_round_trip"]),
                ("-p damage-report-e2e --test journey", vec![]),
                ("-p damage-report-leptos --doc", vec!["crates/leptos/src/lib.rs - (line 14)"]),
            ]
        );
        let seen = |program: usize, test: usize| programs[program].tests[test].seen.join("\n");
        assert_eq!(
            seen(0, 0),
            "thread 'breaking::a_line_breaks' (4321) panicked at e2e/tests/faults/breaking.rs:45:9:\n\
             assertion `left == right` failed: Half\nleft: CutShort(\"\")\nright: Reset(\"\")"
        );
        assert_eq!(seen(0, 1), "Error: nobody is there");
        assert_eq!(seen(2, 0), "error[E0425]: cannot find value `x` in this scope");
        assert_eq!(programs[1].last_lines.last().unwrap(), "test full_claim::a_refund ... ok");
    }

    #[test]
    fn a_test_that_failed_in_a_browser_is_known_as_well() {
        let said = "\
running 2 tests
test codec::a_photo ... ok
test codec::a_thumbnail ... FAIL

failures:

---- codec::a_thumbnail output ----
    log output:
        looked at it
    error output:
        panicked at tests/browser/codec.rs:140:5:
        assertion `left == right` failed
          left: 160
         right: 320
        
        Stack:
        
        Error
            at http://127.0.0.1:41234/wasm-bindgen-test:1:2
    
    JS exception that was thrown:
        RuntimeError: unreachable

failures:

    codec::a_thumbnail

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 filtered out; finished in 1.20s

error: test failed, to rerun pass `-p damage-report --test browser`
";
        let TestFailures(programs) = TestFailures::read(said);
        let [FailedTest { name, seen }] = &programs[0].tests[..] else { panic!("{programs:?}") };
        assert_eq!(name, "codec::a_thumbnail");
        assert_eq!(seen[0], "panicked at tests/browser/codec.rs:140:5:");
        assert_eq!(seen.last().unwrap(), "right: 320");
    }

    #[test]
    fn the_report_says_how_to_run_each_alone_or_the_check_where_that_is_not_known() {
        let report = TestFailures::read(SAID).describe("journey");
        for line in [
            "in `-p damage-report-e2e --test faults`:",
            "    → alone: cargo xtask test journey -- --exact breaking::a_line_breaks",
            "    → again: cargo xtask test journey",
            "    → alone: cargo xtask test journey -- --exact 'crates/leptos/src/lib.rs - (line 14)'",
        ] {
            assert!(report.lines().any(|said| said == line), "{line}\n\n{report}");
        }
    }
}
