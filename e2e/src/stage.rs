//! What a run is given: the programs to drive and the site to show, by the environment, and a folder of its own.
//!
//! Nothing is built or installed here: `cargo xtask test` does that and says where everything is.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

/// The programs and the site of this run.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The backend's program.
    pub backend: PathBuf,
    /// The folder with the demo's page and the widget.
    pub site: PathBuf,
    /// The browser's program.
    pub chrome: PathBuf,
    /// The program that drives the browser.
    pub chromedriver: PathBuf,
    /// The script that looks for what keeps people out.
    pub axe: PathBuf,
}

impl Stage {
    /// What the environment says.
    ///
    /// # Errors
    ///
    /// When something is not said, or is not there.
    pub fn from_environment() -> Result<Self> {
        Ok(Self {
            backend: named_by("DAMAGE_REPORT_BACKEND")?,
            site: named_by("DAMAGE_REPORT_SITE")?,
            chrome: named_by("CHROME")?,
            chromedriver: named_by("CHROMEDRIVER")?,
            axe: named_by("AXE_CORE")?,
        })
    }
}

fn named_by(variable: &str) -> Result<PathBuf> {
    let path = env::var_os(variable).map(PathBuf::from);
    let path = path.with_context(|| {
        format!("{variable} is not set. `cargo xtask test journey` builds what is tested here and runs it")
    })?;
    ensure!(path.exists(), "{variable} names {}, which is not there", path.display());
    Ok(path)
}

/// `target/e2e`: photos from one run to the next, and what a failed journey leaves to look at.
///
/// # Errors
///
/// Any error of the file system.
pub fn own_folder() -> Result<PathBuf> {
    let program = env::current_exe()?;
    // Cargo marks its target folder, wherever the developer has put it.
    let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    let folder = target.or_else(|| program.parent()).unwrap_or(Path::new(".")).join("e2e");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
