//! The data folder: its lock, its permissions, and how it is emptied.

use std::{
    fs::{self, File, TryLockError},
    io::{self, ErrorKind},
    path::Path,
};

use super::error::OpenError;

/// The database's file in the data folder.
pub const DATABASE: &str = "claims.sqlite";

/// Deletes database and photos in the data folder `folder`. For the demo.
///
/// # Errors
///
/// [`OpenError`], also when another process uses the folder.
pub fn delete_contents(folder: &Path) -> Result<(), OpenError> {
    let _lock = lock(folder)?;
    let unwritable = |error| OpenError::Unwritable(folder.to_owned(), error);
    for name in [DATABASE.to_owned(), format!("{DATABASE}-wal"), format!("{DATABASE}-shm")] {
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(unwritable(error)),
            _ => {}
        }
    }
    match fs::remove_dir_all(folder.join("photos")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(unwritable(error)),
        _ => Ok(()),
    }
}

/// Creates the folder if it is missing, and locks it for this process until the file is dropped.
pub(super) fn lock(folder: &Path) -> Result<File, OpenError> {
    let unwritable = |error| OpenError::Unwritable(folder.to_owned(), error);
    create_private(folder).map_err(unwritable)?;
    let lock =
        File::options().create(true).truncate(false).write(true).open(folder.join("lock")).map_err(unwritable)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(unwritable(error)),
    }
}

/// Creates `folder`, if it is missing, for this user alone: it will hold customers' data.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Logs a warning when other users of this machine can read `folder`. The permissions stay as the operator set them.
pub(super) fn warn_if_readable_by_others(folder: &Path) {
    #[cfg(unix)]
    if fs::metadata(folder).is_ok_and(|folder| std::os::unix::fs::MetadataExt::mode(&folder) & 0o077 != 0) {
        tracing::warn!(
            "other users of this machine may look into the data folder: take that from them (chmod -R go= …)"
        );
    }
}
