//! The backend's own notes, such as how far a task has come. Each has one row, which exists from the first start on and is only overwritten.

use sqlx::SqliteConnection;

use super::error::StoreError;

/// The name of a note that the backend stores for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackendNote {
    /// The last value that the readiness check committed.
    Probed,
    /// The order line up to which photos were swept; empty before a sweep begins.
    Swept,
    /// Whether pages may hold traces of removed data: empty, [`TRACES_DUE`], or another text while they are overwritten.
    Traces,
    /// The hash of the settings with which the list's entries were made; while they are being made again, also the last claim that is done.
    Listed,
    /// The id of the last event that was followed to enter new claims into the list.
    Entered,
}

/// The value of [`BackendNote::Traces`] from a removal on until traces are overwritten.
pub const TRACES_DUE: &str = "due";

impl BackendNote {
    fn name(self) -> &'static str {
        match self {
            Self::Probed => "probed",
            Self::Swept => "swept",
            Self::Traces => "traces",
            Self::Listed => "listed",
            Self::Entered => "entered",
        }
    }
}

/// The value of `note`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn read(db: &mut SqliteConnection, note: BackendNote) -> Result<String, StoreError> {
    Ok(sqlx::query_scalar("select value from notes where name = ?").bind(note.name()).fetch_one(db).await?)
}

/// Sets `note` to `value`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn write(db: &mut SqliteConnection, note: BackendNote, value: &str) -> Result<(), StoreError> {
    sqlx::query("update notes set value = ? where name = ?").bind(value).bind(note.name()).execute(db).await?;
    Ok(())
}
