//! The page before Begin: the start, or the reason why the customer cannot begin.
//!
//! The first module of WebAssembly shows this page alone; the report after Begin is in the second (`lazy`).

use std::rc::Rc;

use super::{
    page_switch::{PageName, page_switch},
    session::OpenOrderLine,
};
use crate::{
    host_events::{DraftState, StepName},
    order::ReportedOrderLine,
    reactive::{
        scope::Scope,
        signal::{Signal, memo},
    },
    steps::{
        closed::{not_delivered_page, window_closed_page},
        start::{StartContext, start_step},
    },
    text::Text,
    ui::{dom::El, focus::Focus},
};

/// A page that the customer sees before they begin, and when they have gone all the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Landing {
    NotDelivered,
    Closed,
    Start,
}

impl Landing {
    /// The page for `order` at this moment. Reactive.
    pub(super) fn of(order: ReportedOrderLine) -> Self {
        if !order.is_delivered() {
            Self::NotDelivered
        } else if order.is_closed() {
            Self::Closed
        } else {
            Self::Start
        }
    }

    /// Builds the page; `start` is where the start leads.
    pub(super) fn view(self, text: Text, order: ReportedOrderLine, focus: Focus, start: StartContext) -> El {
        match self {
            Self::NotDelivered => not_delivered_page(text, order, focus),
            Self::Closed => window_closed_page(text, order, focus),
            Self::Start => start_step(text, order, focus, start),
        }
    }
}

impl PageName for Landing {
    fn name(self) -> StepName {
        match self {
            Self::NotDelivered => StepName::Undelivered,
            Self::Closed => StepName::Closed,
            Self::Start => StepName::Start,
        }
    }
}

/// Shows the page before Begin. `on_begin` hears, once, that the customer begins in time.
pub(super) fn landing_page(open: OpenOrderLine, focus: Focus, on_begin: Rc<dyn Fn()>) -> El {
    let OpenOrderLine { order, persistence, events, .. } = open;
    // The reporting window may close while the page is shown.
    let page = memo(move || Landing::of(order));
    let is_waiting = Signal::new(false);
    let on_begin = move || {
        order.refresh_standing();
        if page.get_untracked() == Landing::Start && !is_waiting.get_untracked() {
            is_waiting.set(true);
            on_begin();
        }
    };
    let start = StartContext { resume: Rc::new(|| None), is_waiting, on_begin: Rc::new(on_begin) };
    let scope = Scope::current();
    open.on_discard(move || {
        // After Begin the report handles discards. A draft that is still stored here was unreadable: delete it.
        if !is_waiting.get_untracked() {
            scope.spawn(persistence.discard_draft());
            events.draft(DraftState::Discarded);
        }
    });
    page_switch(open, page, focus, move |text, page, focus| page.view(text, order, focus, start.clone()))
}
