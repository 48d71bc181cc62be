//! Copies a data folder while a backend runs on it. The copy is a data folder too.
//!
//! A plain copy of the files is no backup: the database and its write-ahead log would be of two moments, and SQLite calls such files
//! malformed. Here SQLite writes a copy of its database as of one moment. Then the photos that it names are copied, each checked
//! against its digest. Rows that are removed meanwhile are removed from the copy too.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{self, Component, Path, PathBuf},
    time::Duration,
};

use damage_report_rules::evidence::Digest;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    digest::sha256,
    photo_store, random,
    store::{self, DATABASE, StoreError},
};

/// The number of rows that are read at once.
const PAGE: u32 = 200;

/// The contents of a finished backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// The photos in it.
    pub photos: u64,
    /// Photos that the database names and the data folder has lost.
    pub lost: u64,
}

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

/// Copies the data folder `data` to the new folder `to`. A backend may run on `data` meanwhile.
///
/// # Errors
///
/// [`BackupError`], which says what to do.
pub async fn copy(data: &Path, to: &Path) -> Result<Copied, BackupError> {
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
    let mut copy =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&target).foreign_keys(true)).await?;
    check(&mut copy).await?;
    let copied = copy_photos(&mut source, &mut copy, data, &partial.0).await?;
    copy.close().await?;
    source.close().await?;
    partial.finish(to)?;
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
) -> Result<Copied, BackupError> {
    let mut copied = Copied::default();
    let mut after = (String::new(), String::new());
    loop {
        let page = page_after(copy, &after).await?;
        let Some(last) = page.last() else { return Ok(copied) };
        after = (last.order_line.clone(), last.digest.to_string());
        let mut erased = None;
        for row in page {
            // The order line was erased after this page was read.
            if erased.as_ref() == Some(&row.order_line) {
                continue;
            }
            match copy_photo(data, to, row.clone(), row.stored).await? {
                FileState::Copied => copied.photos += 1,
                state => match reconcile(source, copy, data, to, &row, state).await? {
                    Outcome::Copied => copied.photos += 1,
                    Outcome::Gone => {}
                    Outcome::Erased { photos } => {
                        copied.photos -= photos;
                        erased = Some(row.order_line);
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
    /// The whole order line was erased; this many of its photos had been copied.
    Erased {
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
            return erase(copy, to, &row.order_line).await;
        };
        let Some(now) = store::photos::find(source, &row.order_line, row.digest).await? else {
            if is_claimed(copy, row).await? {
                // A photo of a claim is removed with its order line only: that was erased and added again.
                let erased = erase(copy, to, &row.order_line).await?;
                store::order_lines::put(copy, &line).await?;
                return Ok(erased);
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

/// Erases the order line called `id` from the copy, with its copied photos.
async fn erase(copy: &mut SqliteConnection, to: &Path, id: &str) -> Result<Outcome, BackupError> {
    store::order_lines::erase(copy, id).await?;
    let folder = to.join(photo_store::PHOTOS).join(photo_store::folder_name(id));
    let failed = |error| BackupError::File(folder.clone(), error);
    let photos = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        entries => entries.map_err(failed)?.count() as u64,
    };
    if photos > 0 {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    Ok(Outcome::Erased { photos })
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

/// A backup in progress, in a folder next to the final one. The final folder therefore exists only when it is complete. Dropping
/// an unfinished backup removes it.
struct PartialBackup(PathBuf);

impl PartialBackup {
    fn next_to(to: &Path, data: &Path) -> Result<Self, BackupError> {
        let failed = |error| BackupError::File(to.to_owned(), error);
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if resolved(parent).map_err(failed)?.starts_with(fs::canonicalize(data).map_err(failed)?) {
            return Err(BackupError::Inside(to.to_owned()));
        }
        fs::create_dir_all(parent).map_err(failed)?;
        let folder = Self(parent.join(format!("{}.part", random::id())));
        create_private(&folder.0).map_err(failed)?;
        Ok(folder)
    }

    /// Syncs the backup and gives it its final name.
    fn finish(self, to: &Path) -> Result<(), BackupError> {
        let failed = |error| BackupError::File(to.to_owned(), error);
        File::open(self.0.join(DATABASE)).and_then(|file| file.sync_all()).map_err(failed)?;
        sync_folders(&self.0).map_err(failed)?;
        fs::rename(&self.0, to).map_err(failed)?;
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        photo_store::sync_folder(parent).map_err(failed)
    }
}

impl Drop for PartialBackup {
    fn drop(&mut self) {
        // The rename has moved the folder away; only a backup that failed is still here.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The absolute path of `folder`, which need not exist, with links resolved.
fn resolved(folder: &Path) -> io::Result<PathBuf> {
    let mut resolved = PathBuf::new();
    for part in path::absolute(folder)?.components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            part => resolved.push(part),
        }
        // A part that does not exist cannot be a link.
        match fs::canonicalize(&resolved) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) => {}
            Ok(there) => resolved = there,
        }
    }
    Ok(resolved)
}

/// Syncs `folder` and the folders in it.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    photo_store::sync_folder(folder)
}

/// Creates `folder` for this user alone: it will hold customers' data.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests;
