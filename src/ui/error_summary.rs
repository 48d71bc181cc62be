//! Everything that is wrong with a page, at its top.
//!
//! Accessible when: it takes focus when it appears and each time Continue finds something again; each line leads to
//! its control. The lines are buttons in links' clothes: a link with a hash goes nowhere inside a shadow root.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{DocumentFragment, HtmlElement};

use super::icon::{WARNING, icon};

/// One thing that is wrong: the identifier of the control where it can be put right, and what to do.
pub type Wrong = (&'static str, String);

/// What is wrong with a page.
#[component]
pub fn ErrorSummary(
    /// Its heading.
    title: String,
    /// What is wrong; nothing is shown while that is nothing.
    #[prop(into)]
    errors: Signal<Vec<Wrong>>,
    /// Counts how often the customer tried to go on; each change moves the focus here.
    attempts: ReadSignal<u32>,
) -> impl IntoView {
    let summary = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if attempts.get() > 0
            && let Some(summary) = summary.get()
        {
            // An element that is gone by now cannot take the focus, and need not.
            let _ = summary.focus();
        }
    });
    let is_shown = Memo::new(move |_| !errors.read().is_empty());
    view! {
        <Show when=move || is_shown.get()>
            <div class="summary" node_ref=summary tabindex="-1" role="group" aria-labelledby="summary-title">
                <h3 id="summary-title">{icon(WARNING)}{title.clone()}</h3>
                <ul>
                    {move || {
                        errors
                            .get()
                            .into_iter()
                            .map(|(id, words)| {
                                view! {
                                    <li>
                                        <button type="button" class="link" on:click=move |event| go_to(&event, id)>
                                            {words}
                                        </button>
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
            </div>
        </Show>
    }
}

/// Moves the focus to the control `id` beside the element that was pressed.
pub fn go_to(event: &web_sys::MouseEvent, id: &str) {
    let root = event.current_target().and_then(|pressed| pressed.dyn_into::<web_sys::Node>().ok());
    let root = root.and_then(|pressed| pressed.get_root_node().dyn_into::<DocumentFragment>().ok());
    let control = root.and_then(|root| root.query_selector(&["#", id].concat()).ok().flatten());
    if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
        // A control that is gone by now cannot take the focus.
        let _ = control.focus();
        control.scroll_into_view();
    }
}
