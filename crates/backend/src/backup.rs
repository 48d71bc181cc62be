//! A copy of a data folder, made while a backend runs on it.
//!
//! To copy the files one after the other is no backup: the database and its write-ahead log are then of two moments, and SQLite
//! calls them malformed. Here SQLite writes the copy of its database, as it is at one moment; then come the photos that it
//! names, each held against its digest. Rows that were removed meanwhile are removed from the copy too. The copy is a data folder.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{self, Component, Path, PathBuf},
    time::Duration,
};

use damage_report_rules::evidence::Digest;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    photo, photo_store, random,
    store::{self, DATABASE, StoreError},
};

/// How many photos are copied between two looks at the database.
const PAGE: u32 = 200;

/// The contents of a backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Photos in it.
    pub photos: u64,
    /// Photos that the database names and the data folder has lost: they are in no backup.
    pub lost: u64,
}

/// Why there is no backup. Nothing is left where it would be.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The data folder holds no database.
    #[error("there is no {DATABASE} in {0}: name the data folder of a backend")]
    NoDatabase(PathBuf),
    /// Something else would be overwritten, or mixed with it.
    #[error("{0} is there already: name a folder that is not, one for each backup")]
    Exists(PathBuf),
    /// The copy would be copied.
    #[error("{0} lies in the data folder: name one outside of it, on another disk if there is one")]
    Inside(PathBuf),
    /// The copy is not whole. SQLite says why.
    #[error("the copy of the database is damaged, and the database is likely to be so too: {0}")]
    Damaged(String),
    /// The database cannot be read, or the copy not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The same, as SQLite says it.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
}

/// Copies the data folder `data` to `to`, which is made. A backend may run on `data`; it is not disturbed.
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
    let unfinished = Unfinished::beside(to, data)?;
    // Read only: the copy does not depend on it, and nothing that goes wrong here can touch what is kept.
    let options = SqliteConnectOptions::new().filename(&database).read_only(true);
    let mut kept = SqliteConnection::connect_with(&options).await?;
    let target = unfinished.0.join(DATABASE);
    sqlx::query("vacuum into ?").bind(target.display().to_string()).execute(&mut kept).await?;
    let mut copy =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&target).foreign_keys(true)).await?;
    check(&mut copy).await?;
    let copied = copy_photos(&mut kept, &mut copy, data, &unfinished.0).await?;
    copy.close().await?;
    kept.close().await?;
    unfinished.finish(to)?;
    Ok(copied)
}

/// Has SQLite look through the copy: pages, indexes, and that nothing refers to what is not there.
async fn check(copy: &mut SqliteConnection) -> Result<(), BackupError> {
    let said: String = sqlx::query_scalar("pragma integrity_check(1)").fetch_one(&mut *copy).await?;
    if said != "ok" {
        return Err(BackupError::Damaged(said));
    }
    let dangling = sqlx::query("pragma foreign_key_check").fetch_optional(copy).await?;
    if dangling.is_some() { Err(BackupError::Damaged("a row refers to what is not there".to_owned())) } else { Ok(()) }
}

/// One photo as a database names it.
#[derive(Clone, Debug)]
struct Row {
    order_line: String,
    digest: Digest,
    stored: Digest,
}

