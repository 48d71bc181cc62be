//! The rows of photos. Their bytes are files, see [`photo_store`](crate::photo_store).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use damage_report_rules::evidence::{Digest, Subject};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{error::StoreError, instant::instant_from_milliseconds};
use crate::photo_store::{FileStamp, PhotoFile};

/// One photo of one order line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoRow {
    /// The digest of the bytes that were sent: the photo's name.
    pub digest: Digest,
    /// The digest of the clean copy on disk.
    pub stored: Digest,
    /// The digest of its pixels.
    pub pixels: Digest,
    /// Width of the upright picture.
    pub width: u32,
    /// Height of the upright picture.
    pub height: u32,
    /// Its subject, if the client named one.
    pub subject: Option<Subject>,
    /// Its length in bytes as sent.
    pub bytes: u64,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// The stamp of its file; none in rows of early versions.
    pub stamp: Option<FileStamp>,
}

impl PhotoRow {
    /// The file of its clean copy.
    #[must_use]
    pub fn file(&self) -> PhotoFile {
        PhotoFile { name: self.digest, stored: self.stored, stamp: self.stamp }
    }
}

/// The photo of `order_line` called `digest`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find(db: &mut SqliteConnection, order_line: &str, digest: Digest) -> Result<Option<PhotoRow>, StoreError> {
    let row = sqlx::query(
        "select digest, stored, pixels, width, height, subject, bytes, received_at, file_bytes, file_written_at
         from photos where order_line = ? and digest = ?",
    )
    .bind(order_line)
    .bind(digest.to_string())
    .fetch_optional(db)
    .await?;
    row.as_ref().map(photo).transpose()
}

/// Every photo of `order_line`, in the order in which they arrived.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn photos_of_order_line(db: &mut SqliteConnection, order_line: &str) -> Result<Vec<PhotoRow>, StoreError> {
    let rows = sqlx::query(
        "select digest, stored, pixels, width, height, subject, bytes, received_at, file_bytes, file_written_at
         from photos where order_line = ? order by arrival",
    )
    .bind(order_line)
    .fetch_all(db)
    .await?;
    rows.iter().map(photo).collect()
}

/// Inserts `photo`, which was sent at `now`, among those of `order_line`. An existing row keeps its place, and gets the newer file
/// and the newer subject.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn put(
    db: &mut SqliteConnection,
    order_line: &str,
    photo: &PhotoRow,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into photos
           (order_line, digest, stored, pixels, width, height, subject, bytes, received_at, wanted_at,
            file_bytes, file_written_at, arrival)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
           (select coalesce(max(arrival), 0) + 1 from photos where order_line = ?1))
         on conflict (order_line, digest) do update set
           stored = excluded.stored, subject = excluded.subject, wanted_at = excluded.wanted_at,
           file_bytes = excluded.file_bytes, file_written_at = excluded.file_written_at",
    )
    .bind(order_line)
    .bind(photo.digest.to_string())
    .bind(photo.stored.to_string())
    .bind(photo.pixels.to_string())
    .bind(photo.width)
    .bind(photo.height)
    .bind(photo.subject.map(Subject::code))
    .bind(i64::try_from(photo.bytes).unwrap_or(i64::MAX))
    .bind(photo.received_at.timestamp_millis())
    .bind(now.timestamp_millis())
    .bind(photo.stamp.map(|stamp| i64::try_from(stamp.bytes).unwrap_or(i64::MAX)))
    .bind(photo.stamp.map(|stamp| stamp.at))
    .execute(db)
    .await?;
    Ok(())
}

/// Records that the photo of `order_line` called `digest` was sent again, with its `subject` if the client named one.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn record_resent(
    db: &mut SqliteConnection,
    order_line: &str,
    digest: Digest,
    subject: Option<Subject>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("update photos set wanted_at = ?, subject = coalesce(?, subject) where order_line = ? and digest = ?")
        .bind(now.timestamp_millis())
        .bind(subject.map(Subject::code))
        .bind(order_line)
        .bind(digest.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Removes the photo of `order_line` called `digest`, if it is there. The caller checks first that no claim includes it: the
/// database refuses to remove such a photo.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn remove(db: &mut SqliteConnection, order_line: &str, digest: Digest) -> Result<(), StoreError> {
    sqlx::query("delete from photos where order_line = ? and digest = ?")
        .bind(order_line)
        .bind(digest.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Uses the index of photos without a claim.
pub(super) const WITH_UNCLAIMED: &str = "select order_line from photos where claimed = 0 and wanted_at < ?";

/// The order lines with a photo that was last sent before `since` and belongs to no claim.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn order_lines_with_unclaimed(
    db: &mut SqliteConnection,
    since: DateTime<Utc>,
) -> Result<BTreeSet<String>, StoreError> {
    let rows: Vec<String> = sqlx::query_scalar(WITH_UNCLAIMED).bind(since.timestamp_millis()).fetch_all(db).await?;
    // Deduplicated here: for a `distinct` SQLite scans the whole table.
    Ok(rows.into_iter().collect())
}

/// Removes the photos of `order_line` that were last sent before `since` and belong to no claim, and returns them. The foreign keys
/// of claims protect all other photos as well.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn remove_unclaimed(
    db: &mut SqliteConnection,
    order_line: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Digest>, StoreError> {
    let removed: Vec<String> = sqlx::query_scalar(
        "delete from photos where order_line = ? and claimed = 0 and wanted_at < ? returning digest",
    )
    .bind(order_line)
    .bind(since.timestamp_millis())
    .fetch_all(db)
    .await?;
    removed.iter().map(|digest| digest.parse().map_err(|_| StoreError::Unreadable("a digest"))).collect()
}

/// The photos of the order lines from `first` to `last`, both included: order line and digest.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn photos_between(
    db: &mut SqliteConnection,
    first: &str,
    last: &str,
) -> Result<Vec<(String, Digest)>, StoreError> {
    let rows = sqlx::query_as("select order_line, digest from photos where order_line between ? and ?");
    let rows: Vec<(String, String)> = rows.bind(first).bind(last).fetch_all(db).await?;
    let parsed = |(order_line, digest): (String, String)| {
        Ok((order_line, digest.parse().map_err(|_| StoreError::Unreadable("a digest"))?))
    };
    rows.into_iter().map(parsed).collect()
}

fn photo(row: &SqliteRow) -> Result<PhotoRow, StoreError> {
    let digest =
        |column| row.try_get::<String, _>(column)?.parse::<Digest>().map_err(|_| StoreError::Unreadable("a digest"));
    Ok(PhotoRow {
        digest: digest("digest")?,
        stored: digest("stored")?,
        pixels: digest("pixels")?,
        width: row.try_get("width")?,
        height: row.try_get("height")?,
        subject: row.try_get::<Option<String>, _>("subject")?.map(subject).transpose()?,
        bytes: u64::try_from(row.try_get::<i64, _>("bytes")?).unwrap_or_default(),
        received_at: instant_from_milliseconds(row.try_get("received_at")?)?,
        stamp: match (row.try_get::<Option<i64>, _>("file_bytes")?, row.try_get("file_written_at")?) {
            (Some(bytes), Some(at)) => Some(FileStamp { bytes: u64::try_from(bytes).unwrap_or_default(), at }),
            _ => None,
        },
    })
}

fn subject(code: String) -> Result<Subject, StoreError> {
    let named = Subject::ALL.into_iter().find(|subject| subject.code() == code);
    named.ok_or(StoreError::Unreadable("a subject"))
}
