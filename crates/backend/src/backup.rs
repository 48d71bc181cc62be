//! Copies a data folder while a backend runs on it. The copy is a data folder too.
//!
//! A plain copy of the files is no backup: the database and its write-ahead log would be of two moments, and SQLite calls such files
//! malformed. Here SQLite writes a copy of its database as of one moment. Then the photos that it names are copied, each checked
//! against its digest. Claims, order lines and photos that are removed meanwhile are removed from the copy too.

mod error;
mod partial;
mod removals;

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use damage_report_rules::evidence::Digest;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

pub use self::error::BackupError;
use self::partial::PartialBackup;
use crate::{
    digest::sha256,
    photo_store,
    store::{self, DATABASE, StoreError},
};

/// The number of rows that are read at once.
const PAGE: u32 = 200;

/// The contents of a finished backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackupSummary {
    /// The photos in it.
    pub photos: u64,
    /// Photos that the database names and the data folder has lost.
    pub lost: u64,
}

/// Copies the data folder `data` to the new folder `to`. A backend may run on `data` meanwhile.
///
/// # Errors
///
/// [`BackupError`], which says what to do.
pub async fn copy_data_folder(data: &Path, to: &Path) -> Result<BackupSummary, BackupError> {
    let database = data.join(DATABASE);
    if !database.is_file() {
        return Err(BackupError::NoDatabase(data.to_owned()));
    }
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let partial = PartialBackup::next_to(to, data)?;
    // Read-only, so that no error here can damage the data.
    let options = SqliteConnectOptions::new().filename(&database).read_only(true);
    let mut source = SqliteConnection::connect_with(&options).await?;
    let target = partial.0.join(DATABASE);
    sqlx::query("vacuum into ?").bind(target.display().to_string()).execute(&mut source).await?;
    let mut copy = open_copy(&target).await?;
    check(&mut copy).await?;
    let copied = complete(&mut source, &mut copy, data, &partial.0).await?;
    copy.close().await?;
    source.close().await?;
    partial.finish(to)?;
    Ok(copied)
}

/// Opens the copy of the database so that removed rows are overwritten, as the backend does.
async fn open_copy(database: &Path) -> Result<SqliteConnection, BackupError> {
    let options = SqliteConnectOptions::new().filename(database).foreign_keys(true).pragma("secure_delete", "on");
    Ok(SqliteConnection::connect_with(&options).await?)
}

/// Adds to the copy of the database what belongs to it, and removes what was removed from `source` meanwhile.
async fn complete(
    source: &mut SqliteConnection,
    copy: &mut SqliteConnection,
    data: &Path,
    to: &Path,
) -> Result<BackupSummary, BackupError> {
    let mut copied = copy_photos(source, copy, data, to).await?;
    copied.photos -= removals::repeat_removals(source, copy, to).await?;
    removals::overwrite_traces(copy).await?;
    Ok(copied)
}

/// Lets SQLite check the copy: its pages, its indexes and its references.
async fn check(copy: &mut SqliteConnection) -> Result<(), BackupError> {
    let report: String = sqlx::query_scalar("pragma integrity_check(1)").fetch_one(&mut *copy).await?;
    if report != "ok" {
        return Err(BackupError::Damaged(report));
    }
    let dangling = sqlx::query("pragma foreign_key_check").fetch_optional(copy).await?;
    if dangling.is_some() { Err(BackupError::Damaged("a row refers to what is not there".to_owned())) } else { Ok(()) }
}

/// One photo in the copy of the database.
#[derive(Clone, Debug)]
struct Row {
    order_line: String,
    digest: Digest,
    stored: Digest,
}

/// Copies the photos that `copy` names, and removes from it the rows that were removed from `source` meanwhile.
async fn copy_photos(
    source: &mut SqliteConnection,
    copy: &mut SqliteConnection,
    data: &Path,
    to: &Path,
) -> Result<BackupSummary, BackupError> {
    let mut copied = BackupSummary::default();
    let mut after = (String::new(), String::new());
    loop {
        let page = page_after(copy, &after).await?;
        let Some(last) = page.last() else { return Ok(copied) };
        after = (last.order_line.clone(), last.digest.to_string());
        let mut removed = None;
        for row in page {
            // The photos of the order line were removed after this page was read.
            if removed.as_ref() == Some(&row.order_line) {
                continue;
            }
            match copy_photo(data, to, row.clone(), row.stored).await? {
                FileState::Copied => copied.photos += 1,
                state => match reconcile(source, copy, data, to, &row, state).await? {
                    Outcome::Copied => copied.photos += 1,
                    Outcome::Gone => {}
                    Outcome::Removed { photos } => {
                        copied.photos -= photos;
                        removed = Some(row.order_line);
                    }
                    Outcome::Lost => copied.lost += 1,
                },
            }
        }
    }
}

