//! The list of all claims, for those who settle them: filtered, by the day on which a decision is due, in pages.
//!
//! A page begins after the [`Cursor`] of the page before. Claims that come in, are decided or are erased in the meantime move no other
//! claim, so that a reader of all pages reads each claim once.

mod cursor;
mod filter;
mod listing;
mod new_claims;
mod search;

pub use self::{
    cursor::{Cursor, CursorError},
    filter::{ClaimFilter, StateFilter},
    listing::{refresh_all_entries, refresh_entry},
    new_claims::{enter_new_claims, keep_claim_list_current},
};
use crate::{app::App, problem::Refusal, store};

pub use crate::store::claim_list::ListEntry;

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimListPage {
    /// Its claims: by due date, those without one last, and the older first.
    pub entries: Vec<ListEntry>,
    /// Where the next page begins; none after the last claim.
    pub next: Option<Cursor>,
}

/// At most `count` claims that match `filter`, from `after` on. New claims are entered first.
///
/// # Errors
///
/// A failure of the database.
pub async fn list_claims(
    app: &App,
    filter: &ClaimFilter,
    after: Option<Cursor>,
    count: u32,
) -> Result<ClaimListPage, Refusal> {
    if enter_new_claims(app).await.is_err() {
        tracing::warn!("the list lacks the newest claims: they cannot be entered now");
    }
    let mut db = app.store.begin_snapshot().await?;
    let mut places =
        search::find_places(&mut db, filter, Cursor::place_or_start(after), count.saturating_add(1)).await?;
    let has_more = places.len() > count as usize;
    places.truncate(count as usize);
    let next = places.last().filter(|_| has_more).map(|&place| Cursor::after(place));
    Ok(ClaimListPage { entries: store::claim_list::list_entries(&mut db, &places).await?, next })
}
