//! Claims, their events and their return labels.

use chrono::{DateTime, Utc};
use damage_report_rules::{
    contract::ClaimEventType,
    lifecycle::{Event, Progress},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{error::StoreError, instant::instant_from_milliseconds};
use crate::claim::ClaimRow;

/// The claim about `order_line`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn of_order_line(db: &mut SqliteConnection, order_line: &str) -> Result<Option<ClaimRow>, StoreError> {
    let row = sqlx::query(
        "select claims.*, issued_at is not null as has_return_label
         from claims left join return_labels using (reference) where order_line = ?",
    )
    .bind(order_line)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(claim).transpose()
}

/// The claim called `reference`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find(db: &mut SqliteConnection, reference: &str) -> Result<Option<ClaimRow>, StoreError> {
    let row = sqlx::query(
        "select claims.*, issued_at is not null as has_return_label
         from claims left join return_labels using (reference) where claims.reference = ?",
    )
    .bind(reference)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(claim).transpose()
}

/// The claims whose submission is in the log of events after place `after`, up to `last`, and which are not in the list yet.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn unlisted(db: &mut SqliteConnection, after: i64, last: i64) -> Result<Vec<ClaimRow>, StoreError> {
    let rows = sqlx::query(
        "select claims.*, issued_at is not null as has_return_label
         from events join claims using (reference) left join return_labels using (reference)
         where events.id > ? and events.id <= ? and events.type = ? and list_place is null
         order by events.id",
    )
    .bind(after)
    .bind(last)
    .bind(ClaimEventType::Submitted.name())
    .fetch_all(db)
    .await?;
    rows.iter().map(claim).collect()
}

/// At most `count` claims after the one called `after`, by their references.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn claims_after(db: &mut SqliteConnection, after: &str, count: u32) -> Result<Vec<ClaimRow>, StoreError> {
    let rows = sqlx::query(
        "select claims.*, issued_at is not null as has_return_label
         from claims left join return_labels using (reference) where claims.reference > ?
         order by claims.reference limit ?",
    )
    .bind(after)
    .bind(count)
    .fetch_all(db)
    .await?;
    rows.iter().map(claim).collect()
}

/// Inserts `claim`, which was just accepted, with its photos.
///
/// # Errors
///
/// [`StoreError`] when the database fails, also where a photo is missing.
pub async fn insert_claim(db: &mut SqliteConnection, claim: &ClaimRow) -> Result<(), StoreError> {
    sqlx::query(
        "insert into claims (reference, order_line, received_at, late, content, progress) values (?, ?, ?, ?, ?, ?)",
    )
    .bind(&claim.reference)
    .bind(&claim.order_line)
    .bind(claim.received_at.timestamp_millis())
    .bind(claim.late)
    .bind(json(&claim.content, "a claim")?)
    .bind(json(&claim.progress, "progress")?)
    .execute(&mut *db)
    .await?;
    // One statement for all of them: each costs more than a row.
    let photos: Vec<(&str, String)> =
        claim.content.photos.all().map(|(subject, photo)| (subject.code(), photo.to_string())).collect();
    sqlx::query(
        "insert into claim_photos (reference, subject, position, order_line, digest)
         select ?1, value ->> 0, key, ?2, value ->> 1 from json_each(?3)",
    )
    .bind(&claim.reference)
    .bind(&claim.order_line)
    .bind(json(&photos, "photos")?)
    .execute(db)
    .await?;
    Ok(())
}

/// Records `event` of the seller, and the new `progress` of the claim.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn record_event(
    db: &mut SqliteConnection,
    reference: &str,
    event: &Event,
    progress: &Progress,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into claim_events (reference, position, event, recorded_at)
         select ?1, count(*), ?2, ?3 from claim_events where reference = ?1",
    )
    .bind(reference)
    .bind(json(event, "an event")?)
    .bind(at.timestamp_millis())
    .execute(&mut *db)
    .await?;
    let closed_at = progress.is_closed().then(|| at.timestamp_millis());
    sqlx::query(
        "update claims set progress = ?1, version = version + 1,
           -- A decision that did not change stays as old as it is.
           closed_at = case when json_extract(progress, '$.resolution') is json_extract(?1, '$.resolution')
                       then closed_at else ?2 end,
           -- Nor does a claim whose content was removed wait for its removal again.
           retained_from = case when expired_at is not null
                                  or json_extract(progress, '$.resolution') is json_extract(?1, '$.resolution')
                           then retained_from else ?2 end
         where reference = ?3",
    )
    .bind(json(progress, "progress")?)
    .bind(closed_at)
    .bind(reference)
    .execute(db)
    .await?;
    Ok(())
}

