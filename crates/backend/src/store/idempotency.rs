//! The answers to idempotency keys, so that a repeated request gets the same answer.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Row, SqliteConnection};

use super::error::StoreError;
use crate::clock::Clock;

/// How long a key is remembered. After that, a second claim is still refused: an order line can have only one.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);

/// A remembered answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RememberedAnswer {
    /// A digest of the parsed request.
    pub fingerprint: String,
    /// The status.
    pub status: u16,
    /// The body, byte for byte.
    pub body: String,
}

/// The answer to `key` of `order_line`, if it has not expired.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find_answer(
    db: &mut SqliteConnection,
    order_line: &str,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Option<RememberedAnswer>, StoreError> {
    let row = sqlx::query(
        "select fingerprint, status, body from idempotency_keys where order_line = ? and key = ? and created_at > ?",
    )
    .bind(order_line)
    .bind(key)
    .bind(Clock::saturating_add(now, -LIFETIME).timestamp_millis())
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(RememberedAnswer {
        fingerprint: row.try_get("fingerprint")?,
        status: row.try_get("status")?,
        body: row.try_get("body")?,
    }))
}

/// Every remembered answer of `order_line`, with its key.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn all_answers(
    db: &mut SqliteConnection,
    order_line: &str,
) -> Result<Vec<(String, RememberedAnswer)>, StoreError> {
    let rows = sqlx::query_as("select key, fingerprint, status, body from idempotency_keys where order_line = ?");
    let rows: Vec<(String, String, u16, String)> = rows.bind(order_line).fetch_all(db).await?;
    Ok(rows
        .into_iter()
        .map(|(key, fingerprint, status, body)| (key, RememberedAnswer { fingerprint, status, body }))
        .collect())
}

/// Remembers the answer to `key` of `order_line`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn remember_answer(
    db: &mut SqliteConnection,
    order_line: &str,
    key: &str,
    answer: &RememberedAnswer,
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

/// Uses the index of their age.
pub(super) const REMOVE_EXPIRED: &str = "delete from idempotency_keys where created_at <= ?";

/// Removes the expired keys.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn remove_expired(db: &mut SqliteConnection, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(REMOVE_EXPIRED).bind(Clock::saturating_add(now, -LIFETIME).timestamp_millis()).execute(db).await?;
    Ok(())
}
