//! The state that the other files of the wizard share: the open order line and, once the customer has pressed Begin, the report.
//!
//! Each of them changes it for one purpose: `navigation`, `saving`, `announcing`, `submission`, `refresh`.

use std::cell::Cell;

use leptos::prelude::untrack;

use crate::{
    api::Api,
    draft::Draft,
    flow::{Phase, Step},
    host_events::HostEvents,
    order::ReportedOrderLine,
    persistence::DraftPersistence,
    photos::{PhotoUploads, prepare::PhotoProcessor, queue::PhotoQueue},
    reactive::{
        scope::Scope,
        signal::{Signal, effect},
        stored_value::StoredValue,
    },
    saved::SavedDraft,
    text::Text,
};

/// An order line that is open in this tab, with the services that its pages use. Cheap to pass around.
#[derive(Clone, Copy)]
pub(super) struct OpenOrderLine {
    pub(super) order: ReportedOrderLine,
    pub(super) text: Signal<Text>,
    pub(super) api: Api,
    pub(super) persistence: DraftPersistence,
    pub(super) events: HostEvents,
    /// Counts how often the host page has discarded the draft.
    pub(super) discards: Signal<u32>,
    /// The count of discards when this order line was opened or its report begun. Only later ones are acted on.
    pub(super) discards_done: u32,
}

impl OpenOrderLine {
    /// Runs `discard` whenever the host page discards the draft from now on.
    pub(super) fn on_discard(self, discard: impl Fn() + 'static) {
        let done = Cell::new(self.discards_done);
        effect(move || {
            let count = self.discards.get();
            if count > done.replace(count) {
                untrack(&discard);
            }
        });
    }
}

/// How the customer enters a report that is not sent yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ReportEntry {
    /// They have just begun: the first step opens.
    New,
    /// They take over a report that another tab had open. It opens at the step where that tab was.
    Resume,
    /// They return after an earlier visit. The start page offers to continue.
    Offer,
}

/// The state of a report, from Begin to its claim. Cheap to pass around.
#[derive(Clone, Copy)]
pub(super) struct Session {
    pub(super) open: OpenOrderLine,
    pub(super) draft: Draft,
    /// How far the report has come. Together with the order line it decides which page is shown.
    pub(super) phase: Signal<Phase>,
    /// The step of an earlier visit, until the customer continues there or starts again.
    pub(super) resumable: Signal<Option<Step>>,
    /// Whether the answers of an earlier visit were saved in this browser. Without them there may still be photos to continue with,
    /// because the backend keeps those too.
    pub(super) has_saved_answers: bool,
    /// Whether the customer came to this step with a Change button on the check page, and goes back to that page afterwards.
    pub(super) is_changing: Signal<bool>,
    /// Counts the attempts to send that failed. The error summary takes the focus at each.
    pub(super) failures: Signal<u32>,
    scope: StoredValue<Scope>,
}

impl Session {
    /// Prepares the session for what was `saved` in this browser and what the backend has; `processor` prepares its photos. It lives as
    /// long as the current reactive owner.
    pub(super) fn new(open: OpenOrderLine, processor: PhotoProcessor, saved: Option<SavedDraft>) -> Self {
        let order = open.order;
        let claim = order.with_line_at_opening(|line| line.claim.clone());
        let has_saved_answers = saved.is_some();
        let SavedDraft { step, answers, photos, removed, next_photo, .. } = saved.unwrap_or_default();
        let queue = order
            .with_line_at_opening(|line| PhotoQueue::restore(photos, removed, &line.photos))
            .with_numbers_from(next_photo);
        let policy = order.with_line_at_opening(|line| line.policy.clone());
        let uploads = PhotoUploads::new(open.api, processor, policy, open.persistence, queue);
        let draft = Draft::new(order, uploads, has_saved_answers.then_some(answers));
        let is_resumable = claim.is_none() && draft.has_content();
        let phase = claim.map_or(Phase::Filling(Step::Start), |claim| Phase::Sent(Box::new(claim)));
        Self {
            open,
            draft,
            phase: Signal::new(phase),
            resumable: Signal::new(is_resumable.then(|| draft.step_to_resume(step))),
            has_saved_answers,
            is_changing: Signal::new(false),
            failures: Signal::new(0),
            scope: StoredValue::new(Scope::current()),
        }
    }

    /// Starts `work`, which ends with the session.
    pub(super) fn spawn(self, work: impl Future<Output = ()> + 'static) {
        self.scope.get().spawn(work);
    }
}
