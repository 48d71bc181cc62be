//! The page before a report is begun: the start, or why there is nothing to begin.
//!
//! It is all that the first module shows; what comes after Begin is in the other (`fetched`).

use std::{cell::Cell, rc::Rc};

use super::{
    page_switch::{PageName, pages},
    report::Report,
};
use crate::{
    order::Order,
    reactive::scope::Scope,
    reactive::signal::{Signal, effect, memo},
    steps::{
        closed::{not_delivered, window_closed},
        start::{Start, start_step},
    },
    text::Text,
    ui::dom::El,
};

/// A page that can be seen before the customer begins, and when they have gone all the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Landing {
    NotDelivered,
    Closed,
    Start,
}

impl Landing {
    /// The one for `order` at this moment.
    pub(super) fn of(order: Order) -> Self {
        if !order.is_delivered() {
            Self::NotDelivered
        } else if order.is_closed() {
            Self::Closed
        } else {
            Self::Start
        }
    }

    /// The page; of the start, what else is on it.
    pub(super) fn view(self, text: Text, order: Order, takes_focus: bool, start: Start) -> El {
        match self {
            Self::NotDelivered => not_delivered(text, order, takes_focus),
            Self::Closed => window_closed(text, order, takes_focus),
            Self::Start => start_step(text, order, takes_focus, start),
        }
    }
}

impl PageName for Landing {
    fn name(self) -> &'static str {
        match self {
            Self::NotDelivered => "undelivered",
            Self::Closed => "closed",
            Self::Start => "start",
        }
    }
}

/// The widget before a report is begun. The page `takes_focus` where the customer has pressed something for it; `on_begin`
/// hears, once, that they begin in time.
pub(super) fn front(report: &Report, takes_focus: bool, on_begin: impl Fn() + 'static) -> El {
    let Report { order, persistence, events, discards, discarded, .. } = *report;
    // Midnight may pass while it is shown.
    let page = memo(move || Landing::of(order));
    let is_waiting = Signal::new(false);
    let on_begin = move || {
        order.look_again();
        if page.get_untracked() == Landing::Start && !is_waiting.get_untracked() {
            is_waiting.set(true);
            on_begin();
        }
    };
    let start = Start { resume: Rc::new(|| None), is_waiting, on_begin: Rc::new(on_begin) };
    let (scope, discarded) = (Scope::current(), Cell::new(discarded));
    effect(move || {
        // From Begin on it is for the report to hear. What lies in this browser all the same could not be read.
        if discards.get() > discarded.replace(discards.get()) && !is_waiting.get_untracked() {
            scope.spawn(persistence.discard());
            events.draft("discarded");
        }
    });
    pages(report, page, takes_focus, move |text, page, takes_focus| page.view(text, order, takes_focus, start.clone()))
}
