#!/usr/bin/env bash
# When the disk is full, SQLite undoes the transaction by itself, and says so by the error of the commit. One would expect the
# next transaction on that connection to work once there is room again. With sqlx it does not: it counts transactions in a
# number of its own, which a failed COMMIT and the failed ROLLBACK after it leave at one. Every later `begin_with` is refused as
# a savepoint that was not asked for, for as long as the pool keeps the connection, which is half an hour by default.
#
# A full disk is made here by SQLite's own bound on the pages of a database.
# The backend gives such a connection back before it is used again, see docs/decisions/0001-one-writer.md.
#
# Seen with sqlx 0.9.0 and libsqlite3-sys 0.37.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'MANIFEST'
[package]
name = "full"
version = "0.1.0"
edition = "2024"

[dependencies]
sqlx = { version = "=0.9.0", default-features = false, features = ["runtime-tokio", "sqlite"] }
tokio = { version = "=1.54.1", features = ["macros", "rt"] }
MANIFEST
cat > src/main.rs <<'SOURCE'
use sqlx::{AssertSqlSafe, SqlitePool, sqlite::SqlitePoolOptions};

async fn write(pool: &SqlitePool, bytes: usize) -> &'static str {
    let Ok(mut transaction) = pool.begin_with("BEGIN IMMEDIATE").await else { return "no transaction" };
    let insert = sqlx::query("insert into kept values (zeroblob(?))").bind(bytes as i64);
    if insert.execute(&mut *transaction).await.is_err() {
        // As a caller does with an error, drop the transaction.
        return "full";
    }
    if transaction.commit().await.is_ok() { "kept" } else { "not committed" }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    sqlx::query("create table kept (bytes blob)").execute(&pool).await.unwrap();
    println!("before: {}", write(&pool, 100).await);
    let bound = |pages: u32| AssertSqlSafe(format!("pragma max_page_count = {pages}"));
    sqlx::query(bound(10)).execute(&pool).await.unwrap();
    println!("while it is full: {}", write(&pool, 1_000_000).await);
    sqlx::query(bound(100_000)).execute(&pool).await.unwrap();
    println!("with room again: {}", write(&pool, 100).await);
    println!("and once more: {}", write(&pool, 100).await);
}
SOURCE
cargo run --quiet | tee seen
diff seen - <<'EXPECTED'
before: kept
while it is full: full
with room again: no transaction
and once more: no transaction
EXPECTED
