//! The list of claims, as the database keeps it: one entry a claim, in the order in which the list is read.
//!
//! Triggers keep the entries with their claims, and the index of words with the texts, also where a claim is erased or its text is
//! removed. The migration has them.

mod page;
mod place;
mod walk;
mod words;

use chrono::{DateTime, NaiveDate, Utc};
use damage_report_rules::lifecycle::ClaimState;
use sqlx::{Row, SqliteConnection};

pub use self::{
    page::{ListEntry, list_entries},
    place::ListPlace,
    walk::{ListConditions, matching_places},
    words::{SearchWords, WordHit, find_by_reference_or_order, find_hits, places_with_words},
};
use super::error::StoreError;

/// What the list keeps of a claim, besides its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFields {
    /// The number by which the customer knows the order.
    pub order_number: String,
    /// Who carried the parcel.
    pub carrier: String,
    /// The state in one word.
    pub state: ClaimState,
    /// The last day for a resolution.
    pub due: Option<NaiveDate>,
    /// Whether the claim came after the window closed.
    pub is_late: bool,
    /// Whether the claimant kept a photo against advice.
    pub has_advice: bool,
    /// Whether the claimant had no packaging or no label to photograph.
    pub lacks_evidence: bool,
}

/// Enters the claim called `reference`, which is not in the list.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn add_entry(
    db: &mut SqliteConnection,
    reference: &str,
    received_at: DateTime<Utc>,
    listing: &ListFields,
) -> Result<(), StoreError> {
    let mut first = ListPlace::of(listing.due, received_at);
    // More claims of one millisecond than it has places go on in the next one.
    while !add_within_millisecond(db, reference, first, listing).await? {
        first = first.next_millisecond();
    }
    Ok(())
}

/// Brings the entry of the claim called `reference` up to date, or enters it. Returns whether anything changed.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn put_entry(
    db: &mut SqliteConnection,
    reference: &str,
    received_at: DateTime<Utc>,
    listing: &ListFields,
) -> Result<bool, StoreError> {
    let Some((place, listed)) = find(db, reference).await? else {
        add_entry(db, reference, received_at, listing).await?;
        return Ok(true);
    };
    if listed == *listing {
        return Ok(false);
    }
    if listed.due == listing.due {
        change(db, place, listing).await?;
    } else {
        sqlx::query("delete from claim_list where place = ?").bind(place.0).execute(&mut *db).await?;
        add_entry(db, reference, received_at, listing).await?;
    }
    Ok(true)
}

/// The place and the entry of the claim called `reference`.
async fn find(db: &mut SqliteConnection, reference: &str) -> Result<Option<(ListPlace, ListFields)>, StoreError> {
    let row =
        sqlx::query("select claim_list.* from claims join claim_list on place = list_place where claims.reference = ?")
            .bind(reference)
            .fetch_optional(db)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let listing = ListFields {
        order_number: row.try_get("order_number")?,
        carrier: row.try_get("carrier")?,
        state: state(&row.try_get::<String, _>("state")?)?,
        due: row.try_get::<Option<String>, _>("due")?.as_deref().map(day).transpose()?,
        is_late: row.try_get("late")?,
        has_advice: row.try_get("has_advice")?,
        lacks_evidence: row.try_get("lacks_evidence")?,
    };
    Ok(Some((ListPlace(row.try_get("place")?), listing)))
}

/// Enters a claim at a free place of the millisecond that begins with `first`. Returns whether there was one.
async fn add_within_millisecond(
    db: &mut SqliteConnection,
    reference: &str,
    first: ListPlace,
    listing: &ListFields,
) -> Result<bool, StoreError> {
    let added = sqlx::query(
        "insert into claim_list
           (place, reference, order_number, carrier, state, due, late, has_advice, lacks_evidence)
         select coalesce(max(place) + 1, ?1), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
         from claim_list where place between ?1 and ?2
         having coalesce(max(place) + 1, ?1) <= ?2",
    )
    .bind(first.0)
    .bind(first.last_of_millisecond().0)
    .bind(reference)
    .bind(&listing.order_number)
    .bind(&listing.carrier)
    .bind(listing.state.code())
    .bind(listing.due.map(|due| due.to_string()))
    .bind(listing.is_late)
    .bind(listing.has_advice)
    .bind(listing.lacks_evidence)
    .execute(db)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Changes the entry at `place`, whose due date stays.
async fn change(db: &mut SqliteConnection, place: ListPlace, listing: &ListFields) -> Result<(), StoreError> {
    sqlx::query(
        "update claim_list set
           order_number = ?, carrier = ?, state = ?, late = ?, has_advice = ?, lacks_evidence = ?
         where place = ?",
    )
    .bind(&listing.order_number)
    .bind(&listing.carrier)
    .bind(listing.state.code())
    .bind(listing.is_late)
    .bind(listing.has_advice)
    .bind(listing.lacks_evidence)
    .bind(place.0)
    .execute(db)
    .await?;
    Ok(())
}

fn state(code: &str) -> Result<ClaimState, StoreError> {
    ClaimState::ALL.into_iter().find(|state| state.code() == code).ok_or(StoreError::Unreadable("a state"))
}

fn day(text: &str) -> Result<NaiveDate, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable("a due date"))
}

#[cfg(test)]
mod tests;