/// Copies the photos that `copy` names, and takes out of it what was taken out of `kept` meanwhile.
async fn copy_photos(
    kept: &mut SqliteConnection,
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
            // The rows of this page were read before it was erased.
            if erased.as_ref() == Some(&row.order_line) {
                continue;
            }
            match copy_photo(data, to, row.clone(), row.stored).await? {
                Found::Copied => copied.photos += 1,
                found => match reconcile(kept, copy, data, to, &row, found).await? {
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

/// The end of one photo's way into the copy.
enum Outcome {
    Copied,
    Gone,
    /// With its whole order line, of which so many photos had been copied.
    Erased {
        photos: u64,
    },
    Lost,
}

/// How often a photo that is kept and cannot be found is looked for: it may have come between two looks.
const LOOKS: u32 = 3;

/// How long before another look at a file that is not as its row says: it comes before the row, by a commit or two.
const PAUSE: Duration = Duration::from_millis(100);

/// Decides what becomes of a photo whose file is not as the copy's row says. Rows are removed before files, so that the row of a
/// file that was removed meanwhile is gone by now.
async fn reconcile(
    kept: &mut SqliteConnection,
    copy: &mut SqliteConnection,
    data: &Path,
    to: &Path,
    row: &Row,
    mut found: Found,
) -> Result<Outcome, BackupError> {
    for _ in 0..LOOKS {
        let Some(line) = store::order_lines::find(kept, &row.order_line).await? else {
            return erase(copy, to, &row.order_line).await;
        };
        let Some(now) = store::photos::find(kept, &row.order_line, row.digest).await? else {
            if is_claimed(copy, row).await? {
                // What a claim rests on goes with the order line alone: that was erased, and put in again.
                let erased = erase(copy, to, &row.order_line).await?;
                store::order_lines::put(copy, &line).await?;
                return Ok(erased);
            }
            store::photos::remove(copy, &row.order_line, row.digest).await?;
            return Ok(Outcome::Gone);
        };
        if let Found::Other = found {
            tokio::time::sleep(PAUSE).await;
        }
        // It was lost or taken away, and sent again since the database was copied.
        found = copy_photo(data, to, row.clone(), now.stored).await?;
        if let Found::Copied = found {
            store::photos::put(copy, &row.order_line, &now, now.received_at).await?;
            return Ok(Outcome::Copied);
        }
    }
    Ok(Outcome::Lost)
}

/// Takes the order line called `id` out of the copy, with the photos that were copied of it.
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

/// Whether a claim in `copy` rests on the photo of `row`.
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
enum Found {
    /// It, which is copied.
    Copied,
    /// Other bytes than its row says.
    Other,
    /// Nothing.
    Nothing,
}

/// Copies the file of `row` if its bytes have the digest `stored`.
async fn copy_photo(data: &Path, to: &Path, row: Row, stored: Digest) -> Result<Found, BackupError> {
    let name = PathBuf::from(photo_store::PHOTOS)
        .join(photo_store::folder_name(&row.order_line))
        .join(photo_store::file_name(row.digest));
    let (from, to) = (data.join(&name), to.join(&name));
    let copying = tokio::task::spawn_blocking(move || {
        let jpeg = match fs::read(&from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            read => read.map_err(|error| BackupError::File(from, error))?,
        };
        if photo::digest(&jpeg) != stored {
            return Ok(Found::Other);
        }
        write(&to, &jpeg).map_err(|error| BackupError::File(to, error))?;
        Ok(Found::Copied)
    });
    copying.await.map_err(|panic| BackupError::File(PathBuf::new(), io::Error::other(panic)))?
}

/// Writes `bytes` to `path` so that they outlive a power cut.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A backup in the making, in a sibling of its final folder, which is therefore whole whenever it exists. Removed if it fails.
struct Unfinished(PathBuf);

impl Unfinished {
    fn beside(to: &Path, data: &Path) -> Result<Self, BackupError> {
        let failed = |error| BackupError::File(to.to_owned(), error);
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if resolved(parent).map_err(failed)?.starts_with(fs::canonicalize(data).map_err(failed)?) {
            return Err(BackupError::Inside(to.to_owned()));
        }
        fs::create_dir_all(parent).map_err(failed)?;
        let folder = Self(parent.join(format!("{}.part", random::name())));
        make_private(&folder.0).map_err(failed)?;
        Ok(folder)
    }

    /// Gives it its name, once all of it is on the disk.
    fn finish(self, to: &Path) -> Result<(), BackupError> {
        let failed = |error| BackupError::File(to.to_owned(), error);
        File::open(self.0.join(DATABASE)).and_then(|file| file.sync_all()).map_err(failed)?;
        sync_folders(&self.0).map_err(failed)?;
        fs::rename(&self.0, to).map_err(failed)?;
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        photo_store::sync_folder(parent).map_err(failed)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // The rename has moved the folder away; only a backup that failed is still here.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Where `folder` is, or will be once it is made.
fn resolved(folder: &Path) -> io::Result<PathBuf> {
    let mut resolved = PathBuf::new();
    for part in path::absolute(folder)?.components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            part => resolved.push(part),
        }
        // What is not there yet is no link to somewhere else.
        match fs::canonicalize(&resolved) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) => {}
            Ok(there) => resolved = there,
        }
    }
    Ok(resolved)
}

/// Makes the names in `folder`, and in the folders within, outlive a power cut.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    photo_store::sync_folder(folder)
}

/// Makes `folder` for this user alone: what goes in there is customers'.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests;
