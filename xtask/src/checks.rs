//! `cargo xtask test`: every check of the project, in the order in which it is quickest to learn what is wrong.
//!
//! What a check does in depth lives with its subject: imports in `architecture`, sizes in `sizes`, the journeys in
//! `journeys`. All compile in cargo's dev profile but the widget, which is tested as customers get it: one build of the
//! dependencies serves the tests, the backend of the journey and whoever runs `cargo test` by hand.

use std::cell::OnceCell;
use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::architecture::{check_delegation, check_imports};
use crate::browser::{Chromium, Engine};
use crate::journeys::run_journeys;
use crate::package::Package;
use crate::process::{run, run_fetching, run_noting};
use crate::progress::{Paint, duration, note, paint};
use crate::sizes::Sizes;
use crate::suite::{ensure_some, run_tests};
use crate::tool::{CargoTool, wasm_target};
use crate::widget::{Build, Mode};
use crate::workspace::{WASM, Workspace};

/// The check that only Linux can make.
const WEBKIT: &str = "journey-webkit";

/// One thing that must hold, with the name it is asked for by.
struct Check {
    name: &'static str,
    about: &'static str,
    run: fn(&Checks) -> Result<()>,
}

/// In running order: first what takes no compiling, last what needs everything.
const CHECKS: [Check; 19] = [
    Check { name: "format", about: "every file is as rustfmt leaves it", run: Checks::format },
    Check { name: "imports", about: "imports run in the directions of ARCHITECTURE.md", run: Checks::imports },
    Check { name: "delegation", about: "leptos delegates no events, which would break forms", run: Checks::delegation },
    Check { name: "clippy", about: "no lint speaks up, on this machine's target", run: Checks::clippy },
    Check { name: "clippy-wasm", about: "nor for the browser's target", run: Checks::clippy_wasm },
    Check { name: "docs", about: "the documentation builds, without broken links", run: Checks::docs },
    Check { name: "xtask", about: "tests of these commands", run: Checks::xtask },
    Check { name: "rules", about: "tests and examples of the shared rules", run: Checks::rules },
    Check { name: "backend", about: "tests of the backend", run: Checks::backend },
    Check { name: "widget", about: "tests of the widget that need no browser", run: Checks::widget },
    Check { name: "leptos", about: "tests and examples of the component for Leptos", run: Checks::leptos },
    Check { name: "bench", about: "tests of what measures all this", run: Checks::bench },
    Check { name: "browser-rules", about: "tests of the rules, as wasm in a browser", run: Checks::browser_rules },
    Check { name: "browser-widget", about: "tests of the widget in a browser", run: Checks::browser_widget },
    Check { name: "sizes", about: "the widget builds, and is as light as it must be", run: Checks::sizes },
    Check { name: "package", about: "the npm package is whole, and pages build with it", run: Checks::package },
    Check { name: "journey", about: "a customer's whole way, in a browser against the backend", run: Checks::journey },
    Check { name: "journey-firefox", about: "the main ways once more, in Firefox", run: Checks::journey_firefox },
    Check { name: WEBKIT, about: "and in WebKitGTK, which has Safari's engine", run: Checks::journey_webkit },
];

/// The checks of a workspace.
pub(crate) struct Checks {
    workspace: Workspace,
    browser: OnceCell<Chromium>,
}

impl Checks {
    /// The checks of this workspace.
    pub(crate) fn new(workspace: Workspace) -> Self {
        Self { workspace, browser: OnceCell::new() }
    }

