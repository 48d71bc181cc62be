//! Taking a received photo into the evidence of an order line.
//!
//! Both ways in, a request and the seeding of the demo, come through here: what is kept was judged, whoever sent it.
//! How it goes again is in [`removal`] and [`retention`](crate::retention).

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use damage_report_rules::{
    contract::{Code, PhotoKept},
    evidence::{Digest, Subject},
};
use sqlx::SqliteConnection;
use tokio_util::io::ReaderStream;

use crate::{
    app::App,
    photo::{CleanPhoto, receive::Received},
    photo_store::CleanCopy,
    problem::Refusal,
    removal,
    store::{self, photos::KeptPhoto},
};

/// How much of a photo is in memory while somebody takes it, in bytes.
const PIECE: usize = 64 * 1024;

/// What became of a photo that was sent.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The photo as it is kept.
    pub photo: KeptPhoto,
    /// Whether it was not there before.
    pub new: bool,
}

/// Refuses at once what would be refused in the end: a new photo for an order line that has its full.
///
/// # Errors
///
/// `photos_quota`, or that the database fails.
pub async fn check_room(app: &App, order_line: &str, digest: Digest, bytes: u64) -> Result<(), Refusal> {
    let mut db = app.store.read().await?;
    match store::photos::find(&mut db, order_line, digest).await? {
        Some(_) => Ok(()),
        None => room_for(app, &mut db, order_line, bytes, 0).await,
    }
}

/// Takes what was `received` as the photo `digest` of `order_line`, of `subject` if that was said.
///
/// # Errors
///
/// A [`Refusal`] that says what is wrong with the photo, or why it cannot be kept. Nothing of it is kept then.
pub async fn take(
    app: &Arc<App>,
    order_line: &str,
    digest: Digest,
    subject: Option<Subject>,
    received: Received,
) -> Result<Taken, Refusal> {
    if received.length == 0 {
        return Err(Refusal::new(Code::PhotoEmpty));
    }
    if received.digest != digest {
        return Err(Refusal::new(Code::DigestMismatch));
    }
    let turn = app.photos.turn_to_keep(order_line).await;
    let sent = Sent { order_line: order_line.to_owned(), digest, subject, bytes: received.length };
    if let Some(photo) = sent.kept_whole(app).await? {
        sent.want(app).await?;
        return Ok(Taken { photo: KeptPhoto { subject: subject.or(photo.subject), ..photo }, new: false });
    }
    let clean = app.darkroom.develop(order_line, received.file, &app.config.policy).await?;
    let keeper = Arc::clone(app);
    // From the file to its row nobody's leaving is heard: half of it would be waste.
    app.to_the_end(async move {
        let taken = sent.keep(&keeper, clean).await;
        drop(turn);
        if taken.is_err() {
            removal::remove_stray(&keeper, &sent.order_line, sent.digest).await;
        }
        taken
    })
    .await
}

/// A photo that was sent: whose, and what is said of it.
struct Sent {
    order_line: String,
    digest: Digest,
    subject: Option<Subject>,
    /// How many it has.
    bytes: u64,
}

impl Sent {
    /// The photo as it is kept, if its copy is whole. That is read, so that sending a photo again mends it.
    async fn kept_whole(&self, app: &App) -> Result<Option<KeptPhoto>, Refusal> {
        let kept = store::photos::find(&mut *app.store.read().await?, &self.order_line, self.digest).await?;
        let Some(photo) = kept else { return Ok(None) };
        let unseen = CleanCopy { written: None, ..photo.copy() };
        let whole = app.photos.whole(&self.order_line, vec![unseen]).await;
        Ok(Some(photo).filter(|_| !whole.is_empty()))
    }

    /// Notes that the photo, which is kept, was sent again.
    async fn want(&self, app: &App) -> Result<(), Refusal> {
        let mut db = app.store.write().await?;
        let now = app.clock.now();
        store::photos::want(&mut db, &self.order_line, self.digest, self.subject, now).await?;
        store::drafts::begin_or_go_on(&mut db, &self.order_line, now).await?;
        Ok(db.commit().await?)
    }

