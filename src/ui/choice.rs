//! One choice among several: a tick box or a radio button with its words, as one large target.
//!
//! Accessible when: the whole row is the label; 44 px high at least; the control is the browser's own, so keyboard,
//! screen reader and forced colours work as everywhere.

use leptos::prelude::*;

/// Whether one or several can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKind {
    /// Several: tick boxes.
    Several,
    /// One: radio buttons that share a name.
    One,
}

/// One choice.
#[component]
pub fn Choice(
    /// Whether its neighbours can be chosen too.
    kind: ChoiceKind,
    /// Its identifier, for labels and for links that lead here.
    id: String,
    /// The name that it shares with its neighbours.
    name: &'static str,
    /// Its words.
    label: String,
    /// Whether it is chosen.
    #[prop(into)]
    chosen: Signal<bool>,
    /// Called with whether it is chosen now.
    #[prop(into)]
    on_choose: UnsyncCallback<(bool,)>,
) -> impl IntoView {
    let input_type = match kind {
        ChoiceKind::Several => "checkbox",
        ChoiceKind::One => "radio",
    };
    let for_id = id.clone();
    view! {
        <label class="choice" for=for_id>
            <input
                type=input_type
                id=id
                name=name
                prop:checked=move || chosen.get()
                on:change:target=move |event| on_choose.run((event.target().checked(),))
            />
            <span>{label}</span>
        </label>
    }
}
