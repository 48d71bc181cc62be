//! The landing of an order line that the host page has given, before the backend has confirmed it.
//!
//! Until then the page says nothing about the time that is left, no lock is held, no draft is read, and Begin waits. This code is in the
//! second module, because such a landing is shown only when that is there.

use std::{cell::Cell, rc::Rc};

use damage_report_rules::contract::OrderLine;
use leptos::prelude::Owner;
use wasm_bindgen::prelude::*;

use super::{landing::landing_page, page_slot::PageSlot, session::OpenOrderLine};
use crate::{json::read_json_value, persistence::DraftPersistence, retry::retry, ui::focus::Focus};

#[wasm_bindgen]
extern "C" {
    /// An order line that the host page has given.
    pub type GivenOrderLine;

    #[wasm_bindgen(method, getter, js_name = orderLine)]
    fn order_line(this: &GivenOrderLine) -> JsValue;
    /// Tells the page's developer that it is none.
    #[wasm_bindgen(method)]
    fn refuse(this: &GivenOrderLine);
}

/// The opening, as the preview needs it. It is a trait because the opening reaches this module through the code of the report.
pub(super) trait PreviewHost {
    /// Where the landing is shown.
    fn slot(&self) -> &PageSlot;

    /// Opens `line` under an owner of its own, and shows nothing.
    fn open_order_line(&self, line: OrderLine) -> (Owner, OpenOrderLine);

    /// Returns what replaces the landing, which lives under `page`, with the report. That lives under `owner`.
    fn begin_action(&self, open: OpenOrderLine, owner: &Owner, page: &Owner) -> Rc<dyn Fn()>;

    /// Returns a callback that hands the draft over to another tab.
    fn on_wanted(&self, persistence: DraftPersistence) -> Box<dyn Fn()>;

    /// The backend has confirmed the order line: from now on the landing and the host page follow it.
    fn follow_confirmed(&self, open: OpenOrderLine, owner: &Owner, page: &Owner);

    /// Whether a later opening, or another tab, has ended the opening of this number.
    fn is_over(&self, generation: u32) -> bool;

    /// Opens the widget with what the backend answers.
    fn open_again(&self);
}

/// How far the customer and the backend have come. The report begins once both have spoken.
#[derive(Clone, Default)]
struct Confirmation {
    is_begun: Rc<Cell<bool>>,
    is_confirmed: Rc<Cell<bool>>,
}

/// Shows the landing of the order line that the host page has `given`, and asks the backend about it. Where the landing cannot be shown, or
/// the backend does not confirm it, the widget opens as without it.
pub(super) fn preview(host: Box<dyn PreviewHost>, given: &GivenOrderLine, generation: u32) {
    let Some(line) = read_json_value(given.order_line()) else {
        given.refuse();
        return host.open_again();
    };
    let (owner, open) = host.open_order_line(line);
    if !open.order.is_previewable() {
        return host.open_again();
    }
    let (page, confirmation) = (owner.with(Owner::new), Confirmation::default());
    let begin = host.begin_action(open, &owner, &page);
    let on_begin = {
        let (begin, Confirmation { is_begun, is_confirmed }) = (Rc::clone(&begin), confirmation.clone());
        move || {
            is_begun.set(true);
            if is_confirmed.get() {
                begin();
            }
        }
    };
    host.slot().show_page(owner.clone(), || page.with(|| landing_page(open, Focus::Leave, Rc::new(on_begin))));
    open.events.ready();
    host.slot().scope().clone().spawn(async move {
        let is_confirmed = is_confirmed(&*host, open, generation).await;
        if host.is_over(generation) {
            return;
        }
        if !is_confirmed {
            return host.open_again();
        }
        host.follow_confirmed(open, &owner, &page);
        confirmation.is_confirmed.set(true);
        if confirmation.is_begun.get() {
            begin();
        }
    });
}

/// Asks the backend about the order line that is shown, for as long as it takes. Returns whether the landing stays: the backend says the
/// same, this tab holds the draft, and none is saved.
async fn is_confirmed(host: &dyn PreviewHost, open: OpenOrderLine, generation: u32) -> bool {
    let OpenOrderLine { order, api, persistence, .. } = open;
    let line = retry(&api.connection(), || api.fetch_order_line(), || !host.is_over(generation)).await;
    let Some(line) = line.ok().filter(|line| order.is_confirmed_by(line)) else { return false };
    order.set_line(line);
    persistence.lock(false, host.on_wanted(persistence)).await && !persistence.find_saved_draft().await
}
