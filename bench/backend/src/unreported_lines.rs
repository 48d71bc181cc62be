//! Order lines that were not reported yet: what the measured claims and photos are about.
//!
//! They lie between the stored ones, anywhere, so that nothing is next to the one found just before. Each round
//! takes those of the round before away with all that came of them, by the backend's own erasing, and puts new ones in:
//! every round begins with the same number of claims. The files of their photos are there, because a claim is held against them.

use std::{fs, path::Path};

use anyhow::Result;
use chrono::{DateTime, Days, Utc};
use damage_report_backend::{
    digest,
    photo_store::{self, FileStamp},
    store::{self, Store, photos::PhotoRow},
};

use crate::{sample_data, seed::seed_draft};

/// How many bytes a clean copy has. They are no picture, and one file under many names: they are looked at, never shown.
const CLEAN_COPY: usize = 300_000;

/// Made anew in the data folder `folder`: `with_photos` lines whose claim is all that is missing, and `empty` ones.
///
/// # Errors
///
/// When the database cannot be written.
pub(crate) async fn recreate_unreported_lines(folder: &Path, with_photos: usize, empty: usize) -> Result<()> {
    let store = Store::open(folder).await?;
    let mut db = store.begin_write().await?;
    for id in unreported_line_ids(with_photos + empty) {
        store::order_lines::erase(&mut db, &id).await?;
    }
    let photos = folder.join("photos");
    if photos.exists() {
        fs::remove_dir_all(&photos)?;
    }
    fs::create_dir_all(&photos)?;
    let copy = folder.join("clean-copy.jpg");
    fs::write(&copy, vec![0; CLEAN_COPY])?;
    let (stored, stamp) = (digest::sha256(&fs::read(&copy)?), FileStamp::of(&fs::metadata(&copy)?)?);
    let now = Utc::now();
    for (number, id) in unreported_line_ids(with_photos + empty).enumerate() {
        let line = sample_data::order_line(id, handed_over(now));
        if number < with_photos {
            seed_draft(&mut db, &line, now).await?;
            let files = photos.join(photo_store::folder_name(&line.id));
            fs::create_dir(&files)?;
            for photo in sample_data::photo_rows(&line.id, now) {
                fs::hard_link(&copy, files.join(format!("{}.jpg", photo.digest)))?;
                let photo = PhotoRow { stored, stamp: Some(stamp), ..photo };
                store::photos::put(&mut db, &line.id, &photo, now).await?;
            }
        } else {
            store::order_lines::put(&mut db, &line).await?;
        }
    }
    db.commit().await?;
    store.close().await;
    Ok(())
}

/// The identifiers of the first `count` open lines, the same whenever they are asked for.
pub(crate) fn unreported_line_ids(count: usize) -> impl Iterator<Item = String> {
    let mut places = fastrand::Rng::with_seed(2026);
    (0..count).map(move |number| format!("{:08x}-2-{number}", places.u32(..)))
}

/// A moment of delivery with which a claim at `now` is in time, on any day: yesterday.
fn handed_over(now: DateTime<Utc>) -> DateTime<Utc> {
    now - Days::new(1)
}
