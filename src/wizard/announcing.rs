//! Tells the host page what the customer changes, and what happens to the photos.

use std::cell::{Cell, RefCell};

use leptos::prelude::untrack;

use super::session::Session;
use crate::{
    draft::Draft,
    host_events::{HostEvents, PhotoState},
    photos::queue::PhotoQueue,
    reactive::signal::{effect, memo},
};

/// Tells the host page about changes of the draft and its photos.
pub(super) fn announce_changes(session: Session) {
    announce_content(session.draft, session.open.events);
    announce_photos(session.draft, session.open.events);
}

fn announce_content(draft: Draft, events: HostEvents) {
    let content = memo(move || draft.to_claim_draft());
    let is_first = Cell::new(true);
    effect(move || {
        content.with(|_| {});
        if !is_first.replace(false) {
            events.changed(&untrack(|| draft.violations()));
        }
    });
}

fn announce_photos(draft: Draft, events: HostEvents) {
    let queue = draft.uploads.queue();
    let before = RefCell::new(queue.with_untracked(PhotoQueue::photo_states));
    effect(move || {
        let now = queue.with(PhotoQueue::photo_states);
        let before = before.replace(now.clone());
        for (id, subject, state) in &now {
            if !before.contains(&(*id, *subject, *state)) {
                events.photo(*subject, *state);
            }
        }
        for (id, subject, _) in before {
            if now.iter().all(|(of, ..)| *of != id) {
                events.photo(subject, PhotoState::Removed);
            }
        }
    });
}
