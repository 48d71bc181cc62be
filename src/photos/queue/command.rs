//! The work that a photo needs.

use damage_report_rules::evidence::{Digest, Subject};

use crate::saved::PhotoId;

/// Work on a photo. The queue hears its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoCommand {
    /// Save the picked file, so that it outlives the page; [`record_rejected`](super::PhotoQueue::record_rejected) if its first bytes are no photo's.
    SavePicked(PhotoId),
    /// Prepare it; [`record_prepared`](super::PhotoQueue::record_prepared) or [`record_rejected`](super::PhotoQueue::record_rejected) follows.
    Prepare(PhotoId),
    /// Save its JPEG in the place of the picked file.
    SaveProcessed(PhotoId),
    /// Send it; [`record_upload_end`](super::PhotoQueue::record_upload_end) follows, or [`record_unprepared`](super::PhotoQueue::record_unprepared) if its JPEG is missing.
    Upload(PhotoId, Digest, Subject),
    /// Delete it from the backend. If that fails, the backend deletes it later without a request.
    Delete(Digest),
    /// Remove what is saved of it.
    RemoveSaved(PhotoId),
    /// Remove what is saved of it once the draft is saved without it: until then another visit may ask for it.
    RemoveSavedLater(PhotoId),
}
