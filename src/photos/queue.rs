//! The photos of a draft and what becomes of each, as plain data: no bytes, no signals, no DOM.
//!
//! ```text
//! Preparing ──► Waiting ──► Uploading ──► Kept
//!     │            ▲            │
//!     ▼            └── retry ── Failed
//!  Refused
//! ```
//!
//! Each photo can be removed in every state. A photo that is refused stays in sight until the customer removes it or
//! picks another, so that they can see which one it was.

use damage_report_rules::{
    contract::Code,
    evidence::{Digest, Photos, Subject},
};

use crate::failure::Failure;

/// How many uploads run at a time. Two keep a thin line full; more only make each of them slower.
const UPLOADS_AT_ONCE: usize = 2;

/// Which photo, as long as the page lives. Camera files are all called `image.jpg`, so photos have names of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PhotoId(u32);

/// One photo of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// Which.
    pub id: PhotoId,
    /// What it shows.
    pub subject: Subject,
    /// What has become of it.
    pub state: State,
}

/// What has become of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is read, turned upright, made smaller and stripped.
    Preparing,
    /// It is ready, and waits for its turn to be sent.
    Waiting(Digest),
    /// It is on its way.
    Uploading {
        /// Its name.
        digest: Digest,
        /// How much has left this device, in per cent.
        percent: u8,
    },
    /// The backend has it.
    Kept(Digest),
    /// It cannot serve as a photo.
    Refused(Refusal),
    /// It could not be sent, this time.
    Failed(Digest, Failure),
}

/// Why a file cannot serve as a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing in it.
    Empty,
    /// It is no JPEG, PNG or WebP.
    Type,
    /// It is a HEIC file that this browser cannot read.
    Heic,
    /// It cannot be read, or not whole.
    Unreadable,
    /// It has too few pixels to show damage.
    TooSmall,
    /// It has more pixels or bytes than can be taken.
    TooLarge,
    /// It is the same picture as one that is there.
    SameAs(Subject, usize),
    /// The backend does not take it.
    Backend(Code),
}

impl State {
    /// The photo's name, once it has one that counts.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        match self {
            Self::Preparing | Self::Refused(_) => None,
            Self::Waiting(digest) | Self::Uploading { digest, .. } | Self::Kept(digest) | Self::Failed(digest, _) => {
                Some(*digest)
            }
        }
    }
}

/// The photos of a draft, in the order in which they were picked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    photos: Vec<Photo>,
    next_id: u32,
}

impl Queue {
    /// Takes in a photo of `subject`.
    pub fn pick(&mut self, subject: Subject) -> PhotoId {
        let id = PhotoId(self.next_id);
        self.next_id += 1;
        self.photos.push(Photo { id, subject, state: State::Preparing });
        id
    }

    /// A photo is ready to be sent, unless the same picture is there already. Of two, the one picked first counts,
    /// whichever was ready first.
    pub fn prepared(&mut self, id: PhotoId, digest: Digest) {
        let place = |id| self.photos.iter().position(|photo| photo.id == id);
        let same = self.photos.iter().position(|photo| photo.state.digest() == Some(digest));
        let (Some(new), same) = (place(id), same) else { return };
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
                let number = self.of(photo.subject).position(|other| other.id == photo.id).unwrap_or_default() + 1;
                self.photos[second].state = State::Refused(Refusal::SameAs(photo.subject, number));
            }
        }
    }

    /// A photo cannot serve.
    pub fn refused(&mut self, id: PhotoId, refusal: Refusal) {
        self.set(id, State::Refused(refusal));
    }

    /// The photo to send next, if there is one to send and room for it.
    #[must_use]
    pub fn next(&self) -> Option<(PhotoId, Digest)> {
        let under_way = self.photos.iter().filter(|photo| matches!(photo.state, State::Uploading { .. })).count();
        if under_way >= UPLOADS_AT_ONCE {
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
            Err(Failure::Refused(code)) => State::Refused(Refusal::Backend(code)),
            Err(failure) => State::Failed(digest, failure),
        };
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

    /// Takes a photo out.
    pub fn remove(&mut self, id: PhotoId) {
        self.photos.retain(|photo| photo.id != id);
    }

    /// One photo, while it is there.
    #[must_use]
    pub fn get(&self, id: PhotoId) -> Option<&Photo> {
        self.photos.iter().find(|photo| photo.id == id)
    }

    /// The photos of `subject`, refused ones too.
    pub fn of(&self, subject: Subject) -> impl Iterator<Item = &Photo> {
        self.photos.iter().filter(move |photo| photo.subject == subject)
    }

    /// The photos that count, by what they show.
    #[must_use]
    pub fn digests(&self) -> Photos {
        let of = |subject| self.of(subject).filter_map(|photo| photo.state.digest()).collect();
        Photos { packaging: of(Subject::Packaging), label: of(Subject::Label), device: of(Subject::Device) }
    }

    /// How many photos there are or may still turn out to be.
    #[must_use]
    pub fn counting(&self) -> usize {
        self.photos.iter().filter(|photo| !matches!(photo.state, State::Refused(_))).count()
    }

    /// Whether some photo is still being read.
    #[must_use]
    pub fn is_preparing(&self) -> bool {
        self.photos.iter().any(|photo| photo.state == State::Preparing)
    }

    /// Whether the backend has the photo `digest`.
    #[must_use]
    pub fn has_kept(&self, digest: Digest) -> bool {
        self.photos.iter().any(|photo| photo.state == State::Kept(digest))
    }

    /// The photos that the backend would not take, and why.
    pub fn refused_by_backend(&self) -> impl Iterator<Item = (Subject, Refusal)> {
        self.photos.iter().filter_map(|photo| match photo.state {
            State::Refused(refusal @ Refusal::Backend(_)) => Some((photo.subject, refusal)),
            _ => None,
        })
    }

    /// How far the sending of all photos has come.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let counting = self.photos.iter().filter(|photo| !matches!(photo.state, State::Refused(_)));
        let (mut kept, mut of) = (0, 0);
        for photo in counting {
            match &photo.state {
                State::Failed(_, failure) => return Standing::Failed(failure.clone()),
                State::Kept(_) => kept += 1,
                _ => {}
            }
            of += 1;
        }
        if kept == of { Standing::AllKept } else { Standing::UnderWay { kept, of } }
    }

    fn get_mut(&mut self, id: PhotoId) -> Option<&mut Photo> {
        self.photos.iter_mut().find(|photo| photo.id == id)
    }

    fn set(&mut self, id: PhotoId, state: State) {
        if let Some(photo) = self.get_mut(id) {
            photo.state = state;
        }
    }
}

