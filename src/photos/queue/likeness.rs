//! Which photos of a draft are like which.
//!
//! [`advice`](crate::photos::advice) decides whether two photos are alike; this file decides which are compared, and when.

use super::PhotoQueue;
use crate::saved::PhotoId;

impl<A> PhotoQueue<A> {
    /// Compares a photo that has come to count with the others. Each is like the first of those before it that it looks
    /// like, whichever was ready first: the claim says so, and the same claim has the same key.
    pub(super) fn compare_with_others(&mut self, new: usize) {
        self.photos[new].like = self.first_like(new);
        let id = self.photos[new].id;
        for later in new + 1..self.photos.len() {
            let has_earlier = self.photos[..new].iter().any(|photo| Some(photo.id) == self.photos[later].like);
            if !has_earlier && self.is_like(later, new) {
                self.photos[later].like = Some(id);
            }
        }
    }

    /// Compares anew what was like a photo that counts no longer.
    pub(super) fn compare_again_without(&mut self, id: PhotoId) {
        for place in 0..self.photos.len() {
            if self.photos[place].like == Some(id) {
                self.photos[place].like = self.first_like(place);
            }
        }
    }

    fn first_like(&self, place: usize) -> Option<PhotoId> {
        (0..place).find(|&earlier| self.is_like(place, earlier)).map(|earlier| self.photos[earlier].id)
    }

    /// Whether the photo at `later` looks almost like the one at `earlier`, and that one counts.
    fn is_like(&self, later: usize, earlier: usize) -> bool {
        let (later, earlier) = (&self.photos[later], &self.photos[earlier]);
        let looks = later.analysis.as_ref().zip(earlier.analysis.as_ref());
        earlier.state.digest().is_some() && looks.is_some_and(|(later, earlier)| later.is_like(earlier))
    }
}
