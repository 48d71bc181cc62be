//! Installs Rust's tools: the wasm target with rustup, and geckodriver with `cargo install`.
//!
//! wasm-bindgen and wasm-split are in `wasm_tools`, tools from npm in `node`, browsers in `browser`.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cache;
use crate::file_tree::remove_folder;
use crate::process::{NetworkFailure, read_output, run_fetching};
use crate::progress::{print_note, run_step};
use crate::workspace::{WASM, Workspace};

/// Drives Firefox. No lock file names it, so its version is pinned here.
/// Distributions that have Firefox often have no geckodriver; crates.io has it from Mozilla itself.
const GECKODRIVER: &str = "0.37.1";

/// A program that `cargo install` builds.
#[derive(Debug, Clone)]
pub(crate) struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: &'static str,
}

impl CargoTool {
    /// geckodriver, for the journeys in Firefox.
    pub(crate) fn geckodriver() -> Self {
        Self { package: "geckodriver", program: "geckodriver", version: GECKODRIVER }
    }

    /// The program if the right version of it is there: in the cache, or on PATH.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        let cached = cache::find_tool(&self.folder_name()).map(|folder| self.program_in(&folder));
        [cached, find_on_path(self.program)].into_iter().flatten().find(|program| has_version(program, self.version))
    }

    /// The program, installed first if need be.
    pub(crate) fn obtain(&self, workspace: &Workspace) -> Result<PathBuf> {
        if let Some(program) = self.find() {
            return Ok(program);
        }
        let what = format!("Installing {} {} for this user (about two minutes, once)", self.program, self.version);
        let folder =
            run_step(what, || cache::obtain_tool(&self.folder_name(), |folder| self.install(workspace, folder)))?;
        let program = self.program_in(&folder);
        if !has_version(&program, self.version) {
            bail!("{} does not run; remove {} and try again.", program.display(), folder.display());
        }
        Ok(program)
    }

    fn install(&self, workspace: &Workspace, root: &Path) -> Result<()> {
        let build = root.join("build");
        let command = |locked: bool| {
            let mut cargo = workspace.cargo_command();
            cargo.args(["install", self.package, "--version", &format!("={}", self.version), "--root"]).arg(root);
            cargo.args(locked.then_some("--locked")).env("CARGO_TARGET_DIR", &build);
            // It passes messages on, so it need not be optimised.
            cargo.envs([("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"), ("CARGO_PROFILE_RELEASE_DEBUG", "false")]);
            cargo
        };
        if let Err(error) = run_fetching(&mut command(true)) {
            if error.is::<NetworkFailure>() {
                return Err(error);
            }
            print_note(format_args!("{error}"));
            // A registry's copy can lag behind the lock file of a release that is days old.
            print_note(format_args!("Trying {} once more, without its lock file", self.package));
            run_fetching(&mut command(false))?;
        }
        remove_folder(&build)
    }

    fn folder_name(&self) -> String {
        format!("{}-{}", self.program, self.version)
    }

    fn program_in(&self, folder: &Path) -> PathBuf {
        folder.join("bin").join(format!("{}{EXE_SUFFIX}", self.program))
    }
}

/// Whether the program says that it has this version: such as "wasm-bindgen 0.2.130" or "geckodriver 0.37.1 (8a1b2c3d4 2026-10-01)".
pub(crate) fn has_version(program: &Path, version: &str) -> bool {
    read_output(Command::new(program).arg("--version"))
        .is_ok_and(|said| said.split_whitespace().nth(1) == Some(version))
}

/// Makes sure that Rust can compile for the browser.
pub(crate) fn ensure_wasm_target(workspace: &Workspace) -> Result<()> {
    if has_wasm_target(workspace)? {
        return Ok(());
    }
    run_step(format_args!("Adding the target {WASM} to Rust"), || {
        let mut rustup = workspace.command("rustup");
        if read_output(Command::new("rustup").arg("--version")).is_err() {
            bail!(
                "This Rust has no target {WASM} and there is no rustup to add it. Install the package of your system \
                 that holds it (Debian: libstd-rust-dev-wasm32), or Rust by rustup."
            );
        }
        run_fetching(rustup.args(["target", "add", WASM]))
    })
}

/// The program of this name on PATH, in full.
pub(crate) fn find_on_path(program: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .map(|folder| folder.join(format!("{program}{EXE_SUFFIX}")))
        .find(|path| path.is_file())
}

fn has_wasm_target(workspace: &Workspace) -> Result<bool> {
    let mut rustc = workspace.command(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let library =
        read_output(rustc.args(["--print", "target-libdir", "--target", WASM])).context("Rust does not run")?;
    Ok(Path::new(&library).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_of_another_version_does_not_pass_for_the_right_one() {
        let cargo = find_on_path("cargo").unwrap();
        assert!(!has_version(&cargo, "0.0.1"));
        let tool = CargoTool { package: "cargo", program: "cargo", version: "0.0.1" };
        assert_eq!(tool.find(), None);
    }
}
