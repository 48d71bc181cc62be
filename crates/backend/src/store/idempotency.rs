//! The answers that keys were given, so that the same request gets the same answer.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Row, SqliteConnection};

use super::StoreError;
use crate::clock::Clock;

/// How long a key is remembered. After that the one claim an order line can have still prevents a second.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the request said, as a digest of its parsed form.
    pub fingerprint: String,
    /// The status.
    pub status: u16,
    /// The body, byte for byte.
    pub body: String,
}

/// The answer that `key` of `order_line` was given, if that is not too long ago.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find(
    db: &mut SqliteConnection,
    order_line: &str,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Option<Answer>, StoreError> {
    let row = sqlx::query(
        "select fingerprint, status, body from idempotency_keys where order_line = ? and key = ? and created_at > ?",
    )
    .bind(order_line)
    .bind(key)
    .bind(Clock::moved(now, -KEPT_FOR).timestamp_millis())
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Answer {
        fingerprint: row.try_get("fingerprint")?,
        status: row.try_get("status")?,
        body: row.try_get("body")?,
    }))
}

/// Remembers the answer that `key` of `order_line` is given.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn remember(
    db: &mut SqliteConnection,
    order_line: &str,
    key: &str,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert or replace into idempotency_keys (order_line, key, fingerprint, status, body, created_at)
         values (?, ?, ?, ?, ?, ?)",
    )
    .bind(order_line)
    .bind(key)
    .bind(&answer.fingerprint)
    .bind(answer.status)
    .bind(&answer.body)
    .bind(now.timestamp_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// Found by the index of their age.
pub(super) const FORGET: &str = "delete from idempotency_keys where created_at <= ?";

/// Forgets the keys that are past remembering.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn forget(db: &mut SqliteConnection, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(FORGET).bind(Clock::moved(now, -KEPT_FOR).timestamp_millis()).execute(db).await?;
    Ok(())
}
