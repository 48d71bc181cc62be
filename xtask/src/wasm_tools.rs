//! The tools between the linker and wasm-opt: wasm-split, wasm-bindgen, and wasm-bindgen's runner of browser tests.
//!
//! `wasm-tools/` makes one program of the first two, because they share most of their dependencies. A wasm-bindgen of the right
//! version on PATH is used instead. Why not `cargo install`: docs/decisions/0028-the-first-build.md.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cache::{self, input_hash};
use crate::process::{run_in_parallel, run_program};
use crate::progress::run_step;
use crate::tool::{find_on_path, has_version};
use crate::workspace::Workspace;

/// The sources of the programs. Each version of them has a folder of its own in the cache.
const SOURCES: [&[u8]; 4] = [
    include_bytes!("../wasm-tools/Cargo.toml"),
    include_bytes!("../wasm-tools/Cargo.lock"),
    include_bytes!("../wasm-tools/src/main.rs"),
    include_bytes!("../wasm-tools/src/bin/wasm-bindgen-test-runner.rs"),
];

/// The program that is built here, with those of its features that nothing on this machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    SplitAndBind,
    Split,
    TestRunner,
}

/// wasm-split and wasm-bindgen.
#[derive(Debug)]
pub(crate) struct WasmTools {
    own: PathBuf,
    /// The one on PATH, if it has the version that the widget is compiled with: they speak a private format.
    wasm_bindgen: Option<PathBuf>,
}

impl WasmTools {
    /// The tools, if they are there already.
    pub(crate) fn find(workspace: &Workspace) -> Result<Option<Self>> {
        let wasm_bindgen = installed(workspace, "wasm-bindgen")?;
        let own = Own::for_widget(wasm_bindgen.as_deref());
        Ok(own.find().map(|own| Self { own, wasm_bindgen }))
    }

    /// The tools, built first if need be.
    ///
    /// # Errors
    ///
    /// When they cannot be built.
    pub(crate) fn obtain(workspace: &Workspace) -> Result<Self> {
        let wasm_bindgen = installed(workspace, "wasm-bindgen")?;
        let own = Own::for_widget(wasm_bindgen.as_deref()).obtain(workspace)?;
        Ok(Self { own, wasm_bindgen })
    }

    /// The versions on which the result of these tools depends.
    pub(crate) fn version(&self) -> String {
        format!("{:?} {:?}", self.own, self.wasm_bindgen)
    }

    /// Splits the module in two: `main.wasm` and `split_report.wasm` in the folder `out`.
    pub(crate) fn split(&self, workspace: &Workspace, module: &Path, out: &Path) -> Result<()> {
        run_program(workspace.command(&self.own).arg("split").args([module, out]))
    }

    /// Writes the glue `NAME.js` for the module, and the module that it loads, into the folder `out`.
    pub(crate) fn bind(&self, workspace: &Workspace, module: &Path, out: &Path, name: &str) -> Result<()> {
        let Some(installed) = &self.wasm_bindgen else {
            return run_program(workspace.command(&self.own).arg("bind").args([module, out]).arg(name));
        };
        let mut command = workspace.command(installed);
        // As `wasm-tools/src/main.rs` does it.
        command.args(["--target", "web", "--keep-lld-exports", "--no-typescript", "--out-name", name]);
        run_program(command.arg("--out-dir").arg(out).arg(module))
    }
}

/// The program that cargo runs browser tests by, built first if need be.
///
/// # Errors
///
/// When it cannot be built.
pub(crate) fn test_runner(workspace: &Workspace) -> Result<PathBuf> {
    match installed(workspace, "wasm-bindgen-test-runner")? {
        Some(installed) => Ok(installed),
        None => Own::TestRunner.obtain(workspace),
    }
}

/// The program of wasm-bindgen on PATH, if it has the right version.
fn installed(workspace: &Workspace, program: &str) -> Result<Option<PathBuf>> {
    let version = workspace.locked_version("wasm-bindgen")?;
    Ok(find_on_path(program).filter(|program| has_version(program, &version)))
}

impl Own {
    fn for_widget(wasm_bindgen: Option<&Path>) -> Self {
        if wasm_bindgen.is_some() { Self::Split } else { Self::SplitAndBind }
    }

    fn features(self) -> &'static str {
        match self {
            Self::SplitAndBind => "split,bind",
            Self::Split => "split",
            Self::TestRunner => "test-runner",
        }
    }

    fn program(self) -> String {
        let name = match self {
            Self::SplitAndBind | Self::Split => "damage-report-wasm-tools",
            Self::TestRunner => "wasm-bindgen-test-runner",
        };
        format!("{name}{EXE_SUFFIX}")
    }

    fn about(self) -> &'static str {
        match self {
            Self::SplitAndBind => "wasm-split and wasm-bindgen",
            Self::Split => "wasm-split",
            Self::TestRunner => "the runner of browser tests",
        }
    }

    /// A name that changes with the versions.
    fn folder_name(self) -> String {
        format!("wasm-tools-{}-{}", self.features().replace(',', "-"), input_hash(&SOURCES))
    }

    fn find(self) -> Option<PathBuf> {
        Some(cache::find_tool(&self.folder_name())?.join(self.program()))
    }

    fn obtain(self, workspace: &Workspace) -> Result<PathBuf> {
        if let Some(program) = self.find() {
            return Ok(program);
        }
        let what = format!("Compiling {} for this user (once)", self.about());
        let folder =
            run_step(what, || cache::obtain_tool(&self.folder_name(), |folder| self.build(workspace, folder)))?;
        Ok(folder.join(self.program()))
    }

    /// Builds the program in this checkout's target folder, where all of them share what they have in common.
    fn build(self, workspace: &Workspace, folder: &Path) -> Result<()> {
        let target = workspace.target_folder().join("wasm-tools");
        run_in_parallel(self.cargo(workspace).arg("--target-dir").arg(&target), self.about())?;
        let built = target.join("debug").join(self.program());
        fs::copy(&built, folder.join(self.program())).with_context(|| format!("{} is missing", built.display()))?;
        Ok(())
    }

    fn cargo(self, workspace: &Workspace) -> Command {
        let mut cargo = workspace.cargo_command();
        cargo.args(["build", "--locked", "--manifest-path"]);
        cargo.arg(workspace.root().join("xtask/wasm-tools/Cargo.toml"));
        cargo.args(["--features", self.features(), "--bin", self.program().trim_end_matches(EXE_SUFFIX)]);
        cargo
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::version_in_lock;

    #[test]
    fn the_widget_and_its_tools_are_of_one_wasm_bindgen() {
        let lock = include_str!("../wasm-tools/Cargo.lock");
        let widgets = Workspace::locate().unwrap().locked_version("wasm-bindgen").unwrap();
        for package in ["wasm-bindgen-cli-support", "wasm-bindgen-cli"] {
            assert_eq!(version_in_lock(lock, package).as_ref(), Some(&widgets), "{package} in xtask/wasm-tools");
        }
    }

    #[test]
    fn a_machine_that_has_wasm_bindgen_does_not_compile_it() {
        assert_eq!(Own::for_widget(Some(Path::new("/usr/bin/wasm-bindgen"))).features(), "split");
        assert!(Own::for_widget(None).features().contains("bind"));
    }
}
