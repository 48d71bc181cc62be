//! Saves the draft with each change. Tells the host page whether it is saved, and makes the browser ask before data is lost.

use std::cell::Cell;

use super::session::Session;
use crate::{
    draft::Draft,
    flow::Phase,
    host_events::DraftState,
    persistence::DraftSafety,
    reactive::signal::{Signal, effect},
};

/// Saves the draft of `session` with each change. The browser asks before the customer leaves a page with an unsaved draft, or with
/// a claim that is being sent.
pub(super) fn save_changes(session: Session) {
    let has_content = Signal::new(false);
    save(session, has_content);
    guard(session, has_content);
    announce_safety(session, has_content);
}

/// Saves the draft with each change, and sets `has_content`.
fn save(session: Session, has_content: Signal<bool>) {
    let Session { open, draft, phase, resumable, .. } = session;
    let blank = Draft::blank_answers(draft.order());
    effect(move || {
        let saved = phase.with(|phase| match phase {
            Phase::Filling(_) | Phase::Sending(_) | Phase::Failed(..) => Some(draft.to_saved(phase)),
            Phase::Sent(_) => None,
        });
        let is_empty = saved.as_ref().is_none_or(|saved| saved.is_empty(&blank));
        has_content.set_if_changed(!is_empty);
        if let Some(mut saved) = saved {
            // The landing is shown until the customer continues, but the saved step must stay that of the earlier visit.
            if let Some(step) = resumable.get() {
                saved.step = step;
            }
            open.persistence.save_answers(&saved, is_empty);
        }
    });
}

/// Makes the browser ask before the customer leaves the page, if that would lose something.
fn guard(session: Session, has_content: Signal<bool>) {
    let Session { open, phase, .. } = session;
    effect(move || {
        let is_sending = phase.with(|phase| phase.claim_being_sent().is_some());
        let is_unsaved = has_content.get() && open.persistence.safety() != DraftSafety::Saved;
        open.persistence.ask_before_leaving(is_sending || is_unsaved);
    });
}

/// Tells the host page when the draft is saved, and when it cannot be.
fn announce_safety(session: Session, has_content: Signal<bool>) {
    let open = session.open;
    let before = Cell::new(None);
    effect(move || {
        if has_content.get() {
            let safety = open.persistence.safety();
            match (before.replace(Some(safety)), safety) {
                (Some(DraftSafety::Saving), DraftSafety::Saved) => open.events.draft(DraftState::Saved),
                (None | Some(DraftSafety::Saving | DraftSafety::Saved), DraftSafety::Memory { .. }) => {
                    open.events.draft(DraftState::Unsaved)
                }
                (None | Some(DraftSafety::Saved | DraftSafety::Memory { .. }), DraftSafety::Saved)
                | (Some(DraftSafety::Memory { .. }), DraftSafety::Memory { .. })
                | (_, DraftSafety::Saving) => {}
            }
        }
    });
}
