//! Finds the claims of a page.
//!
//! A search for words may have other conditions too. Usually few claims contain the words or few meet the conditions, but we do not
//! know which. So two ways take turns, each over a bounded number of claims: read the claims that contain the words and test the
//! conditions, or read the claims that meet the conditions and test the words. A common word is then found as quickly as a rare one.

use sqlx::SqliteConnection;

use super::ClaimFilter;
use crate::store::{
    StoreError,
    claim_list::{
        ListConditions, ListPlace, SearchWords, find_by_reference_or_order, find_hits, matching_places,
        places_with_words,
    },
};

/// How many claims with the words one turn tests, at first and at most. A test reads one row of the list.
const HITS: (u32, u32) = (256, 4096);

/// How many claims with the words are tested in the time that one claim which meets the conditions takes: that test searches the index of
/// words. So both ways take equal time, and a page takes at most twice as long as the better way alone.
const HITS_PER_WALKED: u32 = 20;

/// The places of at most `count` claims after `after` that match `filter`, in order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub(super) async fn find_places(
    db: &mut SqliteConnection,
    filter: &ClaimFilter,
    after: ListPlace,
    count: u32,
) -> Result<Vec<ListPlace>, StoreError> {
    let conditions = filter.conditions();
    let Some(text) = &filter.text else { return matching_places(db, &conditions, after, count).await };
    let mut found = with_words(db, &SearchWords::parse(text), &conditions, after, count).await?;
    found.extend(find_by_reference_or_order(db, text, &conditions, after, count).await?);
    found.sort_unstable();
    found.dedup();
    found.truncate(count as usize);
    Ok(found)
}

async fn with_words(
    db: &mut SqliteConnection,
    words: &SearchWords,
    conditions: &ListConditions,
    mut after: ListPlace,
    count: u32,
) -> Result<Vec<ListPlace>, StoreError> {
    let (mut found, mut hits_at_once) = (Vec::new(), HITS.0.max(count));
    let is_enough = |found: &[ListPlace]| found.len() >= count as usize;
    loop {
        // Few claims have a given order or reference, so then the second way alone is quick.
        if conditions.order_number.is_none() && conditions.reference.is_none() {
            let tested = find_hits(db, words, conditions, after, hits_at_once).await?;
            found.extend(tested.iter().filter(|hit| hit.is_wanted).map(|hit| hit.place));
            match tested.last() {
                Some(last) if tested.len() == hits_at_once as usize && !is_enough(&found) => after = last.place,
                _ => return Ok(found),
            }
        }
        let at_once = hits_at_once / HITS_PER_WALKED;
        let walked = matching_places(db, conditions, after, at_once).await?;
        found.extend(places_with_words(db, words, &walked).await?);
        match walked.last() {
            Some(&last) if walked.len() == at_once as usize && !is_enough(&found) => after = last,
            _ => return Ok(found),
        }
        hits_at_once = HITS.1.min(hits_at_once * 4);
    }
}
