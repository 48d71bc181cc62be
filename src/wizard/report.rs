//! The report of one order line, from its first page to its claim.
//!
//! It holds what outlives a page: the order, the draft, and the phase that says which page is shown.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use damage_report_rules::contract::OrderLine;
use leptos::prelude::untrack;

use super::submission::Submission;
use crate::{
    announcer::Announcer,
    api::Api,
    background::Background,
    draft::{Draft, saved::Saved},
    failure::Failure,
    flow::{Phase, Step},
    held::Held,
    order::Order,
    photos::{Shelf, prepare::PhotoDesk, queue::Queue},
    status::status,
    steps::{
        check::check_step,
        closed::{not_delivered, window_closed},
        damage::damage_step,
        device::device_step,
        frame::Passage,
        label::label_step,
        packaging::packaging_step,
        start::{Resume, start_step},
    },
    storage::{Safety, Storage},
    text::Text,
    ui::{
        dom::{El, bind, el},
        icon::{WARNING, icon},
    },
    watched::{Watched, settled},
};

/// What a report works with.
pub(super) struct Report {
    pub(super) text: Watched<Text>,
    pub(super) api: Api,
    pub(super) desk: PhotoDesk,
    pub(super) storage: Storage,
    pub(super) announcer: Announcer,
    /// Counts how often the page wants the draft thrown away.
    pub(super) discards: Watched<u32>,
}

/// One page of the widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    NotDelivered,
    Closed,
    Step(Step),
    Status,
}

impl Page {
    /// Its name in the page's events.
    fn name(self) -> &'static str {
        match self {
            Self::NotDelivered => "undelivered",
            Self::Closed => "closed",
            Self::Step(step) => step.name(),
            Self::Status => "sent",
        }
    }
}

impl Report {
    /// The report of `line`, taken up where it was `saved`: at once if the customer `goes_on`, else when they say so.
    /// The first page `takes_focus` where the customer has pressed something for it.
    pub(super) fn view(self, mut line: OrderLine, saved: Option<Saved>, goes_on: bool, takes_focus: bool) -> El {
        let Self { text, api, desk, storage, announcer, discards } = self;
        let saved = saved.filter(|_| line.claim.is_none());
        let phase = Watched::new(match line.claim.take() {
            Some(claim) => Phase::Sent(Box::new(claim)),
            None => Phase::Filling(Step::Start),
        });
        let Saved { step, is_sending, answers, photos, removed, next_photo } = saved.clone().unwrap_or_default();
        let queue = Queue::restore(photos, removed, &line.photos).numbered_from(next_photo);
        let shelf = Shelf::new(api, desk, line.policy.clone(), storage, queue);
        let order = Order::new(line);
        announcer.deadline(order.window().as_ref(), order.standing());
        let draft = Draft::new(order, shelf, saved.map(|_| answers));
        // Who came to a step by Change goes back to the check when it is done.
        let is_changing = Watched::new(false);
        let submission = Submission::new(api, draft, storage, phase, announcer);
        let resumed = draft.is_begun().then(|| draft.step_to_resume(Step::numbered(step)));
        let background = Held::new(Background::here());
        let begin = move || {
            if order.begin() {
                background.get().start(api.begin_draft());
            }
        };
        if resumed.is_some() {
            begin();
        }
        if is_sending {
            // The button was pressed before the page went away.
            submission.begin();
        } else if let Some(step) = resumed.filter(|_| goes_on) {
            phase.set(Phase::Filling(step));
        }
        let resumed = Watched::new(resumed);
        keep_saved(storage, draft, phase, resumed, announcer);
        announce_changes(draft, announcer);

        // Settled, because a page built anew for the same step would lose the focus.
        let page = settled(move || {
            phase.with(|phase| match phase {
                Phase::Sent(_) => Page::Status,
                _ if !order.is_delivered() => Page::NotDelivered,
                Phase::Filling(Step::Start) if order.is_closed() => Page::Closed,
                Phase::Filling(step) => Page::Step(*step),
                Phase::Sending(_) | Phase::Failed(..) => Page::Step(Step::Check),
            })
        });
        let failures = submission.failures;
        let leave_for = move |step: Step| {
            let to_check = is_changing.get_untracked();
            is_changing.set(false);
            failures.set(0);
            shelf.warm();
            if resumed.get_untracked().is_some() {
                resumed.set(None);
                announcer.draft("resumed");
            }
            begin();
            // Midnight may have passed since the start was shown. Who is further than that is told where they send it.
            let is_too_late = phase.peek(|phase| *phase == Phase::Filling(Step::Start)) && order.is_closed();
            let step = if is_too_late { Step::Start } else { step };
            phase.set(Phase::Filling(if to_check { Step::Check } else { step }));
        };
        let change = move |step| {
            leave_for(step);
            is_changing.set(true);
        };
        let start_again: Rc<dyn Fn()> = Rc::new(move || {
            draft.clear();
            resumed.set(None);
            announcer.draft("discarded");
            background.get().start(async move {
                storage.discard().await;
                // What was removed is remembered until the backend has heard of it.
                storage.save(&untrack(|| draft.saved(&Phase::Filling(Step::Start))), true);
            });
        });
        let discard = Rc::clone(&start_again);
        let discarded = Cell::new(discards.get_untracked());
        bind(move || {
            // What is on its way, or there, is no draft.
            if discards.get() > discarded.replace(discards.get()) && phase.peek(Phase::is_open) {
                untrack(|| discard());
                phase.set(Phase::Filling(Step::Start));
            }
        });
        let resume = move || {
            let photos = shelf.queue().peek(Queue::counting);
            resumed.get().map(|step| Resume {
                photos,
                on_go_on: Rc::new(move || leave_for(step)),
                on_start_again: Rc::clone(&start_again),
            })
        };
        let shown = Cell::new(None::<Page>);

        let pages = el("div").live(move || {
            let (text, page) = (text.get(), page.get());
            let before = shown.replace(Some(page));
            let takes_focus = before.map_or(takes_focus, |before| before != page);
            if before != Some(page) {
                announcer.shows(page.name());
            }
            let passage = |step: Step| Passage {
                text,
                draft,
                step,
                takes_focus,
                on_done: Rc::new(move || leave_for(step.next())),
                on_back: Rc::new(move || leave_for(step.back())),
                attempts: if step == Step::Check { failures } else { Watched::new(0) },
            };
            Some(untrack(|| match page {
                Page::NotDelivered => not_delivered(text, order, takes_focus),
                Page::Closed => window_closed(text, order, takes_focus),
                Page::Step(step @ Step::Start) => {
                    start_step(text, draft, takes_focus, resume.clone(), move || leave_for(step.next()))
                }
                Page::Step(step @ Step::Damage) => damage_step(passage(step)),
                Page::Step(step @ Step::Packaging) => packaging_step(passage(step)),
                Page::Step(step @ Step::Label) => label_step(passage(step)),
                Page::Step(step @ Step::Device) => device_step(passage(step)),
                Page::Step(step @ Step::Check) => {
                    let submission = submission.clone();
                    check_step(passage(step), phase, move || submission.begin(), change)
                }
                Page::Status => phase.peek(|phase| match phase {
                    Phase::Sent(claim) => status(text, order, claim, api, takes_focus),
                    _ => el("div"),
                }),
            }))
        });
        let is_open = settled(move || phase.with(|phase| !matches!(phase, Phase::Sent(_))));
        let news = move || if is_open.get() { news(text.get(), api, storage) } else { None };
        el("div").child(banner(settled(news))).child(pages)
    }
}

