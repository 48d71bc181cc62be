//! Finds the programs of a browser on this machine, and installs its system packages.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process::run_fetching;
use crate::progress::{print_note, run_step};
use crate::tool::find_on_path;
use crate::workspace::Workspace;

/// The programs of a browser, each with the name of the environment variable by which the journeys are told of it.
pub(crate) type Programs = Vec<(&'static str, PathBuf)>;

/// A browser's name, the packages that install it, and advice for systems without them.
pub(super) struct SystemPackage<'a> {
    pub(super) name: &'a str,
    pub(super) packages: &'a [&'a str],
    pub(super) advice: &'a str,
}

impl SystemPackage<'_> {
    /// What `find` finds, by apt if not at once. `missing` says what that would be.
    pub(super) fn obtain<T>(
        &self,
        workspace: &Workspace,
        find: impl Fn() -> Option<T>,
        missing: impl Fn() -> String,
    ) -> Result<T> {
        if let Some(found) = find() {
            return Ok(found);
        }
        if can_install() && !self.packages.is_empty() {
            run_step(format_args!("Installing {} with apt", self.name), || install(workspace, self.packages))?;
            if let Some(found) = find() {
                return Ok(found);
            }
        }
        bail!("The browser tests need {}.\n{}", missing(), self.advice)
    }
}

pub(super) fn program_from_environment(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env::var_os(name)?);
    if path.is_file() {
        return Some(path);
    }
    print_note(format_args!("{name} names {}, which is not there; looking elsewhere", path.display()));
    None
}

/// The program that the variable `variable` names, or the first of `names` on PATH.
pub(super) fn find_program(variable: &str, names: &[&str]) -> Option<PathBuf> {
    program_from_environment(variable).or_else(|| names.iter().find_map(|name| find_on_path(name)))
}

/// Debian and its children, as root: nothing has to be asked.
fn can_install() -> bool {
    is_root() && find_on_path("apt-get").is_some()
}

#[cfg(target_os = "linux")]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(target_os = "linux"))]
fn is_root() -> bool {
    false
}

fn install(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    let apt = || {
        let mut apt = workspace.command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    run_fetching(apt().arg("update"))?;
    run_fetching(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

/// On Ubuntu the names of browsers are doors to a snap, which a container cannot open.
pub(super) fn is_ubuntu() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}