    /// Which checks there are, a line each.
    pub(crate) fn list() -> String {
        let lines = CHECKS.iter().map(|check| format!("  {:<15} {}", check.name, check.about));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Runs the checks of these names, or all of them.
    ///
    /// # Errors
    ///
    /// When one fails: at once, or after the others if they are to be kept going.
    pub(crate) fn run(&self, names: &[String], keep_going: bool) -> Result<()> {
        let begun = Instant::now();
        let mut outcomes: Vec<(&str, bool, Duration)> = vec![];
        for check in chosen(names)? {
            eprintln!("\n{} {}: {}", paint(Paint::Cyan, "▶"), check.name, check.about);
            let started = Instant::now();
            let outcome = (check.run)(self);
            let took = started.elapsed();
            outcomes.push((check.name, outcome.is_ok(), took));
            match outcome {
                Ok(()) => eprintln!("{} {} passed in {}", paint(Paint::Green, "✓"), check.name, duration(took)),
                Err(error) => {
                    eprintln!("{} {} failed after {}: {error:#}", paint(Paint::Red, "✗"), check.name, duration(took));
                    if !keep_going {
                        bail!("{} failed. `cargo xtask test {}` runs it alone.", check.name, check.name);
                    }
                }
            }
        }
        eprintln!();
        for (name, passed, took) in &outcomes {
            let mark = if *passed { paint(Paint::Green, "✓") } else { paint(Paint::Red, "✗") };
            eprintln!("{mark} {name:<15} {:>12}", duration(*took));
        }
        let failed: Vec<&str> = outcomes.iter().filter(|outcome| !outcome.1).map(|outcome| outcome.0).collect();
        if !failed.is_empty() {
            bail!("{} of {} checks failed: {}.", failed.len(), outcomes.len(), failed.join(", "));
        }
        eprintln!("Nothing failed; that took {}.", duration(begun.elapsed()));
        Ok(())
    }

    fn format(&self) -> Result<()> {
        run(self.workspace.cargo().args(["fmt", "--all", "--check"])).context("`cargo fmt --all` puts that right")
    }

    fn imports(&self) -> Result<()> {
        check_imports(&self.workspace)
    }

    fn delegation(&self) -> Result<()> {
        check_delegation(&self.workspace)
    }

    fn clippy(&self) -> Result<()> {
        let mut cargo = self.workspace.cargo();
        cargo.args(["clippy", "--workspace", "--all-targets", "--all-features"]);
        run_fetching(cargo.args(["--", "--deny", "warnings"]))
    }

    fn clippy_wasm(&self) -> Result<()> {
        wasm_target(&self.workspace)?;
        let mut cargo = self.workspace.cargo();
        cargo.args(["clippy", "--package=damage-report", "--package=damage-report-rules", "--all-targets"]);
        cargo.args(["--package=damage-report-leptos", "--package=damage-report-leptos-page"]);
        run_fetching(cargo.args(["--target", WASM, "--", "--deny", "warnings"]))
    }

    fn docs(&self) -> Result<()> {
        let mut cargo = self.workspace.cargo();
        run_fetching(cargo.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"))
    }

    fn xtask(&self) -> Result<()> {
        self.test(&["--package=xtask"])
    }

    fn rules(&self) -> Result<()> {
        self.test(&["--package=damage-report-rules", "--all-features"])
    }

    fn backend(&self) -> Result<()> {
        self.test(&["--package=damage-report-backend"])
    }

    fn widget(&self) -> Result<()> {
        self.test(&["--package=damage-report", "--lib", "--test=locales", "--test=advice", "--test=model"])?;
        self.test(&["--package=damage-report", "--doc"])
    }

    fn leptos(&self) -> Result<()> {
        self.test(&["--package=damage-report-leptos"])
    }

    fn bench(&self) -> Result<()> {
        self.test(&["--package=damage-report-bench", "--package=damage-report-bench-backend"])
    }

    fn browser_rules(&self) -> Result<()> {
        self.test_in_browser(&self.workspace.root().join("crates").join("rules"))
    }

    fn browser_widget(&self) -> Result<()> {
        self.test_in_browser(self.workspace.root())
    }

    fn sizes(&self) -> Result<()> {
        let out = self.workspace.dist();
        Build { mode: Mode::Release, with_demo: true, out: out.clone() }.run(&self.workspace)?;
        let sizes = Sizes::of(&out)?;
        println!("{sizes}");
        sizes.check()
    }

    fn package(&self) -> Result<()> {
        let package = Package::make(&self.workspace)?;
        package.check(&self.workspace)?;
        package.build_pages(&self.workspace).map(drop)
    }

    fn journey(&self) -> Result<()> {
        run_journeys(&self.workspace, Engine::Chromium)
    }

    fn journey_firefox(&self) -> Result<()> {
        run_journeys(&self.workspace, Engine::Firefox)
    }

    fn journey_webkit(&self) -> Result<()> {
        run_journeys(&self.workspace, Engine::WebKit)
    }

    fn test(&self, arguments: &[&str]) -> Result<()> {
        run_tests(self.workspace.cargo().arg("test").args(arguments))
    }

    /// Runs the browser tests of a crate through wasm-pack.
    fn test_in_browser(&self, package: &Path) -> Result<()> {
        wasm_target(&self.workspace)?;
        let browser = self.browser()?;
        let wasm_bindgen = CargoTool::wasm_bindgen(&self.workspace)?.obtain(&self.workspace)?;
        let wasm_pack = CargoTool::wasm_pack().obtain(&self.workspace)?;
        let mut command = self.workspace.program(wasm_pack);
        command.args(["test", "--headless", "--chrome", "--mode", "no-install", "--chromedriver"]);
        command.arg(&browser.chromedriver).arg(package);
        // In this mode it takes wasm-bindgen from PATH, and downloads nothing of its own.
        command.env("PATH", path_with(&wasm_bindgen)?);
        command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", self.workspace.root().join("webdriver.json"));
        // Without it, tests that do not say where they want to run would be left out, and count as passed.
        command.env("WASM_BINDGEN_USE_BROWSER", "1");
        // For all of them together, in seconds: five times what they take where nothing else is at work.
        command.env("WASM_BINDGEN_TEST_TIMEOUT", "240");
        let (said, outcome) = run_noting(&mut command)?;
        if outcome.is_err() && !said.lines().any(|line| line.starts_with("test ")) {
            // Chromium now and then comes up and never begins. That says nothing about the widget.
            note("The browser came up and no test began: once more");
            return run_tests(&mut command);
        }
        outcome?;
        ensure_some(&said)
    }

    fn browser(&self) -> Result<&Chromium> {
        if let Some(browser) = self.browser.get() {
            return Ok(browser);
        }
        let browser = Chromium::obtain(&self.workspace)?;
        Ok(self.browser.get_or_init(|| browser))
    }
}

/// The checks of these names, in running order whatever the order of the names.
fn chosen(names: &[String]) -> Result<Vec<&'static Check>> {
    if let Some(unknown) = names.iter().find(|name| CHECKS.iter().all(|check| check.name != name.as_str())) {
        bail!("There is no check {unknown}. These are there:\n{}", Checks::list());
    }
    if names.is_empty() && !Engine::WebKit.is_to_be_had() {
        note("There is no WebKitGTK for this system: journey-webkit is left out");
        return Ok(CHECKS.iter().filter(|check| check.name != WEBKIT).collect());
    }
    Ok(CHECKS.iter().filter(|check| names.is_empty() || names.iter().any(|name| name == check.name)).collect())
}

/// PATH with the folder of a program in front.
fn path_with(program: &Path) -> Result<std::ffi::OsString> {
    let folder = program.parent().unwrap_or(program).to_path_buf();
    let rest = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::iter::once(folder).chain(env::split_paths(&rest)).collect();
    env::join_paths(folders).context("PATH cannot be extended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_run_in_their_own_order() {
        let names = ["docs", "format"].map(str::to_owned);
        let chosen: Vec<_> = chosen(&names).unwrap().into_iter().map(|check| check.name).collect();
        assert_eq!(chosen, ["format", "docs"]);
    }

    #[test]
    fn an_unknown_check_is_answered_with_those_there_are() {
        let refusal = chosen(&["fomat".to_owned()]).err().unwrap().to_string();
        assert!(refusal.contains("fomat") && refusal.contains("journey"), "{refusal}");
    }
}
