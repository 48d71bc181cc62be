//! Runs test programs, passes their output on, and counts their tests, because a suite without tests must not pass.
//!
//! `failures` reads their output about tests that fail.

use std::process::Command;

use anyhow::{Result, anyhow, ensure};

use crate::failures::TestFailures;
use crate::process::{copy_command, run_capturing_output, run_fetching};
use crate::progress::print_note;
use crate::test_programs::TestProgram;

/// How many tests may be run again alone, where that is done: when more fail, the machine is not to blame.
const AGAIN_MAX: usize = 5;

/// How often everything is run again where a browser comes up and no test begins.
const NOT_BEGUN_MAX: u32 = 3;

/// Some test programs, and their arguments.
pub(crate) struct TestSuite {
    /// `cargo test`, with the arguments that choose the programs.
    pub(crate) cargo: Command,
    /// Arguments for each program: names of tests, and the like.
    pub(crate) told: Vec<String>,
    /// Which tests run a second time.
    pub(crate) again: RetryRule,
    /// The programs that `cargo` would build and run, where they are built already.
    pub(crate) built: Vec<TestProgram>,
}

/// Which tests run a second time before they count as failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryRule {
    /// Nothing.
    Never,
    /// Tests that fail while others run: each alone, in the program that it is in.
    Failed,
    /// Everything, where no test began: a browser came up and did nothing, which says nothing about the tests.
    NotBegun,
}

/// Runs all tests of `suites`, whichever fail. Where `is_whole`, there must be some in each; else in one of them.
///
/// # Errors
///
/// [`TestFailures`], where tests fail; anything else that keeps them from being run.
pub(crate) fn run_tests(suites: &[TestSuite], is_whole: bool) -> Result<()> {
    let (mut passed, mut failed) = (0, vec![]);
    for suite in suites {
        match suite.run() {
            Ok(count) => {
                ensure!(count > 0 || !is_whole, "No test ran, so nothing was shown.");
                passed += count;
            }
            Err(error) => failed.extend(error.downcast::<TestFailures>()?.0),
        }
    }
    if !failed.is_empty() {
        return Err(TestFailures(failed).into());
    }
    ensure!(passed > 0, "No test has such a name.");
    Ok(())
}

impl TestSuite {
    /// Runs all programs, whichever fail. Gives how many tests passed.
    ///
    /// # Errors
    ///
    /// [`TestFailures`], where tests fail; anything else that keeps them from being run.
    fn run(&self) -> Result<u32> {
        let (mut said, mut outcome) = self.start()?;
        for _ in 0..NOT_BEGUN_MAX {
            let has_begun = said.lines().any(|line| line.starts_with("test "));
            if outcome.is_ok() || self.again != RetryRule::NotBegun || has_begun {
                break;
            }
            print_note("The browser came up and no test began: once more");
            (said, outcome) = self.start()?;
        }
        let Err(error) = outcome else { return Ok(passed_tests(&said)) };
        let failures = TestFailures::read(&said);
        if self.again == RetryRule::Failed && failures.are_named() && failures.count() <= AGAIN_MAX {
            return self.run_again(&failures).map(|passed| passed + passed_tests(&said));
        }
        Err(if failures.0.is_empty() { error } else { failures.into() })
    }

    /// Runs all programs once, whichever fail. Gives what they said.
    fn start(&self) -> Result<(String, Result<()>)> {
        if !self.built.is_empty() {
            return self.start_built();
        }
        // The doc tests alone cannot be compiled beforehand.
        if !self.cargo.get_args().any(|argument| argument == "--doc") {
            run_fetching(copy_command(&self.cargo).arg("--no-run"))?;
        }
        run_capturing_output(copy_command(&self.cargo).args(["--no-fail-fast", "--"]).args(&self.told))
    }

    fn start_built(&self) -> Result<(String, Result<()>)> {
        let (mut said, mut failed) = (String::new(), vec![]);
        for program in &self.built {
            println!("     Running {}", program.selector);
            let (words, outcome) = run_capturing_output(program.command(&self.cargo).args(&self.told))?;
            said.push_str(&words);
            if outcome.is_err() {
                // In cargo's words, which `failures` reads.
                said.push_str(&format!("error: test failed, to rerun pass `{}`\n", program.selector));
                failed.push(program.selector.as_str());
            }
        }
        let outcome = if failed.is_empty() { Ok(()) } else { Err(anyhow!("{} failed", failed.join(", "))) };
        Ok((said, outcome))
    }

