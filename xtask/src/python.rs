//! What PyPI brings: the library that verifies webhooks in Python.
//!
//! Versions and digests are those of `pypi/webhooks.txt`; nothing is installed outside the cache.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::cache::{self, input_hash};
use crate::process::{read_output, run_fetching};
use crate::progress::run_step;

/// Packages of PyPI, each with its digest.
const WEBHOOKS: &str = include_str!("../pypi/webhooks.txt");

/// The folder with the library of PyPI, which is installed first if need be.
pub(crate) fn webhook_library() -> Result<PathBuf> {
    let pip = read_output(Command::new("python3").args(["-m", "pip", "--version"]));
    ensure!(
        pip.is_ok(),
        "Python 3 with pip is needed (python.org, or python3-pip of your system). Then run the same command again."
    );
    let name = format!("pypi-webhooks-{}", input_hash(&[WEBHOOKS.as_bytes()]));
    if let Some(folder) = cache::find_tool(&name) {
        return Ok(folder);
    }
    run_step("Installing the library for webhooks from PyPI for this user (once)", || {
        cache::obtain_tool(&name, |folder| {
            let requirements = folder.join("requirements.txt");
            fs::write(&requirements, WEBHOOKS)?;
            let mut python = Command::new("python3");
            python.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
            // Packages that run nothing when they are installed, and are those of the digests.
            python.args(["--only-binary=:all:", "--require-hashes", "--retries=1", "--target"]).arg(folder);
            run_fetching(python.arg("--requirement").arg(&requirements))
        })
    })
}
