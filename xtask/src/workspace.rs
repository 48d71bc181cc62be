//! The paths of the checkout and of cargo's target folder, and the versions in the lock file.
//!
//! Nothing here builds or installs anything.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The target the widget is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The checkout that this xtask belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// The workspace this program was started from.
    pub(crate) fn locate() -> Result<Self> {
        // `cargo run` names the package's folder at run time, which stays true when the checkout is moved.
        let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&package).parent().context("xtask lies outside the workspace")?.to_path_buf();
        let target = target_folder().unwrap_or_else(|| root.join("target"));
        Ok(Self { root, target })
    }

    /// The folder that holds the workspace's Cargo.toml.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder that cargo builds in.
    pub(crate) fn target_folder(&self) -> &Path {
        &self.target
    }

    /// The default folder of the built page.
    pub(crate) fn dist_folder(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Cargo, to be run at the root of the workspace.
    pub(crate) fn cargo_command(&self) -> Command {
        let mut cargo = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // Build scripts that watch these (ring's does) would run again whenever cargo is started by hand
        // after it was started from here, because `cargo run` sets them for xtask itself.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(&name);
            }
        }
        cargo
    }

    /// Any other program, to be run at the root of the workspace.
    pub(crate) fn command(&self, name: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(name);
        command.current_dir(&self.root);
        command
    }

    /// The names of all packages in Cargo.lock.
    pub(crate) fn locked_packages(&self) -> Result<Vec<String>> {
        let name_in = |line: &str| Some(line.strip_prefix("name = \"")?.strip_suffix('"')?.to_owned());
        Ok(self.lock_file()?.lines().filter_map(name_in).collect())
    }

    /// The version of a package in Cargo.lock.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        version_in_lock(&self.lock_file()?, package)
            .with_context(|| format!("Cargo.lock names no version of {package}, which the widget is built with"))
    }

    fn lock_file(&self) -> Result<String> {
        let path = self.root.join("Cargo.lock");
        fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))
    }
}

/// The folder cargo builds in: this program lies in it, and cargo marks it with a tag.
fn target_folder() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).map(Path::to_path_buf)
}

/// The version of a package in the text of a lock file.
pub(crate) fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "leptos"), None);
    }

    #[test]
    fn cargo_does_not_inherit_what_describes_xtask() {
        let workspace = Workspace::locate().unwrap();
        let cargo = workspace.cargo_command();
        let removed: Vec<_> = cargo.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
        assert!(removed.iter().any(|name| *name == "CARGO_PKG_NAME"), "{removed:?}");
    }
}
