//! The decisions about a claim that is being sent, as plain data. `wizard::submission` carries them out.

use damage_report_rules::evidence::Digest;

use crate::{
    failure::Failure,
    photos::queue::{Queue, UploadStatus},
};

/// The next move for a claim that is being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// Wait until another photo is uploaded.
    Wait,
    /// Post it.
    Post,
    /// Ask the customer: the backend has refused a photo meanwhile, so the claim is another.
    Ask,
    /// Upload these photos again: the backend does not have them after all.
    SendAgain(Vec<Digest>),
    /// Tell the customer: the claim or a photo will not arrive without their help.
    Fail(Failure),
}

impl Move {
    /// The next move before posting, by the state of its uploads. `is_current` says whether the draft still makes this claim.
    #[must_use]
    pub fn next(photos: UploadStatus, is_current: bool) -> Self {
        match photos {
            UploadStatus::UnderWay { .. } => Self::Wait,
            // Posting it gives the claim that was sent from elsewhere.
            UploadStatus::Failed(Failure::ClaimExists) => Self::Post,
            UploadStatus::Failed(failure) => Self::Fail(failure),
            UploadStatus::AllKept if is_current => Self::Post,
            UploadStatus::AllKept => Self::Ask,
        }
    }

    /// The next move after posting has come to `failure`.
    #[must_use]
    pub fn after(failure: Failure, photos: &Queue) -> Self {
        match failure {
            // Without photos that this queue can upload again, posting would fail the same way for ever.
            Failure::PhotosUnknown(digests)
                if !digests.is_empty() && digests.iter().all(|digest| photos.has_kept(*digest)) =>
            {
                Self::SendAgain(digests)
            }
            failure => Self::Fail(failure),
        }
    }
}
