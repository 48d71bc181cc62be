//! The endpoints of webhooks: whether each is switched on, how it failed last, and how much waits for it.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::BATCH;
use crate::store::{error::StoreError, instant::instant_from_milliseconds};

/// The state of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointState {
    /// Since when it is switched off.
    pub off_since: Option<DateTime<Utc>>,
    /// Its last failure, in one word, and when that was.
    pub last_failure: Option<(String, DateTime<Utc>)>,
    /// The deliveries that wait for their turn or their next attempt.
    pub waiting: u32,
    /// The deliveries that were given up.
    pub parked: u32,
}

/// Switches `endpoint` off. From now on its new deliveries are parked.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn switch_endpoint_off(
    db: &mut SqliteConnection,
    endpoint: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into webhook_endpoints (name, off_since) values (?1, ?2)
         on conflict (name) do update set off_since = coalesce(off_since, ?2)",
    )
    .bind(endpoint)
    .bind(at.timestamp_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// Switches `endpoint` on again.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn switch_endpoint_on(db: &mut SqliteConnection, endpoint: &str) -> Result<(), StoreError> {
    sqlx::query("update webhook_endpoints set off_since = null where name = ?").bind(endpoint).execute(db).await?;
    Ok(())
}

/// The state of `endpoint`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn endpoint_state(db: &mut SqliteConnection, endpoint: &str) -> Result<EndpointState, StoreError> {
    let (waiting, parked): (u32, u32) = sqlx::query_as(
        "select (select count(*) from webhook_deliveries where endpoint = ?1 and parked_at is null),
                (select count(*) from webhook_deliveries where endpoint = ?1 and parked_at is not null)",
    )
    .bind(endpoint)
    .fetch_one(&mut *db)
    .await?;
    let row: Option<(Option<i64>, Option<i64>, Option<String>)> =
        sqlx::query_as("select off_since, failed_at, failure from webhook_endpoints where name = ?")
            .bind(endpoint)
            .fetch_optional(db)
            .await?;
    let (off_since, failed_at, failure) = row.unwrap_or_default();
    Ok(EndpointState {
        off_since: off_since.map(instant_from_milliseconds).transpose()?,
        last_failure: failure.zip(failed_at.map(instant_from_milliseconds).transpose()?),
        waiting,
        parked,
    })
}

/// Removes some of the deliveries to endpoints that are not among `names`, and forgets the state of those endpoints. Returns how many
/// deliveries: none when no such delivery is left.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn remove_some_of_unknown_endpoints(db: &mut SqliteConnection, names: &[&str]) -> Result<u64, StoreError> {
    let names = serde_json::to_string(names).map_err(|_| StoreError::Unreadable("the names of endpoints"))?;
    let removed = sqlx::query(
        "delete from webhook_deliveries where (endpoint, event) in
           (select endpoint, event from webhook_deliveries where endpoint not in (select value from json_each(?1)) limit ?2)",
    )
    .bind(&names)
    .bind(BATCH)
    .execute(&mut *db)
    .await?;
    sqlx::query("delete from webhook_endpoints where name not in (select value from json_each(?))")
        .bind(&names)
        .execute(db)
        .await?;
    Ok(removed.rows_affected())
}
