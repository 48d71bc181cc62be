//! Finds or installs WebKitGTK's small browser, its driver, and a virtual display for them. Some of the journeys use them.
//!
//! Linux only. It is not Safari, but it has Safari's engine.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::system::{Programs, SystemPackage, find_program, program_from_environment};
use crate::workspace::Workspace;

/// GTK's WebKit is for Linux alone.
pub(super) const IS_SUPPORTED: bool = cfg!(target_os = "linux");

/// Finds the browser, its driver and the display, and installs them first if they are missing and that is possible.
pub(super) fn obtain(workspace: &Workspace) -> Result<Programs> {
    ensure!(IS_SUPPORTED, "WebKitGTK is for Linux only; there is no such browser for this system.");
    // Certificates and fonts come with what is recommended, of which nothing else is wanted.
    let packages = &["webkit2gtk-driver", "xvfb", "fonts-liberation"];
    let package = SystemPackage { name: "WebKitGTK and a display for it", packages, advice: ADVICE };
    package.obtain(workspace, find, missing)
}

const ADVICE: &str = "  Debian, Ubuntu: apt-get install webkit2gtk-driver xvfb\n  \
    Arch:           pacman -S webkit2gtk-4.1 xorg-server-xvfb\n\
    Where they are installed already but not found, set MINIBROWSER, WEBKIT_DRIVER and XVFB to the programs.";

fn find() -> Option<Programs> {
    Some(vec![("MINIBROWSER", mini_browser()?), ("WEBKIT_DRIVER", driver()?), ("XVFB", display()?)])
}

fn driver() -> Option<PathBuf> {
    find_program("WEBKIT_DRIVER", &["WebKitWebDriver"])
}

fn display() -> Option<PathBuf> {
    find_program("XVFB", &["Xvfb"])
}

/// The library's own browser, which no distribution puts on PATH: `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser`.
fn mini_browser() -> Option<PathBuf> {
    program_from_environment("MINIBROWSER").or_else(|| {
        let libraries = ["/usr/lib", "/usr/lib64", "/usr/libexec"].map(PathBuf::from);
        let by_processor = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
        let folders = libraries.into_iter().chain(by_processor);
        folders.map(|folder| folder.join("webkit2gtk-4.1").join("MiniBrowser")).find(|program| program.is_file())
    })
}

fn missing() -> String {
    let programs =
        [("MiniBrowser of WebKitGTK 4.1", mini_browser()), ("WebKitWebDriver", driver()), ("Xvfb", display())];
    let missing = programs.into_iter().filter(|(_, program)| program.is_none()).map(|(name, _)| name);
    missing.collect::<Vec<_>>().join(" and ")
}
