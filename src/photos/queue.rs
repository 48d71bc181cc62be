//! The photos of a draft and what becomes of each, as plain data: no bytes, no signals, no DOM.
//!
//! ```text
//! Picked ──► Reading ──► Preparing ──► Waiting ──► Uploading ──► Kept
//!               │            │            ▲            │  │
//!               └────────────┴─► Refused ◄┼────────────┘  │
//!                                         └── retry ── Failed
//! ```
//!
//! An upload that nothing moves gives way to the others, back to Waiting. Where the print is not to be had any more when its
//! turn comes, the photo is read once more, back at Picked.
//!
//! Each photo can be removed in every state. A photo that is refused stays in sight until the customer removes it or
//! picks another, so that they can see which one it was. What passes by itself (no connection, a busy backend) is no
//! state: the photo is being uploaded, for as long as that takes.

mod likeness;
mod state;

use damage_report_rules::{
    advice::{Advice, Advised},
    contract::UploadedPhoto,
    evidence::{Digest, PerSubject, Photos, Subject},
};

pub use self::state::{State, UploadStatus};
use super::advice::PhotoAnalysis;
use crate::{
    failure::{Failure, Refusal, Rejection},
    host_events::PhotoState,
    saved::{PhotoId, SavedPhoto},
};

/// How many photos are read and prepared at a time: as many as two workers have in hand. Some are in memory whole, and phones
/// have little of it.
const PREPARED_AT_ONCE: usize = 6;

/// One photo of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// Which.
    pub id: PhotoId,
    /// What it shows.
    pub subject: Subject,
    /// What has become of it.
    pub state: State,
    /// What is remembered of its pixels, if this browser has seen them.
    pub analysis: Option<PhotoAnalysis>,
    /// The photo that was there already and looks almost the same.
    pub like: Option<PhotoId>,
}

impl Photo {
    /// Whether it is on its way.
    #[must_use]
    pub fn is_uploading(&self) -> bool {
        matches!(self.state, State::Uploading { .. })
    }
}

/// The photos of a draft, in the order in which they were picked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    photos: Vec<Photo>,
    next_id: u32,
    /// What was removed after it may have reached the backend, so that it is not taken up again from there.
    removed: Vec<Digest>,
}

impl Queue {
    /// Takes up a saved draft's photos: those that the backend has need not be sent again, and those that it alone has
    /// (this browser's storage was cleared, they come from another device) are taken in.
    #[must_use]
    pub fn restore(saved: Vec<SavedPhoto>, removed: Vec<Digest>, kept: &[UploadedPhoto]) -> Self {
        let mut queue = Self { removed, ..Self::default() };
        for SavedPhoto { id, subject, digest, analysis } in saved {
            let has_arrived = |digest| kept.iter().any(|photo| photo.sha256 == digest);
            let state = match digest {
                None => State::Picked,
                Some(digest) if has_arrived(digest) => State::Kept(digest),
                Some(digest) => State::Waiting(digest),
            };
            let id = PhotoId(id);
            queue.next_id = queue.next_id.max(id.0 + 1);
            queue.photos.push(Photo { id, subject, state, analysis, like: None });
            queue.compare(queue.photos.len() - 1);
        }
        for UploadedPhoto { sha256, subject, .. } in kept {
            let is_known = queue.photos.iter().any(|photo| photo.state.digest() == Some(*sha256));
            if let (Some(subject), false, false) = (subject, is_known, queue.removed.contains(sha256)) {
                let id = queue.pick(*subject);
                queue.set(id, State::Kept(*sha256));
            }
        }
        queue
    }

    /// The same, in which no photo gets a number below `next`.
    #[must_use]
    pub fn numbered_from(mut self, next: u32) -> Self {
        self.next_id = self.next_id.max(next);
        self
    }

    /// The number of the next photo.
    #[must_use]
    pub fn next_number(&self) -> u32 {
        self.next_id
    }

