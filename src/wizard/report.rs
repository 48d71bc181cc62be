//! The report of one order line, from its first page to its claim: creates its parts, and shows its pages.

use std::{cell::Cell, rc::Rc};

use super::{
    announcing::announce_changes,
    navigation::ReportPage,
    page_switch::page_switch,
    refresh::{keep_order_line_fresh, tell_backend_begun},
    saving::save_changes,
    session::{OpenOrderLine, ReportEntry, Session},
    submission::Submission,
};
use crate::{
    flow::{Phase, Step},
    photos::prepare::PhotoProcessor,
    reactive::signal::{Signal, effect, memo},
    status::status_page,
    steps::{
        check::{check_step, too_late_page},
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
        file_input::accept_files,
        focus::Focus,
    },
};

/// Builds the report of an order line. `processor` prepares its photos, `entry` is how the customer got here, and `focus` says
/// whether the first page takes the focus.
pub(super) fn report_pages(open: OpenOrderLine, processor: PhotoProcessor, entry: ReportEntry, focus: Focus) -> El {
    let is_sent = open.order.with_line_at_opening(|line| line.claim.is_some());
    // A saved draft is ignored once its claim is sent.
    let saved = if is_sent || entry == ReportEntry::New { None } else { open.persistence.parse_saved_draft() };
    let is_new = !is_sent && saved.is_none();
    let was_sending = saved.as_ref().is_some_and(|saved| saved.is_sending);
    let session = Session::new(open, processor, saved);
    let submission = Submission::new(session);
    let resumable = session.resumable.get_untracked();
    if resumable.is_some() {
        session.spawn(async move {
            tell_backend_begun(open.order, open.api).await;
        });
    }
    let first_step = resumable.or(is_new.then(|| Step::Start.next()));
    if was_sending {
        // The customer pressed the button before the page was closed.
        submission.begin();
    } else if let Some(step) = first_step.filter(|_| entry != ReportEntry::Offer) {
        session.draft.uploads.warm_up();
        session.phase.set(Phase::Filling(step));
    }
    save_changes(session);
    announce_changes(session);
    keep_order_line_fresh(open);
    follow_claim(session);
    session.start_again_on_discard();
    pages(session, submission, focus)
}

/// Shows the claim when the backend reports one: the customer sent it from another tab or device.
fn follow_claim(session: Session) {
    let Session { open, draft, phase, .. } = session;
    effect(move || {
        let claim = open.order.claim_status();
        // The backend has answered, so uploads that failed may succeed now.
        draft.uploads.retry_all();
        let Some(claim) = claim else { return };
        if phase.with_untracked(|phase| phase.claim_being_sent().is_none()) {
            if phase.with_untracked(Phase::is_open) {
                session.spawn(open.persistence.discard_draft());
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
        on_begin: Rc::new(move || session.go_to_step(Step::Start.next())),
    };
    let pages = page_switch(session.open, page, focus, move |text, page, focus| {
        view(session, &submission, page, text, focus, &start)
    });
    let subject = move || page.with_untracked(|page| page.subject());
    accept_files(
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
fn view(
    session: Session,
    submission: &Submission,
    page: ReportPage,
    text: Text,
    focus: Focus,
    start: &StartContext,
) -> El {
    let Session { open, draft, phase, .. } = session;
    let context = |step: Step| StepContext {
        text,
        draft,
        step,
        focus,
        on_done: Rc::new(move || session.go_to_step(step.next())),
        on_back: Rc::new(move || session.go_to_step(step.previous())),
        attempts: if step == Step::Check { session.failures } else { Signal::new(0) },
    };
    match page {
        ReportPage::Landing(landing) => landing.view(text, open.order, focus, start.clone()),
        ReportPage::Damage => damage_step(context(Step::Damage)),
        ReportPage::Packaging => packaging_step(context(Step::Packaging)),
        ReportPage::Label => label_step(context(Step::Label)),
        ReportPage::Device => device_step(context(Step::Device)),
        ReportPage::Check => {
            let submission = submission.clone();
            check_step(
                context(Step::Check),
                phase,
                move || submission.begin(),
                move |step| session.change_step_from_check(step),
            )
        }
        ReportPage::TooLate => too_late_page(text, draft, focus),
        ReportPage::Status => sent(session, text, focus),
    }
}

/// The page of a claim that is sent, rebuilt when its status changes. Only the first takes the focus.
fn sent(session: Session, text: Text, focus: Focus) -> El {
    let Session { open, phase, .. } = session;
    let focus = Cell::new(focus);
    el("div").reactive_content(move || {
        phase.with(|phase| match phase {
            Phase::Sent(claim) => Some(status_page(text, open.order, claim, open.api, focus.replace(Focus::Leave))),
            Phase::Filling(_) | Phase::Sending(_) | Phase::Failed(..) => None,
        })
    })
}
