//! The environment of a run: the programs to drive and the site to show, by the environment, and a folder of its own.
//!
//! Nothing is built or installed here: `cargo xtask test` does that and says where everything is.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    engine::Engine,
    programs::{CookieSetting, EnginePrograms},
};

/// The programs and the site of this run.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The backend's program.
    pub backend: PathBuf,
    /// The folder with the demo's page and the widget.
    pub site: PathBuf,
    /// The engine that draws the page.
    pub engine: Engine,
    /// The programs that it takes.
    pub programs: EnginePrograms,
    /// Whether the browser is to resist being told apart: canvases give noise back, and more. Firefox's alone has that.
    pub resists_fingerprinting: bool,
    /// Whether its user lets pages store anything.
    pub cookies: CookieSetting,
    /// The script that looks for what keeps people out.
    pub axe: PathBuf,
}

impl Environment {
    /// Reads the environment variables.
    ///
    /// # Errors
    ///
    /// When something is not said, or is not there.
    pub fn read() -> Result<Self> {
        let engine = Engine::of_this_journey();
        let named_by = |variable| named_by(variable, engine);
        let (browser, driver, display) = engine.program_variables();
        Ok(Self {
            backend: named_by("DAMAGE_REPORT_BACKEND")?,
            site: named_by("DAMAGE_REPORT_SITE")?,
            engine,
            programs: EnginePrograms {
                browser: named_by(browser)?,
                driver: named_by(driver)?,
                display: display.map(named_by).transpose()?,
            },
            resists_fingerprinting: false,
            cookies: CookieSetting::Kept,
            axe: named_by("AXE_CORE")?,
        })
    }
}

/// The folder in `site` with what the loader fetches: what it is called depends on what is in it.
///
/// # Errors
///
/// When nothing was built there.
pub fn built_widget_folder(site: &Path) -> Result<PathBuf> {
    let folders = fs::read_dir(site)?.filter_map(|entry| Some(entry.ok()?.path()));
    let built = folders.into_iter().find(|folder| folder.join("widget.wasm").is_file());
    built.with_context(|| format!("{} holds no built widget", site.display()))
}

/// The folder with the order pages of `frameworks`, built with the package as npm gives it.
///
/// # Errors
///
/// When the environment does not name it.
pub fn framework_pages_folder() -> Result<PathBuf> {
    named_by("DAMAGE_REPORT_PAGES", Engine::Chromium)
}

fn named_by(variable: &str, engine: Engine) -> Result<PathBuf> {
    let path = env::var_os(variable).map(PathBuf::from);
    let path = path.with_context(|| {
        let check = engine.check_name();
        format!("{variable} is not set. `cargo xtask test {check}` builds what is tested here and runs it")
    })?;
    ensure!(path.exists(), "{variable} names {}, which is not there", path.display());
    Ok(path)
}

/// `target/e2e`: photos from one run to the next, and what a failed journey leaves to look at.
///
/// # Errors
///
/// Any error of the file system.
pub fn e2e_target_folder() -> Result<PathBuf> {
    let program = env::current_exe()?;
    // Cargo marks its target folder, wherever the developer has put it.
    let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    let folder = target.or_else(|| program.parent()).unwrap_or(Path::new(".")).join("e2e");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
