//! The connections to the database: one that writes, a few that read.

use std::{fs::File, path::Path, sync::Arc, time::Duration};

use sqlx::{
    Connection as _, Sqlite, SqlitePool, Transaction,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    error::{OpenError, StoreError},
    folder::{self, DATABASE},
    schema::{self, MIGRATIONS},
};

/// How long a request waits for a connection before it is told to try again later.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The connections that read. A request holds one while it works and while its answer changes threads: with four, two processors
/// gave a sixth fewer answers. Sixteen are no faster, and each keeps up to two megabytes of pages.
const READERS: u32 = 8;

/// The database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) writer: SqlitePool,
    readers: SqlitePool,
    /// Locks the data folder for as long as any clone lives: a second process on it is refused.
    _lock: Arc<File>,
}

impl Store {
    /// Opens the database in the data folder `folder`, and creates both where they are missing.
    ///
    /// # Errors
    ///
    /// [`OpenError`], which says what to do.
    pub async fn open(folder: &Path) -> Result<Self, OpenError> {
        let lock = folder::lock(folder)?;
        folder::warn_if_readable_by_others(folder);
        let options = SqliteConnectOptions::new()
            .filename(folder.join(DATABASE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // Deleted data is personal, so it is overwritten.
            .pragma("secure_delete", "on")
            .busy_timeout(ACQUIRE_TIMEOUT);
        let pool = || SqlitePoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT).test_before_acquire(false);
        let writer = pool()
            .max_connections(1)
            // By now sqlx has rolled back any open transaction. Where it still counts one, SQLite had ended it by itself, and
            // the connection would refuse every later one: see docs/decisions/0001-one-writer.md.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone())
            .await?;
        schema::check_sqlite_version(&writer).await?;
        schema::migrator(&MIGRATIONS).run(&writer).await?;
        let readers = pool().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, readers, _lock: Arc::new(lock) })
    }

    /// A connection that reads.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when none is free in time.
    pub async fn read_connection(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        Ok(self.readers.acquire().await?)
    }

    /// A connection that reads, and sees the database as it is at its first statement.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when none is free in time.
    pub async fn begin_snapshot(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.readers.begin_with("BEGIN DEFERRED").await?)
    }

    /// The only write transaction, once the one before it has ended. Without a commit it is rolled back, also where SQLite or the
    /// disk ends it; the next transaction gets a working connection.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it does not become free in time.
    pub async fn begin_write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Waits until the write transactions that were begun before have ended. What they committed can be read then.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they take too long.
    pub async fn wait_for_writes(&self) -> Result<(), StoreError> {
        self.writer.acquire().await?;
        Ok(())
    }

    /// Moves the write-ahead log into the database and truncates it, unless a connection still reads an earlier state: a backup, for
    /// example. After that, deleted data is not in the log. Returns whether it was truncated.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub async fn truncate_wal(&self) -> Result<bool, StoreError> {
        let mut writer = self.writer.acquire().await?;
        // No write may wait long for a reader. SQLite writes again with its usual patience afterwards.
        sqlx::query("pragma busy_timeout = 100").execute(&mut *writer).await?;
        let truncated = sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(&mut *writer).await;
        let patience = sqlx::AssertSqlSafe(format!("pragma busy_timeout = {}", ACQUIRE_TIMEOUT.as_millis()));
        sqlx::query(patience).execute(&mut *writer).await?;
        let (busy, _, _): (i64, i64, i64) = truncated?;
        Ok(busy == 0)
    }

    /// Closes every connection, which moves the write-ahead log into the database.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

#[cfg(test)]
mod tests;
