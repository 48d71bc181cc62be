//! Navigation between the pages of a report: which page is shown, and where each button leads.

use std::rc::Rc;

use damage_report_rules::evidence::Subject;
use leptos::prelude::untrack;

use super::{landing::Landing, page_switch::PageName, refresh::begin_or_refresh, session::Session};
use crate::{
    flow::{Phase, Step},
    host_events::{DraftState, StepName},
    photos::queue::PhotoQueue,
    steps::start::ResumeOffer,
};

/// One page of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReportPage {
    Landing(Landing),
    Damage,
    Packaging,
    Label,
    Device,
    Check,
    TooLate,
    Status,
}

impl ReportPage {
    /// The subject whose photos the page asks for.
    pub(super) fn subject(self) -> Option<Subject> {
        match self {
            Self::Packaging => Some(Subject::Packaging),
            Self::Label => Some(Subject::Label),
            Self::Device => Some(Subject::Device),
            Self::Landing(_) | Self::Damage | Self::Check | Self::TooLate | Self::Status => None,
        }
    }
}

impl PageName for ReportPage {
    fn name(self) -> StepName {
        match self {
            Self::Landing(landing) => landing.name(),
            Self::Damage => StepName::Damage,
            Self::Packaging => StepName::Packaging,
            Self::Label => StepName::Label,
            Self::Device => StepName::Device,
            Self::Check => StepName::Check,
            Self::TooLate => StepName::Closed,
            Self::Status => StepName::Sent,
        }
    }

    fn is_open(self) -> bool {
        self != Self::Status
    }
}

impl Session {
    /// The page to show now. Reactive.
    pub(super) fn page(self) -> ReportPage {
        let order = self.open.order;
        // `is_closed` takes into account that a report begun in time may be sent up to an hour late.
        let is_closed = order.is_closed();
        self.phase.with(|phase| match phase {
            Phase::Sent(_) => ReportPage::Status,
            Phase::Filling(_) | Phase::Sending(_) | Phase::Failed(..) if !order.is_delivered() => {
                ReportPage::Landing(Landing::NotDelivered)
            }
            Phase::Filling(Step::Start) => ReportPage::Landing(Landing::of(order)),
            Phase::Filling(Step::Check) | Phase::Failed(..) if is_closed || phase.is_too_late() => ReportPage::TooLate,
            Phase::Filling(Step::Damage | Step::Packaging | Step::Label | Step::Device) if is_closed => {
                ReportPage::Landing(Landing::Closed)
            }
            Phase::Filling(Step::Damage) => ReportPage::Damage,
            Phase::Filling(Step::Packaging) => ReportPage::Packaging,
            Phase::Filling(Step::Label) => ReportPage::Label,
            Phase::Filling(Step::Device) => ReportPage::Device,
            Phase::Filling(Step::Check) | Phase::Sending(_) | Phase::Failed(..) => ReportPage::Check,
        })
    }

    /// Goes to `step`. If the customer came from the check page to change one page, goes back to the check instead.
    pub(super) fn go_to_step(self, step: Step) {
        let step = if self.is_changing.get_untracked() { Step::Check } else { step };
        self.is_changing.set(false);
        self.failures.set(0);
        self.draft.uploads.warm_up();
        if self.resumable.get_untracked().is_some() {
            self.resumable.set(None);
            self.open.events.draft(DraftState::Resumed);
        }
        let is_start = self.phase.with_untracked(|phase| *phase == Phase::Filling(Step::Start));
        if is_start || self.open.order.has_device_slept() {
            self.spawn(begin_or_refresh(self.open.order, self.open.api));
        }
        self.phase.set(Phase::Filling(step));
    }

    /// Opens `step` from the check page, so that the customer can change it. Its button leads back to the check.
    pub(super) fn change_step_from_check(self, step: Step) {
        self.go_to_step(step);
        self.is_changing.set(true);
    }

    /// Deletes everything that the customer has entered: the draft, its saved copy, and its photos.
    pub(super) fn start_again(self) {
        let Self { open, draft, resumable, .. } = self;
        draft.clear();
        resumable.set(None);
        open.events.draft(DraftState::Discarded);
        self.spawn(async move {
            open.persistence.discard_draft().await;
            // The list of removed photos is kept until the backend has removed them too.
            open.persistence.save_answers(&untrack(|| draft.to_saved(&Phase::Filling(Step::Start))), true);
        });
    }

    /// Starts again whenever the host page discards the draft. Has no effect once the claim is being sent.
    pub(super) fn start_again_on_discard(self) {
        self.open.on_discard(move || {
            if self.phase.with_untracked(Phase::is_open) {
                self.start_again();
                self.phase.set(Phase::Filling(Step::Start));
            }
        });
    }

    /// The offer to continue an earlier visit, if there is one. Reactive.
    pub(super) fn resume_offer(self) -> Option<ResumeOffer> {
        let photos = self.draft.uploads.queue().with_untracked(PhotoQueue::count);
        self.resumable.get().map(|step| ResumeOffer {
            photos,
            has_answers: self.has_saved_answers,
            on_go_on: Rc::new(move || self.go_to_step(step)),
            on_start_again: Rc::new(move || self.start_again()),
        })
    }
}
