//! Backups of data folders that change meanwhile.

use chrono::{DateTime, Utc};
use damage_report_rules::{
    claim::ClaimDraft,
    contract::{ClaimEventType, Consignment, DeviceGrade},
    damage::Damage,
    evidence::{Absence, Absences, Photos},
    policy::Policy,
    window::Timing,
};

use super::*;
use crate::{
    actor::Actor,
    claim::ClaimRow,
    order_line::OrderLine,
    photo_store::PhotoStore,
    store::{Store, events::NewEvent, photos::PhotoRow},
};

/// A data folder with two photos of each of these order lines.
async fn data_folder(folder: &Path, order_lines: &[&str]) -> (Store, PhotoStore) {
    let (store, photos) = (Store::open(folder).await.unwrap(), PhotoStore::open(folder).unwrap());
    for id in order_lines {
        let line = OrderLine {
            id: (*id).to_owned(),
            order_number: String::new(),
            device: "iPad".to_owned(),
            grade: DeviceGrade::Good,
            handover: None,
            place: "NL".to_owned(),
            consignment: Consignment { carrier: String::new(), tracking_number: String::new() },
        };
        let mut db = store.begin_write().await.unwrap();
        store::order_lines::put(&mut db, &line).await.unwrap();
        db.commit().await.unwrap();
        for nth in 1..=2 {
            keep(&store, &photos, id, nth, &format!("{id} {nth}")).await;
        }
    }
    (store, photos)
}

fn name(nth: u8) -> Digest {
    Digest::new([nth; 32])
}

async fn keep(store: &Store, photos: &PhotoStore, id: &str, nth: u8, bytes: &str) {
    photos.write(id, name(nth), bytes.as_bytes().to_vec()).await.unwrap();
    let photo = PhotoRow {
        digest: name(nth),
        stored: sha256(bytes.as_bytes()),
        pixels: name(nth),
        width: 3,
        height: 4,
        subject: None,
        bytes: 5,
        received_at: DateTime::<Utc>::UNIX_EPOCH,
        stamp: None,
    };
    let mut db = store.begin_write().await.unwrap();
    store::photos::put(&mut db, id, &photo, DateTime::<Utc>::UNIX_EPOCH).await.unwrap();
    db.commit().await.unwrap();
}

/// The photos of `id` in the data folder `folder`: the digests in its database, and the bytes of the files.
async fn photos_of(folder: &Path, id: &str) -> Vec<(Digest, Option<String>)> {
    let (store, photos) = (Store::open(folder).await.unwrap(), PhotoStore::open(folder).unwrap());
    let mut found = Vec::new();
    for photo in store::photos::photos_of_order_line(&mut store.read_connection().await.unwrap(), id).await.unwrap() {
        let bytes = photos.read(id, photo.digest).await.ok();
        found.push((photo.digest, bytes.map(|bytes| String::from_utf8(bytes).unwrap())));
    }
    store.close().await;
    found
}

/// The database of `data`, and its copy in `to`, before any photo is copied.
async fn database_copied(data: &Path, to: &Path) -> (SqliteConnection, SqliteConnection) {
    fs::create_dir(to).unwrap();
    let options = SqliteConnectOptions::new().filename(data.join(DATABASE)).read_only(true);
    let mut source = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("vacuum into ?").bind(to.join(DATABASE).display().to_string()).execute(&mut source).await.unwrap();
    (source, open_copy(&to.join(DATABASE)).await.unwrap())
}

#[tokio::test]
async fn the_copy_has_the_removals_and_uploads_that_follow_the_copy_of_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let (data, to) = (folder.path().join("data"), folder.path().join("copy"));
    let lines = ["discarded", "erased", "lost", "sent-again", "whole"];
    let (store, photos) = data_folder(&data, &lines).await;
    photos.remove("sent-again", name(1)).await.unwrap();
    let (mut source, mut copy) = database_copied(&data, &to).await;

    let mut db = store.begin_write().await.unwrap();
    store::photos::remove(&mut db, "discarded", name(1)).await.unwrap();
    store::order_lines::erase(&mut db, "erased").await.unwrap();
    db.commit().await.unwrap();
    photos.remove("discarded", name(1)).await.unwrap();
    photos.remove_all("erased").await.unwrap();
    photos.remove("lost", name(1)).await.unwrap();
    keep(&store, &photos, "sent-again", 1, "re-encoded by a newer version").await;

    let copied = copy_photos(&mut source, &mut copy, &data, &to).await.unwrap();
    copy.close().await.unwrap();
    assert_eq!(copied, BackupSummary { photos: 6, lost: 1 });
    let both = |id: &str| vec![(name(1), Some(format!("{id} 1"))), (name(2), Some(format!("{id} 2")))];
    assert_eq!(photos_of(&to, "whole").await, both("whole"));
    assert_eq!(photos_of(&to, "discarded").await, both("discarded")[1..]);
    let restored = Store::open(&to).await.unwrap();
    assert_eq!(store::order_lines::find(&mut restored.read_connection().await.unwrap(), "erased").await.unwrap(), None);
    restored.close().await;
    drop(restored);
    assert_eq!(photos_of(&to, "lost").await, [(name(1), None), both("lost")[1].clone()]);
    let again = Some("re-encoded by a newer version".to_owned());
    assert_eq!(photos_of(&to, "sent-again").await, [(name(1), again), both("sent-again")[1].clone()]);
    store.close().await;
}

