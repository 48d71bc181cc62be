//! What is kept in the database: order lines, photos' particulars, claims and what became of them.
//!
//! SQLite in WAL mode with `synchronous=FULL`, so that a commit that was answered outlives a power cut. One connection
//! writes, each transaction `BEGIN IMMEDIATE`, so that no writer ever finds the database locked; a few read. No rule
//! is decided in SQL. The photos' bytes are files, see [`photo_store`](crate::photo_store).

pub mod claims;
pub mod drafts;
pub mod idempotency;
mod open;
pub mod order_lines;
pub mod photos;

use std::{fs::File, sync::Arc};

use chrono::{DateTime, Utc};
use damage_report_rules::contract::Code;
use sqlx::{Sqlite, SqlitePool, Transaction, pool::PoolConnection};

pub use self::open::{DATABASE, OpenError, forget};
use crate::problem::Refusal;

/// The database. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Held for as long as any clone lives: a second process on the same folder is refused.
    _lock: Arc<File>,
}

impl Store {
    /// A connection to read with.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when none is free in time.
    pub async fn read(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        Ok(self.readers.acquire().await?)
    }

    /// The one transaction that may write, when its turn has come. What is not committed is undone.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when its turn does not come in time.
    pub async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Folds the write-ahead log into the database and empties it: what was deleted is in neither after that.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub async fn fold_log(&self) -> Result<(), StoreError> {
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(&self.writer).await?;
        if busy != 0 {
            tracing::warn!("the write-ahead log is still read, and is emptied another time");
        }
        Ok(())
    }

    /// Closes every connection, so that the write-ahead log is folded into the database.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It refused, or could not be reached.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// It holds something that this program does not write.
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

/// The instant that was kept as `milliseconds`.
fn instant(milliseconds: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(milliseconds).ok_or(StoreError::Unreadable("an instant"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_old_is_found_without_going_through_what_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut db = store.read().await.unwrap();
        for statement in [photos::REMOVE_UNCLAIMED, drafts::FORGET, idempotency::FORGET] {
            let explain = sqlx::AssertSqlSafe(format!("explain query plan {statement}"));
            let steps: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(explain).bind(0).fetch_all(&mut *db).await.unwrap();
            assert!(!steps.is_empty() && steps.iter().all(|step| !step.3.starts_with("SCAN")), "{steps:?}");
        }
    }
}