/// The events that the seller recorded about the claim called `reference`, in order, each with its instant.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn recorded_events(
    db: &mut SqliteConnection,
    reference: &str,
) -> Result<Vec<(Event, DateTime<Utc>)>, StoreError> {
    let rows = sqlx::query_as("select event, recorded_at from claim_events where reference = ? order by position");
    let rows: Vec<(String, i64)> = rows.bind(reference).fetch_all(db).await?;
    let parsed = |(event, at): (String, i64)| {
        Ok((
            serde_json::from_str(&event).map_err(|_| StoreError::Unreadable("an event"))?,
            instant_from_milliseconds(at)?,
        ))
    };
    rows.into_iter().map(parsed).collect()
}

/// Inserts the return label of a claim. An existing one stays.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn add_return_label(
    db: &mut SqliteConnection,
    reference: &str,
    pdf: &[u8],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("insert into return_labels (reference, pdf, issued_at) values (?, ?, ?) on conflict do nothing")
        .bind(reference)
        .bind(pdf)
        .bind(at.timestamp_millis())
        .execute(db)
        .await?;
    Ok(())
}

/// The return label of the claim about `order_line`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn return_label(db: &mut SqliteConnection, order_line: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let pdf = sqlx::query_scalar("select pdf from return_labels join claims using (reference) where order_line = ?")
        .bind(order_line)
        .fetch_optional(db)
        .await?;
    Ok(pdf)
}

/// The length of the return label of the claim about `order_line`, in bytes.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn return_label_length(db: &mut SqliteConnection, order_line: &str) -> Result<Option<u64>, StoreError> {
    let length: Option<i64> =
        sqlx::query_scalar("select length(pdf) from return_labels join claims using (reference) where order_line = ?")
            .bind(order_line)
            .fetch_optional(db)
            .await?;
    Ok(length.and_then(|length| u64::try_from(length).ok()))
}

/// At most `length` bytes from `at` on of the return label of the claim about `order_line`; none once it is erased.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn return_label_chunk(
    db: &mut SqliteConnection,
    order_line: &str,
    at: u64,
    length: u32,
) -> Result<Vec<u8>, StoreError> {
    let chunk: Option<Vec<u8>> = sqlx::query_scalar(
        "select substr(pdf, ?2 + 1, ?3) from return_labels join claims using (reference) where order_line = ?1",
    )
    .bind(order_line)
    .bind(i64::try_from(at).unwrap_or(i64::MAX))
    .bind(length)
    .fetch_optional(db)
    .await?;
    Ok(chunk.unwrap_or_default())
}

fn claim(row: &SqliteRow) -> Result<ClaimRow, StoreError> {
    let content: String = row.try_get("content")?;
    let progress: String = row.try_get("progress")?;
    Ok(ClaimRow {
        reference: row.try_get("reference")?,
        order_line: row.try_get("order_line")?,
        received_at: instant_from_milliseconds(row.try_get("received_at")?)?,
        late: row.try_get("late")?,
        content: serde_json::from_str(&content).map_err(|_| StoreError::Unreadable("a claim"))?,
        progress: serde_json::from_str(&progress).map_err(|_| StoreError::Unreadable("progress"))?,
        has_return_label: row.try_get("has_return_label")?,
        version: row.try_get("version")?,
        closed_at: row.try_get::<Option<i64>, _>("closed_at")?.map(instant_from_milliseconds).transpose()?,
        held_at: row.try_get::<Option<i64>, _>("held_at")?.map(instant_from_milliseconds).transpose()?,
        expired_at: row.try_get::<Option<i64>, _>("expired_at")?.map(instant_from_milliseconds).transpose()?,
    })
}

pub(super) fn json(value: &impl serde::Serialize, what: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable(what))
}
