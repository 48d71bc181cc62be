//! Drafts: when each was begun. Their contents are [`photos`](super::photos), and the answers that the customer's browser stores.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::{error::StoreError, instant::instant_from_milliseconds};

/// Records activity on the draft of `order_line` at `now`, and begins the draft if it does not exist.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn begin_or_record_activity(
    db: &mut SqliteConnection,
    order_line: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
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

/// Records activity on the draft of `order_line` at `now`, if there is one.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn record_activity(
    db: &mut SqliteConnection,
    order_line: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("update drafts set wanted_at = ? where order_line = ?")
        .bind(now.timestamp_millis())
        .bind(order_line)
        .execute(db)
        .await?;
    Ok(())
}

/// When the draft of `order_line` was begun, if one was. The time stays when its photos are removed.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn begun_at(db: &mut SqliteConnection, order_line: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let begun_at: Option<i64> = sqlx::query_scalar("select begun_at from drafts where order_line = ?")
        .bind(order_line)
        .fetch_optional(db)
        .await?;
    begun_at.map(instant_from_milliseconds).transpose()
}

/// Uses the index of drafts without a claim.
pub(super) const REMOVE_EXPIRED: &str = "delete from drafts where claimed = 0 and wanted_at < ?
    and not exists (select 1 from photos where photos.order_line = drafts.order_line)";

/// Removes the drafts without activity since `since`, without photos and without a claim.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn remove_expired(db: &mut SqliteConnection, since: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(REMOVE_EXPIRED).bind(since.timestamp_millis()).execute(db).await?;
    Ok(())
}
