//! The log of events: each change of a claim, once, in the order of the commits.

use chrono::{DateTime, Utc};
use damage_report_rules::contract::ClaimEventType;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{error::StoreError, instant::instant_from_milliseconds};
use crate::actor::Actor;

/// One event of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its place in the log.
    pub id: i64,
    /// What happened.
    pub kind: ClaimEventType,
    /// The claim's reference.
    pub reference: String,
    /// The order line's identifier.
    pub order_line: String,
    /// The version of the claim after it.
    pub version: u32,
    /// Who made the change.
    pub actor: Actor,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// An event before it has its place in the log.
#[derive(Clone, Debug)]
pub struct NewEvent<'a> {
    /// What happened.
    pub kind: ClaimEventType,
    /// The claim's reference.
    pub reference: &'a str,
    /// The order line's identifier.
    pub order_line: &'a str,
    /// The version of the claim after it.
    pub version: u32,
    /// Who made the change.
    pub actor: &'a Actor,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// Appends `event` to the log, and returns its place there.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn append(db: &mut SqliteConnection, event: &NewEvent<'_>) -> Result<i64, StoreError> {
    let id = sqlx::query_scalar(
        "insert into events (type, reference, order_line, version, actor, at) values (?, ?, ?, ?, ?, ?) returning id",
    )
    .bind(event.kind.name())
    .bind(event.reference)
    .bind(event.order_line)
    .bind(event.version)
    .bind(event.actor.code())
    .bind(event.at.timestamp_millis())
    .fetch_one(db)
    .await?;
    Ok(id)
}

/// Inserts `event` at its place `id` in the copy of a log that ends before it.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn append_at(db: &mut SqliteConnection, id: i64, event: &NewEvent<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "insert into events (id, type, reference, order_line, version, actor, at) values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(event.kind.name())
    .bind(event.reference)
    .bind(event.order_line)
    .bind(event.version)
    .bind(event.actor.code())
    .bind(event.at.timestamp_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// The place of the last event; 0 without events.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn last_place(db: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select coalesce(max(id), 0) from events").fetch_one(db).await?)
}

/// At most `count` events after the one at place `after`, in order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn events_after(db: &mut SqliteConnection, after: i64, count: u32) -> Result<Vec<EventRow>, StoreError> {
    let rows = sqlx::query(
        "select id, type, reference, order_line, version, actor, at from events where id > ? order by id limit ?",
    )
    .bind(after)
    .bind(count)
    .fetch_all(db)
    .await?;
    rows.iter().map(event_from_row).collect()
}

/// The event at place `id`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find(db: &mut SqliteConnection, id: i64) -> Result<Option<EventRow>, StoreError> {
    let row = sqlx::query("select id, type, reference, order_line, version, actor, at from events where id = ?")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(event_from_row).transpose()
}

/// Every event of the claim called `reference`, in order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn events_of_claim(db: &mut SqliteConnection, reference: &str) -> Result<Vec<EventRow>, StoreError> {
    let rows = sqlx::query(
        "select id, type, reference, order_line, version, actor, at from events where reference = ? order by id",
    )
    .bind(reference)
    .fetch_all(db)
    .await?;
    rows.iter().map(event_from_row).collect()
}

pub(super) fn event_from_row(row: &SqliteRow) -> Result<EventRow, StoreError> {
    let kind: String = row.try_get("type")?;
    let actor: String = row.try_get("actor")?;
    Ok(EventRow {
        id: row.try_get("id")?,
        kind: ClaimEventType::named(&kind).ok_or(StoreError::Unreadable("an event"))?,
        reference: row.try_get("reference")?,
        order_line: row.try_get("order_line")?,
        version: row.try_get("version")?,
        actor: Actor::from_code(&actor).ok_or(StoreError::Unreadable("an actor"))?,
        at: instant_from_milliseconds(row.try_get("at")?)?,
    })
}
