//! The database across power cuts, full disks, dropped transactions and versions of the schema.

use damage_report_rules::contract::ClaimEventType;

use super::*;
use crate::{
    actor::Actor,
    store::{drafts, events, idempotency, order_lines, photos},
};

#[tokio::test]
async fn a_second_process_on_the_same_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Store::open(folder.path()).await.unwrap();
    let second = Store::open(folder.path()).await;
    assert!(matches!(second, Err(OpenError::InUse(_))), "{second:?}");
    first.close().await;
    drop(first);
    Store::open(folder.path()).await.unwrap();
}

#[tokio::test]
async fn commits_are_synced_in_full() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let full: i64 = sqlx::query_scalar("pragma synchronous").fetch_one(&store.writer).await.unwrap();
    let mode: String = sqlx::query_scalar("pragma journal_mode").fetch_one(&store.writer).await.unwrap();
    assert_eq!((full, mode.as_str()), (2, "wal"));
}

#[tokio::test]
async fn every_connection_has_a_page_cache_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let options: Vec<String> = sqlx::query_scalar("pragma compile_options").fetch_all(&store.writer).await.unwrap();
    assert!(!options.iter().any(|option| option == "ENABLE_MEMORY_MANAGEMENT"), "`.cargo/config.toml` was not read");
}

#[tokio::test]
async fn a_database_that_a_newer_version_brought_up_to_date_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let newer = [&MIGRATIONS[..], &[(99, "newer", "create table newer (a integer) strict")]].concat();
    schema::migrator(&newer).run(&store.writer).await.unwrap();
    store.close().await;
    drop(store);
    let refused = Store::open(folder.path()).await;
    assert!(matches!(refused, Err(OpenError::Schema(_))), "{refused:?}");
}

#[tokio::test]
async fn a_database_of_the_first_version_is_brought_up_to_date_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join(DATABASE)).create_if_missing(true);
    let old = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    schema::migrator(&MIGRATIONS[..1]).run(&old).await.unwrap();
    sqlx::query("insert into order_lines values ('line', '1', 'phone', 'good', null, null, 'NL', 'PostNL', '3S')")
        .execute(&old)
        .await
        .unwrap();
    // "a" arrived first, then "b" and "c" at once; "a" was sent again at the end.
    for (digit, received_at, wanted_at) in [("c", 2_000, 2_000), ("b", 2_000, 2_000), ("a", 1_000, 3_000)] {
        sqlx::query("insert into photos values ('line', ?1, ?1, ?1, 3, 4, 5, ?2, ?3)")
            .bind(digit.repeat(64))
            .bind(received_at)
            .bind(wanted_at)
            .execute(&old)
            .await
            .unwrap();
    }
    old.close().await;

    let store = Store::open(folder.path()).await.unwrap();
    let mut db = store.read_connection().await.unwrap();
    let rows = photos::photos_of_order_line(&mut db, "line").await.unwrap();
    let digits: Vec<String> = rows.iter().map(|photo| photo.digest.to_string()[..1].to_owned()).collect();
    assert_eq!(digits, ["a", "b", "c"]);
    assert!(rows.iter().all(|photo| photo.subject.is_none()));
    let begun = drafts::begun_at(&mut db, "line").await.unwrap();
    assert_eq!(begun.map(|begun| begun.timestamp_millis()), Some(1_000));
    let wanted: i64 = sqlx::query_scalar("select wanted_at from drafts").fetch_one(&mut *db).await.unwrap();
    assert_eq!(wanted, 3_000);
}

#[tokio::test]
async fn rows_that_claims_had_before_the_marks_are_marked() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join(DATABASE)).create_if_missing(true);
    let old = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    schema::migrator(&MIGRATIONS[..2]).run(&old).await.unwrap();
    for statement in [
        "insert into order_lines values ('claimed', '1', 'phone', 'good', null, null, 'NL', 'PostNL', '3S'),
           ('begun', '1', 'phone', 'good', null, null, 'NL', 'PostNL', '3S')",
        "insert into photos values ('claimed', 'a', 'a', 'a', 3, 4, 5, 1, 1, 'device', 1),
           ('claimed', 'b', 'b', 'b', 3, 4, 5, 1, 1, 'device', 2), ('begun', 'a', 'a', 'a', 3, 4, 5, 1, 1, null, 1)",
        "insert into drafts values ('claimed', 1, 1), ('begun', 1, 1)",
        "insert into claims (reference, order_line, received_at, late, content, progress) values ('DR-1', 'claimed', 1, 0, '{}', '{}')",
        "insert into claim_photos values ('DR-1', 'device', 0, 'claimed', 'a')",
    ] {
        sqlx::query(statement).execute(&old).await.unwrap();
    }
    old.close().await;

    let store = Store::open(folder.path()).await.unwrap();
    let mut db = store.read_connection().await.unwrap();
    let photos: Vec<(String, String)> =
        sqlx::query_as("select order_line, digest from photos where claimed = 1").fetch_all(&mut *db).await.unwrap();
    assert_eq!(photos, [("claimed".to_owned(), "a".to_owned())]);
    let drafts: Vec<String> =
        sqlx::query_scalar("select order_line from drafts where claimed = 1").fetch_all(&mut *db).await.unwrap();
    assert_eq!(drafts, ["claimed"]);
}

