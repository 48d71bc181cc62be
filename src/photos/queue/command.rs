//! The work that a photo needs.

use damage_report_rules::evidence::{Digest, Subject};

use crate::saved::PhotoId;

/// Work on a photo. The queue hears its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Save the picked file, so that it outlives the page; [`rejected`](super::Queue::rejected) if its first bytes are no photo's.
    SavePicked(PhotoId),
    /// Prepare it; [`prepared`](super::Queue::prepared) or [`rejected`](super::Queue::rejected) follows.
    Prepare(PhotoId),
    /// Save its JPEG in the place of the picked file.
    SaveProcessed(PhotoId),
    /// Send it; [`uploaded`](super::Queue::uploaded) follows, or [`unprepared`](super::Queue::unprepared) if its JPEG is missing.
    Upload(PhotoId, Digest, Subject),
    /// Delete it from the backend. If that fails, the backend deletes it later without a request.
    Delete(Digest),
    /// Remove what is saved of it.
    RemoveSaved(PhotoId),
    /// Remove what is saved of it once the draft is saved without it: until then another visit may ask for it.
    RemoveSavedLater(PhotoId),
}
