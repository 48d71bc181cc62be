//! Text fields, of one line or several.
//!
//! Accessible when: label, hint and error are tied to the control; the error is a sentence next to it; the field is not checked while
//! the customer types.

use web_sys::HtmlInputElement;

use super::dom::{El, el};
use crate::reactive::signal::{Reactive, Signal};

/// A text field with its label and its messages.
pub struct TextField {
    /// The control's identifier, for its label and for the error summary.
    pub id: &'static str,
    /// The question.
    pub label: String,
    /// Help with the answer.
    pub hint: Reactive<String>,
    /// The answer.
    pub value: Signal<String>,
    /// Whether a character is allowed. Others are removed at once, typed or pasted.
    pub allows: fn(char) -> bool,
    /// The error, if there is one.
    pub error: Reactive<Option<String>>,
    /// Advice that does not keep the customer from continuing, announced politely.
    pub advice: Reactive<Option<String>>,
}

impl TextField {
    /// One line for a code or number: without spell check, and without completion of names.
    pub fn single_line(self) -> El {
        let control = el("input").attr("type", "text").attr("autocomplete", "off").attr("autocapitalize", "characters");
        self.build(control.attr("spellcheck", "false"))
    }

    /// Several lines, written from the left or from the right.
    pub fn multi_line(self) -> El {
        self.build(el("textarea").attr("rows", "4").attr("dir", "auto"))
    }

    fn build(self, control: El) -> El {
        let Self { id, label, hint, value, allows, error, advice } = self;
        let hint_id = [id, "-hint"].concat();
        let is_wrong = error.clone();
        let control = control
            .attr("id", id)
            .attr("aria-describedby", &[id, "-hint ", id, "-error"].concat())
            .reactive_attr("aria-invalid", move || is_wrong().map(|_| "true".into()))
            .reactive_property("value", move || value.get().into());
        // A textarea's value reads like an input's.
        let typed: HtmlInputElement = control.raw::<HtmlInputElement>().clone();
        let control = control.on("input", move |_| value.set(allowed_value(&typed, allows)));
        el("div")
            .class("field")
            .child(el("label").attr("for", id).text(label))
            .child(el("p").class("hint").attr("id", &hint_id).reactive_text(move || hint()))
            .child(field_error(id, error))
            .child(control)
            .child(live_region("advice", move || advice().unwrap_or_default()))
    }
}

/// Removes the characters that `field` does not take, and gives its value. The caret stays at its place in the text.
fn allowed_value(field: &HtmlInputElement, allows: fn(char) -> bool) -> String {
    let typed = field.value();
    let mut taken = typed.clone();
    let mut out = 0;
    taken.retain(|c| {
        let stays = allows(c);
        out += u32::from(!stays);
        stays
    });
    if out > 0 {
        // The removed characters are new, so all stood before the caret; each is one unit of UTF-16.
        let caret = field.selection_start().ok().flatten().unwrap_or_default().saturating_sub(out);
        field.set_value(&taken);
        // A field without a caret refuses, which does no harm.
        let _ = field.set_selection_range(caret, caret);
    }
    taken
}

/// The error of the control `id`.
pub fn field_error(id: &str, error: Reactive<Option<String>>) -> El {
    let words = move || error().unwrap_or_default();
    el("p").class("error").attr("id", &[id, "-error"].concat()).reactive_text(words)
}

/// Words that a screen reader reads out politely whenever they change.
pub fn live_region(class: &str, words: impl Fn() -> String + 'static) -> El {
    el("p").class(class).attr("role", "status").reactive_text(words)
}
