//! Order lines, as the shop's own system sends them.

use chrono_tz::Tz;
use damage_report_rules::contract::Consignment;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{claims::json, error::StoreError, instant::instant_from_milliseconds};
use crate::order_line::{Handover, OrderLine};

/// The order line called `id`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find(db: &mut SqliteConnection, id: &str) -> Result<Option<OrderLine>, StoreError> {
    let row = sqlx::query(
        "select id, order_number, device, grade, delivered_at, delivery_zone, place, carrier, tracking_number
         from order_lines where id = ?",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(line).transpose()
}

/// The order lines that are called one of `ids`, in any order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find_all(db: &mut SqliteConnection, ids: &[&str]) -> Result<Vec<OrderLine>, StoreError> {
    let rows = sqlx::query(
        "select id, order_number, device, grade, delivered_at, delivery_zone, place, carrier, tracking_number
         from order_lines where id in (select value from json_each(?))",
    );
    let rows = rows.bind(json(&ids, "identifiers")?).fetch_all(db).await?;
    rows.iter().map(line).collect()
}

/// Inserts `line`, or replaces the order line of the same identifier.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn put(db: &mut SqliteConnection, line: &OrderLine) -> Result<(), StoreError> {
    sqlx::query(
        "insert into order_lines
           (id, order_number, device, grade, delivered_at, delivery_zone, place, carrier, tracking_number)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (id) do update set
           order_number = excluded.order_number, device = excluded.device, grade = excluded.grade,
           delivered_at = excluded.delivered_at, delivery_zone = excluded.delivery_zone, place = excluded.place,
           carrier = excluded.carrier, tracking_number = excluded.tracking_number",
    )
    .bind(&line.id)
    .bind(&line.order_number)
    .bind(&line.device)
    .bind(line.grade.code())
    .bind(line.handover.map(|handover| handover.at.timestamp_millis()))
    .bind(line.handover.map(|handover| handover.zone.name()))
    .bind(&line.place)
    .bind(&line.consignment.carrier)
    .bind(&line.consignment.tracking_number)
    .execute(db)
    .await?;
    Ok(())
}

/// At most `count` identifiers of order lines after the one called `after`, in ascending order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn ids_after(db: &mut SqliteConnection, after: &str, count: u32) -> Result<Vec<String>, StoreError> {
    let ids = sqlx::query_scalar("select id from order_lines where id > ? order by id limit ?");
    Ok(ids.bind(after).bind(count).fetch_all(db).await?)
}

/// Erases the order line called `id` and every row about it. Returns whether it existed.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn erase(db: &mut SqliteConnection, id: &str) -> Result<bool, StoreError> {
    // Rows are deleted before the rows that they refer to.
    for statement in [
        "delete from idempotency_keys where order_line = ?",
        "delete from return_labels where reference in (select reference from claims where order_line = ?)",
        "delete from claim_events where reference in (select reference from claims where order_line = ?)",
        "delete from claim_photos where reference in (select reference from claims where order_line = ?)",
        "delete from claims where order_line = ?",
        "delete from photos where order_line = ?",
        "delete from drafts where order_line = ?",
    ] {
        sqlx::query(statement).bind(id).execute(&mut *db).await?;
    }
    let erased = sqlx::query("delete from order_lines where id = ?").bind(id).execute(db).await?;
    Ok(erased.rows_affected() == 1)
}

fn line(row: &SqliteRow) -> Result<OrderLine, StoreError> {
    let handover = match (row.try_get("delivered_at")?, row.try_get::<Option<String>, _>("delivery_zone")?) {
        (Some(at), Some(zone)) => {
            let zone: Tz = zone.parse().map_err(|_| StoreError::Unreadable("a time zone"))?;
            Some(Handover { at: instant_from_milliseconds(at)?, zone })
        }
        _ => None,
    };
    let grade: String = row.try_get("grade")?;
    Ok(OrderLine {
        id: row.try_get("id")?,
        order_number: row.try_get("order_number")?,
        device: row.try_get("device")?,
        grade: serde_json::from_value(grade.into()).map_err(|_| StoreError::Unreadable("a grade"))?,
        handover,
        place: row.try_get("place")?,
        consignment: Consignment { carrier: row.try_get("carrier")?, tracking_number: row.try_get("tracking_number")? },
    })
}
