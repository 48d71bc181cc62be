//! The photos of a draft, what becomes of each, and what is to be done about it, as plain data: no bytes, no signals, no DOM.
//!
//! ```text
//!            pick        prepared       upload       kept
//!  file ──► Picked ──► Preparing ──► Waiting ──► Uploading ──► Kept
//!                          │            ▲            │  │
//!                          └► Rejected ◄┼────────────┘  │
//!                                       └── retry ── Failed
//! ```
//!
//! Each event changes the queue; [`PhotoQueue::take_commands`] then says what follows from it, for the browser or a test to carry out.
//! An upload that stalls gives way to the others, back to Waiting. If the JPEG is missing when its turn comes, the photo is
//! prepared once more, back at Picked. If the backend has lost a photo, it is back at Waiting.
//!
//! A photo can be removed in every state. One that is rejected stays in sight until the customer removes it, so that they see
//! which one it was. A lost connection or a busy backend is no state: the photo is uploading for as long as that takes.
//!
//! The browser holds files and pictures of a photo: its assets, of any type `A`. They go when the photo is removed.

mod command;
mod likeness;
mod state;
mod stored;
mod summary;

use std::mem;

use damage_report_rules::evidence::{Digest, Subject};

pub use self::{
    command::PhotoCommand,
    state::{PhotoStage, UploadStatus},
};
use super::advice::PhotoAnalysis;
use crate::{
    failure::{Failure, PhotoRejection, Refusal},
    saved::PhotoId,
};

/// How many photos are prepared at a time: as many as two workers have in hand. Some are in memory whole, and phones have little
/// of it.
const PREPARED_AT_ONCE: usize = 6;

/// One photo of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedPhoto<A = ()> {
    /// Which.
    pub id: PhotoId,
    /// Its subject.
    pub subject: Subject,
    /// Its state.
    pub state: PhotoStage,
    /// The analysis of its pixels, if this browser has seen them.
    pub analysis: Option<PhotoAnalysis>,
    /// The photo that was there already and looks almost the same.
    pub like: Option<PhotoId>,
    /// The browser's objects for it.
    pub assets: A,
}

impl<A> QueuedPhoto<A> {
    /// Whether it is on its way.
    #[must_use]
    pub fn is_uploading(&self) -> bool {
        matches!(self.state, PhotoStage::Uploading { .. })
    }

    /// Whether it is part of the claim, or may still turn out to be.
    fn counts(&self) -> bool {
        !matches!(self.state, PhotoStage::Rejected(_))
    }
}

/// The photos of a draft, in the order in which they were picked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhotoQueue<A = ()> {
    photos: Vec<QueuedPhoto<A>>,
    next_id: u32,
    /// Photos that were removed after they may have reached the backend, so that its list does not bring them back.
    removed: Vec<Digest>,
    /// Work that was not given out yet.
    outbox: Vec<PhotoCommand>,
}

impl<A> PhotoQueue<A> {
    /// Takes in a photo of `subject`, of which the browser holds `assets`.
    pub fn pick(&mut self, subject: Subject, assets: A) -> PhotoId {
        let id = self.push(subject, PhotoStage::Picked, assets);
        self.outbox.push(PhotoCommand::SavePicked(id));
        id
    }

    /// The photo is ready to be sent, unless the same picture is there already. Of two, the one picked first counts, even if the
    /// other was ready first.
    pub fn record_prepared(&mut self, id: PhotoId, digest: Digest, analysis: Option<PhotoAnalysis>) {
        let new = self.photos.iter().position(|photo| photo.id == id && photo.state.is_preparing());
        let Some(new) = new else { return };
        let same = self.photos.iter().position(|photo| photo.state.digest() == Some(digest));
        self.photos[new].analysis = analysis;
        self.removed.retain(|removed| *removed != digest);
        let first = same.map_or(new, |same| new.min(same));
        if first == new {
            // An upload under way is the other's, and ends unheard; sending it again does no harm.
            let is_kept = same.is_some_and(|same| self.photos[same].state == PhotoStage::Kept(digest));
            self.photos[new].state = if is_kept { PhotoStage::Kept(digest) } else { PhotoStage::Waiting(digest) };
            self.outbox.push(PhotoCommand::SaveProcessed(id));
        }
        if let Some(same) = same {
            let photo = &self.photos[first];
            let same_as = PhotoRejection::SameAs(photo.subject, self.number_within_subject(photo.id));
            self.reject(new.max(same), same_as);
        }
        self.compare_with_others(new);
    }

    /// The photo cannot serve: it cannot be read or prepared.
    pub fn record_rejected(&mut self, id: PhotoId, rejection: PhotoRejection) {
        if let Some(place) = self.photos.iter().position(|photo| photo.id == id && photo.state.is_preparing()) {
            self.reject(place, rejection);
        }
    }

    /// The JPEG of a photo that is to be sent is missing.
    pub fn record_unprepared(&mut self, id: PhotoId) {
        if let Some(photo) = self.get_mut(id)
            && photo.is_uploading()
        {
            photo.state = PhotoStage::Picked;
        }
    }

