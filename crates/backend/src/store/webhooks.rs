//! The deliveries of webhooks: which events are still to be told to which endpoint, and the state of each endpoint.

mod endpoint;

use chrono::{DateTime, Utc};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

pub use self::endpoint::{
    EndpointState, endpoint_state, remove_some_of_unknown_endpoints, switch_endpoint_off, switch_endpoint_on,
};
use super::{
    error::StoreError,
    events::{self, EventRow},
    instant::instant_from_milliseconds,
};

/// The most rows that one statement changes, so that no claim waits long for its turn to write.
const BATCH: u32 = 1_000;

/// An event that an endpoint is to be told.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The event.
    pub event: EventRow,
    /// The attempts so far.
    pub attempts: u32,
}

/// A delivery that was given up.
#[derive(Clone, Debug)]
pub struct ParkedDelivery {
    /// The event, with the attempts.
    pub delivery: Delivery,
    /// When it was given up.
    pub parked_at: DateTime<Utc>,
    /// Why its last attempt failed, in one word; none where it was not tried.
    pub failure: Option<String>,
}

/// Adds the delivery of the event at place `event` of the log to `endpoint`. It is parked where the endpoint is switched off.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn add_delivery(
    db: &mut SqliteConnection,
    endpoint: &str,
    event: i64,
    reference: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into webhook_deliveries (endpoint, event, reference, next_at, parked_at)
         values (?1, ?2, ?3, ?4,
           case when exists (select 1 from webhook_endpoints where name = ?1 and off_since is not null) then ?4 end)",
    )
    .bind(endpoint)
    .bind(event)
    .bind(reference)
    .bind(at.timestamp_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// At most `count` deliveries to `endpoint` whose time has come at `now`, the longest due first. Of each claim there is the earliest
/// alone: the later ones wait until it is delivered or parked.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn due_deliveries(
    db: &mut SqliteConnection,
    endpoint: &str,
    now: DateTime<Utc>,
    count: usize,
) -> Result<Vec<Delivery>, StoreError> {
    let rows = sqlx::query(
        "select events.*, attempts from webhook_deliveries as due join events on events.id = due.event
         where endpoint = ?1 and parked_at is null and next_at <= ?2
           -- By itself SQLite reads every earlier delivery here: minutes, where a dead endpoint has a hundred thousand.
           and not exists (select 1 from webhook_deliveries as earlier indexed by webhook_deliveries_by_claim
                           where earlier.endpoint = ?1 and earlier.reference = due.reference
                             and earlier.parked_at is null and earlier.event < due.event)
         order by next_at, event limit ?3",
    )
    .bind(endpoint)
    .bind(now.timestamp_millis())
    .bind(i64::try_from(count).unwrap_or(i64::MAX))
    .fetch_all(db)
    .await?;
    rows.iter().map(delivery).collect()
}

/// The next time after `now` at which an attempt is due at `endpoint`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn next_due_at(
    db: &mut SqliteConnection,
    endpoint: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let next: Option<i64> = sqlx::query_scalar(
        "select min(next_at) from webhook_deliveries where endpoint = ? and parked_at is null and next_at > ?",
    )
    .bind(endpoint)
    .bind(now.timestamp_millis())
    .fetch_one(db)
    .await?;
    next.map(instant_from_milliseconds).transpose()
}

/// Removes a delivery that succeeded.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn remove_delivery(db: &mut SqliteConnection, endpoint: &str, event: i64) -> Result<(), StoreError> {
    sqlx::query("delete from webhook_deliveries where endpoint = ? and event = ?")
        .bind(endpoint)
        .bind(event)
        .execute(db)
        .await?;
    Ok(())
}

