//! The browser that the tests drive: Chromium or Chrome, and the chromedriver that goes with it.
//!
//! Installed where a package manager can do so unasked; elsewhere this file says what to install.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process::run_fetching;
use crate::progress::{note, step};
use crate::tool::on_path;
use crate::workspace::Workspace;

/// A browser and its driver.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    /// The browser's program.
    pub(crate) chrome: PathBuf,
    /// The WebDriver server that starts it.
    pub(crate) chromedriver: PathBuf,
}

impl Browser {
    /// The browser of this machine, installed first if need be and possible.
    pub(crate) fn obtain(workspace: &Workspace) -> Result<Self> {
        if let Some(browser) = Self::find() {
            return Ok(browser);
        }
        if can_install() {
            step("Installing Chromium and its driver with apt", || install(workspace))?;
            if let Some(browser) = Self::find() {
                return Ok(browser);
            }
        }
        bail!("The browser tests need {}.\n{}", missing(), ADVICE)
    }

    fn find() -> Option<Self> {
        Some(Self { chrome: chrome()?, chromedriver: chromedriver()? })
    }
}

const ADVICE: &str = "  Debian:         apt-get install chromium chromium-driver\n  \
    Ubuntu, Mint:   snap install chromium (it brings chromium.chromedriver)\n  \
    Fedora:         dnf install chromium chromedriver\n  \
    Arch:           pacman -S chromium\n  \
    macOS:          brew install --cask google-chrome chromedriver\n  \
    Windows:        winget install Google.Chrome Chromium.ChromeDriver\n\
    Where they are installed already but not on PATH, set CHROME and CHROMEDRIVER to the two programs.";

fn chrome() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    from_environment("CHROME")
        .or_else(|| names.iter().find_map(|name| on_path(name)))
        .or_else(|| usual_places().into_iter().find(|path| path.is_file()))
}

fn chromedriver() -> Option<PathBuf> {
    let names = ["chromedriver", "chromium.chromedriver"];
    from_environment("CHROMEDRIVER").or_else(|| names.iter().find_map(|name| on_path(name)))
}

fn from_environment(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env::var_os(name)?);
    if path.is_file() {
        return Some(path);
    }
    note(format_args!("{name} names {}, which is not there; looking elsewhere", path.display()));
    None
}

/// Where installers put Chrome without putting it on PATH.
fn usual_places() -> Vec<PathBuf> {
    if cfg!(target_os = "macos") {
        let apps = ["Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium"];
        apps.iter().map(|app| PathBuf::from("/Applications").join(app)).collect()
    } else if cfg!(windows) {
        let folders = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"];
        let installed = r"Google\Chrome\Application\chrome.exe";
        folders.iter().filter_map(env::var_os).map(|folder| PathBuf::from(folder).join(installed)).collect()
    } else {
        vec![]
    }
}

fn missing() -> &'static str {
    match (chrome(), chromedriver()) {
        (None, None) => "Chromium or Chrome, and chromedriver",
        (None, Some(_)) => "Chromium or Chrome (chromedriver is here)",
        _ => "chromedriver (the browser is here; both must be of the same version)",
    }
}

/// Debian and its children, as root: nothing has to be asked.
fn can_install() -> bool {
    is_root() && on_path("apt-get").is_some()
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

fn install(workspace: &Workspace) -> Result<()> {
    let apt = || {
        let mut apt = workspace.program("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    // On Ubuntu these names are doors to a snap, which a container cannot open; the caller looks at what came of it.
    let packages: &[&str] = if is_ubuntu() {
        &["chromium-browser", "chromium-chromedriver", "fonts-liberation"]
    } else {
        &["chromium", "chromium-driver", "fonts-liberation"]
    };
    run_fetching(apt().arg("update"))?;
    run_fetching(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

fn is_ubuntu() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}
