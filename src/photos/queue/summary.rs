//! Questions of the pages and the claim about the photos.

use damage_report_rules::{
    advice::{Advice, PhotoAdvice},
    evidence::{Digest, PerSubject, Photos, Subject},
};

use super::{PhotoQueue, PhotoStage, QueuedPhoto, UploadStatus};
use crate::{failure::PhotoRejection, host_events::PhotoState, photos::advice::PhotoAnalysis, saved::PhotoId};

impl<A> PhotoQueue<A> {
    /// One photo, while it is there.
    #[must_use]
    pub fn get(&self, id: PhotoId) -> Option<&QueuedPhoto<A>> {
        self.photos.iter().find(|photo| photo.id == id)
    }

    /// Every photo.
    #[must_use]
    pub fn all(&self) -> &[QueuedPhoto<A>] {
        &self.photos
    }

    /// The photos of `subject`, refused ones too.
    pub fn of(&self, subject: Subject) -> impl Iterator<Item = &QueuedPhoto<A>> {
        self.photos.iter().filter(move |photo| photo.subject == subject)
    }

    /// The number that a photo bears among those of its subject, from 1.
    #[must_use]
    pub fn number_within_subject(&self, id: PhotoId) -> usize {
        let subject = self.get(id).map(|photo| photo.subject);
        let mut siblings = self.photos.iter().filter(|photo| Some(photo.subject) == subject);
        siblings.position(|photo| photo.id == id).unwrap_or_default() + 1
    }

    /// Every photo, what it is to show, and what has become of it.
    #[must_use]
    pub fn photo_states(&self) -> Vec<(PhotoId, Subject, PhotoState)> {
        self.photos.iter().map(|photo| (photo.id, photo.subject, photo.state.host_state())).collect()
    }

    /// The photos that count, by what they show.
    #[must_use]
    pub fn digests(&self) -> Photos {
        let of = |subject| self.of(subject).filter_map(|photo| photo.state.digest()).collect();
        Photos { packaging: of(Subject::Packaging), label: of(Subject::Label), device: of(Subject::Device) }
    }

    /// The advice on the photos that count.
    #[must_use]
    pub fn all_advice(&self) -> Vec<PhotoAdvice> {
        let mut advised = Vec::new();
        for photo in &self.photos {
            let Some(digest) = photo.state.digest() else { continue };
            let of_itself = photo.analysis.iter().flat_map(PhotoAnalysis::advice);
            advised.extend(of_itself.map(|&advice| PhotoAdvice { photo: digest, advice, like: None }));
            let like = photo.like.and_then(|like| self.get(like)?.state.digest());
            advised.extend(like.map(|like| PhotoAdvice { photo: digest, advice: Advice::Alike, like: Some(like) }));
        }
        advised
    }

    /// How many photos there are or may still turn out to be.
    #[must_use]
    pub fn count(&self) -> usize {
        self.photos.iter().filter(|photo| photo.counts()).count()
    }

    /// How many photos there are or may still turn out to be of each subject, in page order.
    #[must_use]
    pub fn count_by_subject(&self) -> PerSubject<usize> {
        let mut counts = PerSubject::default();
        for photo in &self.photos {
            *counts.of_mut(photo.subject) += usize::from(photo.counts());
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
        self.photos.iter().any(QueuedPhoto::is_uploading)
    }

    /// Whether the backend has the photo `digest`.
    #[must_use]
    pub fn backend_has(&self, digest: Digest) -> bool {
        self.photos.iter().any(|photo| photo.state == PhotoStage::Kept(digest))
    }

    /// The photos that the backend would not take, and why.
    pub fn rejected_by_backend(&self) -> impl Iterator<Item = (Subject, PhotoRejection)> {
        self.photos.iter().filter_map(|photo| match photo.state {
            PhotoStage::Rejected(rejection @ PhotoRejection::Backend(_)) => Some((photo.subject, rejection)),
            _ => None,
        })
    }

    /// How far the sending of all photos has come.
    #[must_use]
    pub fn upload_status(&self) -> UploadStatus {
        let counting = self.photos.iter().filter(|photo| photo.counts());
        let (mut kept, mut of) = (0, 0);
        for photo in counting {
            match &photo.state {
                PhotoStage::Failed(_, failure) => return UploadStatus::Failed(failure.clone()),
                PhotoStage::Kept(_) => kept += 1,
                _ => {}
            }
            of += 1;
        }
        if kept == of { UploadStatus::AllKept } else { UploadStatus::UnderWay { kept, of } }
    }
}
