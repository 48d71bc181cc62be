//! Finds claims by the words of their texts.

use sqlx::{Row, SqliteConnection};

use super::{
    ListConditions, ListPlace,
    walk::{places_as_json, tests},
};
use crate::store::error::StoreError;

/// Words that are looked for, in the language of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchWords(String);

impl SearchWords {
    /// All words of `text`. Nothing in it is taken for a command of the index: it sees each word as a quoted text.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_backend::store::claim_list::SearchWords;
    ///
    /// assert_eq!(format!("{:?}", SearchWords::parse("scherm OR \"glas")), r#"SearchWords("\"scherm\" \"OR\" \"\"\"glas\"")"#);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        let quoted: Vec<String> = words.map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
        Self(quoted.join(" "))
    }
}

/// A claim with the words that were looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordHit {
    /// Where it is in the list.
    pub place: ListPlace,
    /// Whether it meets the conditions too.
    pub is_wanted: bool,
}

pub(super) const HITS: &str = concat!(
    "select place, ",
    tests!(),
    " as is_wanted
     from (select rowid as hit from claim_words where claim_words match ?11 and rowid > ?1 and rowid < ?2
           order by rowid limit ?3)
     cross join claim_list on place = hit"
);

/// The first `count` claims after `after` with all of `words`, in the list's order, and whether each meets `conditions`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find_hits(
    db: &mut SqliteConnection,
    words: &SearchWords,
    conditions: &ListConditions,
    after: ListPlace,
    count: u32,
) -> Result<Vec<WordHit>, StoreError> {
    let until = conditions.end_place();
    let hits = conditions.bind_parameters(sqlx::query(HITS).bind(after.0).bind(until.0).bind(count));
    let hits = hits.bind(&words.0).fetch_all(db).await?;
    hits.iter().map(|row| Ok(WordHit { place: ListPlace(row.try_get(0)?), is_wanted: row.try_get(1)? })).collect()
}

pub(super) const AMONG: &str =
    "select rowid from claim_words where claim_words match ?1 and rowid in (select value from json_each(?2))";

/// The claims among those at `places` that have all of `words`, in the list's order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn places_with_words(
    db: &mut SqliteConnection,
    words: &SearchWords,
    places: &[ListPlace],
) -> Result<Vec<ListPlace>, StoreError> {
    let found: Vec<i64> = sqlx::query_scalar(AMONG).bind(&words.0).bind(places_as_json(places)).fetch_all(db).await?;
    let mut found: Vec<ListPlace> = found.into_iter().map(ListPlace).collect();
    found.sort_unstable();
    Ok(found)
}

pub(super) const NAMED: &str = concat!(
    "select place from claim_list
     where place = (select list_place from claims where claims.reference = upper(?11)) and place > ?1 and place < ?2 and ",
    tests!(),
    " union all
     select place from (
       select place from claim_list indexed by claim_list_by_order
       where claim_list.order_number = ?11 and place > ?1 and place < ?2 and ",
    tests!(),
    " order by place limit ?3)"
);

/// The first `count` claims after `after` whose reference or order number is `name`, of those that meet `conditions`, in order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find_by_reference_or_order(
    db: &mut SqliteConnection,
    name: &str,
    conditions: &ListConditions,
    after: ListPlace,
    count: u32,
) -> Result<Vec<ListPlace>, StoreError> {
    let until = conditions.end_place();
    let named = conditions.bind_parameters(sqlx::query(NAMED).bind(after.0).bind(until.0).bind(count));
    let rows = named.bind(name).fetch_all(db).await?;
    let mut named = rows.iter().map(|row| row.try_get(0).map(ListPlace)).collect::<Result<Vec<_>, _>>()?;
    named.sort_unstable();
    named.dedup();
    named.truncate(count as usize);
    Ok(named)
}