/// Records an attempt that failed, and the time of the next one; without a time the delivery is parked at `at`. A delivery that was
/// parked meanwhile stays so. Later events of the claim are not due before the next attempt either, so that [`due_deliveries`] does not read them.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn record_failure(
    db: &mut SqliteConnection,
    endpoint: &str,
    event: i64,
    failure: &str,
    at: DateTime<Utc>,
    next_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let at = at.timestamp_millis();
    sqlx::query(
        "update webhook_deliveries set attempts = attempts + 1, failure = ?3, next_at = coalesce(?4, next_at),
           parked_at = coalesce(parked_at, case when ?4 is null then ?5 end)
         where endpoint = ?1 and event = ?2",
    )
    .bind(endpoint)
    .bind(event)
    .bind(failure)
    .bind(next_at.map(|next| next.timestamp_millis()))
    .bind(at)
    .execute(&mut *db)
    .await?;
    if let Some(next_at) = next_at {
        sqlx::query(
            "update webhook_deliveries indexed by webhook_deliveries_by_claim set next_at = ?3
             where endpoint = ?1 and parked_at is null and event > ?2 and next_at < ?3
               and reference = (select reference from webhook_deliveries where endpoint = ?1 and event = ?2)",
        )
        .bind(endpoint)
        .bind(event)
        .bind(next_at.timestamp_millis())
        .execute(&mut *db)
        .await?;
    }
    sqlx::query(
        "insert into webhook_endpoints (name, failed_at, failure) values (?1, ?2, ?3)
         on conflict (name) do update set failed_at = ?2, failure = ?3",
    )
    .bind(endpoint)
    .bind(at)
    .bind(failure)
    .execute(db)
    .await?;
    Ok(())
}

/// Parks some of the deliveries that wait for `endpoint`. Returns how many: none when no delivery is left.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn park_some_deliveries(
    db: &mut SqliteConnection,
    endpoint: &str,
    at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let parked = sqlx::query(
        "update webhook_deliveries set parked_at = ?2 where endpoint = ?1 and event in
           (select event from webhook_deliveries where endpoint = ?1 and parked_at is null limit ?3)",
    )
    .bind(endpoint)
    .bind(at.timestamp_millis())
    .bind(BATCH)
    .execute(db)
    .await?;
    Ok(parked.rows_affected())
}

/// Makes the delivery of the event at place `event` due at `at`, also where it had succeeded; later events of the claim that wait follow.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn resend_delivery(
    db: &mut SqliteConnection,
    endpoint: &str,
    event: i64,
    reference: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into webhook_deliveries (endpoint, event, reference, next_at) values (?1, ?2, ?3, ?4)
         on conflict (endpoint, event) do update set attempts = 0, next_at = ?4, parked_at = null",
    )
    .bind(endpoint)
    .bind(event)
    .bind(reference)
    .bind(at.timestamp_millis())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "update webhook_deliveries indexed by webhook_deliveries_by_claim set next_at = ?4
         where endpoint = ?1 and reference = ?3 and parked_at is null and event > ?2 and next_at > ?4",
    )
    .bind(endpoint)
    .bind(event)
    .bind(reference)
    .bind(at.timestamp_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// Makes some of the parked deliveries to `endpoint` due at `at`, the earliest events first. Returns how many: none when no parked
/// delivery is left.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn resend_some_parked(
    db: &mut SqliteConnection,
    endpoint: &str,
    at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let sent = sqlx::query(
        "update webhook_deliveries set attempts = 0, next_at = ?2, parked_at = null where endpoint = ?1 and event in
           (select event from webhook_deliveries where endpoint = ?1 and parked_at is not null order by event limit ?3)",
    )
    .bind(endpoint)
    .bind(at.timestamp_millis())
    .bind(BATCH)
    .execute(db)
    .await?;
    Ok(sent.rows_affected())
}

/// At most `count` parked deliveries to `endpoint` after the event at place `after`, in the order of the events.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn parked_deliveries(
    db: &mut SqliteConnection,
    endpoint: &str,
    after: i64,
    count: u32,
) -> Result<Vec<ParkedDelivery>, StoreError> {
    let rows = sqlx::query(
        "select events.*, attempts, parked_at, failure
         from webhook_deliveries join events on events.id = webhook_deliveries.event
         where endpoint = ? and parked_at is not null and event > ? order by event limit ?",
    )
    .bind(endpoint)
    .bind(after)
    .bind(count)
    .fetch_all(db)
    .await?;
    let parked = |row| {
        Ok(ParkedDelivery {
            delivery: delivery(row)?,
            parked_at: instant_from_milliseconds(row.try_get("parked_at")?)?,
            failure: row.try_get("failure")?,
        })
    };
    rows.iter().map(parked).collect()
}

fn delivery(row: &SqliteRow) -> Result<Delivery, StoreError> {
    Ok(Delivery { event: events::event_from_row(row)?, attempts: row.try_get("attempts")? })
}
