//! Why the database, or the data folder, cannot be used.

use std::path::PathBuf;

use damage_report_rules::contract::Code;

use crate::problem::Refusal;

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It refused, or could not be reached.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// It holds a value that this program does not write.
    #[error("the database holds {0} that cannot be read")]
    Unreadable(&'static str),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Database(sqlx::Error::PoolTimedOut) => {
                tracing::warn!("no database connection was free in time");
                Self::new(Code::Overloaded)
            }
            StoreError::Database(_) => {
                tracing::error!(%error, "the database failed");
                Self::new(Code::Storage)
            }
            StoreError::Unreadable(_) => {
                tracing::error!(%error, "the database is not as it should be");
                Self::new(Code::Internal)
            }
        }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// Why the data folder cannot be used, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be created or written.
    #[error("the data folder {0} cannot be written: {1}. Make it writable for this user, or choose another")]
    Unwritable(PathBuf, std::io::Error),
    /// Another process uses it.
    #[error("the data folder {0} is in use by another running backend. Stop that one, or choose another folder")]
    InUse(PathBuf),
    /// The built-in SQLite is too old.
    #[error(
        "this program was built with SQLite {0}; 3.51.3 or later is needed (earlier ones can corrupt the database)"
    )]
    SqliteTooOld(String),
    /// The schema cannot be brought up to date, or is newer than this program.
    #[error(
        "the database in the data folder does not fit this version of the program: {0}. Use the version that made it, \
         or an empty folder (for the demo: --fresh)"
    )]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// The database cannot be opened.
    #[error("the database in the data folder cannot be opened: {0}")]
    Database(#[from] sqlx::Error),
}