/// How far the sending of all photos has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Some are not there yet.
    UnderWay {
        /// How many the backend has.
        kept: usize,
        /// How many there are.
        of: usize,
    },
    /// The backend has every one.
    AllKept,
    /// One could not be sent, and will not be without being asked again.
    Failed(Failure),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(n: u8) -> Digest {
        Digest::new([n; 32])
    }

    /// A queue with `count` prepared device photos.
    fn queue(count: u8) -> (Queue, Vec<PhotoId>) {
        let mut queue = Queue::default();
        let ids: Vec<_> = (0..count).map(|_| queue.pick(Subject::Device)).collect();
        for (n, &id) in (0..).zip(&ids) {
            queue.prepared(id, digest(n));
        }
        (queue, ids)
    }

    #[test]
    fn two_uploads_run_at_a_time_in_the_order_of_picking() {
        let (mut queue, ids) = queue(3);
        assert_eq!(queue.start_next(), Some((ids[0], digest(0))));
        assert_eq!(queue.start_next(), Some((ids[1], digest(1))));
        assert_eq!(queue.start_next(), None);
        queue.uploaded(ids[1], Ok(()));
        assert_eq!(queue.start_next(), Some((ids[2], digest(2))));
    }

    #[test]
    fn the_same_picture_twice_is_one_picture() {
        let (mut queue, _) = queue(2);
        let again = queue.pick(Subject::Packaging);
        queue.prepared(again, digest(1));
        let refusal = Refusal::SameAs(Subject::Device, 2);
        assert_eq!(queue.get(again).unwrap().state, State::Refused(refusal));
        assert_eq!(queue.digests().packaging, []);
    }

    #[test]
    fn of_two_same_pictures_the_one_picked_first_counts() {
        let mut queue = Queue::default();
        let (first, second) = (queue.pick(Subject::Device), queue.pick(Subject::Device));
        queue.prepared(second, digest(1));
        queue.start_next();
        queue.prepared(first, digest(1));
        assert_eq!(queue.get(first).unwrap().state, State::Waiting(digest(1)));
        assert_eq!(queue.get(second).unwrap().state, State::Refused(Refusal::SameAs(Subject::Device, 1)));
    }

    #[test]
    fn a_removed_photo_makes_room_for_the_same_picture() {
        let (mut queue, ids) = queue(1);
        queue.remove(ids[0]);
        let again = queue.pick(Subject::Device);
        queue.prepared(again, digest(0));
        assert_eq!(queue.digests().device, [digest(0)]);
    }

    #[test]
    fn a_failed_upload_counts_and_can_be_tried_again() {
        let (mut queue, ids) = queue(1);
        queue.start_next();
        queue.uploaded(ids[0], Err(Failure::Unreachable));
        assert_eq!(queue.digests().device, [digest(0)]);
        assert_eq!(queue.standing(), Standing::Failed(Failure::Unreachable));
        queue.retry(ids[0]);
        assert_eq!(queue.start_next(), Some((ids[0], digest(0))));
    }

    #[test]
    fn a_photo_that_the_backend_refuses_does_not_count() {
        let (mut queue, ids) = queue(1);
        queue.start_next();
        queue.uploaded(ids[0], Err(Failure::Refused(Code::PhotoUnreadable)));
        assert_eq!(queue.digests().device, []);
        assert_eq!(queue.standing(), Standing::AllKept);
    }

    #[test]
    fn what_ends_after_its_photo_was_removed_changes_nothing() {
        let (mut queue, ids) = queue(1);
        queue.start_next();
        queue.remove(ids[0]);
        queue.progressed(ids[0], 50);
        queue.uploaded(ids[0], Ok(()));
        assert_eq!(queue, Queue { photos: vec![], next_id: 1 });
    }

    #[test]
    fn photos_that_the_backend_forgot_are_sent_again() {
        let (mut queue, ids) = queue(2);
        for id in ids {
            queue.start_next();
            queue.uploaded(id, Ok(()));
        }
        assert_eq!(queue.standing(), Standing::AllKept);
        queue.forgotten(&[digest(1)]);
        assert_eq!(queue.standing(), Standing::UnderWay { kept: 1, of: 2 });
    }
}
