//! One page after the other in the same place, with what the customer should know on each of them above it.

use std::cell::Cell;

use leptos::prelude::untrack;

use super::report::Report;
use crate::{
    api::Api,
    failure::Failure,
    persistence::{DraftPersistence, Safety},
    reactive::signal::{Signal, memo},
    text::Text,
    ui::{
        dom::{El, el},
        icon::{WARNING, icon},
    },
};

/// Which page is shown, by a name that the page around the widget hears.
pub(super) trait PageName: Copy + PartialEq + 'static {
    /// Its name in the page's events.
    fn name(self) -> &'static str;

    /// Whether a report is still being made, so that connection and storage matter.
    fn is_open(self) -> bool {
        true
    }
}

/// Shows `page` as `view` makes it, anew when the language changes. The first `takes_focus` where the customer has pressed
/// something for it, and each that follows.
pub(super) fn pages<P: PageName>(
    report: &Report,
    page: Signal<P>,
    takes_focus: bool,
    view: impl Fn(Text, P, bool) -> El + 'static,
) -> El {
    let Report { text, api, persistence, events, .. } = *report;
    let shown = Cell::new(None::<P>);
    let shown = el("div").reactive(move || {
        let (text, page) = (text.get(), page.get());
        let before = shown.replace(Some(page));
        if before != Some(page) {
            events.shows(page.name());
        }
        Some(untrack(|| view(text, page, before.map_or(takes_focus, |before| before != page))))
    });
    let is_open = memo(move || page.with(|page| page.is_open()));
    let news = move || if is_open.get() { news(text.get(), api, persistence) } else { None };
    el("div").child(banner(memo(news))).child(shown)
}

/// What the customer should know whatever page they are on, if anything.
fn news(text: Text, api: Api, persistence: DraftPersistence) -> Option<String> {
    let safety = persistence.safety();
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
fn banner(news: Signal<Option<String>>) -> El {
    let sign = el("span").child(icon(WARNING));
    el("div")
        .class("banner")
        .reactive_attr("data-empty", move || news.get().is_none().then(String::new))
        .child(sign)
        .child(el("p").attr("role", "status").reactive_text(move || news.get().unwrap_or_default()))
}
