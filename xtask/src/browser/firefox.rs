//! Finds or installs Firefox, and builds geckodriver with `cargo install`. Some of the journeys use them.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use super::system::{Programs, SystemPackage, find_program, is_ubuntu, program_from_environment};
use crate::tool::CargoTool;
use crate::workspace::Workspace;

/// Finds the browser and its driver, and installs them first if they are missing and that is possible.
pub(super) fn obtain(workspace: &Workspace) -> Result<Programs> {
    let packages: &[&str] = if is_ubuntu() { &[] } else { &["firefox-esr", "fonts-liberation"] };
    let package = SystemPackage { name: "Firefox", packages, advice: ADVICE };
    let firefox = package.obtain(workspace, firefox, || "Firefox".to_owned())?;
    let geckodriver = match program_from_environment("GECKODRIVER") {
        Some(program) => program,
        None => CargoTool::geckodriver().obtain(workspace)?,
    };
    Ok(vec![("FIREFOX", firefox), ("GECKODRIVER", geckodriver)])
}

const ADVICE: &str = "  Debian:         apt-get install firefox-esr\n  \
    Ubuntu, Mint:   the package of packages.mozilla.org; the snap keeps profiles where no test can look\n  \
    Fedora:         dnf install firefox\n  \
    Arch:           pacman -S firefox\n  \
    macOS:          brew install --cask firefox\n  \
    Windows:        winget install Mozilla.Firefox\n\
    Where it is installed already but not on PATH, set FIREFOX to its program.";

fn firefox() -> Option<PathBuf> {
    find_program("FIREFOX", &["firefox-esr", "firefox"])
        .or_else(|| usual_places().into_iter().find(|path| path.is_file()))
}

/// Where installers put Firefox without putting it on PATH.
fn usual_places() -> Vec<PathBuf> {
    if cfg!(target_os = "macos") {
        vec!["/Applications/Firefox.app/Contents/MacOS/firefox".into()]
    } else if cfg!(windows) {
        let folders = ["ProgramFiles", "ProgramFiles(x86)"];
        let installed = r"Mozilla Firefox\firefox.exe";
        folders.iter().filter_map(env::var_os).map(|folder| PathBuf::from(folder).join(installed)).collect()
    } else {
        vec![]
    }
}
