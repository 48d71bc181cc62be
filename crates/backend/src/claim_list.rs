//! The list of all claims, for those who settle them: filtered, by the day on which a decision is due, in pages.
//!
//! A page begins after the [`Cursor`] of the page before. Claims that come in, are decided or are erased in the meantime move no other
//! claim, so that whoever reads all pages reads each claim once.

mod cursor;
mod filter;

use chrono::{DateTime, NaiveDate, Utc};
use damage_report_rules::{evidence::Digest, lifecycle::ClaimState};

pub use self::{
    cursor::Cursor,
    filter::{Filter, StateFilter},
};
use crate::{app::App, problem::Refusal, store};

/// One claim of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
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

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its claims: by due date, those without one last, and the older first.
    pub entries: Vec<Entry>,
    /// Where the next page begins; none after the last claim.
    pub next: Option<Cursor>,
}

/// At most `count` claims that match `filter`, from `after` on.
///
/// # Errors
///
/// A failure of the database.
pub async fn list(app: &App, filter: &Filter, after: Option<Cursor>, count: u32) -> Result<Page, Refusal> {
    let mut db = app.store.read().await?;
    let mut found = Vec::new();
    for reference in store::claims::references(&mut db).await? {
        let (claim, line) = crate::claim_events::find_claim(&mut db, &reference).await?;
        let entry = Entry {
            order_line: line.id.clone(),
            order_number: line.order_number.clone(),
            device: line.device.clone(),
            carrier: line.consignment.carrier.clone(),
            received_at: claim.received_at,
            is_late: claim.late,
            version: claim.version,
            state: claim.progress.state(),
            due: claim.due(&line, &app.config),
            has_advice: !claim.content.advice.is_empty(),
            lacks_evidence: claim.content.missing != Default::default(),
            cover: claim.content.photos.device.first().copied(),
            reference,
        };
        if filter.matches(&entry, &claim.content.description) {
            found.push((Cursor::of(&entry), entry));
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found.retain(|(cursor, _)| after.as_ref().is_none_or(|after| cursor > after));
    let has_more = found.len() > count as usize;
    found.truncate(count as usize);
    let next = found.last().filter(|_| has_more).map(|(cursor, _)| cursor.clone());
    Ok(Page { entries: found.into_iter().map(|(_, entry)| entry).collect(), next })
}
