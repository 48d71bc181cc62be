//! What is kept in the database: order lines, photos' particulars, claims and what became of them.
//!
//! SQLite in WAL mode with `synchronous=FULL`, so that a commit that was answered outlives a power cut. One connection
//! writes, each transaction `BEGIN IMMEDIATE`, so that no writer ever finds the database locked; a few read. No rule
//! is decided in SQL. The photos' bytes are files, see [`photo_store`](crate::photo_store).

pub mod claims;
pub mod drafts;
pub mod idempotency;
pub mod notes;
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

    /// The one transaction that may write, when its turn has come. What is not committed is undone, also where SQLite or the
    /// disk ends it: the next one begins on a connection that is well.
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
        for statement in [photos::UNCLAIMED, drafts::FORGET, idempotency::FORGET] {
            let explain = sqlx::AssertSqlSafe(format!("explain query plan {statement}"));
            let steps: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(explain).bind(0).fetch_all(&mut *db).await.unwrap();
            assert!(!steps.is_empty() && steps.iter().all(|step| !step.3.starts_with("SCAN")), "{steps:?}");
        }
    }
    /// Puts an order line of a megabyte in.
    async fn put_much(store: &Store, id: &str) -> Result<(), StoreError> {
        let mut db = store.write().await?;
        sqlx::query("insert into order_lines values (?, ?, 'phone', 'good', null, null, 'NL', 'PostNL', '3S')")
            .bind(id)
            .bind("1".repeat(1_000_000))
            .execute(&mut *db)
            .await?;
        Ok(db.commit().await?)
    }

    /// Has SQLite find the disk full as soon as the writer wants more of it.
    async fn fill_the_disk(store: &Store) {
        let mut db = store.write().await.unwrap();
        let pages: i64 = sqlx::query_scalar("pragma page_count").fetch_one(&mut *db).await.unwrap();
        let limit = sqlx::AssertSqlSafe(format!("pragma max_page_count = {pages}"));
        sqlx::query(limit).execute(&mut *db).await.unwrap();
        db.commit().await.unwrap();
    }

    #[tokio::test]
    async fn the_first_write_after_a_full_disk_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        for round in 0..3 {
            fill_the_disk(&store).await;
            let refused = put_much(&store, "refused").await;
            assert!(refused.as_ref().is_err_and(|error| error.to_string().contains("full")), "{refused:?}");
            put_much(&store, &format!("kept {round}")).await.unwrap();
        }
        store.close().await;
        drop(store);
        let store = Store::open(folder.path()).await.unwrap();
        let ids = order_lines::ids_after(&mut store.read().await.unwrap(), "", 9).await.unwrap();
        assert_eq!(ids, ["kept 0", "kept 1", "kept 2"], "what was acknowledged is there, and nothing else");
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_at_any_moment_keeps_nobody_from_writing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        for polls in 0..40 {
            let mut writing = Box::pin(put_much(&store, "left"));
            for _ in 0..polls {
                tokio::select! {
                    biased;
                    _ = &mut writing => break,
                    () = tokio::task::yield_now() => {}
                }
            }
            drop(writing);
            let mut db = store.write().await.unwrap();
            order_lines::erase(&mut db, "left").await.unwrap();
            db.commit().await.unwrap();
        }
    }
}
