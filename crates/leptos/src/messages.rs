//! Words that replace the element's own.
//!
//! Which keys there are, and which of them have plural forms, is told by the files of the languages (`nl.json` and `nl-report.json`).

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// Words that replace the element's own, by their keys; the others stay.
///
/// # Example
///
/// ```
/// use damage_report_leptos::Messages;
///
/// let messages = Messages::new()
///     .text("opening", "Device broken?")
///     .forms("status.photos", [("one", "{n} picture"), ("other", "{n} pictures")]);
/// assert_ne!(messages, Messages::new());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Messages(Vec<(String, Words)>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Words {
    Text(String),
    Forms(Vec<(String, String)>),
}

impl Messages {
    /// None: all words are the element's.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One text, where the element has one.
    #[must_use]
    pub fn text(mut self, key: impl Into<String>, words: impl Into<String>) -> Self {
        self.0.push((key.into(), Words::Text(words.into())));
        self
    }

    /// Plural forms, where the element has those: by the categories of the language, `other` at least.
    #[must_use]
    pub fn forms<C: Into<String>, W: Into<String>>(
        mut self,
        key: impl Into<String>,
        forms: impl IntoIterator<Item = (C, W)>,
    ) -> Self {
        let forms = forms.into_iter().map(|(category, words)| (category.into(), words.into())).collect();
        self.0.push((key.into(), Words::Forms(forms)));
        self
    }

    /// As the element takes them.
    pub(crate) fn to_object(&self) -> JsValue {
        object(self.0.iter().map(|(key, words)| {
            let words = match words {
                Words::Text(text) => text.into(),
                Words::Forms(forms) => object(forms.iter().map(|(category, words)| (category, words.into()))),
            };
            (key, words)
        }))
    }
}

fn object<'a>(entries: impl Iterator<Item = (&'a String, JsValue)>) -> JsValue {
    let object = Object::new();
    for (key, value) in entries {
        Reflect::set(&object, &key.into(), &value).expect("an object of our own takes what it is given");
    }
    object.into()
}
