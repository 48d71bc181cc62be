//! The one sending of a claim: waits for its photos, then posts it until the backend has answered.

use std::{cell::RefCell, rc::Rc};

use damage_report_rules::claim::Claim;
use leptos::prelude::untrack;

use super::session::Session;
use crate::{
    flow::Phase,
    reactive::signal::effect,
    retry::retry,
    sending::{ClaimSending, NextAction},
};

/// The sending of one draft.
#[derive(Clone)]
pub(super) struct Submission {
    session: Session,
    sending: Rc<RefCell<ClaimSending>>,
}

impl Submission {
    /// Sends the draft of `session` whenever its phase says so.
    pub(super) fn new(session: Session) -> Self {
        let this = Self { session, sending: Rc::default() };
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
        let claim = untrack(|| draft.checked_claim());
        // The host page says why it does not want the claim sent.
        if claim.as_ref().is_ok_and(|claim| !open.events.before_submit(claim)) {
            return;
        }
        let next = self.sending.borrow_mut().begin(claim);
        match next {
            sending @ Phase::Sending(_) => {
                draft.uploads.retry_all();
                phase.set(sending);
            }
            // The draft breaks rules: the check shows which.
            check => self.stop(check),
        }
    }

    fn stop(&self, phase: Phase) {
        self.session.phase.set(phase);
        self.session.failures.update(|failures| *failures += 1);
    }

    /// Makes the next move. Runs again whenever a photo or the phase changes.
    fn proceed(&self) {
        let Session { draft, phase, .. } = self.session;
        let standing = draft.uploads.upload_status();
        let current = || untrack(|| draft.checked_claim()).ok();
        let next = phase.with(|phase| self.sending.borrow_mut().next_action(phase, standing, current));
        self.carry_out(next);
    }

    fn carry_out(&self, next: NextAction) {
        let Session { open, draft, phase, .. } = self.session;
        match next {
            NextAction::Wait => {}
            NextAction::Stop(phase) => self.stop(phase),
            // Each upload changes the queue, which runs `proceed` again.
            NextAction::SendAgain(digests) => draft.uploads.upload_again(&digests),
            NextAction::Post(claim) => {
                let this = self.clone();
                self.session.spawn(async move { this.post(claim).await });
            }
            NextAction::Arrived(status) => {
                open.events.submitted(&status.reference);
                phase.set(Phase::Sent(Box::new(status)));
                self.session.spawn(open.persistence.discard_draft());
            }
        }
    }

    async fn post(&self, claim: Claim) {
        let Session { open, draft, phase, .. } = self.session;
        // If the browser is killed from here on, the next visit must know that the claim was being sent.
        open.persistence.wait_until_saved().await;
        let is_wanted = || phase.with_untracked(|phase| phase.claim_being_sent() == Some(&claim));
        let outcome = retry(&open.api.connection(), async || open.api.submit_claim(&claim).await, is_wanted).await;
        let next = phase.with_untracked(|phase| {
            draft
                .uploads
                .queue()
                .with_untracked(|queue| self.sending.borrow_mut().record_post(claim, outcome, phase, queue))
        });
        if matches!(next, NextAction::Wait) { self.proceed() } else { self.carry_out(next) }
    }
}
