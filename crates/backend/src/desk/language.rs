//! The languages of the desk, its words, and how it writes dates and money.
//!
//! The words are two flat files beside the templates. A person's choice is in a cookie; before a choice the browser's own languages
//! count.

use std::{collections::HashMap, sync::LazyLock};

use axum::http::{HeaderMap, header};
use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};
use damage_report_rules::lifecycle::Money;

use super::{amount, cookies::cookie_value};

/// The cookie with the chosen language.
pub(super) const COOKIE: &str = "desk-language";

/// A language of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Dutch,
    English,
}

static DUTCH: LazyLock<HashMap<String, String>> = LazyLock::new(|| words_of(include_str!("../../desk/words/nl.json")));
static ENGLISH: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| words_of(include_str!("../../desk/words/en.json")));

fn words_of(json: &str) -> HashMap<String, String> {
    serde_json::from_str(json).expect("the words are JSON, which a test reads")
}

impl Language {
    pub(super) const ALL: [Self; 2] = [Self::Dutch, Self::English];

    /// Its tag (BCP 47).
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Dutch => "nl",
            Self::English => "en",
        }
    }

    /// Its own name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dutch => "Nederlands",
            Self::English => "English",
        }
    }

    /// The language with this tag.
    pub(super) fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The language of a request: the chosen one, or the first of the browser's that the desk has; Dutch by default.
    pub(super) fn of_request(headers: &HeaderMap) -> Self {
        let chosen = cookie_value(headers, COOKIE).and_then(Self::from_tag);
        let accepted = || {
            let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            // Browsers send the languages in the order of preference.
            accepted.split(',').find_map(|range| Self::from_tag(range.trim().get(..2)?))
        };
        chosen.or_else(accepted).unwrap_or(Self::Dutch)
    }

    /// The words called `key`. A test holds that both languages have each key that the code uses.
    pub(super) fn words(self, key: &str) -> &'static str {
        let words = match self {
            Self::Dutch => &DUTCH,
            Self::English => &ENGLISH,
        };
        words.get(key).map_or("", String::as_str)
    }

    /// The words called `key`, with `value` for `{name}`.
    pub(super) fn fill(self, key: &str, name: &str, value: &str) -> String {
        self.words(key).replace(&format!("{{{name}}}"), value)
    }

    /// A day: "di 24 nov 2026".
    pub(super) fn format_day(self, day: NaiveDate) -> String {
        let weekday = nth(self.words("weekdays"), day.weekday().num_days_from_monday());
        let month = nth(self.words("months"), day.month0());
        format!("{weekday} {} {month} {}", day.day(), day.year())
    }

    /// A moment: "di 24 nov 2026, 12:00".
    pub(super) fn format_moment(self, at: NaiveDateTime) -> String {
        format!("{}, {:02}:{:02}", self.format_day(at.date()), at.hour(), at.minute())
    }

    /// An amount: "€ 399,00".
    pub(super) fn format_money(self, money: &Money) -> String {
        let amount = amount::format_amount(money.cents(), money.currency(), self.decimal_mark());
        let sign = match money.currency() {
            "EUR" => "€",
            "GBP" => "£",
            other => other,
        };
        format!("{sign} {amount}")
    }

    /// What stands before the decimals of a number.
    pub(super) fn decimal_mark(self) -> char {
        match self {
            Self::Dutch => ',',
            Self::English => '.',
        }
    }
}