    /// Runs each failed test again, alone in its own program.
    fn run_again(&self, failures: &TestFailures) -> Result<u32> {
        let (mut passed, mut failed) = (0, vec![]);
        for program in &failures.0 {
            let names: Vec<_> = program.tests.iter().map(|test| test.name.as_str()).collect();
            print_note(format_args!("Once more, alone: {}", names.join(", ")));
            let mut alone = match self.built.iter().find(|built| built.selector == program.selector) {
                Some(built) => built.command(&self.cargo),
                None => {
                    let mut cargo = copy_command(&self.cargo);
                    cargo.args(program.selector.split(' ')).args(["--no-fail-fast", "--"]);
                    cargo
                }
            };
            let (mut said, outcome) = run_capturing_output(alone.args(["--exact", "--test-threads=1"]).args(&names))?;
            if outcome.is_err() && !self.built.is_empty() {
                said.push_str(&format!("error: test failed, to rerun pass `{}`\n", program.selector));
            }
            let again = TestFailures::read(&said);
            match outcome {
                Err(error) if again.0.is_empty() => return Err(error),
                _ => failed.extend(again.0),
            }
            ensure!(!failed.is_empty() || passed_tests(&said) > 0, "{} is in no program any more", names.join(", "));
            passed += passed_tests(&said);
        }
        if failed.is_empty() { Ok(passed) } else { Err(TestFailures(failed).into()) }
    }
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
    fn passed_tests_are_counted_over_all_test_programs() {
        let said = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; finished in 0.00s\n\
                    no tests to run!\ntest result: ok. 10 passed; 0 failed; 0 ignored; 0 filtered out";
        assert_eq!(passed_tests(said), 12);
        assert_eq!(passed_tests("no tests to run!"), 0);
    }

    /// A fake cargo: in each of two programs a test fails while others run; one of them fails alone as well.
    #[cfg(unix)]
    const CARGO: &str = r#"#!/bin/sh
echo "$*" >> "$(dirname "$0")/asked"
fails() { # program, test, how many passed
    printf 'failures:\n\n---- %s stdout ----\npanicked at here\n\nfailures:\n    %s\n\n' "$2" "$2"
    echo "test result: FAILED. $3 passed; 1 failed"
    echo "error: test failed, to rerun pass \`-p e2e --test $1\`" >&2
}
case "$*" in
*--no-run) ;;
*"--test faults"*) echo "test result: ok. 1 passed; 0 failed" ;;
*"--test journey"*) fails journey full_claim::b 0; exit 101 ;;
*) fails faults lines::a 10; fails journey full_claim::b 20; exit 101 ;;
esac
"#;

    #[cfg(unix)]
    #[test]
    fn a_program_that_is_built_runs_without_cargo_and_a_test_that_fails_in_it_again_alone() {
        use std::{fs, os::unix::fs::PermissionsExt};

        const PROGRAM: &str = "#!/bin/sh\necho \"$*\" >> asked\n\
            printf 'failures:\\n\\n---- a stdout ----\\npanicked at here\\n\\nfailures:\\n    a\\n\\n'\n\
            echo 'test result: FAILED. 3 passed; 1 failed'\nexit 101\n";
        let folder = std::env::temp_dir().join(format!("xtask-built-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("rules");
        fs::write(&program, PROGRAM).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let built = TestProgram::at("damage-report-rules", "rules", &program, &folder);
        let suite =
            TestSuite { cargo: Command::new("no-cargo"), told: vec![], again: RetryRule::Failed, built: vec![built] };
        let failures = suite.run().unwrap_err().downcast::<TestFailures>().unwrap();
        let asked = fs::read_to_string(folder.join("asked")).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(asked.lines().collect::<Vec<_>>(), ["", "--exact --test-threads=1 a"]);
        assert_eq!((failures.count(), &*failures.0[0].selector), (1, "-p damage-report-rules --test rules"));
    }

    #[cfg(unix)]
    #[test]
    fn a_test_that_fails_is_run_again_alone_in_the_program_that_it_is_in() {
        use std::{fs, os::unix::fs::PermissionsExt};

        let folder = std::env::temp_dir().join(format!("xtask-suite-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("cargo");
        fs::write(&program, CARGO).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let mut cargo = Command::new(&program);
        cargo.args(["test", "--package=e2e"]);
        let told = ["--skip", "cross_browser::"].map(str::to_owned).to_vec();
        let outcome = TestSuite { cargo, told, again: RetryRule::Failed, built: vec![] }.run();
        let asked = fs::read_to_string(folder.join("asked")).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(
            asked.lines().collect::<Vec<_>>(),
            [
                "test --package=e2e --no-run",
                "test --package=e2e --no-fail-fast -- --skip cross_browser::",
                "test --package=e2e -p e2e --test faults --no-fail-fast -- --exact --test-threads=1 lines::a",
                "test --package=e2e -p e2e --test journey --no-fail-fast -- --exact --test-threads=1 full_claim::b",
            ]
        );
        // Only what fails alone as well has failed.
        let failures = outcome.unwrap_err().downcast::<TestFailures>().unwrap();
        assert_eq!((failures.count(), &*failures.0[0].tests[0].name), (1, "full_claim::b"));
    }
}
