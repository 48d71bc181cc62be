//! Which claims are kept and which are due, and what remains of a claim when its photos and texts are removed.

use chrono::{DateTime, Utc};
use damage_report_rules::lifecycle::Event;
use sqlx::SqliteConnection;

use super::{claims::json, error::StoreError, order_lines};
use crate::{claim::ClaimRow, order_line::OrderLine};

/// A closed claim whose retention is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueClaim {
    /// Its reference.
    pub reference: String,
    /// The identifier of its order line.
    pub order_line: String,
    /// From when its retention counted, in milliseconds since 1970.
    pub retained_from: i64,
    /// Its place in the table, which orders claims of one instant.
    pub place: i64,
}

/// Uses the index of claims that may be due.
pub(super) const DUE: &str = "select reference, order_line, retained_from, rowid as place from claims
    where retained_from is not null and held_at is null and retained_from <= ?1 and (retained_from, rowid) > (?2, ?3)
    order by retained_from, rowid limit ?4";

/// At most `count` claims whose retention counted from `until` or before and that are not on hold: those after `after`, in order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn due_claims(
    db: &mut SqliteConnection,
    until: DateTime<Utc>,
    after: Option<&DueClaim>,
    count: u32,
) -> Result<Vec<DueClaim>, StoreError> {
    let (retained_from, place) = after.map_or((i64::MIN, i64::MIN), |claim| (claim.retained_from, claim.place));
    let due = sqlx::query_as(DUE).bind(until.timestamp_millis()).bind(retained_from).bind(place).bind(count);
    let due: Vec<(String, String, i64, i64)> = due.fetch_all(db).await?;
    let claim =
        |(reference, order_line, retained_from, place)| DueClaim { reference, order_line, retained_from, place };
    Ok(due.into_iter().map(claim).collect())
}

/// Whether the retention of the claim called `reference` counted from `until` or before, and it is not on hold.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn is_due(db: &mut SqliteConnection, reference: &str, until: DateTime<Utc>) -> Result<bool, StoreError> {
    let due = sqlx::query_scalar(
        "select count(*) from claims where reference = ? and retained_from <= ? and held_at is null",
    );
    let due: i64 = due.bind(reference).bind(until.timestamp_millis()).fetch_one(db).await?;
    Ok(due > 0)
}

/// Counts the retention of the claim called `reference` from `at` on, because a text or a label came after its content was removed.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn restart_retention(
    db: &mut SqliteConnection,
    reference: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("update claims set retained_from = ? where reference = ?")
        .bind(at.timestamp_millis())
        .bind(reference)
        .execute(db)
        .await?;
    Ok(())
}

/// Puts `claim` on hold since `held_at`, or ends its hold.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn set_hold(
    db: &mut SqliteConnection,
    reference: &str,
    held_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    sqlx::query("update claims set held_at = ?, version = version + 1 where reference = ?")
        .bind(held_at.map(|at| at.timestamp_millis()))
        .bind(reference)
        .execute(db)
        .await?;
    Ok(())
}

/// Whether the order line called `id` has a claim whose content was removed.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn has_expired_claim(db: &mut SqliteConnection, id: &str) -> Result<bool, StoreError> {
    let expired: Option<bool> = sqlx::query_scalar("select expired_at is not null from claims where order_line = ?")
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(expired.unwrap_or_default())
}

/// Removes the personal part of `claim` about `line`: the rows of photos, the label, the remembered answers and the draft go, and
/// texts are emptied.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn redact_claim(
    db: &mut SqliteConnection,
    claim: &ClaimRow,
    line: &OrderLine,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Rows are deleted before the rows that they refer to.
    for (statement, about) in [
        ("delete from return_labels where reference = ?", &claim.reference),
        ("delete from claim_photos where reference = ?", &claim.reference),
        ("delete from idempotency_keys where order_line = ?", &line.id),
        ("delete from photos where order_line = ?", &line.id),
        ("delete from drafts where order_line = ?", &line.id),
        // The list has a copy of the order number.
        (
            "update claim_list set order_number = ''
             where place = (select list_place from claims where reference = ?)",
            &claim.reference,
        ),
    ] {
        sqlx::query(statement).bind(about).execute(&mut *db).await?;
    }
    sqlx::query(
        "update claims set content = ?, progress = ?, expired_at = ?, retained_from = null, version = version + 1
         where reference = ?",
    )
    .bind(json(&claim.content.redacted(), "a claim")?)
    .bind(json(&claim.progress.redacted(), "progress")?)
    .bind(at.timestamp_millis())
    .bind(&claim.reference)
    .execute(&mut *db)
    .await?;
    redact_events(db, &claim.reference).await?;
    order_lines::put(db, &line.redacted()).await
}

async fn redact_events(db: &mut SqliteConnection, reference: &str) -> Result<(), StoreError> {
    let events: Vec<(i64, String)> = sqlx::query_as("select position, event from claim_events where reference = ?")
        .bind(reference)
        .fetch_all(&mut *db)
        .await?;
    for (position, text) in events {
        let event: Event = serde_json::from_str(&text).map_err(|_| StoreError::Unreadable("an event"))?;
        sqlx::query("update claim_events set event = ? where reference = ? and position = ?")
            .bind(json(&event.redacted(), "an event")?)
            .bind(reference)
            .bind(position)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
