//! The report of one order line, from its first page to its claim: creates its parts, and shows its pages.

use std::{cell::Cell, rc::Rc};

use super::{
    announcing::announce_changes,
    navigation::Page,
    page_switch::page_switch,
    refresh::{keep_fresh, tell_begun},
    saving::save_changes,
    session::{Entry, OpenOrder, Session},
    submission::Submission,
};
use crate::{
    flow::{Phase, Step},
    photos::prepare::PhotoProcessor,
    reactive::signal::{Signal, effect, memo},
    status::status,
    steps::{
        check::{check_step, too_late},
        damage::damage_step,
        device::device_step,
        frame::StepContext,
        label::label_step,
        packaging::packaging_step,
        start::StartContext,
    },
    text::Text,
    ui::{
        dom::{El, el},
        file_input::take_files,
        focus::Focus,
    },
};

/// Builds the report of an order line. `processor` prepares its photos, `entry` is how the customer got here, and `focus` says
/// whether the first page takes the focus.
pub(super) fn report(open: OpenOrder, processor: PhotoProcessor, entry: Entry, focus: Focus) -> El {
    let is_sent = open.order.at_opening(|line| line.claim.is_some());
    // A saved draft is ignored once its claim is sent.
    let saved = if is_sent || entry == Entry::New { None } else { open.persistence.saved() };
    let is_new = !is_sent && saved.is_none();
    let was_sending = saved.as_ref().is_some_and(|saved| saved.is_sending);
    let session = Session::new(open, processor, saved);
    let submission = Submission::new(session);
    let resumable = session.resumable.get_untracked();
    if resumable.is_some() {
        session.spawn(async move {
            tell_begun(open.order, open.api).await;
        });
    }
    let first_step = resumable.or(is_new.then(|| Step::Start.next()));
    if was_sending {
        // The customer pressed the button before the page was closed.
        submission.begin();
    } else if let Some(step) = first_step.filter(|_| entry != Entry::Offer) {
        session.draft.uploads.warm();
        session.phase.set(Phase::Filling(step));
    }
    save_changes(session);
    announce_changes(session);
    keep_fresh(open);
    follow_claim(session);
    session.follow_discards();
    pages(session, submission, focus)
}

/// Shows the claim when the backend reports one: the customer sent it from another tab or device.
fn follow_claim(session: Session) {
    let Session { open, draft, phase, .. } = session;
    effect(move || {
        let claim = open.order.claim();
        // The backend has answered, so uploads that failed may succeed now.
        draft.uploads.retry_all();
        let Some(claim) = claim else { return };
        if phase.with_untracked(|phase| phase.sending().is_none()) {
            if phase.with_untracked(Phase::is_open) {
                session.spawn(open.persistence.discard());
            }
            phase.set_if_changed(Phase::Sent(Box::new(claim)));
        }
    });
}

/// Shows the pages of a report, one at a time. The customer can drop and paste files on the pages that ask for photos.
fn pages(session: Session, submission: Submission, focus: Focus) -> El {
    // A page rebuilt for the same step would lose the focus.
    let page = memo(move || session.page());
    let start = StartContext {
        resume: Rc::new(move || session.resume_offer()),
        is_waiting: Signal::new(false),
        on_begin: Rc::new(move || session.leave_for(Step::Start.next())),
    };
    let pages = page_switch(session.open, page, focus, move |text, page, focus| {
        view(session, &submission, page, text, focus, &start)
    });
    let subject = move || page.with_untracked(|page| page.subject());
    take_files(
        pages,
        move || subject().is_some(),
        move |files| {
            if let Some(subject) = subject() {
                session.draft.uploads.add(files, subject);
            }
        },
    )
}

/// Builds one page.
fn view(session: Session, submission: &Submission, page: Page, text: Text, focus: Focus, start: &StartContext) -> El {
    let Session { open, draft, phase, .. } = session;
    let context = |step: Step| StepContext {
        text,
        draft,
        step,
        focus,
        on_done: Rc::new(move || session.leave_for(step.next())),
        on_back: Rc::new(move || session.leave_for(step.back())),
        attempts: if step == Step::Check { session.failures } else { Signal::new(0) },
    };
    match page {
        Page::Landing(landing) => landing.view(text, open.order, focus, start.clone()),
        Page::Damage => damage_step(context(Step::Damage)),
        Page::Packaging => packaging_step(context(Step::Packaging)),
        Page::Label => label_step(context(Step::Label)),
        Page::Device => device_step(context(Step::Device)),
        Page::Check => {
            let submission = submission.clone();
            check_step(context(Step::Check), phase, move || submission.begin(), move |step| session.change(step))
        }
        Page::TooLate => too_late(text, draft, focus),
        Page::Status => sent(session, text, focus),
    }
}

/// The page of a claim that is sent, rebuilt when its status changes. Only the first takes the focus.
fn sent(session: Session, text: Text, focus: Focus) -> El {
    let Session { open, phase, .. } = session;
    let focus = Cell::new(focus);
    el("div").reactive(move || {
        phase.with(|phase| match phase {
            Phase::Sent(claim) => Some(status(text, open.order, claim, open.api, focus.replace(Focus::Leave))),
            Phase::Filling(_) | Phase::Sending(_) | Phase::Failed(..) => None,
        })
    })
}
