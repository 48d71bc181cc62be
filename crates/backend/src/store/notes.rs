//! What the backend notes for itself: each note has a row from the first start on, and is only written over.

use sqlx::SqliteConnection;

use super::StoreError;

/// One note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// What was committed last to see whether anything can be.
    Probed,
    /// The order line up to which photos were swept; empty where a sweep is to begin.
    Swept,
}

impl Note {
    fn name(self) -> &'static str {
        match self {
            Self::Probed => "probed",
            Self::Swept => "swept",
        }
    }
}

/// What `note` says.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn read(db: &mut SqliteConnection, note: Note) -> Result<String, StoreError> {
    Ok(sqlx::query_scalar("select value from notes where name = ?").bind(note.name()).fetch_one(db).await?)
}

/// Has `note` say `value`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn write(db: &mut SqliteConnection, note: Note, value: &str) -> Result<(), StoreError> {
    sqlx::query("update notes set value = ? where name = ?").bind(value).bind(note.name()).execute(db).await?;
    Ok(())
}
