//! How SQLite runs the statements of the list.

use super::{
    page::ENTRIES,
    walk::{ALL, BY_CARRIER, BY_ORDER, BY_REFERENCE, BY_STATE},
    words::{AMONG, HITS, NAMED},
};
use crate::store::Store;

#[tokio::test]
async fn no_filter_makes_sqlite_sort_or_scan_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let mut db = store.read_connection().await.unwrap();
    for statement in [ALL, BY_CARRIER, BY_ORDER, BY_REFERENCE, BY_STATE, AMONG, HITS, NAMED, ENTRIES] {
        let explain = sqlx::AssertSqlSafe(format!("explain query plan {statement}"));
        let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(&mut *db).await.unwrap();
        let is_bounded = |step: &str| {
            // The places that are asked for, the states, the words that match, and what another part has found already.
            let few = ["SCAN json_each", "SCAN claim_words VIRTUAL TABLE", "SCAN (subquery"];
            !step.contains("TEMP B-TREE") && (!step.starts_with("SCAN") || few.iter().any(|few| step.starts_with(few)))
        };
        for (.., step) in &steps {
            assert!(is_bounded(step), "{statement}: {step}");
        }
        let scans_words = |step: &str| step.starts_with("SCAN claim_words") && !step.contains("M2");
        assert!(!steps.iter().any(|step| scans_words(&step.3)), "the words are looked up: {steps:?}");
    }
}
