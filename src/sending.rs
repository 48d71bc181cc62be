//! Decides the next action while a claim is being sent, from the state of its photos and the outcome of posting it. It is plain
//! data: `wizard::submission` and the model test carry the actions out.

use std::mem;

use damage_report_rules::{claim::Claim, contract::ClaimStatus, evidence::Digest};

use crate::{
    failure::Failure,
    flow::{Phase, Step},
    photos::queue::{PhotoQueue, UploadStatus},
};

/// How many times photos that the backend lost are uploaded again before the customer is told. The backend deletes photos of no
/// claim after seven days, so one loss is normal. More are a fault.
const RESENDS_MAX: u32 = 2;

/// The state of sending one draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimSending {
    is_posting: bool,
    /// How many times photos were uploaded again because the backend had lost them.
    resends: u32,
}

/// The next action for a claim that is being sent.
#[derive(Clone, Debug, PartialEq)]
pub enum NextAction {
    /// Wait until a photo or the phase changes.
    Wait,
    /// Post the claim, and call [`ClaimSending::record_post`] with the outcome.
    Post(Claim),
    /// Upload these photos again, because the backend no longer has them.
    SendAgain(Vec<Digest>),
    /// Stop, and put the report in this phase: the customer must act.
    Stop(Phase),
    /// The backend has accepted the claim.
    Arrived(ClaimStatus),
}

impl ClaimSending {
    /// The phase after the customer presses Send. `claim` is the checked draft, or an error if it breaks a rule.
    pub fn begin<E>(&mut self, claim: Result<Claim, E>) -> Phase {
        self.resends = 0;
        claim.map_or(Phase::Filling(Step::Check), Phase::Sending)
    }

    /// The next action in `phase`, given the state of the uploads. `current` returns the claim that the draft makes now.
    pub fn next_action(
        &mut self,
        phase: &Phase,
        uploads: UploadStatus,
        current: impl FnOnce() -> Option<Claim>,
    ) -> NextAction {
        let Phase::Sending(claim) = phase else { return NextAction::Wait };
        match uploads {
            UploadStatus::UnderWay { .. } => return NextAction::Wait,
            // Another tab or device has sent a claim. Posting ours returns that one.
            UploadStatus::Failed(Failure::ClaimExists) => {}
            UploadStatus::Failed(failure) => return NextAction::Stop(Phase::Failed(claim.clone(), failure)),
            UploadStatus::AllKept if current().as_ref() == Some(claim) => {}
            // The backend has refused a photo meanwhile, so the claim has changed.
            UploadStatus::AllKept => return NextAction::Stop(Phase::Filling(Step::Check)),
        }
        if mem::replace(&mut self.is_posting, true) { NextAction::Wait } else { NextAction::Post(claim.clone()) }
    }

    /// The next action after posting `claim` ended with `outcome`. If the phase has changed meanwhile, returns
    /// [`NextAction::Wait`]; then call [`next_action`](Self::next_action) again.
    pub fn record_post<A>(
        &mut self,
        claim: Claim,
        outcome: Result<ClaimStatus, Failure>,
        phase: &Phase,
        photos: &PhotoQueue<A>,
    ) -> NextAction {
        self.is_posting = false;
        match outcome {
            Ok(status) => NextAction::Arrived(status),
            Err(_) if phase.claim_being_sent() != Some(&claim) => NextAction::Wait,
            // If this queue cannot upload the photos again, posting would fail the same way every time.
            Err(Failure::PhotosUnknown(digests))
                if self.resends < RESENDS_MAX
                    && !digests.is_empty()
                    && digests.iter().all(|digest| photos.backend_has(*digest)) =>
            {
                self.resends += 1;
                NextAction::SendAgain(digests)
            }
            Err(failure) => NextAction::Stop(Phase::Failed(claim, failure)),
        }
    }
}