    /// Keeps the `clean` copy. File first, row second: a row without its file would be a promise that cannot be kept.
    async fn keep(&self, app: &App, clean: CleanPhoto) -> Result<Taken, Refusal> {
        let order_line = self.order_line.as_str();
        let written = app.photos.keep(order_line, self.digest, clean.jpeg).await.map_err(cannot_keep)?;
        let mut db = app.store.write().await?;
        let before = store::photos::find(&mut db, order_line, self.digest).await?;
        if before.is_none() {
            // The seller may have erased it while the photo came.
            check_order_line(&mut db, order_line).await?;
            room_for(app, &mut db, order_line, self.bytes, written.bytes).await?;
        }
        // The time of the turn, so that photos are in the order of their times.
        let now = app.clock.now();
        let photo = KeptPhoto {
            digest: self.digest,
            stored: clean.stored,
            pixels: clean.pixels,
            width: clean.width,
            height: clean.height,
            subject: self.subject.or_else(|| before.as_ref().and_then(|photo| photo.subject)),
            bytes: self.bytes,
            received_at: before.as_ref().map_or(now, |photo| photo.received_at),
            written: Some(written),
        };
        store::photos::put(&mut db, order_line, &photo, now).await?;
        store::drafts::begin_or_go_on(&mut db, order_line, now).await?;
        db.commit().await?;
        Ok(Taken { photo, new: before.is_none() })
    }
}

/// The photos of `order_line` that a claim could still be made with, in the order in which they came: none once there
/// is a claim. One whose file was lost or damaged is left out, so that it is sent again.
///
/// # Errors
///
/// That the database fails.
pub async fn of_draft(app: &App, db: &mut SqliteConnection, order_line: &str) -> Result<Vec<PhotoKept>, Refusal> {
    let photos = store::photos::all(db, order_line).await?;
    let whole = app.photos.whole(order_line, photos.iter().map(KeptPhoto::copy).collect()).await;
    let is_whole = |photo: &KeptPhoto| whole.contains(&photo.digest);
    Ok(photos.into_iter().filter(is_whole).map(PhotoKept::from).collect())
}

/// The clean copy of the photo `digest` of `order_line`, as an answer that no browser takes for anything but a picture.
///
/// # Errors
///
/// `photo_unknown`; `photo_damaged` when the copy is gone or is not what was stored: wrong bytes are never shown.
pub async fn show(app: &App, order_line: &str, digest: Digest) -> Result<Response, Refusal> {
    let kept = store::photos::find(&mut *app.store.read().await?, order_line, digest).await?;
    let kept = kept.ok_or_else(|| Refusal::new(Code::PhotoUnknown))?;
    let damaged = |what: &str| {
        tracing::error!(what, "a stored photo is not what it was");
        Refusal::new(Code::PhotoDamaged)
    };
    let looked_through = app.photos.looked_through(order_line, digest, kept.stored).await;
    let file = looked_through.map_err(|error| damaged(&error.kind().to_string()))?;
    let file = file.ok_or_else(|| damaged("its digest is another"))?;
    let length = file.metadata().map_err(|error| damaged(&error.kind().to_string()))?.len();
    let jpeg = ReaderStream::with_capacity(tokio::fs::File::from_std(file), PIECE);
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

impl From<KeptPhoto> for PhotoKept {
    fn from(photo: KeptPhoto) -> Self {
        Self { sha256: photo.digest, width: photo.width, height: photo.height, subject: photo.subject }
    }
}

/// Refuses what is about an order line that the seller has erased since the request came.
///
/// # Errors
///
/// `order_unknown`, or that the database fails.
pub(crate) async fn check_order_line(db: &mut SqliteConnection, order_line: &str) -> Result<(), Refusal> {
    let line = store::order_lines::find(db, order_line).await?;
    line.map(|_| ()).ok_or_else(|| Refusal::new(Code::OrderUnknown))
}

/// Whether one more photo fits that came with so many `bytes`, and of which so many are `kept`: neither may be more than an
/// order line has room for.
async fn room_for(
    app: &App,
    db: &mut SqliteConnection,
    order_line: &str,
    bytes: u64,
    kept: u64,
) -> Result<(), Refusal> {
    let photos = store::photos::all(db, order_line).await?;
    let limits = &app.config.limits;
    let came: u64 = photos.iter().map(|photo| photo.bytes).sum();
    // Of a photo that was kept before its copy's length was noted, what came is known.
    let copies: u64 = photos.iter().map(|photo| photo.written.map_or(photo.bytes, |written| written.bytes)).sum();
    let bytes_max = limits.photo_bytes_per_order_line;
    if photos.len() >= limits.photos_per_order_line as usize
        || came.saturating_add(bytes) > bytes_max
        || copies.saturating_add(kept) > bytes_max
    {
        return Err(Refusal::new(Code::PhotosQuota));
    }
    Ok(())
}

fn cannot_keep(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "a photo cannot be stored");
    Refusal::new(Code::Storage)
}
