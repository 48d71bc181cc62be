//! The states of a photo, and of all of them together.

use damage_report_rules::evidence::Digest;

use crate::{
    failure::{Failure, PhotoRefusal, PhotoRejection},
    host_events::PhotoState,
};

/// The state of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhotoStage {
    /// It waits for its turn to be prepared.
    Picked,
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
    Rejected(PhotoRejection),
    /// It could not be sent, and will not be without being asked again.
    Failed(Digest, Failure),
}

impl PhotoStage {
    /// The photo's name, once it has one that counts.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        match self {
            Self::Picked | Self::Preparing | Self::Rejected(_) => None,
            Self::Waiting(digest) | Self::Uploading { digest, .. } | Self::Kept(digest) | Self::Failed(digest, _) => {
                Some(*digest)
            }
        }
    }

    /// Its state in the events for the host page.
    #[must_use]
    pub fn host_state(&self) -> PhotoState {
        match self {
            Self::Picked | Self::Preparing => PhotoState::Reading,
            Self::Waiting(_) | Self::Uploading { .. } => PhotoState::Sending,
            Self::Kept(_) => PhotoState::Kept,
            Self::Rejected(_) => PhotoState::Refused,
            Self::Failed(..) => PhotoState::Failed,
        }
    }

    /// Whether the customer is told to turn to the shop about it.
    #[must_use]
    pub fn needs_the_shop(&self) -> bool {
        matches!(
            self,
            Self::Rejected(PhotoRejection::Backend(PhotoRefusal::Quota))
                | Self::Failed(
                    _,
                    Failure::Refused(_) | Failure::ClaimExists | Failure::PhotosUnknown(_) | Failure::Violations(_)
                )
        )
    }

    /// Whether it is still to be seen if this can serve as a photo.
    #[must_use]
    pub fn is_preparing(&self) -> bool {
        matches!(self, Self::Picked | Self::Preparing)
    }
}

/// How far the sending of all photos has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadStatus {
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