/// The word at a place in a list of words.
fn nth(words: &'static str, place: u32) -> &'static str {
    words.split(' ').nth(place as usize).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn both_languages_have_the_same_words() {
        let mut dutch: Vec<_> = DUTCH.keys().collect();
        let mut english: Vec<_> = ENGLISH.keys().collect();
        dutch.sort();
        english.sort();
        assert_eq!(dutch, english);
        for (key, words) in DUTCH.iter() {
            let blanks = |words: &str| {
                let mut names: Vec<_> =
                    words.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned).collect();
                names.sort();
                names
            };
            assert!(!words.trim().is_empty() && !ENGLISH[key].trim().is_empty(), "{key}");
            assert_eq!(blanks(words), blanks(&ENGLISH[key]), "{key}");
        }
    }

    /// The texts of the desk's own files in a folder of the crate.
    fn texts(folder: &str) -> Vec<String> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.is_file()).map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    /// Keys that are put together of a beginning and a code.
    const BEGINNINGS: [&str; 17] = [
        "action_", "advice_", "damage_", "done_", "effect_", "error_", "event_", "field_", "grade_", "log_",
        "missing_", "mistake_", "section_", "state_", "subject_", "months", "weekdays",
    ];

    #[test]
    fn each_key_that_is_used_has_words_and_each_word_is_used() {
        let texts = [texts("desk/templates"), texts("src/desk")].concat();
        let mut used = 0;
        for text in &texts {
            for call in ["frame.t(\"", "frame.fill(\""] {
                for rest in text.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap();
                    assert!(DUTCH.contains_key(key), "{key} has no words");
                    used += 1;
                }
            }
        }
        assert!(used > 100, "{used}");
        for key in DUTCH.keys().filter(|key| !BEGINNINGS.iter().any(|beginning| key.starts_with(beginning))) {
            assert!(texts.iter().any(|text| text.contains(&format!("\"{key}\""))), "{key} is not used");
        }
    }

    #[test]
    fn every_code_that_can_be_shown_has_words() {
        use crate::{
            desk::{evidence_view::SUBJECTS, hold},
            retention::HoldChange,
            store::desk::LoggedAction,
        };
        use damage_report_rules::{
            contract::{ClaimEventType, DeviceGrade},
            damage::Damage,
            evidence::Absence,
            lifecycle::ClaimState,
        };

        let mut keys: Vec<String> = Damage::ALL.map(|damage| format!("damage_{}", damage.code())).into();
        keys.extend(Absence::ALL.map(|reason| format!("missing_{}", reason.code())));
        keys.extend(DeviceGrade::ALL.map(|grade| format!("grade_{}", grade.code())));
        keys.extend(ClaimState::ALL.map(|state| format!("state_{}", state.code())));
        keys.extend(SUBJECTS.map(|subject| format!("subject_{}", subject.code())));
        keys.extend(LoggedAction::ALL.map(|action| format!("log_{}", action.code())));
        keys.extend(ClaimEventType::ALL.iter().map(|kind| kind.name().replace("claim.", "event_")));
        keys.extend(["blurred", "dark", "burnt_out", "small", "alike"].map(|advice| format!("advice_{advice}")));
        for action in crate::desk::actions::ClaimAction::all() {
            keys.extend(["action", "effect", "done"].map(|part| format!("{part}_{}", action.words_key())));
            keys.extend(action.form_fields().iter().map(|field| format!("field_{}", field.trim_end_matches("[]"))));
        }
        keys.extend(HoldChange::ALL.map(|change| format!("done_{}", hold::code(change))));
        for key in keys {
            assert!(DUTCH.contains_key(&key), "{key}");
        }
    }

    #[test]
    fn the_language_is_the_chosen_one_or_the_browsers() {
        let of = |cookie: Option<&'static str>, accepted: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(cookie) = cookie {
                headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
            }
            if let Some(accepted) = accepted {
                headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            }
            Language::of_request(&headers)
        };
        assert_eq!(of(None, None), Language::Dutch);
        assert_eq!(of(None, Some("fr-FR,en;q=0.8,nl;q=0.5")), Language::English);
        assert_eq!(of(Some("a=b; desk-language=nl"), Some("en")), Language::Dutch);
        assert_eq!(of(Some("desk-language=xx"), Some("en-GB")), Language::English);
    }

    #[test]
    fn days_and_amounts_are_written_as_people_read_them() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let amount = Money::new(129_905, "EUR").unwrap();
        assert_eq!(
            (Language::Dutch.format_day(day), Language::Dutch.format_money(&amount)),
            ("di 24 nov 2026".into(), "€ 1299,05".into())
        );
        assert_eq!(
            (Language::English.format_day(day), Language::English.format_money(&amount)),
            ("Tue 24 Nov 2026".into(), "€ 1299.05".into())
        );
    }
}
