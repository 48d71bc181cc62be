//! Opening the data folder: locked for one process, the database checked and brought up to date.

use std::{
    borrow::Cow,
    fs::{self, File, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    Connection as _, SqlitePool,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::Store;

/// The first SQLite without the corruption at a WAL reset (<https://sqlite.org/releaselog/3_51_3.html>).
const SQLITE_MIN: (u32, u32, u32) = (3, 51, 3);

/// The database's file in the data folder.
pub const DATABASE: &str = "claims.sqlite";

/// How long a request waits for its turn at the database before it is told to come back.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);

/// Readers besides the one writer. A reader is taken while it works and while its answer changes threads: with four, two
/// processors gave a sixth fewer answers. Sixteen are no quicker, and each keeps up to two megabytes of pages.
const READERS: u32 = 8;

/// The schema, one step a file, oldest first. A step that was released is never changed: another is added.
const MIGRATIONS: [(i64, &str, &str); 4] = [
    (1, "claims", include_str!("../../migrations/0001_claims.sql")),
    (2, "drafts", include_str!("../../migrations/0002_drafts.sql")),
    (3, "upkeep", include_str!("../../migrations/0003_upkeep.sql")),
    (4, "copies", include_str!("../../migrations/0004_copies.sql")),
];

/// Why the data folder cannot be used, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be made or written.
    #[error("the data folder {0} cannot be written: {1}. Make it writable for this user, or choose another")]
    Unwritable(PathBuf, std::io::Error),
    /// Another process has it.
    #[error("the data folder {0} is in use by another running backend. Stop that one, or choose another folder")]
    InUse(PathBuf),
    /// The SQLite that was built in is older than it may be.
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

impl Store {
    /// Opens the database in the data folder `folder`, which is made when it is not there.
    ///
    /// # Errors
    ///
    /// [`OpenError`], which says what to do.
    pub async fn open(folder: &Path) -> Result<Self, OpenError> {
        let lock = lock(folder)?;
        warn_of_onlookers(folder);
        let options = SqliteConnectOptions::new()
            .filename(folder.join(DATABASE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted is overwritten: it was somebody's.
            .pragma("secure_delete", "on")
            .busy_timeout(TURN_TIMEOUT);
        let pool = || SqlitePoolOptions::new().acquire_timeout(TURN_TIMEOUT).test_before_acquire(false);
        let writer = pool()
            .max_connections(1)
            // By now sqlx has rolled back what was left open. Where it still counts a transaction, SQLite had ended it by
            // itself, and the connection would refuse every later one: see docs/decisions/0001-one-writer.md.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone())
            .await?;
        check_version(&writer).await?;
        migrator(&MIGRATIONS).run(&writer).await?;
        let readers = pool().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, readers, _lock: Arc::new(lock) })
    }
}

/// Forgets everything that is kept in the data folder `folder`: the database and the photos. For the demo.
///
/// # Errors
///
/// [`OpenError`], also when another process has the folder.
pub fn forget(folder: &Path) -> Result<(), OpenError> {
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

/// Makes the folder and takes it for this process, until the file is dropped.
fn lock(folder: &Path) -> Result<File, OpenError> {
    let unwritable = |error| OpenError::Unwritable(folder.to_owned(), error);
    make_private(folder).map_err(unwritable)?;
    let lock =
        File::options().create(true).truncate(false).write(true).open(folder.join("lock")).map_err(unwritable)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(unwritable(error)),
    }
}

/// Makes `folder`, if it is not there, for this user alone: what goes in there is customers'.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Says so in the log when other users of this machine may look into `folder`: an operator's choice is not undone.
fn warn_of_onlookers(folder: &Path) {
    #[cfg(unix)]
    if fs::metadata(folder).is_ok_and(|folder| std::os::unix::fs::MetadataExt::mode(&folder) & 0o077 != 0) {
        tracing::warn!(
            "other users of this machine may look into the data folder: take that from them (chmod -R go= …)"
        );
    }
}

async fn check_version(pool: &SqlitePool) -> Result<(), OpenError> {
    let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(pool).await?;
    if is_new_enough(&version) { Ok(()) } else { Err(OpenError::SqliteTooOld(version)) }
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next()) >= SQLITE_MIN
}

fn migrator(steps: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sqlx::SqlSafeStr::into_sql_str(sql), false)
    };
    Migrator::with_migrations(steps.iter().map(migration).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_before_3_51_3_is_too_old() {
        for (version, new_enough) in
            [("3.51.2", false), ("3.51.3", true), ("3.51.10", true), ("3.52.0", true), ("3.9.9", false), ("", false)]
        {
            assert_eq!(is_new_enough(version), new_enough, "{version}");
        }
    }

    #[tokio::test]
    async fn a_second_process_on_the_same_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = Store::open(folder.path()).await.unwrap();
        let second = Store::open(folder.path()).await;
        assert!(matches!(second, Err(OpenError::InUse(_))), "{second:?}");
        first.close().await;
        drop(first);
        Store::open(folder.path()).await.unwrap();
    }

    #[tokio::test]
    async fn commits_are_synced_in_full() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let full: i64 = sqlx::query_scalar("pragma synchronous").fetch_one(&store.writer).await.unwrap();
        let mode: String = sqlx::query_scalar("pragma journal_mode").fetch_one(&store.writer).await.unwrap();
        assert_eq!((full, mode.as_str()), (2, "wal"));
    }

    #[tokio::test]
    async fn every_connection_has_a_page_cache_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let options: Vec<String> = sqlx::query_scalar("pragma compile_options").fetch_all(&store.writer).await.unwrap();
        assert!(
            !options.iter().any(|option| option == "ENABLE_MEMORY_MANAGEMENT"),
            "`.cargo/config.toml` was not read"
        );
    }

    #[tokio::test]
    async fn a_database_that_a_newer_version_brought_up_to_date_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let newer = [&MIGRATIONS[..], &[(99, "newer", "create table newer (a integer) strict")]].concat();
        migrator(&newer).run(&store.writer).await.unwrap();
        store.close().await;
        drop(store);
        let refused = Store::open(folder.path()).await;
        assert!(matches!(refused, Err(OpenError::Schema(_))), "{refused:?}");
    }

    #[tokio::test]
    async fn a_database_of_the_first_version_is_brought_up_to_date_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new().filename(folder.path().join(DATABASE)).create_if_missing(true);
        let old = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        migrator(&MIGRATIONS[..1]).run(&old).await.unwrap();
        sqlx::query("insert into order_lines values ('line', '1', 'phone', 'good', null, null, 'NL', 'PostNL', '3S')")
            .execute(&old)
            .await
            .unwrap();
        // By their digits "a" came first, "b" and "c" after it and at once; "a" was sent again at the very end.
        for (digit, received_at, wanted_at) in [("c", 2_000, 2_000), ("b", 2_000, 2_000), ("a", 1_000, 3_000)] {
            sqlx::query("insert into photos values ('line', ?1, ?1, ?1, 3, 4, 5, ?2, ?3)")
                .bind(digit.repeat(64))
                .bind(received_at)
                .bind(wanted_at)
                .execute(&old)
                .await
                .unwrap();
        }
        old.close().await;

        let store = Store::open(folder.path()).await.unwrap();
        let mut db = store.read().await.unwrap();
        let photos = crate::store::photos::all(&mut db, "line").await.unwrap();
        let digits: Vec<String> = photos.iter().map(|photo| photo.digest.to_string()[..1].to_owned()).collect();
        assert_eq!(digits, ["a", "b", "c"]);
        assert!(photos.iter().all(|photo| photo.subject.is_none()));
        let begun = crate::store::drafts::begun_at(&mut db, "line").await.unwrap();
        assert_eq!(begun.map(|begun| begun.timestamp_millis()), Some(1_000));
        let wanted: i64 = sqlx::query_scalar("select wanted_at from drafts").fetch_one(&mut *db).await.unwrap();
        assert_eq!(wanted, 3_000);
    }

    #[tokio::test]
    async fn what_claims_had_before_the_marks_is_marked() {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new().filename(folder.path().join(DATABASE)).create_if_missing(true);
        let old = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        migrator(&MIGRATIONS[..2]).run(&old).await.unwrap();
        for statement in [
            "insert into order_lines values ('claimed', '1', 'phone', 'good', null, null, 'NL', 'PostNL', '3S'),
               ('begun', '1', 'phone', 'good', null, null, 'NL', 'PostNL', '3S')",
            "insert into photos values ('claimed', 'a', 'a', 'a', 3, 4, 5, 1, 1, 'device', 1),
               ('claimed', 'b', 'b', 'b', 3, 4, 5, 1, 1, 'device', 2), ('begun', 'a', 'a', 'a', 3, 4, 5, 1, 1, null, 1)",
            "insert into drafts values ('claimed', 1, 1), ('begun', 1, 1)",
            "insert into claims values ('DR-1', 'claimed', 1, 0, '{}', '{}')",
            "insert into claim_photos values ('DR-1', 'device', 0, 'claimed', 'a')",
        ] {
            sqlx::query(statement).execute(&old).await.unwrap();
        }
        old.close().await;

        let store = Store::open(folder.path()).await.unwrap();
        let mut db = store.read().await.unwrap();
        let photos: Vec<(String, String)> = sqlx::query_as("select order_line, digest from photos where claimed = 1")
            .fetch_all(&mut *db)
            .await
            .unwrap();
        assert_eq!(photos, [("claimed".to_owned(), "a".to_owned())]);
        let drafts: Vec<String> =
            sqlx::query_scalar("select order_line from drafts where claimed = 1").fetch_all(&mut *db).await.unwrap();
        assert_eq!(drafts, ["claimed"]);
    }
}
