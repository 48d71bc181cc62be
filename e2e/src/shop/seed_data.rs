//! The data folder of a shop when it opens. It is made once for all journeys of a run and copied for each: to
//! draw five photos and to report a claim with them takes longer than many a journey.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::Mutex,
};

use anyhow::{Context as _, Result, ensure};

use crate::environment::{self, Environment};

/// Whether it is made in this run. The first journey that needs it makes it, and the others wait.
static MADE: Mutex<bool> = Mutex::new(false);

/// Puts into the folder `data` what a shop opens with whose page comes from `site`.
pub(super) fn seed_data_folder(data: &Path, environment: &Environment, site: &Path) -> Result<()> {
    let seed_data = environment::e2e_target_folder()?.join("seed_data");
    {
        // A journey that failed while it made it has left it unmade, and nothing else.
        let mut made = MADE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if !*made {
            make(&seed_data, environment, site)?;
            *made = true;
        }
    }
    copy(&seed_data, data)
}

/// Opens a shop in `folder`, and closes it when it is open.
fn make(folder: &Path, environment: &Environment, site: &Path) -> Result<()> {
    if folder.exists() {
        // Of an earlier run, and an earlier day.
        fs::remove_dir_all(folder)?;
    }
    let mut command = Command::new(&environment.backend);
    command.args(["demo", "--port", "0", "--site"]).arg(site).arg("--data").arg(folder);
    let backend = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut backend = backend.context("the backend does not start")?;
    let said = backend.stdout.take().context("the backend has no output")?;
    let mut line = String::new();
    let read = BufReader::new(said).read_line(&mut line);
    // Acknowledged data is on the disk, however the backend ends.
    backend.kill()?;
    backend.wait()?;
    read?;
    ensure!(line.contains("http://"), "the backend does not open: {line}");
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, path) = entry.map(|entry| (to.join(entry.file_name()), entry.path()))?;
        if path.is_dir() {
            copy(&path, &entry)?;
        } else {
            fs::copy(&path, &entry)?;
        }
    }
    Ok(())
}
