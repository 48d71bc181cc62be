//! The report of one order line, from its first page to its claim.
//!
//! It holds what outlives a page: the order, the draft, and the phase that says which page is shown.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::prelude::untrack;

use super::{
    landing::Landing,
    page_switch::{PageName, pages},
    refresh::{begin, begin_or_renew, keep_current},
    submission::Submission,
};
use crate::{
    api::Api,
    draft::Draft,
    flow::{Phase, Step},
    host_events::HostEvents,
    order::Order,
    persistence::{DraftPersistence, Safety},
    photos::{PhotoUploads, prepare::PhotoProcessor, queue::Queue},
    reactive::scope::Scope,
    reactive::signal::{Signal, effect, memo},
    reactive::stored_value::StoredValue,
    saved::Saved,
    status::status,
    steps::{
        check::{check_step, too_late},
        damage::damage_step,
        device::device_step,
        frame::StepContext,
        label::label_step,
        packaging::packaging_step,
        start::{Resume, Start},
    },
    text::Text,
    ui::{
        dom::{El, el},
        file_input::take_files,
    },
};

/// What a report works with.
#[derive(Clone, Copy)]
pub(super) struct Report {
    pub(super) order: Order,
    pub(super) text: Signal<Text>,
    pub(super) api: Api,
    pub(super) persistence: DraftPersistence,
    pub(super) events: HostEvents,
    /// Counts how often the page wants the draft thrown away.
    pub(super) discards: Signal<u32>,
    /// How often it had wanted that when the draft was read.
    pub(super) discarded: u32,
}

/// One page of the widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Landing(Landing),
    Step(Step),
    TooLate,
    Status,
}

impl PageName for Page {
    fn name(self) -> &'static str {
        match self {
            Self::Landing(front) => front.name(),
            Self::Step(step) => step.name(),
            Self::TooLate => "closed",
            Self::Status => "sent",
        }
    }

    fn is_open(self) -> bool {
        self != Self::Status
    }
}

impl Report {
    /// The report, whose photos are prepared at `processor`, taken up where it was `saved`: at once if the customer `goes_on`, else
    /// when they say so. Who goes on where nothing was given has just begun. The first page `takes_focus` where the customer
    /// has pressed something for it.
    pub(super) fn view(self, processor: PhotoProcessor, saved: Option<Saved>, goes_on: bool, takes_focus: bool) -> El {
        let Self { order, api, persistence, events, discards, discarded, .. } = self;
        let claim = order.with(|line| line.claim.clone());
        let is_new = claim.is_none() && saved.is_none();
        let saved = saved.filter(|_| claim.is_none());
        let has_answers = saved.is_some();
        let phase = Signal::new(match claim {
            Some(claim) => Phase::Sent(Box::new(claim)),
            None => Phase::Filling(Step::Start),
        });
        let Saved { step, is_sending, answers, photos, removed, next_photo, .. } = saved.clone().unwrap_or_default();
        let queue = order.with(|line| Queue::restore(photos, removed, &line.photos)).numbered_from(next_photo);
        let policy = order.with(|line| line.policy.clone());
        let uploads = PhotoUploads::new(api, processor, policy, persistence, queue);
        let draft = Draft::new(order, uploads, saved.map(|_| answers));
        // Who came to a step by Change goes back to the check when it is done.
        let is_changing = Signal::new(false);
        let submission = Submission::new(api, draft, persistence, phase, events);
        let resumed = draft.is_begun().then(|| draft.step_to_resume(step));
        let scope = StoredValue::new(Scope::current());
        if resumed.is_some() {
            scope.get().spawn(async move {
                begin(order, api).await;
            });
        }
        if is_sending {
            // The button was pressed before the page went away.
            submission.begin();
        } else if let Some(step) = resumed.or(is_new.then(|| Step::Start.next())).filter(|_| goes_on) {
            uploads.warm();
            phase.set(Phase::Filling(step));
        }
        let resumed = Signal::new(resumed);
        keep_saved(persistence, draft, phase, resumed, events);
        announce_changes(draft, events);
        keep_current(self);

        effect(move || {
            let claim = order.claim();
            // Where the backend answers, so may what it did not take before.
            uploads.retry_all();
            let Some(claim) = claim else { return };
            if phase.with_untracked(|phase| phase.sending().is_none()) {
                if phase.with_untracked(Phase::is_open) {
                    scope.get().spawn(persistence.discard());
                }
                phase.set_if_changed(Phase::Sent(Box::new(claim)));
            }
        });

        // Settled, because a page built anew for the same step would lose the focus.
        let page = memo(move || {
            // In the middle of a report there is an hour more.
            let is_closed = order.is_closed();
            phase.with(|phase| match phase {
                Phase::Sent(_) => Page::Status,
                _ if !order.is_delivered() => Page::Landing(Landing::NotDelivered),
                Phase::Filling(Step::Start) => Page::Landing(Landing::of(order)),
                Phase::Filling(Step::Check) | Phase::Failed(..) if is_closed || phase.is_too_late() => Page::TooLate,
                Phase::Filling(_) if is_closed => Page::Landing(Landing::Closed),
                Phase::Filling(step) => Page::Step(*step),
                Phase::Sending(_) | Phase::Failed(..) => Page::Step(Step::Check),
            })
        });
        let failures = submission.failures;
        let leave_for = move |step: Step| {
            let to_check = is_changing.get_untracked();
            is_changing.set(false);
            failures.set(0);
            uploads.warm();
            if resumed.get_untracked().is_some() {
                resumed.set(None);
                events.draft("resumed");
            }
            let is_start = phase.with_untracked(|phase| *phase == Phase::Filling(Step::Start));
            if is_start || order.is_stale() {
                scope.get().spawn(begin_or_renew(order, api));
            }
            phase.set(Phase::Filling(if to_check { Step::Check } else { step }));
        };
        let change = move |step| {
            leave_for(step);
            is_changing.set(true);
        };
        let start_again: Rc<dyn Fn()> = Rc::new(move || {
            draft.clear();
            resumed.set(None);
            events.draft("discarded");
            scope.get().spawn(async move {
                persistence.discard().await;
                // What was removed is remembered until the backend has heard of it.
                persistence.save(&untrack(|| draft.saved(&Phase::Filling(Step::Start))), true);
            });
        });
        let discard = Rc::clone(&start_again);
        let discarded = Cell::new(discarded);
        effect(move || {
            // What is on its way, or there, is no draft.
            if discards.get() > discarded.replace(discards.get()) && phase.with_untracked(Phase::is_open) {
                untrack(|| discard());
                phase.set(Phase::Filling(Step::Start));
            }
        });
        let resume = move || {
            let photos = uploads.queue().with_untracked(Queue::counting);
            resumed.get().map(|step| Resume {
                photos,
                has_answers,
                on_go_on: Rc::new(move || leave_for(step)),
                on_start_again: Rc::clone(&start_again),
            })
        };
        let on_begin = Rc::new(move || leave_for(Step::Start.next()));
        let start = Start { resume: Rc::new(resume), is_waiting: Signal::new(false), on_begin };

        let pages = pages(&self, page, takes_focus, move |text, page, takes_focus| {
            let context = |step: Step| StepContext {
                text,
                draft,
                step,
                takes_focus,
                on_done: Rc::new(move || leave_for(step.next())),
                on_back: Rc::new(move || leave_for(step.back())),
                attempts: if step == Step::Check { failures } else { Signal::new(0) },
            };
            match page {
                Page::Landing(front) => front.view(text, order, takes_focus, start.clone()),
                Page::Step(Step::Start) => Landing::Start.view(text, order, takes_focus, start.clone()),
                Page::Step(step @ Step::Damage) => damage_step(context(step)),
                Page::Step(step @ Step::Packaging) => packaging_step(context(step)),
                Page::Step(step @ Step::Label) => label_step(context(step)),
                Page::Step(step @ Step::Device) => device_step(context(step)),
                Page::Step(step @ Step::Check) => {
                    let submission = submission.clone();
                    check_step(context(step), phase, move || submission.begin(), change)
                }
                Page::TooLate => too_late(text, draft, takes_focus),
                Page::Status => {
                    let takes_focus = Cell::new(takes_focus);
                    el("div").reactive(move || {
                        phase.with(|phase| match phase {
                            Phase::Sent(claim) => Some(status(text, order, claim, api, takes_focus.take())),
                            _ => None,
                        })
                    })
                }
            }
        });
        let asked = move || page.with_untracked(|page| if let Page::Step(step) = page { step.subject() } else { None });
        take_files(
            pages,
            move || asked().is_some(),
            move |files| {
                if let Some(subject) = asked() {
                    uploads.add(files, subject);
                }
            },
        )
    }
}

