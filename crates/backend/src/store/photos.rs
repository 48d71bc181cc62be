//! The particulars of photos. Their bytes are files, see [`photo_store`](crate::photo_store).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use damage_report_rules::evidence::{Digest, Subject};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{StoreError, instant};
use crate::photo_store::{CleanCopy, Written};

/// One photo of one order line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPhoto {
    /// Of the bytes as they were sent: its name.
    pub digest: Digest,
    /// Of the clean copy on disk.
    pub stored: Digest,
    /// Of its pixels.
    pub pixels: Digest,
    /// Width of the upright picture.
    pub width: u32,
    /// Height of the upright picture.
    pub height: u32,
    /// What it shows, if whoever sent it said so.
    pub subject: Option<Subject>,
    /// Bytes as received.
    pub bytes: u64,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// How the file of the clean copy was written; not known of what earlier versions kept.
    pub written: Option<Written>,
}

impl KeptPhoto {
    /// The clean copy.
    #[must_use]
    pub fn copy(&self) -> CleanCopy {
        CleanCopy { name: self.digest, stored: self.stored, written: self.written }
    }
}

/// The photo of `order_line` called `digest`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find(
    db: &mut SqliteConnection,
    order_line: &str,
    digest: Digest,
) -> Result<Option<KeptPhoto>, StoreError> {
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

/// Every photo of `order_line`, in the order in which they came.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn all(db: &mut SqliteConnection, order_line: &str) -> Result<Vec<KeptPhoto>, StoreError> {
    let rows = sqlx::query(
        "select digest, stored, pixels, width, height, subject, bytes, received_at, file_bytes, file_written_at
         from photos where order_line = ? order by arrival",
    )
    .bind(order_line)
    .fetch_all(db)
    .await?;
    rows.iter().map(photo).collect()
}

/// Puts `photo`, which was sent at `now`, among those of `order_line`. One that is there stays in its place, with the newer
/// copy on disk and the newer subject.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn put(
    db: &mut SqliteConnection,
    order_line: &str,
    photo: &KeptPhoto,
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
    .bind(photo.written.map(|file| i64::try_from(file.bytes).unwrap_or(i64::MAX)))
    .bind(photo.written.map(|file| file.at))
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that the photo of `order_line` called `digest` was sent again, as one of `subject` if that was said.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn want(
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

/// Removes the photo of `order_line` called `digest`, if it is there. One that a claim rests on is not removed, but an
/// error: ask the claim first.
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

/// Found by the index of what no claim has.
pub(super) const UNCLAIMED: &str = "select order_line from photos where claimed = 0 and wanted_at < ?";

/// The order lines of which something was last sent before `since` and belongs to no claim.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn unclaimed(db: &mut SqliteConnection, since: DateTime<Utc>) -> Result<BTreeSet<String>, StoreError> {
    let rows: Vec<String> = sqlx::query_scalar(UNCLAIMED).bind(since.timestamp_millis()).fetch_all(db).await?;
    // Made one a line here: for a `distinct` SQLite goes through all that is kept, in its order.
    Ok(rows.into_iter().collect())
}

/// Removes what was last sent of `order_line` before `since` and belongs to no claim; gives what it was. That nothing else
/// goes is seen to by the claims' references as well.
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
pub async fn between(db: &mut SqliteConnection, first: &str, last: &str) -> Result<Vec<(String, Digest)>, StoreError> {
    let rows = sqlx::query_as("select order_line, digest from photos where order_line between ? and ?");
    named(rows.bind(first).bind(last).fetch_all(db).await?)
}

fn named(rows: Vec<(String, String)>) -> Result<Vec<(String, Digest)>, StoreError> {
    let named = |(order_line, digest): (String, String)| {
        Ok((order_line, digest.parse().map_err(|_| StoreError::Unreadable("a digest"))?))
    };
    rows.into_iter().map(named).collect()
}

fn photo(row: &SqliteRow) -> Result<KeptPhoto, StoreError> {
    let digest =
        |column| row.try_get::<String, _>(column)?.parse::<Digest>().map_err(|_| StoreError::Unreadable("a digest"));
    Ok(KeptPhoto {
        digest: digest("digest")?,
        stored: digest("stored")?,
        pixels: digest("pixels")?,
        width: row.try_get("width")?,
        height: row.try_get("height")?,
        subject: row.try_get::<Option<String>, _>("subject")?.map(subject).transpose()?,
        bytes: u64::try_from(row.try_get::<i64, _>("bytes")?).unwrap_or_default(),
        received_at: instant(row.try_get("received_at")?)?,
        written: match (row.try_get::<Option<i64>, _>("file_bytes")?, row.try_get("file_written_at")?) {
            (Some(bytes), Some(at)) => Some(Written { bytes: u64::try_from(bytes).unwrap_or_default(), at }),
            _ => None,
        },
    })
}

fn subject(code: String) -> Result<Subject, StoreError> {
    let named = Subject::ALL.into_iter().find(|subject| subject.code() == code);
    named.ok_or(StoreError::Unreadable("a subject"))
}
