//! `cargo xtask bench`: makes release builds of the widget, of the alternatives for a shop, and of the backend. `bench/` measures
//! them side by side, and defines the measurements.

mod baseline;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use self::baseline::obtain_baseline;
use crate::browser::Engine;
use crate::demo::build_fast_backend;
use crate::file_tree::copy_folder;
use crate::file_tree::remove_folder;
use crate::node::{NodeTools, install_packages};
use crate::process::{run_fetching, run_program};
use crate::progress::run_step;
use crate::widget::{BuildMode, WidgetBuild};
use crate::workspace::Workspace;

/// The other subjects, with the versions that they are pinned to.
const PEERS: &str = "bench/peers";

/// The options of a run.
#[derive(Debug, Default)]
pub(crate) struct BenchCommand {
    /// The backend instead of the widget?
    pub(crate) backend: bool,
    /// In less than three minutes, with fewer rounds?
    pub(crate) quick: bool,
    /// Keep what came of it for README?
    pub(crate) keep: bool,
    /// Arguments passed on to the program: which subjects, which visits, how many rounds.
    pub(crate) passed_on: Vec<String>,
}

impl BenchCommand {
    /// Builds, measures, and says where the figures are.
    pub(crate) fn run(&self, workspace: &Workspace) -> Result<()> {
        let out = workspace.target_folder().join("bench");
        fs::create_dir_all(&out).with_context(|| format!("{} cannot be created", out.display()))?;
        let backend = build_fast_backend(workspace)?;
        let (package, figures) = if self.backend {
            ("damage-report-bench-backend", out.join("backend.json"))
        } else {
            ("damage-report-bench", out.join("browser.json"))
        };
        let mut cargo = workspace.cargo_command();
        cargo.args(["run", "--release", "--package", package, "--", "--out"]).arg(&figures);
        cargo.env("DAMAGE_REPORT_BACKEND", backend).args(self.quick.then_some("--quick"));
        if self.keep {
            cargo.arg("--keep").arg(workspace.root());
        }
        if !self.backend {
            let site = workspace.dist_folder();
            WidgetBuild { mode: BuildMode::Release, with_demo: true, out: site.clone() }.run(workspace)?;
            cargo.arg("--pages").arg(build_pages(workspace)?);
            cargo.env("DAMAGE_REPORT_SITE", site).env("AXE_CORE", NodeTools::obtain()?.axe_script());
            cargo.envs(Engine::Chromium.obtain(workspace)?);
        }
        run_fetching(cargo.args(&self.passed_on))?;
        println!("The figures are in {}.", figures.display());
        Ok(())
    }
}

/// Builds the page of each subject, and gives their folder.
fn build_pages(workspace: &Workspace) -> Result<PathBuf> {
    let work = workspace.target_folder().join("bench").join("peers");
    let sources = workspace.root().join(PEERS);
    let lock = fs::read(sources.join("package-lock.json")).context("bench/peers has no lock file")?;
    let is_installed = fs::read(work.join("package-lock.json")).is_ok_and(|installed| installed == lock);
    if !is_installed {
        remove_folder(&work)?;
    }
    copy_folder(&sources, &work)?;
    if !is_installed {
        // Half an installation must not pass for one.
        let outcome = run_step("Installing what shops would use instead from npm", || install_packages(&work));
        outcome.inspect_err(|_| drop(remove_folder(&work)))?;
    }
    let baseline = obtain_baseline(workspace)?;
    let pages = workspace.target_folder().join("bench").join("pages");
    run_step("Building the pages that are measured", || {
        remove_folder(&pages)?;
        let mut node = Command::new("node");
        node.arg("build.mjs").arg(&pages).arg(workspace.dist_folder()).args(&baseline);
        run_program(node.current_dir(&work))
    })?;
    Ok(pages)
}