    /// An upload has come this far.
    pub fn record_progress(&mut self, id: PhotoId, percent: u8) {
        if let Some(QueuedPhoto { state: PhotoStage::Uploading { percent: so_far, .. }, .. }) = self.get_mut(id) {
            *so_far = percent;
        }
    }

    /// The upload of a photo, called `digest`, has ended. [`Unreachable`](Failure::Unreachable) says that it stalled, or was no
    /// longer wanted.
    pub fn record_upload_end(&mut self, id: PhotoId, digest: Digest, outcome: Result<(), Failure>) {
        if outcome.is_ok() && self.digests().all().all(|(_, other)| other != digest) {
            // Removed while it was on its way.
            self.outbox.push(PhotoCommand::Delete(digest));
        }
        let Some(place) = self.photos.iter().position(|photo| photo.id == id) else { return };
        let PhotoStage::Uploading { digest, .. } = self.photos[place].state else { return };
        self.photos[place].state = match outcome {
            Ok(()) => PhotoStage::Kept(digest),
            Err(Failure::Unreachable) => PhotoStage::Waiting(digest),
            Err(Failure::Refused(Refusal::Photo(refusal))) => {
                return self.reject(place, PhotoRejection::Backend(refusal));
            }
            Err(failure) => PhotoStage::Failed(digest, failure),
        };
    }

    /// Puts a failed photo back in line.
    pub fn retry(&mut self, id: PhotoId) {
        if let Some(photo) = self.get_mut(id)
            && let PhotoStage::Failed(digest, _) = photo.state
        {
            photo.state = PhotoStage::Waiting(digest);
        }
    }

    /// Puts every failed photo back in line.
    pub fn retry_all(&mut self) {
        for photo in &mut self.photos {
            if let PhotoStage::Failed(digest, _) = photo.state {
                photo.state = PhotoStage::Waiting(digest);
            }
        }
    }

    /// Puts back in line what the backend turns out not to have.
    pub fn requeue_missing(&mut self, digests: &[Digest]) {
        for photo in &mut self.photos {
            if let PhotoStage::Kept(digest) = photo.state
                && digests.contains(&digest)
            {
                photo.state = PhotoStage::Waiting(digest);
            }
        }
    }

    /// Takes a photo out, and forgets everything about it but its name, if it may have reached the backend: one that waits may be
    /// waiting for another try.
    pub fn remove(&mut self, id: PhotoId) {
        let Some(place) = self.photos.iter().position(|photo| photo.id == id) else { return };
        let digest = self.photos.remove(place).state.digest();
        self.removed.extend(digest);
        self.outbox.push(PhotoCommand::RemoveSaved(id));
        self.outbox.extend(digest.map(PhotoCommand::Delete));
        self.compare_again_without(id);
    }

    /// The work to start now, of which no more than `parallel_uploads` may be uploads. Each is given once.
    pub fn take_commands(&mut self, parallel_uploads: usize) -> Vec<PhotoCommand> {
        let mut commands = mem::take(&mut self.outbox);
        let in_state = |is_so: fn(&PhotoStage) -> bool| self.photos.iter().filter(|photo| is_so(&photo.state)).count();
        let mut may_be_prepared = PREPARED_AT_ONCE.saturating_sub(in_state(|state| *state == PhotoStage::Preparing));
        let mut may_be_sent =
            parallel_uploads.saturating_sub(in_state(|state| matches!(state, PhotoStage::Uploading { .. })));
        for photo in &mut self.photos {
            match photo.state {
                PhotoStage::Picked if may_be_prepared > 0 => {
                    may_be_prepared -= 1;
                    photo.state = PhotoStage::Preparing;
                    commands.push(PhotoCommand::Prepare(photo.id));
                }
                PhotoStage::Waiting(digest) if may_be_sent > 0 => {
                    may_be_sent -= 1;
                    photo.state = PhotoStage::Uploading { digest, percent: 0 };
                    commands.push(PhotoCommand::Upload(photo.id, digest, photo.subject));
                }
                _ => {}
            }
        }
        commands
    }

    /// The browser's objects for a photo, while it is there.
    pub fn assets_mut(&mut self, id: PhotoId) -> Option<&mut A> {
        self.get_mut(id).map(|photo| &mut photo.assets)
    }

    fn push(&mut self, subject: Subject, state: PhotoStage, assets: A) -> PhotoId {
        let id = PhotoId(self.next_id);
        self.next_id += 1;
        self.photos.push(QueuedPhoto { id, subject, state, analysis: None, like: None, assets });
        id
    }

    fn reject(&mut self, place: usize, rejection: PhotoRejection) {
        let photo = &mut self.photos[place];
        photo.state = PhotoStage::Rejected(rejection);
        let id = photo.id;
        self.outbox.push(PhotoCommand::RemoveSavedLater(id));
        self.compare_again_without(id);
    }

    fn get_mut(&mut self, id: PhotoId) -> Option<&mut QueuedPhoto<A>> {
        self.photos.iter_mut().find(|photo| photo.id == id)
    }
}

#[cfg(test)]
mod tests;
