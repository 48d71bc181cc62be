//! Order lines that were not reported yet: what the measured claims and photos are about.
//!
//! They lie between the stored ones, anywhere, so that nothing is found beside what was found just before. Each round
//! takes those of the round before away with all that came of them, by the backend's own erasing, and puts new ones in:
//! every round begins with the same number of claims.

use std::{fs, path::Path};

use anyhow::Result;
use chrono::{DateTime, Days, Utc};
use damage_report_backend::store::{self, Store};

use crate::{made_up, seed::put_draft_in};

/// Made anew in the data folder `folder`: `with_photos` lines whose claim is all that is missing, and `empty` ones.
///
/// # Errors
///
/// When the database cannot be written.
pub(crate) async fn renew(folder: &Path, with_photos: usize, empty: usize) -> Result<()> {
    let store = Store::open(folder).await?;
    let mut db = store.write().await?;
    for id in ids(with_photos + empty) {
        store::order_lines::erase(&mut db, &id).await?;
    }
    let now = Utc::now();
    for (number, id) in ids(with_photos + empty).enumerate() {
        let line = made_up::line(id, handed_over(now));
        if number < with_photos {
            put_draft_in(&mut db, &line, now).await?;
        } else {
            store::order_lines::put(&mut db, &line).await?;
        }
    }
    db.commit().await?;
    store.close().await;
    let photos = folder.join("photos");
    if photos.exists() {
        fs::remove_dir_all(photos)?;
    }
    Ok(())
}

/// The identifiers of the first `count` open lines, the same whenever they are asked for.
pub(crate) fn ids(count: usize) -> impl Iterator<Item = String> {
    let mut places = fastrand::Rng::with_seed(2026);
    (0..count).map(move |number| format!("{:08x}-2-{number}", places.u32(..)))
}

/// A moment of delivery with which a claim at `now` is in time, whatever day it is: yesterday.
fn handed_over(now: DateTime<Utc>) -> DateTime<Utc> {
    now - Days::new(1)
}
