//! Runs the journeys of `e2e` in one engine: all of them in Chromium, and those in `e2e/tests/journey/cross_browser.rs` in the
//! other engines.
//!
//! This file builds and installs their prerequisites. The name of a journey says in which engine it runs.

use std::num::NonZero;
use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::Result;

use crate::browser::Engine;
use crate::demo::{backend_program, build_backend};
use crate::node::NodeTools;
use crate::suite::{RetryRule, TestSuite};
use crate::test_programs::{TestProgram, chosen};
use crate::widget::{BuildMode, WidgetBuild};
use crate::workspace::Workspace;

/// The module of the journeys that are made in other engines than Chromium.
const CROSS_BROWSER: &str = "cross_browser::";

/// The journeys of `engine`, or those whose names contain a word of `asked`.
///
/// Three browsers on two processors: a journey that fails while others run may fail because of the load, so it runs again alone.
///
/// # Errors
///
/// When a prerequisite cannot be built or installed.
pub(crate) fn journey_suite(
    workspace: &Workspace,
    engine: Engine,
    asked: &[String],
    built: &[TestProgram],
) -> Result<TestSuite> {
    // With the tests of the backend its program was built as well.
    let backend = if built.is_empty() { build_backend(workspace)? } else { backend_program(workspace) };
    let mut cargo = with_backend(workspace, engine, &backend)?;
    let mut programs = vec!["--package=damage-report-e2e"];
    let own = match engine {
        // With what else is tested there.
        Engine::Chromium => vec!["--skip", CROSS_BROWSER],
        Engine::Firefox | Engine::WebKit if !asked.is_empty() => vec![],
        Engine::Firefox => vec!["cross_browser::firefox::"],
        Engine::WebKit => vec!["cross_browser::webkit::"],
    };
    if engine != Engine::Chromium {
        programs.push("--test=journey");
    }
    cargo.arg("test").args(&programs);
    let mut told: Vec<_> = own.into_iter().map(str::to_owned).chain(asked.iter().cloned()).collect();
    if !asked.iter().any(|word| word.starts_with("--test-threads")) {
        told.push(format!("--test-threads={}", journeys_at_once()));
    }
    Ok(TestSuite { cargo, told, again: RetryRule::Failed, built: chosen(built, &programs) })
}

/// How many journeys are made at once: half as many again as there are processors, because each waits a third of its time, for its
/// browser to start, for a line that is slow on purpose, or for the next look.
fn journeys_at_once() -> usize {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    processors + processors.div_ceil(2)
}

/// Cargo, with everything there that a journey needs.
///
/// # Errors
///
/// When a prerequisite cannot be built or installed.
pub(crate) fn cargo_with_fixture(workspace: &Workspace, engine: Engine) -> Result<Command> {
    with_backend(workspace, engine, &build_backend(workspace)?)
}

fn with_backend(workspace: &Workspace, engine: Engine, backend: &Path) -> Result<Command> {
    let browser = engine.obtain(workspace)?;
    let site = workspace.dist_folder();
    // Alone, it needs what the checks before it left behind; after them this is done in a second.
    WidgetBuild { mode: BuildMode::Release, with_demo: true, out: site.clone() }.run(workspace)?;
    let mut cargo = workspace.cargo_command();
    cargo.env("DAMAGE_REPORT_BACKEND", backend).env("DAMAGE_REPORT_SITE", site);
    cargo.env("AXE_CORE", NodeTools::obtain()?.axe_script()).envs(browser);
    Ok(cargo)
}