#[tokio::test]
async fn the_log_begins_with_what_was_recorded_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join(DATABASE)).create_if_missing(true);
    let old = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    schema::migrator(&MIGRATIONS[..4]).run(&old).await.unwrap();
    let refunded =
        r#"{"resolution": {"state": "refunded", "on": "2026-11-24", "amount": {"cents": 1, "currency": "EUR"}}}"#;
    for statement in [
        "insert into order_lines values ('one', '1', 'phone', 'good', null, null, 'NL', 'PostNL', '3S'),
           ('two', '2', 'phone', 'good', null, null, 'NL', 'PostNL', '3S')",
        "insert into claims values ('DR-1', 'one', 10, 0, '{}', ?), ('DR-2', 'two', 20, 0, '{}',
           '{\"resolution\": {\"state\": \"pending\"}}')",
        r#"insert into claim_events values ('DR-1', 0, '{"type": "return_label_issued"}', 20),
           ('DR-1', 1, '{"type": "refunded"}', 30), ('DR-2', 0, '{"type": "investigation_opened"}', 25)"#,
    ] {
        sqlx::query(statement).bind(refunded).execute(&old).await.unwrap();
    }
    old.close().await;

    let store = Store::open(folder.path()).await.unwrap();
    let mut db = store.read_connection().await.unwrap();
    let told: Vec<_> = events::events_after(&mut db, 0, 10).await.unwrap();
    let told: Vec<_> = told.iter().map(|event| (event.reference.as_str(), event.kind, event.version)).collect();
    use ClaimEventType::{InvestigationOpened, Refunded, ReturnLabelIssued, Submitted};
    assert_eq!(
        told,
        [
            ("DR-1", Submitted, 1),
            ("DR-1", ReturnLabelIssued, 2),
            ("DR-2", Submitted, 1),
            ("DR-2", InvestigationOpened, 2),
            ("DR-1", Refunded, 3),
        ]
    );
    let claims: Vec<(i64, Option<i64>)> =
        sqlx::query_as("select version, closed_at from claims order by reference").fetch_all(&mut *db).await.unwrap();
    assert_eq!(claims, [(3, Some(30)), (2, None)]);
}

#[tokio::test]
async fn no_event_is_changed_or_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let mut db = store.begin_write().await.unwrap();
    let event = events::NewEvent {
        kind: ClaimEventType::Submitted,
        reference: "DR-1",
        order_line: "one",
        version: 1,
        actor: &Actor::Claimant,
        at: chrono::DateTime::UNIX_EPOCH,
    };
    events::append(&mut db, &event).await.unwrap();
    for statement in ["update events set actor = 'seller'", "delete from events"] {
        let refused = sqlx::query(statement).execute(&mut *db).await.unwrap_err().to_string();
        assert!(refused.contains("an event is never"), "{refused}");
    }
}

#[tokio::test]
async fn expired_rows_are_found_without_a_scan_of_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let mut db = store.read_connection().await.unwrap();
    for statement in [
        photos::WITH_UNCLAIMED,
        drafts::REMOVE_EXPIRED,
        idempotency::REMOVE_EXPIRED,
        crate::store::claim_retention::DUE,
    ] {
        let explain = sqlx::AssertSqlSafe(format!("explain query plan {statement}"));
        let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).bind(0).fetch_all(&mut *db).await.unwrap();
        assert!(!steps.is_empty() && steps.iter().all(|step| !step.3.starts_with("SCAN")), "{steps:?}");
    }
}

/// Inserts an order line of a megabyte.
async fn put_large(store: &Store, id: &str) -> Result<(), StoreError> {
    let mut db = store.begin_write().await?;
    sqlx::query("insert into order_lines values (?, ?, 'phone', 'good', null, null, 'NL', 'PostNL', '3S')")
        .bind(id)
        .bind("1".repeat(1_000_000))
        .execute(&mut *db)
        .await?;
    Ok(db.commit().await?)
}

/// Makes SQLite report a full disk as soon as the writer needs more pages.
async fn fill_the_disk(store: &Store) {
    let mut db = store.begin_write().await.unwrap();
    let pages: i64 = sqlx::query_scalar("pragma page_count").fetch_one(&mut *db).await.unwrap();
    let limit = sqlx::AssertSqlSafe(format!("pragma max_page_count = {pages}"));
    sqlx::query(limit).execute(&mut *db).await.unwrap();
    db.commit().await.unwrap();
}

#[tokio::test]
async fn the_first_write_after_a_full_disk_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    for round in 0..3 {
        fill_the_disk(&store).await;
        let refused = put_large(&store, "refused").await;
        assert!(refused.as_ref().is_err_and(|error| error.to_string().contains("full")), "{refused:?}");
        put_large(&store, &format!("kept {round}")).await.unwrap();
    }
    store.close().await;
    drop(store);
    let store = Store::open(folder.path()).await.unwrap();
    let ids = order_lines::ids_after(&mut store.read_connection().await.unwrap(), "", 9).await.unwrap();
    assert_eq!(ids, ["kept 0", "kept 1", "kept 2"], "what was acknowledged is there, and nothing else");
}

#[tokio::test]
async fn a_transaction_that_is_dropped_at_any_moment_blocks_no_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    for polls in 0..40 {
        let mut writing = Box::pin(put_large(&store, "left"));
        for _ in 0..polls {
            tokio::select! {
                biased;
                _ = &mut writing => break,
                () = tokio::task::yield_now() => {}
            }
        }
        drop(writing);
        let mut db = store.begin_write().await.unwrap();
        order_lines::erase(&mut db, "left").await.unwrap();
        db.commit().await.unwrap();
    }
}
