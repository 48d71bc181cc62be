//! The one sending of a claim: waits for its photos, then posts it until the backend has answered.

use std::{cell::Cell, rc::Rc};

use damage_report_rules::{claim::Claim, contract::ClaimStatus};
use leptos::prelude::untrack;

use super::session::Session;
use crate::{
    failure::Failure,
    flow::{Phase, Step},
    reactive::signal::effect,
    sending::Move,
};

/// How often photos that the backend had before are sent again, until the customer is told. The backend deletes photos that no
/// claim names after seven days; losing them twice is a fault.
const RESENDS_MAX: u32 = 2;

/// The sending of one draft.
#[derive(Clone)]
pub(super) struct Submission {
    session: Session,
    is_posting: Rc<Cell<bool>>,
    /// How often photos were sent again because the backend had lost them.
    resends: Rc<Cell<u32>>,
}

impl Submission {
    /// Sends the draft of `session` whenever its phase says so.
    pub(super) fn new(session: Session) -> Self {
        let this = Self { session, is_posting: Rc::default(), resends: Rc::default() };
        let submission = this.clone();
        effect(move || submission.proceed());
        this
    }

    /// The customer presses the button that sends. A second press while it is under way does nothing more.
    pub(super) fn begin(&self) {
        let Session { open, draft, phase, .. } = self.session;
        if phase.with_untracked(|phase| matches!(phase, Phase::Sending(_) | Phase::Sent(_))) {
            return;
        }
        match untrack(|| draft.claim()) {
            // The host page says why it does not want the claim sent.
            Ok(claim) if !open.events.before_submit(&claim) => {}
            Ok(claim) => {
                self.resends.set(0);
                draft.uploads.retry_all();
                phase.set(Phase::Sending(claim));
            }
            // The draft breaks rules: the check shows which.
            Err(_) => self.fail(Phase::Filling(Step::Check)),
        }
    }

    fn fail(&self, phase: Phase) {
        self.session.phase.set(phase);
        self.session.failures.update(|failures| *failures += 1);
    }

    /// Makes the next move. Runs again whenever a photo or the phase changes.
    fn proceed(&self) {
        let Session { draft, phase, .. } = self.session;
        let standing = draft.uploads.standing();
        let Some(claim) = phase.with(|phase| phase.sending().cloned()) else { return };
        let is_current = untrack(|| draft.claim()).as_ref() == Ok(&claim);
        self.make(Move::next(standing, is_current), claim);
    }

    fn make(&self, next: Move, claim: Claim) {
        match next {
            Move::Wait => {}
            Move::Fail(failure) => self.fail(Phase::Failed(claim, failure)),
            Move::Ask => self.fail(Phase::Filling(Step::Check)),
            Move::SendAgain(digests) if self.resends.get() < RESENDS_MAX => {
                self.resends.set(self.resends.get() + 1);
                // Each upload changes the queue, which runs `proceed` again.
                self.session.draft.uploads.send_again(&digests);
            }
            Move::SendAgain(digests) => self.fail(Phase::Failed(claim, Failure::PhotosUnknown(digests))),
            Move::Post if self.is_posting.get() => {}
            Move::Post => {
                self.is_posting.set(true);
                let this = self.clone();
                self.session.spawn(async move { this.post(claim).await });
            }
        }
    }

    async fn post(&self, claim: Claim) {
        let outcome = self.post_with_retries(&claim).await;
        self.is_posting.set(false);
        let Session { open, draft, phase, .. } = self.session;
        match outcome {
            Ok(status) => {
                open.events.submitted(&status.reference);
                phase.set(Phase::Sent(Box::new(status)));
                open.persistence.discard().await;
            }
            Err(failure) if self.is_wanted(&claim) => {
                let next = draft.uploads.queue().with_untracked(|photos| Move::after(failure, photos));
                self.make(next, claim);
            }
            Err(_) => self.proceed(),
        }
    }

    /// Posts the claim again after each failure that passes by itself, as long as the customer changes nothing.
    async fn post_with_retries(&self, claim: &Claim) -> Result<ClaimStatus, Failure> {
        let open = self.session.open;
        // If the browser is killed from here on, the next visit must know that the claim was being sent.
        open.persistence.until_saved().await;
        let mut attempt = 0;
        loop {
            match open.api.submit(claim).await {
                Err(failure) if self.is_wanted(claim) => open.api.connection().back_off(failure, &mut attempt).await?,
                outcome => return outcome,
            }
            if !self.is_wanted(claim) {
                return Err(Failure::Unreachable);
            }
        }
    }

    /// Whether the customer still wants this claim sent.
    fn is_wanted(&self, claim: &Claim) -> bool {
        self.session.phase.with_untracked(|phase| phase.sending() == Some(claim))
    }
}
