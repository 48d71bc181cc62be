//! The journeys of `e2e`, in one engine at a time: all of them in Chromium, and in the others those that are listed in
//! `e2e/tests/journey/elsewhere.rs`.
//!
//! What they need is built and installed here; which engine a journey is made in, its own name says.

use std::env::consts::EXE_SUFFIX;
use std::process::Command;

use anyhow::Result;

use crate::browser::Engine;
use crate::node::NodeTools;
use crate::package::Package;
use crate::process::{run_fetching, run_noting};
use crate::progress::note;
use crate::suite::{ensure_some, failed_tests, run_tests};
use crate::widget::{Build, Mode};
use crate::workspace::Workspace;

/// How many journeys may fail beside others and be taken again alone: when more do, it is not bad luck.
const UNLUCKY_MAX: usize = 3;

/// The module of the journeys that are made in other engines than Chromium.
const ELSEWHERE: &str = "elsewhere::";

/// Makes the journeys of `engine`.
///
/// # Errors
///
/// When something is not to be had for it, or a journey fails beside others and alone.
pub(crate) fn run_journeys(workspace: &Workspace, engine: Engine) -> Result<()> {
    let mut cargo = cargo_for(workspace, engine)?;
    match engine {
        // With what else is tested there.
        Engine::Chromium => cargo.args(["--", "--skip", ELSEWHERE]),
        Engine::Firefox => cargo.args(["--test=journey", "--", "elsewhere::firefox::"]),
        Engine::WebKit => cargo.args(["--test=journey", "--", "elsewhere::webkit::"]),
    };
    let (said, outcome) = run_noting(&mut cargo)?;
    let failed = failed_tests(&said);
    if outcome.is_err() && (1..=UNLUCKY_MAX).contains(&failed.len()) {
        // Two browsers on two processors: what fails beside another may be the machine's doing. What fails alone is not.
        note(format_args!("Once more, alone: {}", failed.join(", ")));
        let mut cargo = cargo_for(workspace, engine)?;
        return run_tests(cargo.args(["--test=journey", "--", "--exact", "--test-threads=1"]).args(failed));
    }
    outcome?;
    ensure_some(&said)
}

/// `cargo test` for the journeys, with everything there that they need.
fn cargo_for(workspace: &Workspace, engine: Engine) -> Result<Command> {
    let browser = engine.obtain(workspace)?;
    let site = workspace.dist();
    // Alone, it needs what the checks before it left behind; after them this is done in a second.
    Build { mode: Mode::Release, with_demo: true, out: site.clone() }.run(workspace)?;
    run_fetching(workspace.cargo().args(["build", "--package=damage-report-backend", "--bins"]))?;
    let backend = workspace.target().join("debug").join(format!("damage-report-backend{EXE_SUFFIX}"));
    let mut cargo = workspace.cargo();
    cargo.env("DAMAGE_REPORT_BACKEND", backend).env("DAMAGE_REPORT_SITE", site);
    cargo.env("AXE_CORE", NodeTools::obtain()?.axe()).envs(browser);
    if engine == Engine::Chromium {
        cargo.env("DAMAGE_REPORT_PAGES", Package::make(workspace)?.build_pages(workspace)?);
    }
    cargo.args(["test", "--package=damage-report-e2e"]);
    Ok(cargo)
}
