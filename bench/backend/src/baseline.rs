//! The baseline: an HTTP server of the backend's framework that keeps what it is sent as durably as the backend does, and does
//! nothing else. It checks no token, reads no claim, decodes no photo and has no database.
//!
//! A claim is one append and one sync, as a transaction's end is in SQLite's write-ahead log, one after the other. A photo
//! is a file written under a temporary name, synced, renamed, and its folder synced.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path as Address, State},
    http::StatusCode,
    routing::{get, post, put},
};
use serde_json::json;
use tokio::{net::TcpListener, task::spawn_blocking};

/// The option that makes this program the baseline; the folder comes after it.
pub(crate) const ARGUMENT: &str = "baseline";

struct Baseline {
    log: Mutex<File>,
    photos: PathBuf,
}

/// Serves the baseline from the folder `folder`, until somebody ends the process.
///
/// # Errors
///
/// When the folder cannot be written.
pub(crate) async fn serve(folder: &Path) -> Result<()> {
    let photos = folder.join("photos");
    fs::create_dir_all(&photos)?;
    let log = OpenOptions::new().create(true).append(true).open(folder.join("claims.log"))?;
    let router = Router::new()
        .route("/health", get(async || StatusCode::NO_CONTENT))
        .route("/order-lines/{id}/claims", post(keep_claim))
        .route("/order-lines/{id}/photos/{sha256}", put(keep_photo))
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::new(Baseline { log: Mutex::new(log), photos }));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    // As the backend says it in its log.
    eprintln!("{}", json!({"fields": {"message": "ready", "listen": listener.local_addr()?.to_string()}}));
    axum::serve(listener, router).await.context("the baseline ended")
}

async fn keep_claim(State(baseline): State<Arc<Baseline>>, claim: Bytes) -> StatusCode {
    answer(move || {
        let mut log = baseline.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.write_all(&claim)?;
        log.sync_all()
    })
    .await
}

async fn keep_photo(
    State(baseline): State<Arc<Baseline>>,
    Address((_, sha256)): Address<(String, String)>,
    photo: Bytes,
) -> StatusCode {
    answer(move || {
        let partial = baseline.photos.join(format!("{sha256}.part"));
        let mut file = File::create(&partial)?;
        file.write_all(&photo)?;
        file.sync_all()?;
        fs::rename(&partial, baseline.photos.join(format!("{sha256}.jpg")))?;
        File::open(&baseline.photos)?.sync_all()
    })
    .await
}

async fn answer(keep: impl FnOnce() -> io::Result<()> + Send + 'static) -> StatusCode {
    match spawn_blocking(keep).await {
        Ok(Ok(())) => StatusCode::CREATED,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
