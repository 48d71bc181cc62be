//! Text that the customer types, in one line or in several.
//!
//! Accessible when: label, hint and error are tied to the control; the error stands in words beside it; nothing is
//! checked while typing.

use web_sys::HtmlInputElement;

use super::dom::{El, el};
use crate::reactive::signal::{Reactive, Signal};

/// What is asked, and what stands around the answer.
pub struct Field {
    /// The control's identifier, for labels and for links that lead here.
    pub id: &'static str,
    /// What is asked.
    pub label: String,
    /// What helps to answer.
    pub hint: Reactive<String>,
    /// What stands in it.
    pub value: Signal<String>,
    /// Which characters it takes: others go as they come, by hand or pasted.
    pub takes: fn(char) -> bool,
    /// What is wrong with it, if anything.
    pub error: Reactive<Option<String>>,
    /// What may be worth a second look, if anything; announced politely.
    pub advice: Reactive<Option<String>>,
}

impl Field {
    /// A line of text, not for words of a language: no spelling checked, no names filled in.
    pub fn line(self) -> El {
        let control = el("input").attr("type", "text").attr("autocomplete", "off").attr("autocapitalize", "characters");
        self.around(control.attr("spellcheck", "false"))
    }

    /// Several lines of text, in whatever direction it is written.
    pub fn lines(self) -> El {
        self.around(el("textarea").attr("rows", "4").attr("dir", "auto"))
    }

    fn around(self, control: El) -> El {
        let Self { id, label, hint, value, takes, error, advice } = self;
        let hint_id = [id, "-hint"].concat();
        let is_wrong = error.clone();
        let control = control
            .attr("id", id)
            .attr("aria-describedby", &[id, "-hint ", id, "-error"].concat())
            .reactive_attr("aria-invalid", move || is_wrong().map(|_| "true".into()))
            .reactive_property("value", move || value.get().into());
        // A textarea's value reads like an input's.
        let typed: HtmlInputElement = control.raw::<HtmlInputElement>().clone();
        let control = control.on("input", move |_| value.set(taken(&typed, takes)));
        el("div")
            .class("field")
            .child(el("label").attr("for", id).text(label))
            .child(el("p").class("hint").attr("id", &hint_id).reactive_text(move || hint()))
            .child(field_error(id, error))
            .child(control)
            .child(announced("advice", move || advice().unwrap_or_default()))
    }
}

/// What stands in `field`, after what it does not take was taken out. The caret stays between the characters between which it was.
fn taken(field: &HtmlInputElement, takes: fn(char) -> bool) -> String {
    let typed = field.value();
    let mut taken = typed.clone();
    let mut out = 0;
    taken.retain(|c| {
        let stays = takes(c);
        out += u32::from(!stays);
        stays
    });
    if out > 0 {
        // What was there before had been gone through: it all stood before the caret, each of it one unit of UTF-16.
        let caret = field.selection_start().ok().flatten().unwrap_or_default().saturating_sub(out);
        field.set_value(&taken);
        // A field that has no caret needs none.
        let _ = field.set_selection_range(caret, caret);
    }
    taken
}

/// What is wrong with the control `id`, beside it.
pub fn field_error(id: &str, error: Reactive<Option<String>>) -> El {
    let words = move || error().unwrap_or_default();
    el("p").class("error").attr("id", &[id, "-error"].concat()).reactive_text(words)
}

/// Words that are read out politely whenever they change.
pub fn announced(class: &str, words: impl Fn() -> String + 'static) -> El {
    el("p").class(class).attr("role", "status").reactive_text(words)
}
