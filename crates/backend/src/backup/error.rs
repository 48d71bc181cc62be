//! Why a backup failed, and what to do.

use std::{io, path::PathBuf};

use crate::store::{DATABASE, StoreError};

/// Why a backup failed. Nothing is left in its place.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The data folder holds no database.
    #[error("there is no {DATABASE} in {0}: name the data folder of a backend")]
    NoDatabase(PathBuf),
    /// The target exists already.
    #[error("{0} is there already: name a folder that is not, one for each backup")]
    Exists(PathBuf),
    /// The target is inside the data folder, so the copy would be copied.
    #[error("{0} lies in the data folder: name one outside of it, on another disk if there is one")]
    Inside(PathBuf),
    /// The copy of the database is damaged; SQLite says how.
    #[error("the copy of the database is damaged, and the database is likely to be so too: {0}")]
    Damaged(String),
    /// The database cannot be read, or its copy cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The same, with SQLite's own error.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
}
