//! Finds or installs Chromium or Chrome, with the matching chromedriver. All browser tests and all journeys use them.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use super::system::{Programs, SystemPackage, find_program, is_ubuntu, program_from_environment};
use crate::tool::find_on_path;
use crate::workspace::Workspace;

/// A browser and its driver.
#[derive(Debug, Clone)]
pub(crate) struct Chromium {
    /// The browser's program.
    pub(crate) chrome: PathBuf,
    /// The WebDriver server that starts it.
    pub(crate) chromedriver: PathBuf,
}

impl Chromium {
    /// Finds the browser of this machine, and installs it first if it is missing and that is possible.
    pub(crate) fn obtain(workspace: &Workspace) -> Result<Self> {
        // Ubuntu's packages only install a snap; `find` then looks for its programs.
        let packages: &[&str] = if is_ubuntu() {
            &["chromium-browser", "chromium-chromedriver", "fonts-liberation"]
        } else {
            &["chromium", "chromium-driver", "fonts-liberation"]
        };
        let package = SystemPackage { name: "Chromium and its driver", packages, advice: ADVICE };
        package.obtain(workspace, Self::find, missing)
    }

    pub(super) fn programs(self) -> Programs {
        vec![("CHROME", self.chrome), ("CHROMEDRIVER", self.chromedriver)]
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
    program_from_environment("CHROME")
        .or_else(|| names.iter().find_map(|name| find_on_path(name)))
        .or_else(|| usual_places().into_iter().find(|path| path.is_file()))
}

fn chromedriver() -> Option<PathBuf> {
    find_program("CHROMEDRIVER", &["chromedriver", "chromium.chromedriver"])
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

fn missing() -> String {
    let missing = match (chrome(), chromedriver()) {
        (None, None) => "Chromium or Chrome, and chromedriver",
        (None, Some(_)) => "Chromium or Chrome (chromedriver is here)",
        _ => "chromedriver (the browser is here; both must be of the same version)",
    };
    missing.to_owned()
}
