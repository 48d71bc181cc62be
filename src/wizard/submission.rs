//! The one sending of a claim: waits for its photos, then posts it, for as long as it takes.

use std::{cell::Cell, rc::Rc};

use damage_report_rules::{claim::Claim, contract::ClaimStatus};
use leptos::prelude::untrack;

use crate::{
    api::Api,
    draft::Draft,
    failure::Failure,
    flow::{Move, Phase, Step},
    host_events::HostEvents,
    persistence::DraftPersistence,
    reactive::scope::Scope,
    reactive::signal::{Signal, effect},
};

/// How often photos that the backend had and has no more are sent again before the customer is told. It forgets what
/// nobody claimed for seven days; more than once means that something is wrong there.
const RESENDING: u32 = 2;

/// The sending of one draft.
#[derive(Clone)]
pub(super) struct Submission {
    api: Api,
    draft: Draft,
    persistence: DraftPersistence,
    phase: Signal<Phase>,
    /// How often it came to nothing, for the summary that then takes the focus.
    pub(super) failures: Signal<u32>,
    is_posting: Rc<Cell<bool>>,
    /// How often photos were sent again because the backend did not have them after all.
    resent: Rc<Cell<u32>>,
    events: HostEvents,
    scope: Scope,
}

impl Submission {
    /// Follows `phase`, and sends the draft when that says so.
    pub(super) fn new(
        api: Api,
        draft: Draft,
        persistence: DraftPersistence,
        phase: Signal<Phase>,
        events: HostEvents,
    ) -> Self {
        let (failures, is_posting, resent) = (Signal::default(), Rc::default(), Rc::default());
        let scope = Scope::current();
        let this = Self { api, draft, persistence, phase, failures, is_posting, resent, events, scope };
        let submission = this.clone();
        effect(move || submission.go_on());
        this
    }

    /// The customer sends it. A second press while it is under way is the same sending.
    pub(super) fn begin(&self) {
        if self.phase.with_untracked(|phase| matches!(phase, Phase::Sending(_) | Phase::Sent(_))) {
            return;
        }
        match untrack(|| self.draft.claim()) {
            // The page around the widget has its reasons, and says them itself.
            Ok(claim) if !self.events.before_submit(&claim) => {}
            Ok(claim) => {
                self.resent.set(0);
                self.draft.uploads.retry_all();
                self.phase.set(Phase::Sending(claim));
            }
            // There is no claim to send: the draft is what the customer sees and mends.
            Err(_) => self.fail(Phase::Filling(Step::Check)),
        }
    }

    fn fail(&self, phase: Phase) {
        self.phase.set(phase);
        self.failures.update(|failures| *failures += 1);
    }

    /// Does what is to be done now. Runs again whenever a photo or the phase changes.
    fn go_on(&self) {
        let standing = self.draft.uploads.standing();
        let Some(claim) = self.phase.with(|phase| phase.sending().cloned()) else { return };
        let is_current = untrack(|| self.draft.claim()).as_ref() == Ok(&claim);
        self.make(Move::next(standing, is_current), claim);
    }

    fn make(&self, next: Move, claim: Claim) {
        match next {
            Move::Wait => {}
            Move::Fail(failure) => self.fail(Phase::Failed(claim, failure)),
            Move::Ask => self.fail(Phase::Filling(Step::Check)),
            Move::SendAgain(digests) if self.resent.get() < RESENDING => {
                self.resent.set(self.resent.get() + 1);
                // Sent again, they bring `go_on` back here.
                self.draft.uploads.send_again(&digests);
            }
            Move::SendAgain(digests) => self.fail(Phase::Failed(claim, Failure::PhotosUnknown(digests))),
            Move::Post if self.is_posting.get() => {}
            Move::Post => {
                self.is_posting.set(true);
                let this = self.clone();
                self.scope.spawn(async move { this.post(claim).await });
            }
        }
    }

    async fn post(&self, claim: Claim) {
        let outcome = self.post_as_long_as_wanted(&claim).await;
        self.is_posting.set(false);
        match outcome {
            Ok(status) => {
                self.events.submitted(&status.reference);
                self.phase.set(Phase::Sent(Box::new(status)));
                self.persistence.discard().await;
            }
            Err(failure) if self.is_wanted(&claim) => {
                let next = self.draft.uploads.queue().with_untracked(|photos| Move::after(failure, photos));
                self.make(next, claim);
            }
            Err(_) => self.go_on(),
        }
    }

    /// Posts the claim, again and again as long as what is wrong passes by itself and the customer changes nothing.
    async fn post_as_long_as_wanted(&self, claim: &Claim) -> Result<ClaimStatus, Failure> {
        // A browser that is killed from here on goes on by itself: that it was sending is on the disk first.
        self.persistence.until_saved().await;
        let mut attempt = 0;
        loop {
            match self.api.submit(claim).await {
                Err(failure) if self.is_wanted(claim) => self.api.connection().back_off(failure, &mut attempt).await?,
                outcome => return outcome,
            }
            if !self.is_wanted(claim) {
                return Err(Failure::Unreachable);
            }
        }
    }

    /// Whether this is still what the customer wants sent.
    fn is_wanted(&self, claim: &Claim) -> bool {
        self.phase.with_untracked(|phase| phase.sending() == Some(claim))
    }
}
