//! The photos as a draft is saved, and as it is restored.

use damage_report_rules::{contract::UploadedPhoto, evidence::Digest};

use super::{PhotoQueue, PhotoStage, QueuedPhoto};
use crate::saved::{PhotoId, SavedPhoto};

impl<A: Default> PhotoQueue<A> {
    /// Takes up a saved draft's photos: those that the backend has need not be sent again, and those that it alone has
    /// (this browser's storage was cleared, they come from another device) are taken in.
    #[must_use]
    pub fn restore(saved: Vec<SavedPhoto>, removed: Vec<Digest>, kept: &[UploadedPhoto]) -> Self {
        let mut queue = Self { photos: Vec::new(), next_id: 0, removed, outbox: Vec::new() };
        for SavedPhoto { id, subject, digest, analysis } in saved {
            let has_arrived = |digest| kept.iter().any(|photo| photo.sha256 == digest);
            let state = match digest {
                None => PhotoStage::Picked,
                Some(digest) if has_arrived(digest) => PhotoStage::Kept(digest),
                Some(digest) => PhotoStage::Waiting(digest),
            };
            let id = PhotoId(id);
            queue.next_id = queue.next_id.max(id.0 + 1);
            queue.photos.push(QueuedPhoto { id, subject, state, analysis, like: None, assets: A::default() });
            queue.compare_with_others(queue.photos.len() - 1);
        }
        for UploadedPhoto { sha256, subject, .. } in kept {
            let is_known = queue.photos.iter().any(|photo| photo.state.digest() == Some(*sha256));
            if let (Some(subject), false, false) = (subject, is_known, queue.removed.contains(sha256)) {
                queue.push(*subject, PhotoStage::Kept(*sha256), A::default());
            }
        }
        queue
    }
}

impl<A> PhotoQueue<A> {
    /// The same, in which no photo gets a number below `next`.
    #[must_use]
    pub fn with_numbers_from(mut self, next: u32) -> Self {
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
    pub fn saved_photos(&self) -> Vec<SavedPhoto> {
        let counting = self.photos.iter().filter(|photo| photo.counts());
        let saved = |photo: &QueuedPhoto<A>| SavedPhoto {
            id: photo.id.0,
            subject: photo.subject,
            digest: photo.state.digest(),
            analysis: photo.analysis.clone(),
        };
        counting.map(saved).collect()
    }

    /// Photos that were removed after they may have reached the backend.
    #[must_use]
    pub fn removed_digests(&self) -> &[Digest] {
        &self.removed
    }
}