#[tokio::test]
async fn a_photo_that_is_sent_again_after_it_was_missed_is_copied() {
    let folder = tempfile::tempdir().unwrap();
    let (data, to) = (folder.path().join("data"), folder.path().join("copy"));
    let (store, photos) = data_folder(&data, &["line"]).await;
    let (mut source, mut copy) = database_copied(&data, &to).await;
    let stored = |bytes: &str| sha256(bytes.as_bytes());
    let row = Row { order_line: "line".to_owned(), digest: name(1), stored: stored("line 1") };
    for again in ["line 1", "re-encoded by a newer version"] {
        // The file was missing at first, and arrives before its row is checked.
        keep(&store, &photos, "line", 1, again).await;
        let outcome = reconcile(&mut source, &mut copy, &data, &to, &row, FileState::Missing).await.unwrap();
        assert!(matches!(outcome, Outcome::Copied), "{again}");
        let found = store::photos::find(&mut copy, "line", name(1)).await.unwrap().unwrap();
        assert_eq!(found.stored, stored(again));
    }
    store.close().await;
}

#[tokio::test]
async fn of_an_order_line_that_is_erased_meanwhile_no_photo_is_copied_however_far_the_erasing_is() {
    for (gone, there) in [(1, 2), (2, 1)] {
        let folder = tempfile::tempdir().unwrap();
        let (data, to) = (folder.path().join("data"), folder.path().join("copy"));
        let (store, photos) = data_folder(&data, &["erased", "whole"]).await;
        let (mut source, mut copy) = database_copied(&data, &to).await;
        let mut db = store.begin_write().await.unwrap();
        store::order_lines::erase(&mut db, "erased").await.unwrap();
        db.commit().await.unwrap();
        photos.remove("erased", name(gone)).await.unwrap();
        assert!(photos.read("erased", name(there)).await.is_ok());
        let copied = copy_photos(&mut source, &mut copy, &data, &to).await.unwrap();
        assert_eq!(copied, BackupSummary { photos: 2, lost: 0 });
        assert!(!to.join("photos").join(photo_store::folder_name("erased")).exists(), "photo {there} has no row");
        store.close().await;
    }
}

#[tokio::test]
async fn an_order_line_that_was_erased_and_added_again_is_copied_as_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let (data, to) = (folder.path().join("data"), folder.path().join("copy"));
    let (store, photos) = data_folder(&data, &["line"]).await;
    let mut db = store.begin_write().await.unwrap();
    for statement in [
        "insert into claims (reference, order_line, received_at, late, content, progress) values ('DR-1', 'line', 1, 0, '{}', '{}')",
        "insert into claim_photos select 'DR-1', 'device', 0, order_line, digest from photos order by digest limit 1",
    ] {
        sqlx::query(statement).execute(&mut *db).await.unwrap();
    }
    db.commit().await.unwrap();
    let (mut source, mut copy) = database_copied(&data, &to).await;
    let mut db = store.begin_write().await.unwrap();
    let line = store::order_lines::find(&mut db, "line").await.unwrap().unwrap();
    store::order_lines::erase(&mut db, "line").await.unwrap();
    let line = OrderLine { device: "iPhone".to_owned(), ..line };
    store::order_lines::put(&mut db, &line).await.unwrap();
    db.commit().await.unwrap();
    photos.remove_all("line").await.unwrap();
    let copied = copy_photos(&mut source, &mut copy, &data, &to).await.unwrap();
    assert_eq!(copied, BackupSummary { photos: 0, lost: 0 });
    assert_eq!(store::order_lines::find(&mut copy, "line").await.unwrap(), Some(line));
    let claims: i64 = sqlx::query_scalar("select count(*) from claims").fetch_one(&mut copy).await.unwrap();
    assert_eq!(claims, 0);
    store.close().await;
}

/// Adds a claim about `id` with three photos. Its reference is the identifier.
async fn claim(store: &Store, photos: &PhotoStore, id: &str) {
    keep(store, photos, id, 3, &format!("{id} 3")).await;
    let draft = ClaimDraft {
        damage: vec![Damage::Dent],
        description: format!("words about {id}"),
        photos: Photos { device: (1..=3).map(name).collect(), ..Photos::default() },
        missing: Absences { packaging: Some(Absence::Discarded), label: Some(Absence::Discarded) },
        ..ClaimDraft::default()
    };
    let claim = draft.check(&Policy::default(), Timing::InTime).unwrap();
    let mut db = store.begin_write().await.unwrap();
    store::claims::insert_claim(
        &mut db,
        &ClaimRow::accepted(id.to_owned(), id.to_owned(), &claim, DateTime::<Utc>::UNIX_EPOCH),
    )
    .await
    .unwrap();
    tell(&mut db, id, ClaimEventType::Submitted, 1).await;
    db.commit().await.unwrap();
}

