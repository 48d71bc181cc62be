//! `cargo xtask test`: runs every check of the project. The quickest checks come first.
//!
//! The work of a check lives with its subject: imports in `imports`, sizes in `budgets`, the journeys in
//! `journeys`. All of them use cargo's dev profile, so the tests, the backend of the journeys and a
//! `cargo test` by hand share most of the dependencies. Only the widget is built as customers get it.

use std::cell::OnceCell;
use std::env;
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use anyhow::Result;

use crate::browser::{Chromium, Engine};
use crate::budgets::WidgetSizes;
use crate::choice::{CheckSelection, KnownCheck};
use crate::delegation::check_delegation;
use crate::format::check_format;
use crate::imports::check_imports;
use crate::javascript::{TESTED_SCRIPTS, check_javascript};
use crate::journeys::journey_suite;
use crate::named_tests::check_named_tests;
use crate::node::{NodeTools, WEBHOOKS};
use crate::outcome::{CheckOutcome, summarise};
use crate::package::NpmPackage;
use crate::passed::PassRecords;
use crate::process::run_fetching;
use crate::progress::{Colour, colourise, format_duration};
use crate::python::webhook_library;
use crate::suite::{RetryRule, TestSuite, run_tests};
use crate::test_programs::{TestProgram, build_test_programs, chosen};
use crate::tool::ensure_wasm_target;
use crate::wasm_tools::test_runner;
use crate::widget::{BuildMode, WidgetBuild};
use crate::workspace::{WASM, Workspace};

/// A check and its name on the command line.
struct Check {
    name: &'static str,
    about: &'static str,
    run: Run,
}

/// The work of a check.
#[derive(Clone, Copy)]
enum Run {
    /// Looks at something.
    Look(fn(&Checks) -> Result<()>),
    /// Runs tests: all of them, or the named ones.
    Tests(fn(&Checks, &[String]) -> Result<Vec<TestSuite>>),
}

use Run::{Look, Tests};

const fn look(name: &'static str, about: &'static str, look: fn(&Checks) -> Result<()>) -> Check {
    Check { name, about, run: Look(look) }
}

const fn tests(
    name: &'static str,
    about: &'static str,
    tests: fn(&Checks, &[String]) -> Result<Vec<TestSuite>>,
) -> Check {
    Check { name, about, run: Tests(tests) }
}

/// The checks in running order: those without compiling first, those that need every build last.
const CHECKS: [Check; 23] = [
    look("format", "every file is laid out as `cargo xtask format` does, and links lead somewhere", Checks::format),
    look("javascript", "scripts keep their types, and break no lint", Checks::javascript),
    look("imports", "imports run in the directions of ARCHITECTURE.md, and in no circle", Checks::imports),
    look("delegation", "leptos delegates no events, which would break forms", Checks::delegation),
    look("named-tests", "tests and files that documents name exist, and faults that tests name", Checks::named_tests),
    look("clippy", "no lint speaks up, on this machine's target", Checks::clippy),
    look("clippy-wasm", "nor for the browser's target", Checks::clippy_wasm),
    look("docs", "the documentation builds, without broken links", Checks::docs),
    tests("xtask", "tests of these commands", Checks::xtask),
    tests("rules", "tests and examples of the shared rules", Checks::rules),
    tests("backend", "tests of the backend", Checks::backend),
    tests("webhooks", "webhooks verify with the libraries of npm, PyPI and crates.io", Checks::webhooks),
    tests("widget", "tests of the widget that need no browser", Checks::widget),
    tests("leptos", "tests and examples of the component for Leptos", Checks::leptos),
    tests("bench", "tests of what measures all this", Checks::bench),
    tests("soak", "the backend keeps what it acknowledged, under load, kills and full disks", Checks::soak),
    tests("browser-rules", "tests of the rules, as wasm in a browser", Checks::browser_rules),
    tests("browser-widget", "tests of the widget in a browser", Checks::browser_widget),
    look(SIZES, "the widget builds, and is as light as it must be", Checks::sizes),
    look("package", "the npm package is whole, and pages build with it", Checks::package),
    tests("journey", "a customer's whole way, in a browser against the backend", Checks::journey),
    tests("journey-firefox", "the main ways once more, in Firefox", Checks::journey_firefox),
    tests("journey-webkit", "and in WebKitGTK, which has Safari's engine", Checks::journey_webkit),
];