    /// The photos as they are saved; what cannot serve is not.
    #[must_use]
    pub fn saved(&self) -> Vec<SavedPhoto> {
        let counting = self.photos.iter().filter(|photo| !matches!(photo.state, State::Refused(_)));
        let saved = |photo: &Photo| SavedPhoto {
            id: photo.id.0,
            subject: photo.subject,
            digest: photo.state.digest(),
            analysis: photo.analysis.clone(),
        };
        counting.map(saved).collect()
    }

    /// What was removed after it may have reached the backend.
    #[must_use]
    pub fn removed(&self) -> &[Digest] {
        &self.removed
    }

    /// Takes in a photo of `subject`.
    pub fn pick(&mut self, subject: Subject) -> PhotoId {
        let id = PhotoId(self.next_id);
        self.next_id += 1;
        self.photos.push(Photo { id, subject, state: State::Picked, analysis: None, like: None });
        id
    }

    /// Whose turn it is to be read, if there is room for one more in memory.
    #[must_use]
    pub fn next_to_read(&self) -> Option<PhotoId> {
        let in_memory = |photo: &&Photo| matches!(photo.state, State::Reading | State::Preparing);
        if self.photos.iter().filter(in_memory).count() >= PREPARED_AT_ONCE {
            return None;
        }
        self.photos.iter().find(|photo| photo.state == State::Picked).map(|photo| photo.id)
    }

    /// The bytes of a photo are read from here on.
    pub fn reading(&mut self, id: PhotoId) {
        self.go(id, &State::Picked, State::Reading);
    }

    /// The bytes of a photo are read; it is prepared from here on.
    pub fn preparing(&mut self, id: PhotoId) {
        self.go(id, &State::Reading, State::Preparing);
    }

    /// A photo is ready to be sent, unless the same picture is there already. Of two, the one picked first counts,
    /// whichever was ready first.
    pub fn prepared(&mut self, id: PhotoId, digest: Digest, analysis: Option<PhotoAnalysis>) {
        let new = self.photos.iter().position(|photo| photo.id == id && photo.state.is_preparing());
        let Some(new) = new else { return };
        let same = self.photos.iter().position(|photo| photo.state.digest() == Some(digest));
        self.photos[new].analysis = analysis;
        self.removed.retain(|removed| *removed != digest);
        match same {
            None => self.photos[new].state = State::Waiting(digest),
            Some(same) => {
                let (first, second) = (new.min(same), new.max(same));
                if first == new {
                    // An upload under way is the other's, and ends unheard; sending it again does no harm.
                    let is_kept = self.photos[second].state == State::Kept(digest);
                    self.photos[first].state = if is_kept { State::Kept(digest) } else { State::Waiting(digest) };
                }
                let photo = &self.photos[first];
                let same_as = Rejection::SameAs(photo.subject, self.number(photo.id));
                self.photos[second].state = State::Refused(same_as);
                self.compare_without(self.photos[second].id);
            }
        }
        self.compare(new);
    }

    /// A photo that is to be sent is not there as it was prepared.
    pub fn unprepared(&mut self, id: PhotoId) {
        if let Some(photo) = self.get_mut(id)
            && photo.is_uploading()
        {
            photo.state = State::Picked;
        }
    }

    /// A photo cannot serve: it cannot be read or prepared.
    pub fn refused(&mut self, id: PhotoId, rejection: Rejection) {
        if let Some(photo) = self.get_mut(id)
            && photo.state.is_preparing()
        {
            photo.state = State::Refused(rejection);
            self.compare_without(id);
        }
    }

    /// The photo to send next, if there is one to send and one of the `lanes` is free.
    #[must_use]
    pub fn next(&self, parallel_uploads: usize) -> Option<(PhotoId, Digest)> {
        let under_way = self.photos.iter().filter(|photo| photo.is_uploading()).count();
        if under_way >= parallel_uploads {
            return None;
        }
        self.photos.iter().find_map(|photo| match photo.state {
            State::Waiting(digest) => Some((photo.id, digest)),
            _ => None,
        })
    }

