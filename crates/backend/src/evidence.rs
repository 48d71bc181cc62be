//! Stores received photos as evidence of an order line, and serves them.
//!
//! Uploads and the demo's sample orders both use this module, so every stored photo has been checked. [`removal`] and
//! [`retention`](crate::retention) remove photos.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use damage_report_rules::{
    contract::{Code, UploadedPhoto},
    evidence::{Digest, Subject},
};
use sqlx::SqliteConnection;
use tokio_util::io::ReaderStream;

use crate::{
    app::App,
    photo::{CleanPhoto, receive::ReceivedBody},
    photo_store::PhotoFile,
    problem::Refusal,
    removal,
    store::{self, photos::PhotoRow},
};

/// The bytes of a photo that are in memory at once while a client downloads it.
const CHUNK_BYTES: usize = 64 * 1024;

/// A stored photo.
#[derive(Clone, Debug)]
pub struct StoredPhoto {
    /// Its row.
    pub photo: PhotoRow,
    /// Whether this upload stored it.
    pub is_new: bool,
}

/// Refuses a new photo before its body is read, if the order line already has as many photos as it may have.
///
/// # Errors
///
/// `photos_quota`, or a failure of the database.
pub async fn check_quota(app: &App, order_line: &str, digest: Digest, bytes: u64) -> Result<(), Refusal> {
    let mut db = app.store.read_connection().await?;
    match store::photos::find(&mut db, order_line, digest).await? {
        Some(_) => Ok(()),
        None => check_room(app, &mut db, order_line, bytes, 0).await,
    }
}

/// Stores `received` as the photo `digest` of `order_line`, with its `subject` where the client named one.
///
/// # Errors
///
/// A [`Refusal`] that says what is wrong with the photo, or why it cannot be stored. Then no part of it stays stored.
pub async fn store_photo(
    app: &Arc<App>,
    order_line: &str,
    digest: Digest,
    subject: Option<Subject>,
    received: ReceivedBody,
) -> Result<StoredPhoto, Refusal> {
    if received.length == 0 {
        return Err(Refusal::new(Code::PhotoEmpty));
    }
    if received.digest != digest {
        return Err(Refusal::new(Code::DigestMismatch));
    }
    let lock = app.photos.lock_shared(order_line).await;
    let upload = Upload { order_line: order_line.to_owned(), digest, subject, bytes: received.length };
    if let Some(photo) = upload.find_intact(app).await? {
        upload.touch(app).await?;
        return Ok(StoredPhoto { photo: PhotoRow { subject: subject.or(photo.subject), ..photo }, is_new: false });
    }
    let clean = app.photo_cleaner.clean(order_line, received.file, &app.config.policy).await?;
    let state = Arc::clone(app);
    // A client that disconnects does not stop this, because that would leave a file without a row.
    let storing = async move {
        let stored = upload.store(&state, clean).await;
        drop(lock);
        if stored.is_err() {
            removal::remove_orphan(&state, &upload.order_line, upload.digest).await;
        }
        stored
    };
    app.tasks.run_to_completion(storing).await
}

/// A photo that a client sends.
struct Upload {
    order_line: String,
    digest: Digest,
    subject: Option<Subject>,
    /// Its length.
    bytes: u64,
}

impl Upload {
    /// The stored photo, if its file is intact. The file is read for this, so that sending a photo again repairs a damaged copy.
    async fn find_intact(&self, app: &App) -> Result<Option<PhotoRow>, Refusal> {
        let row = store::photos::find(&mut *app.store.read_connection().await?, &self.order_line, self.digest).await?;
        let Some(photo) = row else { return Ok(None) };
        let unverified = PhotoFile { stamp: None, ..photo.file() };
        let intact = app.photos.intact_photos(&self.order_line, vec![unverified]).await;
        Ok(Some(photo).filter(|_| !intact.is_empty()))
    }

    /// Records that the photo, which is stored already, was sent again.
    async fn touch(&self, app: &App) -> Result<(), Refusal> {
        let mut db = app.store.begin_write().await?;
        let now = app.clock.now();
        store::photos::record_resent(&mut db, &self.order_line, self.digest, self.subject, now).await?;
        store::drafts::begin_or_record_activity(&mut db, &self.order_line, now).await?;
        Ok(db.commit().await?)
    }

