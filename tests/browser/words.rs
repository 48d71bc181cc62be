//! The words that tests expect on a page: those of the language files, so that a better sentence breaks no test.

use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = pluralCategories)]
    fn plural_categories(lang: &str) -> Vec<String>;
}

/// A language: its tag, and its file.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    pub(crate) lang: &'static str,
    pub(crate) json: &'static str,
}

pub(crate) const NL: Words = Words { lang: "nl", json: include_str!("../../locales/nl.json") };
pub(crate) const EN: Words = Words { lang: "en", json: include_str!("../../locales/en.json") };

impl Words {
    /// The message `key`.
    pub(crate) fn say(self, key: &str) -> String {
        self.fill(key, &[])
    }

    /// The message `key` with each `{name}` filled in.
    pub(crate) fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        let message = self.messages()[key].clone();
        filled(message.as_str().unwrap_or_else(|| panic!("{key} is no text")), values)
    }

    /// Why something does not arrive, as it is said to somebody who has filled in something.
    pub(crate) fn failure(self, key: &str) -> String {
        self.fill(key, &[("kept", &[&self.say("failure.kept"), " "].concat())])
    }

    /// The same, as it is said to somebody who need not have.
    pub(crate) fn failure_alone(self, key: &str) -> String {
        self.fill(key, &[("kept", "")])
    }

    /// The form of `key` for a plural category, with each `{name}` filled in.
    pub(crate) fn form(self, key: &str, category: &str, values: &[(&str, &str)]) -> String {
        let message = self.messages()[key][category].clone();
        filled(message.as_str().unwrap_or_else(|| panic!("{key} has no form {category}")), values)
    }

    fn messages(self) -> Value {
        serde_json::from_str(self.json).unwrap()
    }
}

fn filled(message: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(message.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[wasm_bindgen_test]
fn every_plural_has_a_form_for_each_category_of_the_browser() {
    for words in [NL, EN] {
        let mut categories = plural_categories(words.lang);
        categories.sort();
        for (key, message) in words.messages().as_object().unwrap() {
            if let Value::Object(forms) = message {
                let mut have: Vec<_> = forms.keys().cloned().collect();
                have.sort();
                assert_eq!(have, categories, "{key} in {}", words.lang);
            }
        }
    }
}