/// The final state of one photo.
enum Outcome {
    Copied,
    Gone,
    /// The whole order line was erased, or its claim expired; this many of its photos had been copied.
    Removed {
        photos: u64,
    },
    Lost,
}

/// How often a missing file is looked for: the photo may be sent between two attempts.
const ATTEMPTS: u32 = 3;

/// The pause before another attempt with a file that does not match its row: the file is written a commit or two before the row.
const PAUSE: Duration = Duration::from_millis(100);

/// Decides about a photo whose file does not match its row in the copy. Rows are removed before files: if the file was removed
/// meanwhile, its row is gone from `source` too.
async fn reconcile(
    source: &mut SqliteConnection,
    copy: &mut SqliteConnection,
    data: &Path,
    to: &Path,
    row: &Row,
    mut state: FileState,
) -> Result<Outcome, BackupError> {
    for _ in 0..ATTEMPTS {
        let Some(line) = store::order_lines::find(source, &row.order_line).await? else {
            let photos = removals::erase_order_line(copy, to, &row.order_line).await?;
            return Ok(Outcome::Removed { photos });
        };
        let Some(now) = store::photos::find(source, &row.order_line, row.digest).await? else {
            if is_claimed(copy, row).await? {
                // A photo of a claim is removed when the claim expires, or with its order line, which was added again then.
                let claim = store::claims::of_order_line(source, &row.order_line).await?;
                let photos = match claim.and_then(|claim| claim.expired_at) {
                    Some(at) => removals::expire_claim(copy, to, &row.order_line, at).await?,
                    None => removals::erase_order_line(copy, to, &row.order_line).await?,
                };
                store::order_lines::put(copy, &line).await?;
                return Ok(Outcome::Removed { photos });
            }
            store::photos::remove(copy, &row.order_line, row.digest).await?;
            return Ok(Outcome::Gone);
        };
        if let FileState::Other = state {
            tokio::time::sleep(PAUSE).await;
        }
        // It was lost or removed, and sent again after the database was copied.
        state = copy_photo(data, to, row.clone(), now.stored).await?;
        if let FileState::Copied = state {
            store::photos::put(copy, &row.order_line, &now, now.received_at).await?;
            return Ok(Outcome::Copied);
        }
    }
    Ok(Outcome::Lost)
}

/// Whether a claim in `copy` includes the photo of `row`.
async fn is_claimed(copy: &mut SqliteConnection, row: &Row) -> Result<bool, BackupError> {
    let claimed = sqlx::query_scalar("select claimed from photos where order_line = ? and digest = ?");
    let claimed = claimed.bind(&row.order_line).bind(row.digest.to_string()).fetch_optional(copy).await?;
    Ok(claimed.unwrap_or_default())
}

/// The next rows of `photos` after this order line and digest.
async fn page_after(copy: &mut SqliteConnection, after: &(String, String)) -> Result<Vec<Row>, BackupError> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select order_line, digest, stored from photos where (order_line, digest) > (?, ?)
         order by order_line, digest limit ?",
    )
    .bind(&after.0)
    .bind(&after.1)
    .bind(PAGE)
    .fetch_all(copy)
    .await?;
    let digest = |text: &str| text.parse::<Digest>().map_err(|_| StoreError::Unreadable("a digest"));
    let row = |(order_line, name, stored): (String, String, String)| {
        Ok(Row { order_line, digest: digest(&name)?, stored: digest(&stored)? })
    };
    rows.into_iter().map(row).collect()
}

/// The state of a photo's file.
enum FileState {
    /// It matches its row, and is copied.
    Copied,
    /// Its bytes do not match its row.
    Other,
    /// It is missing.
    Missing,
}

/// Copies the file of `row` if its bytes have the digest `stored`.
async fn copy_photo(data: &Path, to: &Path, row: Row, stored: Digest) -> Result<FileState, BackupError> {
    let name = PathBuf::from(photo_store::PHOTOS)
        .join(photo_store::folder_name(&row.order_line))
        .join(photo_store::file_name(row.digest));
    let (from, to) = (data.join(&name), to.join(&name));
    let copying = tokio::task::spawn_blocking(move || {
        let jpeg = match fs::read(&from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FileState::Missing),
            read => read.map_err(|error| BackupError::File(from, error))?,
        };
        if sha256(&jpeg) != stored {
            return Ok(FileState::Other);
        }
        write(&to, &jpeg).map_err(|error| BackupError::File(to, error))?;
        Ok(FileState::Copied)
    });
    copying.await.map_err(|panic| BackupError::File(PathBuf::new(), io::Error::other(panic)))?
}

/// Writes `bytes` to `path` and syncs the file.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
