//! Shows one page at a time in the same place, under a banner about connection and storage.

use std::cell::Cell;

use leptos::prelude::untrack;

use super::session::OpenOrderLine;
use crate::{
    api::Api,
    failure::Failure,
    host_events::StepName,
    persistence::{DraftPersistence, DraftSafety},
    reactive::signal::{Signal, memo},
    text::Text,
    ui::{
        dom::{El, el},
        focus::Focus,
        icon::{WARNING, icon},
    },
};

/// A kind of page with a name for the host page.
pub(super) trait PageName: Copy + PartialEq + 'static {
    /// Its name in the `step` event.
    fn name(self) -> StepName;

    /// Whether the claim is not sent yet, so that connection and storage matter.
    fn is_open(self) -> bool {
        true
    }
}

/// Shows `page` as `view` builds it, and rebuilds it in another language. `focus` is about the first page; each page after it takes
/// the focus, but a page in another language does not.
pub(super) fn page_switch<P: PageName>(
    open: OpenOrderLine,
    page: Signal<P>,
    focus: Focus,
    view: impl Fn(Text, P, Focus) -> El + 'static,
) -> El {
    let OpenOrderLine { text, api, persistence, events, .. } = open;
    let shown = Cell::new(None::<P>);
    let shown = el("div").reactive_content(move || {
        let (text, page) = (text.get(), page.get());
        let before = shown.replace(Some(page));
        if before != Some(page) {
            events.step(page.name());
        }
        let focus = match before {
            None => focus,
            Some(before) if before == page => Focus::Leave,
            Some(_) => Focus::Take,
        };
        Some(untrack(|| view(text, page, focus)))
    });
    let is_open = memo(move || page.with(|page| page.is_open()));
    let news = move || if is_open.get() { news(text.get(), api, persistence) } else { None };
    el("div").child(banner(memo(news))).child(shown)
}

/// The words of the banner, if there is trouble with connection or storage.
fn news(text: Text, api: Api, persistence: DraftPersistence) -> Option<String> {
    let safety = persistence.safety();
    let key = match api.connection().current_failure() {
        Some(Failure::Later(_)) => "banner.later",
        Some(_) if matches!(safety, DraftSafety::Memory { .. }) => "banner.offline_unsaved",
        Some(_) => "banner.offline",
        None if safety == (DraftSafety::Memory { by_choice: false }) => "banner.unsaved",
        None => return None,
    };
    Some(text.say(key))
}

/// A strip above the page, hidden while it is empty.
///
/// Accessible when: it is in the page from the start, so that new words in it are announced politely, once.
fn banner(news: Signal<Option<String>>) -> El {
    let sign = el("span").child(icon(WARNING));
    el("div")
        .class("banner")
        .reactive_attr("data-empty", move || news.get().is_none().then(String::new))
        .child(sign)
        .child(el("p").attr("role", "status").reactive_text(move || news.get().unwrap_or_default()))
}
