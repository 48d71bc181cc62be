//! The requests that the fault server saw: how much of each really came, and the answer to it.

use std::{collections::BTreeMap, fmt::Write as _, sync::Mutex, time::Duration};

use tokio::time::Instant;

use super::{
    mutex::lock_ignoring_panics,
    request::{RequestHead, RequestKind},
};

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRequest {
    /// The kind of request.
    pub asked: RequestKind,
    /// Its method.
    pub method: String,
    /// Its path, with what follows it.
    pub path: String,
    /// The digest of the photo that it is about.
    pub photo: Option<String>,
    /// The idempotency key that it came with.
    pub key: Option<String>,
    /// Whether a token came with it.
    pub has_token: bool,
    /// When it came, from the start of the server.
    pub at: Duration,
    /// How long its body was to be.
    pub length: usize,
    /// How much of its body came.
    pub received: usize,
    /// The status of the backend's answer, if the backend gave one.
    pub backend: Option<u16>,
    /// The status of the answer that was passed on whole, if one was.
    pub answered: Option<u16>,
}

impl SeenRequest {
    /// Whether its whole body came.
    #[must_use]
    pub fn has_whole_body(&self) -> bool {
        self.received == self.length
    }

    /// Whether the browser was told that it was done.
    #[must_use]
    pub fn is_acknowledged(&self) -> bool {
        self.answered.is_some_and(|status| (200..300).contains(&status))
    }
}

/// The photos of which bytes came again after the browser had been told that they are kept.
#[must_use]
pub fn photos_resent_after_acknowledgement(seen: &[SeenRequest]) -> Vec<&str> {
    let mut acknowledged = Vec::new();
    let mut in_vain = Vec::new();
    for one in seen.iter().filter(|seen| seen.asked == RequestKind::KeepPhoto) {
        let Some(photo) = one.photo.as_deref() else { continue };
        if acknowledged.contains(&photo) {
            in_vain.push(photo);
        }
        if one.is_acknowledged() && one.backend.is_some() {
            acknowledged.push(photo);
        }
    }
    in_vain
}

/// How often the whole body of each photo came, by digest.
#[must_use]
pub fn photos_sent_whole(seen: &[SeenRequest]) -> BTreeMap<&str, usize> {
    let mut whole = BTreeMap::new();
    for one in seen.iter().filter(|seen| seen.asked == RequestKind::KeepPhoto && seen.has_whole_body()) {
        if let Some(photo) = one.photo.as_deref() {
            *whole.entry(photo).or_default() += 1;
        }
    }
    whole
}

/// The requests to the backend, a line each, without the files of the page.
#[must_use]
pub fn summarise(seen: &[SeenRequest]) -> String {
    let mut lines = String::new();
    for one in seen.iter().filter(|seen| !matches!(seen.asked, RequestKind::Page | RequestKind::Site)) {
        let SeenRequest { asked, received, length, backend, answered, at, .. } = one;
        let photo = one.photo.as_deref().map_or("", |digest| digest.get(..6).unwrap_or(digest));
        let _ = write!(
            lines,
            "\n  {:7.3} {asked:?} {photo} {received}/{length} backend {backend:?} answered {answered:?}",
            at.as_secs_f64()
        );
    }
    lines
}

/// The requests so far.
#[derive(Debug)]
pub(super) struct RequestLog {
    began: Instant,
    seen: Mutex<Vec<SeenRequest>>,
}

/// One request in the records, to be added to.
#[derive(Clone, Copy, Debug)]
pub(super) struct LoggedRequest(usize);

impl RequestLog {
    pub(super) fn new(began: Instant) -> Self {
        Self { began, seen: Mutex::default() }
    }

    pub(super) fn all_requests(&self) -> Vec<SeenRequest> {
        lock_ignoring_panics(&self.seen).clone()
    }

    /// Writes down that a request came; if it sends a photo, says the how-manieth photo that is, by digest.
    pub(super) fn add_request(&self, head: &RequestHead) -> (LoggedRequest, Option<usize>) {
        let mut all = lock_ignoring_panics(&self.seen);
        all.push(SeenRequest {
            asked: head.asked,
            method: head.method.clone(),
            path: head.path.clone(),
            photo: head.photo.clone(),
            key: head.header("Idempotency-Key").map(str::to_owned),
            has_token: head.header("Authorization").is_some(),
            at: self.began.elapsed(),
            length: head.length,
            received: 0,
            backend: None,
            answered: None,
        });
        let mut photos: Vec<&str> = Vec::new();
        for photo in
            all.iter().filter(|seen| seen.asked == RequestKind::KeepPhoto).filter_map(|seen| seen.photo.as_deref())
        {
            if !photos.contains(&photo) {
                photos.push(photo);
            }
        }
        let number = photos.iter().position(|photo| Some(*photo) == head.photo.as_deref()).map(|place| place + 1);
        (LoggedRequest(all.len() - 1), number)
    }

    pub(super) fn update_request(&self, entry: LoggedRequest, change: impl FnOnce(&mut SeenRequest)) {
        if let Some(seen) = lock_ignoring_panics(&self.seen).get_mut(entry.0) {
            change(seen);
        }
    }
}
