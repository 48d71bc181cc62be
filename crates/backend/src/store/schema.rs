//! The schema of the database, and the SQLite that it needs.

use std::borrow::Cow;

use sqlx::{
    SqlitePool,
    migrate::{Migration, MigrationType, Migrator},
};

use super::error::OpenError;

/// The first SQLite without the corruption at a WAL reset (<https://sqlite.org/releaselog/3_51_3.html>).
const SQLITE_MIN: (u32, u32, u32) = (3, 51, 3);

/// The migrations, oldest first. A released migration is never changed: another is added.
pub(super) const MIGRATIONS: [(i64, &str, &str); 10] = [
    (1, "claims", include_str!("../../migrations/0001_claims.sql")),
    (2, "drafts", include_str!("../../migrations/0002_drafts.sql")),
    (3, "upkeep", include_str!("../../migrations/0003_upkeep.sql")),
    (4, "copies", include_str!("../../migrations/0004_copies.sql")),
    (5, "events", include_str!("../../migrations/0005_events.sql")),
    (6, "webhooks", include_str!("../../migrations/0006_webhooks.sql")),
    (7, "claim_list", include_str!("../../migrations/0007_claim_list.sql")),
    (8, "desk", include_str!("../../migrations/0008_desk.sql")),
    (9, "retention", include_str!("../../migrations/0009_retention.sql")),
    (10, "claim_list_log", include_str!("../../migrations/0010_claim_list_log.sql")),
];

pub(super) fn migrator(steps: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sqlx::SqlSafeStr::into_sql_str(sql), false)
    };
    Migrator::with_migrations(steps.iter().map(migration).collect())
}

pub(super) async fn check_sqlite_version(pool: &SqlitePool) -> Result<(), OpenError> {
    let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(pool).await?;
    if is_new_enough(&version) { Ok(()) } else { Err(OpenError::SqliteTooOld(version)) }
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next()) >= SQLITE_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_before_3_51_3_is_too_old() {
        for (version, new_enough) in
            [("3.51.2", false), ("3.51.3", true), ("3.51.10", true), ("3.52.0", true), ("3.9.9", false), ("", false)]
        {
            assert_eq!(is_new_enough(version), new_enough, "{version}");
        }
    }
}
