//! Copies, lists and removes files and folders, with the path in every error.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Copies the content of a folder into another.
pub(crate) fn copy_folder(from: &Path, into: &Path) -> Result<()> {
    for file in files_below(from)? {
        let target = rebase_path(&file, from, into)?;
        create_parent(&target)?;
        fs::copy(&file, &target).with_context(|| format!("{} cannot be copied", file.display()))?;
    }
    Ok(())
}

pub(crate) fn create_parent(file: &Path) -> Result<()> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))
}

pub(crate) fn rebase_path(file: &Path, from: &Path, to: &Path) -> Result<PathBuf> {
    Ok(to.join(file.strip_prefix(from).context("a file lies outside the folder it was found in")?))
}

/// All files in a folder and those below it; none where there is no such folder. Hidden ones are editors' business.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = vec![];
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.path().is_dir() {
            files.extend(files_below(&entry.path())?);
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn remove_file(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", file.display()))
        }
        _ => Ok(()),
    }
}

/// Every Rust file in `folder` and below.
///
/// # Errors
///
/// Any error of the file system.
pub(crate) fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    fs::metadata(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files = files_below(folder)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    Ok(files)
}

/// Removes a folder with all it holds; one that is not there is removed already.
pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", folder.display()))
        }
        _ => Ok(()),
    }
}
