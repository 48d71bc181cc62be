//! Drafts: when each was begun. What is in them are [`photos`](super::photos), and what the customer's browser keeps.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::{StoreError, instant};

/// Notes that somebody was at work on the draft of `order_line` at `now`: begins it, if it was not begun before.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn begin_or_go_on(db: &mut SqliteConnection, order_line: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "insert into drafts (order_line, begun_at, wanted_at) values (?1, ?2, ?2)
         on conflict (order_line) do update set wanted_at = excluded.wanted_at",
    )
    .bind(order_line)
    .bind(now.timestamp_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that somebody was at work on the draft of `order_line` at `now`, if there is one.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn go_on(db: &mut SqliteConnection, order_line: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("update drafts set wanted_at = ? where order_line = ?")
        .bind(now.timestamp_millis())
        .bind(order_line)
        .execute(db)
        .await?;
    Ok(())
}

/// When the draft of `order_line` was begun, if one was: the first that was heard of it, also when its photos are gone.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn begun_at(db: &mut SqliteConnection, order_line: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let begun_at: Option<i64> = sqlx::query_scalar("select begun_at from drafts where order_line = ?")
        .bind(order_line)
        .fetch_optional(db)
        .await?;
    begun_at.map(instant).transpose()
}

/// Found by the index of what became no claim.
pub(super) const FORGET: &str = "delete from drafts where claimed = 0 and wanted_at < ?
    and not exists (select 1 from photos where photos.order_line = drafts.order_line)";

/// Forgets the drafts that nobody touched since `since`, that have no photos left and became no claim.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn forget(db: &mut SqliteConnection, since: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(FORGET).bind(since.timestamp_millis()).execute(db).await?;
    Ok(())
}