    /// Stores the `clean` copy: first the file, then the row, because a row without a file would name a photo that does not exist.
    async fn store(&self, app: &App, clean: CleanPhoto) -> Result<StoredPhoto, Refusal> {
        let order_line = self.order_line.as_str();
        let stamp = app.photos.write(order_line, self.digest, clean.jpeg).await.map_err(cannot_store)?;
        let mut db = app.store.begin_write().await?;
        let before = store::photos::find(&mut db, order_line, self.digest).await?;
        if before.is_none() {
            // The seller may have erased the order line during the upload.
            ensure_not_erased(&mut db, order_line).await?;
            check_room(app, &mut db, order_line, self.bytes, stamp.bytes).await?;
        }
        // Taken inside the write transaction, so that sorting photos by this time gives the order in which they were stored.
        let now = app.clock.now();
        let photo = PhotoRow {
            digest: self.digest,
            stored: clean.stored,
            pixels: clean.pixels,
            width: clean.width,
            height: clean.height,
            subject: self.subject.or_else(|| before.as_ref().and_then(|photo| photo.subject)),
            bytes: self.bytes,
            received_at: before.as_ref().map_or(now, |photo| photo.received_at),
            stamp: Some(stamp),
        };
        store::photos::put(&mut db, order_line, &photo, now).await?;
        store::drafts::begin_or_record_activity(&mut db, order_line, now).await?;
        db.commit().await?;
        Ok(StoredPhoto { photo, is_new: before.is_none() })
    }
}

/// The photos of `order_line` that a claim could contain, in the order in which they arrived. A photo whose file is lost or
/// damaged is left out, so that the widget sends it again.
///
/// # Errors
///
/// A failure of the database.
pub async fn draft_photos(
    app: &App,
    db: &mut SqliteConnection,
    order_line: &str,
) -> Result<Vec<UploadedPhoto>, Refusal> {
    let photos = store::photos::photos_of_order_line(db, order_line).await?;
    let intact = app.photos.intact_photos(order_line, photos.iter().map(PhotoRow::file).collect()).await;
    let is_intact = |photo: &PhotoRow| intact.contains(&photo.digest);
    Ok(photos.into_iter().filter(is_intact).map(UploadedPhoto::from).collect())
}

/// Answers with the clean copy of the photo `digest` of `order_line`. The headers keep browsers from reading it as anything but a
/// picture.
///
/// # Errors
///
/// `photo_unknown`; `photo_damaged` when the copy is lost or changed: wrong bytes are never shown.
pub async fn photo_response(app: &App, order_line: &str, digest: Digest) -> Result<Response, Refusal> {
    let row = store::photos::find(&mut *app.store.read_connection().await?, order_line, digest).await?;
    let row = row.ok_or_else(|| Refusal::new(Code::PhotoUnknown))?;
    let damaged = |what: &str| {
        tracing::error!(what, "a stored photo is lost or damaged");
        Refusal::new(Code::PhotoDamaged)
    };
    let file = app.photos.open_verified(order_line, digest, row.stored).await;
    let file = file.map_err(|error| damaged(&error.kind().to_string()))?;
    let file = file.ok_or_else(|| damaged("its digest does not match"))?;
    let length = file.metadata().map_err(|error| damaged(&error.kind().to_string()))?.len();
    let jpeg = ReaderStream::with_capacity(tokio::fs::File::from_std(file), CHUNK_BYTES);
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"photo.jpg\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let mut answer = (headers, Body::from_stream(jpeg)).into_response();
    answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(answer)
}

impl From<PhotoRow> for UploadedPhoto {
    fn from(photo: PhotoRow) -> Self {
        Self { sha256: photo.digest, width: photo.width, height: photo.height, subject: photo.subject }
    }
}

/// Refuses a request about an order line that the seller has erased since the request arrived.
///
/// # Errors
///
/// `order_unknown`, or a failure of the database.
pub(crate) async fn ensure_not_erased(db: &mut SqliteConnection, order_line: &str) -> Result<(), Refusal> {
    let line = store::order_lines::find(db, order_line).await?;
    line.map(|_| ()).ok_or_else(|| Refusal::new(Code::OrderUnknown))
}

/// Refuses one more photo, of `bytes` as sent and `stored_bytes` as stored, where either sum would exceed the limit of an order
/// line.
async fn check_room(
    app: &App,
    db: &mut SqliteConnection,
    order_line: &str,
    bytes: u64,
    stored_bytes: u64,
) -> Result<(), Refusal> {
    let photos = store::photos::photos_of_order_line(db, order_line).await?;
    let limits = &app.config.limits;
    let sent: u64 = photos.iter().map(|photo| photo.bytes).sum();
    // Rows of earlier versions lack the length of the stored copy: use the length as sent.
    let stored: u64 = photos.iter().map(|photo| photo.stamp.map_or(photo.bytes, |stamp| stamp.bytes)).sum();
    let bytes_max = limits.photo_bytes_per_order_line;
    if photos.len() >= limits.photos_per_order_line as usize
        || sent.saturating_add(bytes) > bytes_max
        || stored.saturating_add(stored_bytes) > bytes_max
    {
        return Err(Refusal::new(Code::PhotosQuota));
    }
    Ok(())
}

fn cannot_store(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "a photo cannot be stored");
    Refusal::new(Code::Storage)
}