    /// The upload of a photo starts.
    pub fn start(&mut self, id: PhotoId) {
        if let Some(photo) = self.get_mut(id)
            && let State::Waiting(digest) = photo.state
        {
            photo.state = State::Uploading { digest, percent: 0 };
        }
    }

    /// An upload has come this far.
    pub fn progressed(&mut self, id: PhotoId, percent: u8) {
        if let Some(Photo { state: State::Uploading { percent: so_far, .. }, .. }) = self.get_mut(id) {
            *so_far = percent;
        }
    }

    /// An upload has ended.
    pub fn uploaded(&mut self, id: PhotoId, outcome: Result<(), Failure>) {
        let Some(photo) = self.get_mut(id) else { return };
        let State::Uploading { digest, .. } = photo.state else { return };
        photo.state = match outcome {
            Ok(()) => State::Kept(digest),
            Err(Failure::Refused(Refusal::Photo(refusal))) => State::Refused(Rejection::Backend(refusal)),
            Err(failure) => State::Failed(digest, failure),
        };
        if photo.state.digest().is_none() {
            self.compare_without(id);
        }
    }

    /// An upload has given way to the others; it has its turn again.
    pub fn gave_way(&mut self, id: PhotoId) {
        if let Some(photo) = self.get_mut(id)
            && let State::Uploading { digest, .. } = photo.state
        {
            photo.state = State::Waiting(digest);
        }
    }

    /// Puts a failed photo back in line.
    pub fn retry(&mut self, id: PhotoId) {
        if let Some(photo) = self.get_mut(id)
            && let State::Failed(digest, _) = photo.state
        {
            photo.state = State::Waiting(digest);
        }
    }

    /// Puts every failed photo back in line.
    pub fn retry_all(&mut self) {
        for photo in &mut self.photos {
            if let State::Failed(digest, _) = photo.state {
                photo.state = State::Waiting(digest);
            }
        }
    }

    /// Puts back in line what the backend turns out not to have.
    pub fn forgotten(&mut self, digests: &[Digest]) {
        for photo in &mut self.photos {
            if let State::Kept(digest) = photo.state
                && digests.contains(&digest)
            {
                photo.state = State::Waiting(digest);
            }
        }
    }

    /// Takes a photo out; gives its name if it may have reached the backend: one that waits may be waiting for another
    /// try.
    pub fn remove(&mut self, id: PhotoId) -> Option<Digest> {
        let place = self.photos.iter().position(|photo| photo.id == id)?;
        let digest = self.photos.remove(place).state.digest();
        self.removed.extend(digest);
        self.compare_without(id);
        digest
    }

    /// One photo, while it is there.
    #[must_use]
    pub fn get(&self, id: PhotoId) -> Option<&Photo> {
        self.photos.iter().find(|photo| photo.id == id)
    }

    /// Every photo.
    #[must_use]
    pub fn all(&self) -> &[Photo] {
        &self.photos
    }

    /// The photos of `subject`, refused ones too.
    pub fn of(&self, subject: Subject) -> impl Iterator<Item = &Photo> {
        self.photos.iter().filter(move |photo| photo.subject == subject)
    }

    /// The number that a photo bears among those of its subject, from 1.
    #[must_use]
    pub fn number(&self, id: PhotoId) -> usize {
        let subject = self.get(id).map(|photo| photo.subject);
        let mut siblings = self.photos.iter().filter(|photo| Some(photo.subject) == subject);
        siblings.position(|photo| photo.id == id).unwrap_or_default() + 1
    }

    /// Every photo, what it is to show, and what has become of it.
    #[must_use]
    pub fn stages(&self) -> Vec<(PhotoId, Subject, PhotoState)> {
        self.photos.iter().map(|photo| (photo.id, photo.subject, photo.state.stage())).collect()
    }

