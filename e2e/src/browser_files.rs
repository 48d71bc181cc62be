//! The files of one browser.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use tempfile::TempDir;

/// The files of one browser: its profile, its downloads, and the output of it and its driver. It goes away with this value.
#[derive(Debug)]
pub(crate) struct BrowserFiles {
    folder: TempDir,
    profile: PathBuf,
    downloads: PathBuf,
}

impl BrowserFiles {
    pub(crate) fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("damage-report-browser-").tempdir()?;
        let [profile, downloads] = ["profile", "downloads"].map(|name| folder.path().join(name));
        for folder in [&profile, &downloads] {
            fs::create_dir(folder)?;
        }
        Ok(Self { folder, profile, downloads })
    }

    pub(crate) fn profile_folder(&self) -> &Path {
        &self.profile
    }

    pub(crate) fn download_folder(&self) -> &Path {
        &self.downloads
    }

    /// Where driver and browser write what they say.
    pub(crate) fn log_file(&self) -> PathBuf {
        self.folder.path().join("said")
    }
}