/// Tells the page of what the customer changes, and of what becomes of the photos.
fn announce_changes(draft: Draft, announcer: Announcer) {
    let content = settled(move || draft.content());
    let is_first = Cell::new(true);
    bind(move || {
        content.with(|_| {});
        if !is_first.replace(false) {
            announcer.changed(&untrack(|| draft.violations()));
        }
    });
    let queue = draft.shelf.queue();
    let before = RefCell::new(queue.peek(Queue::stages));
    bind(move || {
        let now = queue.with(Queue::stages);
        let before = before.replace(now.clone());
        for (id, subject, stage) in &now {
            if !before.contains(&(*id, *subject, stage)) {
                announcer.photo(*subject, stage);
            }
        }
        for (id, subject, _) in before {
            if now.iter().all(|(of, ..)| *of != id) {
                announcer.photo(subject, "removed");
            }
        }
    });
}

/// Saves the draft with each change, and asks before the page is left with what is not saved, or not sent as it should be.
fn keep_saved(
    storage: Storage,
    draft: Draft,
    phase: Watched<Phase>,
    resumed: Watched<Option<Step>>,
    announcer: Announcer,
) {
    let blank = Draft::blank(draft.order());
    let is_given = Watched::new(false);
    bind(move || {
        let saved = phase.with(|phase| (!matches!(phase, Phase::Sent(_))).then(|| draft.saved(phase)));
        let is_empty = saved.as_ref().is_none_or(|saved| saved.is_empty(&blank));
        is_given.settle(!is_empty);
        if let Some(mut saved) = saved {
            // Who has not yet said that they go on is still where they were.
            if let Some(step) = resumed.get() {
                saved.step = step.number();
            }
            storage.save(&saved, is_empty);
        }
    });
    bind(move || {
        let is_sending = phase.with(|phase| phase.sending().is_some());
        let is_unsaved = is_given.get() && storage.safety() != Safety::Saved;
        storage.guard(is_sending || is_unsaved);
    });
    let before = Cell::new(None);
    bind(move || {
        if is_given.get() {
            let safety = storage.safety();
            match (before.replace(Some(safety)), safety) {
                (Some(Safety::Saving), Safety::Saved) => announcer.draft("saved"),
                (None | Some(Safety::Saving | Safety::Saved), Safety::Memory { .. }) => announcer.draft("unsaved"),
                _ => {}
            }
        }
    });
}

/// What the customer should know whatever page they are on, if anything.
fn news(text: Text, api: Api, storage: Storage) -> Option<String> {
    let safety = storage.safety();
    let key = match api.connection().trouble() {
        Some(Failure::Later(_)) => "banner.later",
        Some(_) if matches!(safety, Safety::Memory { .. }) => "banner.offline_unsaved",
        Some(_) => "banner.offline",
        None if safety == (Safety::Memory { by_choice: false }) => "banner.unsaved",
        None => return None,
    };
    Some(text.say(key))
}

/// A strip above the page; hidden while there is nothing to say.
///
/// Accessible when: it is there from the start, so that what comes to stand in it is announced, politely and once.
fn banner(news: Watched<Option<String>>) -> El {
    let sign = el("span").child(icon(WARNING));
    el("div")
        .class("banner")
        .live_attr("data-empty", move || news.get().is_none().then(String::new))
        .child(sign)
        .child(el("p").attr("role", "status").live_text(move || news.get().unwrap_or_default()))
}
