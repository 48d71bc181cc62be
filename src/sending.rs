//! The one sending of a claim, as plain data: what follows from how its photos stand, and from what came of posting it.
//! `wizard::submission` and the model test carry it out.

use std::mem;

use damage_report_rules::{claim::Claim, contract::ClaimStatus, evidence::Digest};

use crate::{
    failure::Failure,
    flow::{Phase, Step},
    photos::queue::{Queue, UploadStatus},
};

/// How often photos that the backend had before are sent again, until the customer is told. The backend deletes photos that no
/// claim names after seven days; losing them twice is a fault.
const RESENDS_MAX: u32 = 2;

/// The sending of one draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sending {
    is_posting: bool,
    /// How often photos were sent again because the backend had lost them.
    resends: u32,
}

/// What to do next for a claim that is being sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    /// Wait until a photo or the phase changes.
    Wait,
    /// Post it; [`Sending::posted`] follows.
    Post(Claim),
    /// Upload these photos again: the backend does not have them after all.
    SendAgain(Vec<Digest>),
    /// Tell the customer: it does not arrive without their help. The report is in this phase from here on.
    Stop(Phase),
    /// The backend has it.
    Arrived(ClaimStatus),
}

impl Sending {
    /// The phase that follows when the customer sends the draft, which makes this `claim`, if it may be sent.
    pub fn begin<E>(&mut self, claim: Result<Claim, E>) -> Phase {
        self.resends = 0;
        claim.map_or(Phase::Filling(Step::Check), Phase::Sending)
    }

    /// The next move in `phase`, by how the uploads stand. `current` gives the claim that the draft makes now.
    pub fn next(&mut self, phase: &Phase, uploads: UploadStatus, current: impl FnOnce() -> Option<Claim>) -> Move {
        let Phase::Sending(claim) = phase else { return Move::Wait };
        match uploads {
            UploadStatus::UnderWay { .. } => return Move::Wait,
            // Posting it gives the claim that was sent from elsewhere.
            UploadStatus::Failed(Failure::ClaimExists) => {}
            UploadStatus::Failed(failure) => return Move::Stop(Phase::Failed(claim.clone(), failure)),
            UploadStatus::AllKept if current().as_ref() == Some(claim) => {}
            // The backend has refused a photo meanwhile, so the claim is another.
            UploadStatus::AllKept => return Move::Stop(Phase::Filling(Step::Check)),
        }
        if mem::replace(&mut self.is_posting, true) { Move::Wait } else { Move::Post(claim.clone()) }
    }

    /// The next move after posting `claim` has come to `outcome`. Where the phase is another by now, that is [`Move::Wait`], and
    /// [`next`](Self::next) is to be asked again.
    pub fn posted<A>(
        &mut self,
        claim: Claim,
        outcome: Result<ClaimStatus, Failure>,
        phase: &Phase,
        photos: &Queue<A>,
    ) -> Move {
        self.is_posting = false;
        match outcome {
            Ok(status) => Move::Arrived(status),
            Err(_) if phase.sending() != Some(&claim) => Move::Wait,
            // Without photos that this queue can upload again, posting would fail the same way for ever.
            Err(Failure::PhotosUnknown(digests))
                if self.resends < RESENDS_MAX
                    && !digests.is_empty()
                    && digests.iter().all(|digest| photos.has_kept(*digest)) =>
            {
                self.resends += 1;
                Move::SendAgain(digests)
            }
            Err(failure) => Move::Stop(Phase::Failed(claim, failure)),
        }
    }
}
