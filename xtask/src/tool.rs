//! Installs Rust's tools: the wasm target with rustup, and wasm-bindgen and geckodriver with `cargo install`.
//!
//! Tools from npm are in `node`, browsers in `browser`.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cache;
use crate::file_tree::remove_folder;
use crate::process::{NetworkFailure, read, run_beside, run_fetching};
use crate::progress::{note, step};
use crate::workspace::{WASM, Workspace};

/// Drives Firefox. No lock file names it, so its version is pinned here.
/// Distributions that have Firefox often have no geckodriver; crates.io has it from Mozilla itself.
const GECKODRIVER: &str = "0.37.1";

/// Splits a module in two. It has to understand what the macro that marks the place has left there.
const WASM_SPLIT: &str = "0.2.4";

/// A program that `cargo install` builds.
#[derive(Debug, Clone)]
pub(crate) struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: String,
    /// Those of its features without which there is no program.
    features: &'static str,
    /// Whether it answers `--version`, so that its version can be checked.
    says_version: bool,
}

impl CargoTool {
    /// The wasm-bindgen CLI, of exactly the version the widget is compiled with: they speak a private format.
    pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<Self> {
        let version = workspace.locked_version("wasm-bindgen")?;
        Ok(Self::new("wasm-bindgen-cli", "wasm-bindgen", &version))
    }

    /// wasm-split, of the makers of Leptos's lazy routes.
    pub(crate) fn wasm_split() -> Self {
        let tool = Self::new("wasm_split_cli_support", "wasm-split-cli", WASM_SPLIT);
        Self { features: "build-binary", says_version: false, ..tool }
    }

    /// geckodriver, for the journeys in Firefox.
    pub(crate) fn geckodriver() -> Self {
        Self::new("geckodriver", "geckodriver", GECKODRIVER)
    }

    fn new(package: &'static str, program: &'static str, version: &str) -> Self {
        Self { package, program, version: version.to_owned(), features: "", says_version: true }
    }

    /// The program if the right version of it is there: in the cache, or on PATH.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        let cached = cache::installed_tool(&self.folder_name()).map(|folder| self.program_in(&folder));
        // Of one that does not say its version only what was installed as that version is known to be it.
        let candidates = [cached, on_path(self.program).filter(|_| self.says_version)];
        candidates.into_iter().flatten().find(|program| self.has_right_version(program))
    }

    /// The program, installed first if need be, its output in sight.
    pub(crate) fn obtain(&self, workspace: &Workspace) -> Result<PathBuf> {
        self.obtain_with(workspace, run_fetching)
    }

    /// As [`Self::obtain`], in parallel with another program whose output is in sight.
    pub(crate) fn obtain_beside(&self, workspace: &Workspace) -> Result<PathBuf> {
        self.obtain_with(workspace, |command| run_beside(command, self.program))
    }

    fn obtain_with(&self, workspace: &Workspace, run: impl Fn(&mut Command) -> Result<()>) -> Result<PathBuf> {
        if let Some(program) = self.find() {
            return Ok(program);
        }
        let what = format!("Installing {} {} for this user (2 to 4 minutes, once)", self.program, self.version);
        let folder = step(what, || cache::tool(&self.folder_name(), |folder| self.install(workspace, folder, &run)))?;
        let program = self.program_in(&folder);
        if !self.has_right_version(&program) {
            bail!("{} does not run; remove {} and try again.", program.display(), folder.display());
        }
        Ok(program)
    }

    fn install(&self, workspace: &Workspace, root: &Path, run: impl Fn(&mut Command) -> Result<()>) -> Result<()> {
        let build = root.join("build");
        let command = |locked: bool| {
            let mut cargo = workspace.cargo();
            cargo.args(["install", self.package, "--version", &format!("={}", self.version), "--root"]).arg(root);
            cargo.args(["--features", self.features]).args(locked.then_some("--locked"));
            cargo.env("CARGO_TARGET_DIR", &build);
            cargo
        };
        if let Err(error) = run(&mut command(true)) {
            if error.is::<NetworkFailure>() {
                return Err(error);
            }
            note(format_args!("{error}"));
            // A registry's copy can lag behind the lock file of a release that is days old.
            note(format_args!("Trying {} once more, without its lock file", self.package));
            run(&mut command(false))?;
        }
        remove_folder(&build)
    }

    fn folder_name(&self) -> String {
        format!("{}-{}", self.program, self.version)
    }

    fn program_in(&self, folder: &Path) -> PathBuf {
        folder.join("bin").join(format!("{}{EXE_SUFFIX}", self.program))
    }

    fn has_right_version(&self, program: &Path) -> bool {
        if !self.says_version {
            return program.is_file();
        }
        // Such as "wasm-bindgen 0.2.130" or "wasm-bindgen 0.2.130 (8a1b2c3d4 2026-10-01)".
        read(Command::new(program).arg("--version"))
            .is_ok_and(|said| said.split_whitespace().nth(1) == Some(self.version.as_str()))
    }
}

/// Makes sure that Rust can compile for the browser.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<()> {
    if has_wasm_target(workspace)? {
        return Ok(());
    }
    step(format_args!("Adding the target {WASM} to Rust"), || {
        let mut rustup = workspace.program("rustup");
        if read(Command::new("rustup").arg("--version")).is_err() {
            bail!(
                "This Rust has no target {WASM} and there is no rustup to add it. Install the package of your system \
                 that holds it (Debian: libstd-rust-dev-wasm32), or Rust by rustup."
            );
        }
        run_fetching(rustup.args(["target", "add", WASM]))
    })
}

/// The program of this name on PATH, in full.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .map(|folder| folder.join(format!("{program}{EXE_SUFFIX}")))
        .find(|path| path.is_file())
}

fn has_wasm_target(workspace: &Workspace) -> Result<bool> {
    let mut rustc = workspace.program(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let library = read(rustc.args(["--print", "target-libdir", "--target", WASM])).context("Rust does not run")?;
    Ok(Path::new(&library).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_of_another_version_does_not_pass_for_the_right_one() {
        let cargo = on_path("cargo").unwrap();
        let tool = CargoTool::new("cargo", "cargo", "0.0.1");
        assert!(!tool.has_right_version(&cargo));
        assert_eq!(tool.find(), None);
    }
}