/// The check that builds the widget; those after it use that build.
const SIZES: &str = "sizes";

/// The widget as customers get it, with the demo around it.
fn release_widget(workspace: &Workspace) -> WidgetBuild {
    WidgetBuild { mode: BuildMode::Release, with_demo: true, out: workspace.dist_folder() }
}

/// The checks of a workspace.
pub(crate) struct Checks {
    workspace: Workspace,
    browser: OnceCell<Chromium>,
    pages: OnceCell<PathBuf>,
    /// Whether the test programs of the whole workspace are built in one go.
    at_once: bool,
    built: OnceCell<Vec<TestProgram>>,
}

impl Checks {
    /// The checks of this workspace.
    pub(crate) fn new(workspace: Workspace) -> Self {
        Self { workspace, browser: OnceCell::new(), pages: OnceCell::new(), at_once: false, built: OnceCell::new() }
    }

    /// Which checks there are, a line each.
    pub(crate) fn list() -> String {
        let lines = CHECKS.iter().map(|check| format!("  {:<15} {}", check.name, check.about));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The checks that can be chosen, in running order.
    pub(crate) fn known() -> Vec<KnownCheck> {
        CHECKS.iter().map(|check| KnownCheck { name: check.name, has_tests: matches!(check.run, Tests(_)) }).collect()
    }

    /// Runs the chosen checks, and then prints the failed ones with the commands that run each alone.
    ///
    /// # Errors
    ///
    /// When one fails.
    pub(crate) fn run(mut self, choice: &CheckSelection) -> Result<()> {
        let begun = Instant::now();
        let names = choice.of(&Self::known())?;
        self.at_once = choice.names.is_empty();
        let passed = PassRecords::of(&self.workspace);
        let repeats = choice.again || !choice.names_no_check() || env::var_os("CI").is_some();
        let has_passed = |name: &str, inputs: &Option<String>| {
            !repeats && inputs.as_ref().is_some_and(|inputs| passed.has_passed(name, inputs))
        };
        let builds_widget = names.contains(&SIZES) && !has_passed(SIZES, &passed.inputs_hash(SIZES));
        let outcomes = thread::scope(|scope| {
            if self.at_once && builds_widget && !choice.fail_fast {
                // Its linker keeps one processor busy for a minute, and the compilers of the checks leave one idle at their ends. A
                // failure shows again in the check that needs it.
                scope.spawn(|| release_widget(&self.workspace).compile_ahead(&self.workspace));
            }
            let mut outcomes = vec![];
            for check in CHECKS.iter().filter(|check| names.contains(&check.name)) {
                let inputs = passed.inputs_hash(check.name).filter(|_| choice.told.is_empty());
                if has_passed(check.name, &inputs) {
                    outcomes.push(CheckOutcome::remembered(check.name));
                    continue;
                }
                eprintln!("\n{} {}: {}", colourise(Colour::Cyan, "▶"), check.name, check.about);
                let outcome = self.make(check, &choice.told);
                outcome.print();
                if let (Ok(()), Some(inputs)) = (&outcome.result, inputs) {
                    passed.remember(check.name, &inputs)?;
                }
                let is_over = outcome.result.is_err() && choice.fail_fast;
                outcomes.push(outcome);
                if is_over {
                    break;
                }
            }
            anyhow::Ok(outcomes)
        })?;
        summarise(&outcomes, names.len())?;
        eprintln!("Nothing failed; that took {}.", format_duration(begun.elapsed()));
        Ok(())
    }

    fn make(&self, check: &Check, told: &[String]) -> CheckOutcome {
        let started = Instant::now();
        let result = match check.run {
            Look(look) => look(self),
            Tests(suites) => suites(self, told).and_then(|suites| run_tests(&suites, told.is_empty())),
        };
        CheckOutcome { name: check.name, result, took: Some(started.elapsed()) }
    }

    fn format(&self) -> Result<()> {
        check_format(&self.workspace)
    }

    fn javascript(&self) -> Result<()> {
        check_javascript(&self.workspace)
    }

    fn named_tests(&self) -> Result<()> {
        check_named_tests(&self.workspace)
    }

    fn imports(&self) -> Result<()> {
        check_imports(&self.workspace)
    }

    fn delegation(&self) -> Result<()> {
        check_delegation(&self.workspace)
    }

    fn clippy(&self) -> Result<()> {
        let mut cargo = self.workspace.cargo_command();
        cargo.args(["clippy", "--workspace", "--all-targets", "--all-features"]);
        run_fetching(cargo.args(["--", "--deny", "warnings"]))?;
        // Tests that run only by name are not among "all targets". Of the whole workspace: a part has dependencies of its own.
        let mut cargo = self.workspace.cargo_command();
        cargo.args(["clippy", "--workspace", "--all-features", "--test=soak", "--test=webhook_libraries"]);
        run_fetching(cargo.args(["--", "--deny", "warnings"]))
    }

    fn clippy_wasm(&self) -> Result<()> {
        ensure_wasm_target(&self.workspace)?;
        let mut cargo = self.workspace.cargo_command();
        cargo.args(["clippy", "--package=damage-report", "--package=damage-report-rules", "--all-targets"]);
        cargo.args(["--package=damage-report-leptos", "--package=damage-report-leptos-page"]);
        run_fetching(cargo.args(["--target", WASM, "--", "--deny", "warnings"]))
    }

    fn docs(&self) -> Result<()> {
        let mut cargo = self.workspace.cargo_command();
        run_fetching(cargo.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"))
    }

    fn xtask(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        Ok(vec![self.test(&["--package=xtask"], told)?])
    }

    fn rules(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        self.with_examples(&["--package=damage-report-rules", "--all-features"], "crates/rules/", told)
    }

    fn backend(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        self.with_examples(&["--package=damage-report-backend"], "crates/backend/", told)
    }

    fn webhooks(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        let mut suite = self.test(&["--package=damage-report-backend", "--test=webhook_libraries"], told)?;
        suite.cargo.env("DAMAGE_REPORT_NPM_WEBHOOKS", WEBHOOKS.obtain()?);
        suite.cargo.env("DAMAGE_REPORT_PYPI_WEBHOOKS", webhook_library()?);
        Ok(vec![suite])
    }

    fn widget(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        let programs = ["--package=damage-report", "--lib", "--test=locales", "--test=advice", "--test=model"];
        let tests = self.test(&programs, told)?;
        let examples = match tests.built.is_empty() {
            true => self.test(&["--package=damage-report", "--doc"], told)?,
            false => self.examples(&["--skip", "crates/", "--skip", "e2e/", "--skip", "bench/"]),
        };
        Ok(vec![tests, examples])
    }

    fn leptos(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        self.with_examples(&["--package=damage-report-leptos"], "crates/leptos/", told)
    }

    fn bench(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        Ok(vec![self.test(&["--package=damage-report-bench", "--package=damage-report-bench-backend"], told)?])
    }

    fn soak(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        Ok(vec![self.test(&["--package=damage-report-backend", "--test=soak"], told)?])
    }

    fn browser_rules(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        self.tests_in_browser("damage-report-rules", told)
    }

    fn browser_widget(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        self.tests_in_browser("damage-report", told)
    }

    fn sizes(&self) -> Result<()> {
        let widget = release_widget(&self.workspace);
        widget.run(&self.workspace)?;
        let sizes = WidgetSizes::measure(&widget.out)?;
        println!("{sizes}");
        sizes.check_budgets()
    }

    fn package(&self) -> Result<()> {
        let package = NpmPackage::make(&self.workspace)?;
        package.check(&self.workspace)?;
        self.pages_of(&package).map(drop)
    }

    fn journey(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        let mut journeys = journey_suite(&self.workspace, Engine::Chromium, told, self.built()?)?;
        let pages = match self.pages.get() {
            Some(pages) => pages,
            None => self.pages_of(&NpmPackage::make(&self.workspace)?)?,
        };
        journeys.cargo.env("DAMAGE_REPORT_PAGES", pages);
        Ok(vec![journeys])
    }

    fn journey_firefox(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        Ok(vec![journey_suite(&self.workspace, Engine::Firefox, told, self.built()?)?])
    }

    fn journey_webkit(&self, told: &[String]) -> Result<Vec<TestSuite>> {
        Ok(vec![journey_suite(&self.workspace, Engine::WebKit, told, self.built()?)?])
    }

    fn test(&self, programs: &[&str], told: &[String]) -> Result<TestSuite> {
        let built = chosen(self.built()?, programs);
        Ok(TestSuite { built, ..self.test_by_cargo(programs, told) })
    }

    fn test_by_cargo(&self, programs: &[&str], told: &[String]) -> TestSuite {
        let mut cargo = self.workspace.cargo_command();
        cargo.arg("test").args(programs);
        TestSuite { cargo, told: told.to_vec(), again: RetryRule::Never, built: vec![] }
    }

    /// All tests of a package, and the examples in its documentation, which lie in `folder`.
    fn with_examples(&self, programs: &[&str], folder: &str, told: &[String]) -> Result<Vec<TestSuite>> {
        let tests = self.test(programs, told)?;
        // By itself cargo runs the examples as well.
        let examples = (!tests.built.is_empty()).then(|| self.examples(&[folder]));
        Ok([tests].into_iter().chain(examples).collect())
    }

    /// Those examples of the whole workspace that are meant by words of their names.
    fn examples(&self, told: &[&str]) -> TestSuite {
        let told: Vec<_> = told.iter().map(|word| (*word).to_owned()).collect();
        self.test_by_cargo(&["--workspace", "--doc"], &told)
    }

    /// The test programs of the whole workspace, where all of them are wanted.
    fn built(&self) -> Result<&[TestProgram]> {
        if !self.at_once {
            return Ok(&[]);
        }
        if let Some(built) = self.built.get() {
            return Ok(built);
        }
        let built = build_test_programs(&self.workspace)?;
        Ok(self.built.get_or_init(|| built))
    }

    /// The browser tests of a package. Their runner takes one name at a time.
    fn tests_in_browser(&self, package: &str, told: &[String]) -> Result<Vec<TestSuite>> {
        let (options, names): (Vec<_>, Vec<_>) = told.iter().cloned().partition(|word| word.starts_with("--"));
        if names.is_empty() {
            return Ok(vec![self.test_in_browser(package, &options)?]);
        }
        names.into_iter().map(|name| self.test_in_browser(package, &[&options[..], &[name]].concat())).collect()
    }

    fn test_in_browser(&self, package: &str, told: &[String]) -> Result<TestSuite> {
        ensure_wasm_target(&self.workspace)?;
        // Where the tests' `#[wasm_bindgen(raw_module = "…")]` look: the runner serves the folder of the project.
        let root = self.workspace.root();
        NodeTools::obtain()?.bundle_test_scripts(root, &TESTED_SCRIPTS, &root.join("target/browser-tests"))?;
        let browser = self.browser()?;
        let mut suite = self.test_by_cargo(&["--package", package, "--target", WASM, "--tests"], told);
        suite.again = RetryRule::NotBegun;
        suite.cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", test_runner(&self.workspace)?);
        suite.cargo.env("CHROMEDRIVER", &browser.chromedriver);
        suite.cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", self.workspace.root().join("webdriver.json"));
        // Tests that do not say where they want to run would be left out otherwise, and count as passed.
        suite.cargo.env("WASM_BINDGEN_USE_BROWSER", "1");
        // For all of them together, in seconds: four times what they take where nothing else is at work. A page that
        // never begins is opened again, and must not be waited for longer.
        suite.cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "360");
        Ok(suite)
    }

    /// The order pages of `e2e/frameworks`, built once.
    fn pages_of(&self, package: &NpmPackage) -> Result<&PathBuf> {
        let pages = package.build_pages(&self.workspace)?;
        Ok(self.pages.get_or_init(|| pages))
    }

    fn browser(&self) -> Result<&Chromium> {
        if let Some(browser) = self.browser.get() {
            return Ok(browser);
        }
        let browser = Chromium::obtain(&self.workspace)?;
        Ok(self.browser.get_or_init(|| browser))
    }
}