/// Tells the page of what the customer changes, and of what becomes of the photos.
fn announce_changes(draft: Draft, events: HostEvents) {
    let content = memo(move || draft.content());
    let is_first = Cell::new(true);
    effect(move || {
        content.with(|_| {});
        if !is_first.replace(false) {
            events.changed(&untrack(|| draft.violations()));
        }
    });
    let queue = draft.uploads.queue();
    let before = RefCell::new(queue.with_untracked(Queue::stages));
    effect(move || {
        let now = queue.with(Queue::stages);
        let before = before.replace(now.clone());
        for (id, subject, stage) in &now {
            if !before.contains(&(*id, *subject, stage)) {
                events.photo(*subject, stage);
            }
        }
        for (id, subject, _) in before {
            if now.iter().all(|(of, ..)| *of != id) {
                events.photo(subject, "removed");
            }
        }
    });
}

/// Saves the draft with each change, and asks before the page is left with what is not saved, or not sent as it should be.
fn keep_saved(
    persistence: DraftPersistence,
    draft: Draft,
    phase: Signal<Phase>,
    resumed: Signal<Option<Step>>,
    events: HostEvents,
) {
    let blank = Draft::blank(draft.order());
    let is_given = Signal::new(false);
    effect(move || {
        let saved = phase.with(|phase| (!matches!(phase, Phase::Sent(_))).then(|| draft.saved(phase)));
        let is_empty = saved.as_ref().is_none_or(|saved| saved.is_empty(&blank));
        is_given.set_if_changed(!is_empty);
        if let Some(mut saved) = saved {
            // Who has not yet said that they go on is still where they were.
            if let Some(step) = resumed.get() {
                saved.step = step;
            }
            persistence.save(&saved, is_empty);
        }
    });
    effect(move || {
        let is_sending = phase.with(|phase| phase.sending().is_some());
        let is_unsaved = is_given.get() && persistence.safety() != Safety::Saved;
        persistence.guard(is_sending || is_unsaved);
    });
    let before = Cell::new(None);
    effect(move || {
        if is_given.get() {
            let safety = persistence.safety();
            match (before.replace(Some(safety)), safety) {
                (Some(Safety::Saving), Safety::Saved) => events.draft("saved"),
                (None | Some(Safety::Saving | Safety::Saved), Safety::Memory { .. }) => events.draft("unsaved"),
                _ => {}
            }
        }
    });
}
