//! The unallocated parts of database pages, where SQLite leaves traces of rows that it moved.
//!
//! With `secure_delete`, SQLite overwrites a deleted row where it is. When it splits or merges pages it copies rows to other pages, and
//! what it does not use of a page keeps its bytes (`rebuildPage` in its source): a row that is deleted later stays there. `vacuum`
//! would write the whole database anew; this overwrites these bytes alone, and no table is any different afterwards.

use std::ops::Range;

use futures_util::TryStreamExt as _;
use sqlx::SqliteConnection;

use super::error::StoreError;

/// Up to this number of pages (128 GiB), only pages of b-trees begin with the byte of a b-tree: others begin with the number of a page.
const PAGES_MAX: i64 = (1 << 25) - 1;

/// The number of pages in the database.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn page_count(db: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("pragma page_count").fetch_one(db).await?)
}

/// The numbers of the pages from `first` to `last`, both included, whose unallocated part is not empty.
///
/// # Errors
///
/// [`StoreError`] when the database fails, or is too large.
pub async fn pages_with_traces(db: &mut SqliteConnection, first: i64, last: i64) -> Result<Vec<i64>, StoreError> {
    if last > PAGES_MAX {
        return Err(StoreError::Unreadable("more pages than can be told apart"));
    }
    // A reader's usual cache would keep two megabytes of pages that nobody wants again soon, and scatter what others allocate.
    sqlx::query("pragma cache_size = 16").execute(&mut *db).await?;
    // The table of pages finds a page by its number alone, not by a range.
    let mut pages = sqlx::query_as::<_, (i64, Vec<u8>)>(
        "with recursive wanted (page) as (select ?1 union all select page + 1 from wanted where page < ?2)
         select pgno, data from wanted join sqlite_dbpage on pgno = page",
    )
    .bind(first)
    .bind(last)
    .fetch(&mut *db);
    let mut found = Vec::new();
    while let Some((number, page)) = pages.try_next().await? {
        if unallocated(number, &page).is_some_and(|part| page[part].iter().any(|&byte| byte != 0)) {
            found.push(number);
        }
    }
    drop(pages);
    // SQLite's default.
    sqlx::query("pragma cache_size = -2000").execute(db).await?;
    Ok(found)
}

/// Overwrites the unallocated parts of these pages with zeros, in the write transaction `db`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn overwrite_pages(db: &mut SqliteConnection, pages: &[i64]) -> Result<(), StoreError> {
    for number in pages {
        let page: Option<Vec<u8>> = sqlx::query_scalar("select data from sqlite_dbpage where pgno = ?")
            .bind(number)
            .fetch_optional(&mut *db)
            .await?;
        // Read again in the transaction: the page may have changed.
        let Some(mut page) = page else { continue };
        let Some(part) = unallocated(*number, &page) else { continue };
        page[part].fill(0);
        sqlx::query("update sqlite_dbpage set data = ? where pgno = ?")
            .bind(page)
            .bind(number)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// The unallocated part of `page`, between its list of cells and the cells (<https://sqlite.org/fileformat2.html>, 1.6); none where it
/// is no page of a b-tree. The first page has the schema and is left alone.
fn unallocated(number: i64, page: &[u8]) -> Option<Range<usize>> {
    let header = match page.first()? {
        _ if number == 1 => return None,
        2 | 5 => 12,
        10 | 13 => 8,
        _ => return None,
    };
    let number_at = |at: usize| Some(usize::from(u16::from_be_bytes([*page.get(at)?, *page.get(at + 1)?])));
    let cells = number_at(3)?;
    let content = match number_at(5)? {
        0 => 65_536,
        content => content,
    };
    let begin = header + 2 * cells;
    (begin <= content && content <= page.len()).then_some(begin..content)
}
