//! The list of errors at the top of a page.
//!
//! Accessible when: it takes the focus when it appears and each time Continue finds errors again, and its lines are read out then; each
//! line leads to its control. The lines are buttons that look like links: a link to a hash leads nowhere inside a shadow root.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{DocumentFragment, Event, HtmlElement, Node};

use super::{
    dom::{El, el},
    icon::{WARNING, icon},
};
use crate::reactive::signal::{Reactive, Signal, effect, memo};

/// One error: the identifier of the control where the customer can correct it, and the words that say how.
pub type FieldError = (&'static str, String);

/// Lists the errors of a page under `title`; hidden while there are no errors. `attempts` counts how often the customer tried to
/// continue; each change of it moves the focus here.
pub fn error_summary(title: String, errors: Reactive<Vec<FieldError>>, attempts: Signal<u32>) -> El {
    let of_lines = Rc::clone(&errors);
    // The line of a control is kept when its words change: a rebuilt button would lose the focus.
    let controls = memo(move || of_lines().into_iter().map(|(id, _)| id).collect::<Vec<_>>());
    let words = Rc::clone(&errors);
    let line = move |(n, id): (usize, &'static str)| {
        let words = Rc::clone(&words);
        let button = el("button").attr("type", "button").class("link");
        let button =
            button.reactive_text(move || words().into_iter().nth(n).map(|(_, words)| words).unwrap_or_default());
        el("li").child(button.on("click", move |event| go_to(&event, id)))
    };
    let lines = move || controls.get().into_iter().enumerate().map(&line).collect::<Vec<_>>();
    let heading = el("h3").attr("id", "summary-title").child(icon(WARNING)).text(title);
    let summary = el("div")
        .class("summary")
        .attr("tabindex", "-1")
        .attr("role", "group")
        .attr("aria-labelledby", "summary-title")
        .attr("aria-describedby", "summary-lines")
        .reactive_attr("hidden", move || errors().is_empty().then(String::new))
        .child(heading)
        .child(el("ul").attr("id", "summary-lines").reactive_content(lines));
    let focused = summary.clone();
    effect(move || {
        if attempts.get() > 0 {
            focused.take_focus();
        }
    });
    summary
}

/// Moves the focus to the control `id` in the shadow root of the element that was pressed.
fn go_to(event: &Event, id: &str) {
    let pressed = event.current_target().and_then(|pressed| pressed.dyn_into::<Node>().ok());
    let root = pressed.and_then(|pressed| pressed.get_root_node().dyn_into::<DocumentFragment>().ok());
    let control = root.and_then(|root| root.query_selector(&["#", id].concat()).ok().flatten());
    if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
        // A control that was removed meanwhile cannot take the focus.
        let _ = control.focus();
    }
}
