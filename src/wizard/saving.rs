//! Saves the draft with each change, and tells the host page and the browser how safe it is.

use std::cell::Cell;

use super::session::Session;
use crate::{
    draft::Draft,
    flow::Phase,
    host_events::DraftState,
    persistence::Safety,
    reactive::signal::{Signal, effect},
};

/// Saves the draft of `session` with each change. The browser asks before the customer leaves a page with an unsaved draft, or with
/// a claim on its way.
pub(super) fn save_changes(session: Session) {
    let has_content = Signal::new(false);
    save(session, has_content);
    guard(session, has_content);
    announce_safety(session, has_content);
}

/// Saves the draft with each change, and notes whether it `has_content`.
fn save(session: Session, has_content: Signal<bool>) {
    let Session { open, draft, phase, resumable, .. } = session;
    let blank = Draft::blank(draft.order());
    effect(move || {
        let saved = phase.with(|phase| match phase {
            Phase::Filling(_) | Phase::Sending(_) | Phase::Failed(..) => Some(draft.saved(phase)),
            Phase::Sent(_) => None,
        });
        let is_empty = saved.as_ref().is_none_or(|saved| saved.is_empty(&blank));
        has_content.set_if_changed(!is_empty);
        if let Some(mut saved) = saved {
            // Until the customer continues, the step of the earlier visit stays.
            if let Some(step) = resumable.get() {
                saved.step = step;
            }
            open.persistence.save(&saved, is_empty);
        }
    });
}

/// Asks before the customer leaves the page, where leaving would lose something.
fn guard(session: Session, has_content: Signal<bool>) {
    let Session { open, phase, .. } = session;
    effect(move || {
        let is_sending = phase.with(|phase| phase.sending().is_some());
        let is_unsaved = has_content.get() && open.persistence.safety() != Safety::Saved;
        open.persistence.guard(is_sending || is_unsaved);
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
                (Some(Safety::Saving), Safety::Saved) => open.events.draft(DraftState::Saved),
                (None | Some(Safety::Saving | Safety::Saved), Safety::Memory { .. }) => {
                    open.events.draft(DraftState::Unsaved)
                }
                (None | Some(Safety::Saved | Safety::Memory { .. }), Safety::Saved)
                | (Some(Safety::Memory { .. }), Safety::Memory { .. })
                | (_, Safety::Saving) => {}
            }
        }
    });
}
