//! The folder of a backup in progress.

use std::{
    fs::{self, File},
    io,
    path::{self, Component, Path, PathBuf},
};

use super::error::BackupError;
use crate::{photo_store, random, store::DATABASE};

/// A backup in progress, in a folder next to the final one. The final folder therefore exists only when it is complete. Dropping
/// an unfinished backup removes it.
pub(super) struct PartialBackup(pub(super) PathBuf);

impl PartialBackup {
    pub(super) fn next_to(to: &Path, data: &Path) -> Result<Self, BackupError> {
        let failed = |error| BackupError::File(to.to_owned(), error);
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if resolved(parent).map_err(failed)?.starts_with(fs::canonicalize(data).map_err(failed)?) {
            return Err(BackupError::Inside(to.to_owned()));
        }
        fs::create_dir_all(parent).map_err(failed)?;
        let folder = Self(parent.join(format!("{}.part", random::random_id())));
        create_private(&folder.0).map_err(failed)?;
        Ok(folder)
    }

    /// Syncs the backup and gives it its final name.
    pub(super) fn finish(self, to: &Path) -> Result<(), BackupError> {
        let failed = |error| BackupError::File(to.to_owned(), error);
        File::open(self.0.join(DATABASE)).and_then(|file| file.sync_all()).map_err(failed)?;
        sync_folders(&self.0).map_err(failed)?;
        fs::rename(&self.0, to).map_err(failed)?;
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        photo_store::sync_folder(parent).map_err(failed)
    }
}

impl Drop for PartialBackup {
    fn drop(&mut self) {
        // The rename has moved the folder away; only a backup that failed is still here.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The absolute path of `folder`, which need not exist, with links resolved.
fn resolved(folder: &Path) -> io::Result<PathBuf> {
    let mut resolved = PathBuf::new();
    for part in path::absolute(folder)?.components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            part => resolved.push(part),
        }
        // A part that does not exist cannot be a link.
        match fs::canonicalize(&resolved) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) => {}
            Ok(there) => resolved = there,
        }
    }
    Ok(resolved)
}

/// Syncs `folder` and the folders in it.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    photo_store::sync_folder(folder)
}

/// Creates `folder` for this user alone: it will hold customers' data.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
