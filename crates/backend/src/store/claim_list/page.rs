//! The entries of the list as they are shown.

use chrono::{DateTime, NaiveDate, Utc};
use damage_report_rules::{evidence::Digest, lifecycle::ClaimState};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{ListPlace, day, state, walk::places_as_json};
use crate::store::{error::StoreError, instant::instant_from_milliseconds};

/// One claim of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    /// The reference that the customer quotes.
    pub reference: String,
    /// The identifier of its order line.
    pub order_line: String,
    /// The number by which the customer knows the order.
    pub order_number: String,
    /// The device, as the shop calls it.
    pub device: String,
    /// Who carried the parcel, as the shop calls them.
    pub carrier: String,
    /// When the claim was accepted.
    pub received_at: DateTime<Utc>,
    /// Whether it came after the window closed.
    pub is_late: bool,
    /// Counts the changes of the claim.
    pub version: u32,
    /// Its state in one word.
    pub state: ClaimState,
    /// The last day for a replacement or refund; none while the seller's time has not started.
    pub due: Option<NaiveDate>,
    /// Whether the claimant kept a photo against the advice that they received.
    pub has_advice: bool,
    /// Whether the claimant had no packaging or no label to photograph.
    pub lacks_evidence: bool,
    /// The first photo of the device.
    pub cover: Option<Digest>,
}

pub(super) const ENTRIES: &str = "
    select claim_list.place, claims.reference, order_line, claim_list.order_number, device, claim_list.carrier, received_at,
      claim_list.late, version, state, due, has_advice, lacks_evidence,
      json_extract(content, '$.photos.device[0]') as cover
    from claim_list
    join claims using (reference)
    join order_lines on order_lines.id = claims.order_line
    where claim_list.place in (select value from json_each(?))";

/// The claims at these `places`, in the list's order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn list_entries(db: &mut SqliteConnection, places: &[ListPlace]) -> Result<Vec<ListEntry>, StoreError> {
    let rows = sqlx::query(ENTRIES).bind(places_as_json(places)).fetch_all(db).await?;
    let placed = |row: &SqliteRow| Ok::<_, StoreError>((ListPlace(row.try_get("place")?), entry(row)?));
    let mut entries = rows.iter().map(placed).collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|&(place, _)| place);
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

fn entry(row: &SqliteRow) -> Result<ListEntry, StoreError> {
    let cover: Option<String> = row.try_get("cover")?;
    Ok(ListEntry {
        reference: row.try_get("reference")?,
        order_line: row.try_get("order_line")?,
        order_number: row.try_get("order_number")?,
        device: row.try_get("device")?,
        carrier: row.try_get("carrier")?,
        received_at: instant_from_milliseconds(row.try_get("received_at")?)?,
        is_late: row.try_get("late")?,
        version: row.try_get("version")?,
        state: state(&row.try_get::<String, _>("state")?)?,
        due: row.try_get::<Option<String>, _>("due")?.as_deref().map(day).transpose()?,
        has_advice: row.try_get("has_advice")?,
        lacks_evidence: row.try_get("lacks_evidence")?,
        cover: cover.map(|digest| digest.parse()).transpose().map_err(|_| StoreError::Unreadable("a digest"))?,
    })
}