async fn tell(db: &mut SqliteConnection, id: &str, kind: ClaimEventType, version: u32) {
    let at = DateTime::<Utc>::UNIX_EPOCH;
    let event = NewEvent { kind, reference: id, order_line: id, version, actor: &Actor::Seller, at };
    store::events::append(db, &event).await.unwrap();
}

#[tokio::test]
async fn what_is_removed_after_its_photos_were_copied_is_removed_from_the_copy_with_its_event() {
    let folder = tempfile::tempdir().unwrap();
    let (data, to) = (folder.path().join("data"), folder.path().join("copy"));
    let (store, photos) = data_folder(&data, &["draft", "erased", "expired", "open"]).await;
    for id in ["erased", "expired", "open"] {
        claim(&store, &photos, id).await;
    }
    let (mut source, mut copy) = database_copied(&data, &to).await;

    let mut db = store.begin_write().await.unwrap();
    // Something that the copy does not know happens in between.
    tell(&mut db, "DR-new", ClaimEventType::Submitted, 1).await;
    let row = store::claims::find(&mut db, "expired").await.unwrap().unwrap();
    let line = store::order_lines::find(&mut db, "expired").await.unwrap().unwrap();
    let at = DateTime::<Utc>::UNIX_EPOCH;
    store::claim_retention::redact_claim(&mut db, &row, &line, at).await.unwrap();
    tell(&mut db, "expired", ClaimEventType::Expired, 2).await;
    store::order_lines::erase(&mut db, "erased").await.unwrap();
    tell(&mut db, "erased", ClaimEventType::Erased, 2).await;
    store::order_lines::erase(&mut db, "draft").await.unwrap();
    db.commit().await.unwrap();

    // The files go after the rows, and were all copied before they went.
    let copied = complete(&mut source, &mut copy, &data, &to).await.unwrap();
    assert_eq!(copied, BackupSummary { photos: 3, lost: 0 });
    for id in ["erased", "expired"] {
        let told = store::events::events_of_claim(&mut source, id).await.unwrap();
        assert_eq!(store::events::events_of_claim(&mut copy, id).await.unwrap(), told);
    }
    assert_eq!(store::events::events_of_claim(&mut copy, "DR-new").await.unwrap(), []);
    let expired = store::claims::find(&mut copy, "expired").await.unwrap().unwrap();
    assert_eq!((expired.version, expired.expired_at), (2, Some(at)));
    let ids = store::order_lines::ids_after(&mut copy, "", 9).await.unwrap();
    assert_eq!(ids, ["expired", "open"]);
    copy.close().await.unwrap();
    assert_eq!(photos_of(&to, "open").await.len(), 3);
    let bytes = fs::read(to.join(DATABASE)).unwrap();
    let has = |id: &str| bytes.windows(20).any(|part| part.starts_with(format!("words about {id}").as_bytes()));
    assert_eq!([has("erased"), has("expired"), has("open")], [false, false, true]);
    store.close().await;
}

#[tokio::test]
async fn a_damaged_photo_is_not_copied() {
    let folder = tempfile::tempdir().unwrap();
    let (data, to) = (folder.path().join("data"), folder.path().join("copy"));
    let (store, photos) = data_folder(&data, &["line"]).await;
    photos.write("line", name(1), b"other bytes".to_vec()).await.unwrap();
    assert_eq!(copy_data_folder(&data, &to).await.unwrap(), BackupSummary { photos: 1, lost: 1 });
    store.close().await;
}

#[tokio::test]
async fn a_failed_backup_says_why_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, to) = (folder.path().join("data"), folder.path().join("copy"));
    fs::create_dir(&data).unwrap();
    assert!(matches!(copy_data_folder(&data, &to).await, Err(BackupError::NoDatabase(_))));
    let (store, _) = data_folder(&data, &["line"]).await;
    assert!(matches!(copy_data_folder(&data, folder.path()).await, Err(BackupError::Exists(_))));
    assert!(matches!(copy_data_folder(&data, &data.join("photos/copy")).await, Err(BackupError::Inside(_))));
    let before = fs::read_dir(&data).unwrap().count();
    for inside in [data.join("deeper/than/copy"), folder.path().join("made/../data/copy"), data.join("../data/x/copy")]
    {
        assert!(matches!(copy_data_folder(&data, &inside).await, Err(BackupError::Inside(_))), "{inside:?}");
    }
    assert_eq!(fs::read_dir(&data).unwrap().count(), before, "no folder is made on the way");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&data, folder.path().join("link")).unwrap();
        assert!(matches!(
            copy_data_folder(&data, &folder.path().join("link/x/copy")).await,
            Err(BackupError::Inside(_))
        ));
        fs::remove_file(folder.path().join("link")).unwrap();
    }
    store.close().await;
    fs::write(data.join(DATABASE), "no database").unwrap();
    assert!(matches!(copy_data_folder(&data, &to).await, Err(BackupError::Database(_))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the data folder is there");
}