    /// The photos that count, by what they show.
    #[must_use]
    pub fn digests(&self) -> Photos {
        let of = |subject| self.of(subject).filter_map(|photo| photo.state.digest()).collect();
        Photos { packaging: of(Subject::Packaging), label: of(Subject::Label), device: of(Subject::Device) }
    }

    /// What may be worth another try about the photos that count.
    #[must_use]
    pub fn advised(&self) -> Vec<Advised> {
        let mut advised = Vec::new();
        for photo in &self.photos {
            let Some(digest) = photo.state.digest() else { continue };
            let of_itself = photo.analysis.iter().flat_map(PhotoAnalysis::advice);
            advised.extend(of_itself.map(|&advice| Advised { photo: digest, advice, like: None }));
            let like = photo.like.and_then(|like| self.get(like)?.state.digest());
            advised.extend(like.map(|like| Advised { photo: digest, advice: Advice::Alike, like: Some(like) }));
        }
        advised
    }

    /// How many photos there are or may still turn out to be.
    #[must_use]
    pub fn counting(&self) -> usize {
        self.photos.iter().filter(|photo| !matches!(photo.state, State::Refused(_))).count()
    }

    /// How many photos there are or may still turn out to be of each subject, in page order.
    #[must_use]
    pub fn counting_by_subject(&self) -> PerSubject<usize> {
        let mut counts = PerSubject::default();
        for photo in &self.photos {
            *counts.of_mut(photo.subject) += usize::from(!matches!(photo.state, State::Refused(_)));
        }
        counts
    }

    /// Whether some photo is still to be read or prepared.
    #[must_use]
    pub fn is_preparing(&self) -> bool {
        self.photos.iter().any(|photo| photo.state.is_preparing())
    }

    /// Whether some photo is on its way.
    #[must_use]
    pub fn is_uploading(&self) -> bool {
        self.photos.iter().any(Photo::is_uploading)
    }

    /// Whether the backend has the photo `digest`.
    #[must_use]
    pub fn has_kept(&self, digest: Digest) -> bool {
        self.photos.iter().any(|photo| photo.state == State::Kept(digest))
    }

    /// The photos that cannot serve.
    #[must_use]
    pub fn rejected_ids(&self) -> Vec<PhotoId> {
        let refused = self.photos.iter().filter(|photo| matches!(photo.state, State::Refused(_)));
        refused.map(|photo| photo.id).collect()
    }

    /// The photos that the backend would not take, and why.
    pub fn rejected_by_backend(&self) -> impl Iterator<Item = (Subject, Rejection)> {
        self.photos.iter().filter_map(|photo| match photo.state {
            State::Refused(rejection @ Rejection::Backend(_)) => Some((photo.subject, rejection)),
            _ => None,
        })
    }

    /// How far the sending of all photos has come.
    #[must_use]
    pub fn standing(&self) -> UploadStatus {
        let counting = self.photos.iter().filter(|photo| !matches!(photo.state, State::Refused(_)));
        let (mut kept, mut of) = (0, 0);
        for photo in counting {
            match &photo.state {
                State::Failed(_, failure) => return UploadStatus::Failed(failure.clone()),
                State::Kept(_) => kept += 1,
                _ => {}
            }
            of += 1;
        }
        if kept == of { UploadStatus::AllKept } else { UploadStatus::UnderWay { kept, of } }
    }

    fn get_mut(&mut self, id: PhotoId) -> Option<&mut Photo> {
        self.photos.iter_mut().find(|photo| photo.id == id)
    }

    fn set(&mut self, id: PhotoId, state: State) {
        if let Some(photo) = self.get_mut(id) {
            photo.state = state;
        }
    }

    fn go(&mut self, id: PhotoId, from: &State, to: State) {
        if let Some(photo) = self.get_mut(id)
            && photo.state == *from
        {
            photo.state = to;
        }
    }
}

#[cfg(test)]
mod tests;
