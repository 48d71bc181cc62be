//! One choice among several: a tick box or a radio button with its label, as one large target.
//!
//! Accessible when: the whole row is the label; it is 44 px high at least; the control is the browser's own, so keyboard, screen
//! reader and forced colours work as everywhere.

use web_sys::{Event, HtmlInputElement};

use super::dom::{El, el};

/// Whether the customer can choose one or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKind {
    /// Several: tick boxes.
    Several,
    /// One: radio buttons that share a name.
    One,
}

/// One choice with its `label`. Choices of one group share a `name`. `chosen` keeps the control up to date, and `on_choose` hears
/// whether it is chosen now.
pub fn choice(
    kind: ChoiceKind,
    id: &str,
    name: &str,
    label: String,
    chosen: impl Fn() -> bool + 'static,
    on_choose: impl Fn(bool) + 'static,
) -> El {
    let input_type = match kind {
        ChoiceKind::Several => "checkbox",
        ChoiceKind::One => "radio",
    };
    let control = el("input").attr("type", input_type).attr("id", id).attr("name", name);
    let input: HtmlInputElement = control.raw::<HtmlInputElement>().clone();
    let control = control
        .reactive_property("checked", move || chosen().into())
        .on("change", move |_: Event| on_choose(input.checked()));
    el("label").class("choice").child(control).child(el("span").text(label))
}
