//! Compares the languages with each other and with the code that uses their messages.
//!
//! These tests see that every message is there, complete and used. The browser tests see messages on pages.

#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use damage_report::flow::Step;
use damage_report_rules::{
    advice::Advice,
    damage::Damage,
    evidence::{Absence, Subject},
};
use serde_json::Value;

/// The language that is written first; the others follow it.
const FIRST: &str = "nl";

/// Words that tell a customer off or beg, where they should be told what to do.
const UNKIND: [&str; 15] = [
    "invalid",
    "please",
    "ongeldig",
    "alsjeblieft",
    "alstublieft",
    "a.u.b.",
    "ungültig",
    "bitte",
    "s’il vous plaît",
    "inválid",
    "por favor",
    "non valid",
    "per favore",
    "nieprawid",
    "prosz",
];

/// Words for a working day that count Saturday too, or may be read so.
const WITH_SATURDAY: [(&str, &str); 3] = [("de", "werktag"), ("fr", "ouvrable"), ("fr", "jour de la semaine")];

/// The messages of one language, by key.
type Messages = BTreeMap<String, Message>;

/// One message: a text, or one for each plural category.
#[derive(Debug, PartialEq, Eq)]
enum Message {
    Text(String),
    Plural(BTreeMap<String, String>),
}

impl Message {
    /// The texts of the message, each with its plural category or none.
    fn texts(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Text(text) => vec![("", text)],
            Self::Plural(forms) => forms.iter().map(|(category, text)| (category.as_str(), text.as_str())).collect(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Plural(_) => "an object of plural forms",
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every language with its messages.
fn languages() -> Vec<(String, Messages)> {
    let files = fs::read_dir(root().join("locales")).unwrap().map(|entry| entry.unwrap().path());
    let mut languages: Vec<_> = files.map(|file| (stem(&file), messages(&file))).collect();
    languages.sort_by_key(|(lang, _)| (lang != FIRST, lang.clone()));
    languages
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn messages(file: &Path) -> Messages {
    let json: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let keys = json.as_object().unwrap_or_else(|| panic!("{} is no object", file.display()));
    let message = |key: &String, value: &Value| match value {
        Value::String(text) => Message::Text(text.clone()),
        Value::Object(forms) => {
            let text = |form: &Value| match form {
                Value::String(text) => text.clone(),
                other => panic!("{}: {key} has a form that is no text, but {other}", file.display()),
            };
            Message::Plural(forms.iter().map(|(category, form)| (category.clone(), text(form))).collect())
        }
        other => panic!("{}: {key} is neither text nor plural forms, but {other}", file.display()),
    };
    keys.iter().map(|(key, value)| (key.clone(), message(key, value))).collect()
}

/// The names in braces in `text`.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts.map(|part| part.split_once('}').unwrap_or_else(|| panic!("a brace stays open in: {text}")).0).collect()
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n  {}", faults.len(), faults.join("\n  "));
}

#[test]
fn every_language_has_the_same_messages() {
    let languages = languages();
    let (_, first) = &languages[0];
    let mut faults = vec![];
    for (lang, messages) in &languages[1..] {
        for (key, message) in first {
            match messages.get(key) {
                None => faults.push(format!("{lang} lacks {key}")),
                Some(other) if other.kind() != message.kind() => {
                    faults.push(format!("{key} is {} in {lang}, but {} in {FIRST}", other.kind(), message.kind()));
                }
                Some(_) => {}
            }
        }
        let extra = messages.keys().filter(|key| !first.contains_key(*key));
        faults.extend(extra.map(|key| format!("{lang} has {key}, which {FIRST} has not")));
    }
    none(&faults);
}

#[test]
fn every_plural_has_the_forms_that_its_language_uses() {
    let mut faults = vec![];
    let languages = languages();
    let all_categories = plural_categories(&languages);
    for ((lang, messages), categories) in languages.iter().zip(all_categories) {
        for (key, message) in messages {
            if let Message::Plural(forms) = message {
                let have: BTreeSet<_> = forms.keys().cloned().collect();
                if have != categories {
                    faults.push(format!("{key} in {lang} has the forms {have:?}; {lang} uses {categories:?}"));
                }
            }
        }
    }
    none(&faults);
}

/// The plural categories of each language, from the `Intl.PluralRules` of Node, which browsers share.
fn plural_categories(languages: &[(String, Messages)]) -> Vec<BTreeSet<String>> {
    const ASK: &str = "JSON.stringify(process.argv.slice(1).map((lang) => {
        if (!Intl.PluralRules.supportedLocalesOf(lang).length) throw new Error(`Node knows no plural forms of ${lang}`);
        return new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
    }))";
    let mut node = Command::new("node");
    let output = node.args(["--print", ASK]).args(languages.iter().map(|(lang, _)| lang)).output();
    let output = output.expect("this test needs Node, as building the widget does");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_language_fills_in_the_same_things() {
    let languages = languages();
    let (_, first) = &languages[0];
    let mut faults = vec![];
    for (lang, messages) in &languages {
        for (key, message) in messages {
            let expected: BTreeMap<_, _> = first.get(key).into_iter().flat_map(Message::texts).collect();
            for (category, text) in message.texts() {
                let Some(expected) = expected.get(category) else { continue };
                let (have, want) = (placeholders(text), placeholders(expected));
                if have != want {
                    faults.push(format!("{key} {category} fills in {have:?} in {lang}, but {want:?} in {FIRST}"));
                }
            }
        }
    }
    none(&faults);
}

/// `other` is said for every number that no form of its own is for, so nothing may be known only elsewhere. A form for
/// one number may leave out what goes without saying.
#[test]
fn no_plural_form_fills_in_what_the_general_one_does_not() {
    let mut faults = vec![];
    for (lang, messages) in languages() {
        for (key, message) in &messages {
            let Message::Plural(forms) = message else { continue };
            let Some(general) = forms.get("other").map(|other| placeholders(other)) else { continue };
            for (category, text) in forms {
                let more: Vec<_> = placeholders(text).difference(&general).copied().collect();
                if !more.is_empty() {
                    faults.push(format!("{key} in {lang} fills in {more:?} for {category}, but not for other"));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn no_message_is_empty_or_tells_anybody_off() {
    let mut faults = vec![];
    for (lang, messages) in languages() {
        for (key, message) in &messages {
            for (category, text) in message.texts() {
                if text.trim().is_empty() || text.trim() != text {
                    faults
                        .push(format!("{key} {category} in {lang} is empty, or begins or ends with a space: {text:?}"));
                }
                let lower = text.to_lowercase();
                let unkind = UNKIND.iter().filter(|word| lower.contains(**word));
                faults.extend(unkind.map(|word| format!("{key} {category} in {lang} says {word:?}: {text}")));
            }
        }
    }
    none(&faults);
}

#[test]
fn a_working_day_is_nowhere_called_by_a_word_that_counts_saturday() {
    let mut faults = vec![];
    for (lang, messages) in languages() {
        for (key, message) in &messages {
            for (_, text) in message.texts() {
                let lower = text.to_lowercase();
                let traps = WITH_SATURDAY.iter().filter(|(of, word)| *of == lang && lower.contains(word));
                faults.extend(traps.map(|(_, word)| format!("{key} in {lang} says {word:?}: {text}")));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_message_that_the_code_asks_for_is_there() {
    let messages = &languages()[0].1;
    let code = Code::read();
    let families = families();
    let mut faults = vec![];
    for (literal, file) in &code.literals {
        let is_prefix = families.iter().any(|(prefix, ..)| prefix == literal);
        if looks_like_a_prefix(literal) && !is_prefix {
            faults.push(format!("{file} makes keys that begin with {literal:?}; name them in families()"));
        } else if looks_like_a_key(literal) && !is_prefix && !messages.contains_key(literal) {
            faults.push(format!("{file} asks for {literal}, which is not in {FIRST}.json"));
        }
    }
    for (key, file) in &code.asked_for {
        let is_prefix = families.iter().any(|(prefix, ..)| prefix == key);
        if !is_prefix && !messages.contains_key(key) {
            faults.push(format!("{file} says {key}, which is not in {FIRST}.json"));
        }
    }
    for (prefix, suffix, names) in &families {
        let is_made = |part: &str| part.is_empty() || code.literals.contains_key(part);
        if !(is_made(prefix) && is_made(suffix)) {
            faults.push(format!("nothing in src makes keys of {prefix:?} … {suffix:?} any more"));
        }
        let missing = keys(prefix, suffix, names).filter(|key| !messages.contains_key(key));
        faults.extend(missing.map(|key| format!("{key} is made by the code, and is not in {FIRST}.json")));
    }
    none(&faults);
}

#[test]
fn every_message_is_said_somewhere() {
    let code = Code::read();
    let families = families();
    let made: BTreeSet<_> = families.iter().flat_map(|(prefix, suffix, names)| keys(prefix, suffix, names)).collect();
    let unused = languages().swap_remove(0).1.into_keys();
    let unused = unused
        .filter(|key| !made.contains(key) && !code.asked_for.contains_key(key))
        .filter(|key| !(looks_like_a_key(key) && code.literals.contains_key(key)));
    none(&unused.map(|key| format!("nothing in src says {key}")).collect::<Vec<_>>());
}

/// Advice on one photo by itself, not in comparison with another.
const ALONE: [Advice; 4] = [Advice::Blurred, Advice::Dark, Advice::BurntOut, Advice::Small];

/// The keys that the code puts together: what stands before, what stands after, and the names between them.
fn families() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    let steps = Step::ALL.map(Step::name).to_vec();
    let asking =
        steps.iter().copied().filter(|step| ![Step::Start.name(), Step::Check.name()].contains(step)).collect();
    let subjects = Subject::ALL.map(Subject::code).to_vec();
    let absent = subjects.iter().copied().filter(|subject| *subject != Subject::Device.code()).collect();
    vec![
        ("go_on.", "", steps.clone()),
        ("", ".title", steps),
        ("check.", "", asking),
        ("damage.kind.", "", Damage::ALL.map(Damage::code).to_vec()),
        ("missing.", "", absent),
        ("missing.reason.", "", Absence::ALL.map(Absence::code).to_vec()),
        ("start.need.", "", subjects.clone()),
        ("photos.name.", "", subjects.clone()),
        // On the button, which is JavaScript's.
        ("", "", vec!["opening", "opening_resume"]),
        // These are joined to a subject by text.rs, with the point between them.
        ("violation.photos_none", "", subjects.clone()),
        ("violation.photos_more", "", subjects.clone()),
        ("violation.photos_not_distinct", "", subjects.clone()),
        ("violation.absence_not_allowed", "", subjects.clone()),
        ("refusal.same_as", "", subjects.clone()),
        ("advice.alike", "", subjects),
        ("advice.", "", ALONE.map(Advice::code).to_vec()),
    ]
}

fn keys<'a>(prefix: &'a str, suffix: &'a str, names: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let point = if prefix.is_empty() || prefix.ends_with('.') { "" } else { "." };
    names.iter().map(move |name| [prefix, point, name, suffix].concat())
}

/// `deadline.open`
fn looks_like_a_key(literal: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    literal.contains('.') && literal.split('.').all(is_word)
}

/// `damage.kind.`
fn looks_like_a_prefix(literal: &str) -> bool {
    literal.strip_suffix('.').is_some_and(|words| looks_like_a_key(&[words, ".x"].concat()))
}

/// The string literals of the widget's code.
struct Code {
    /// Every literal, and a file in which it stands.
    literals: BTreeMap<String, String>,
    /// Those that are handed to a method that looks them up.
    asked_for: BTreeMap<String, String>,
}

impl Code {
    fn read() -> Self {
        let mut code = Self { literals: BTreeMap::new(), asked_for: BTreeMap::new() };
        code.read_folder(&root().join("src"));
        assert!(
            code.asked_for.len() > 50,
            "only {} messages are asked for: this looks in the wrong place",
            code.asked_for.len()
        );
        code
    }

    fn read_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.read_folder(&path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                let file = path.strip_prefix(root()).unwrap().display().to_string();
                let source = fs::read_to_string(&path).unwrap();
                let shipped = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                self.read_source(shipped, &file);
            }
        }
    }

    fn read_source(&mut self, source: &str, file: &str) {
        const ASKING: [&str; 3] = [".say(", ".fill(", ".count("];
        for (before, literal) in literals(source) {
            if ASKING.iter().any(|asking| before.ends_with(asking)) {
                self.asked_for.insert(literal.to_owned(), file.to_owned());
            }
            self.literals.insert(literal.to_owned(), file.to_owned());
        }
    }
}

/// The string literals of `source`, each with what stands before it. Knows as much of Rust as this code needs: comments
/// to the end of the line, quotation marks that are escaped, and those that are characters.
fn literals(source: &str) -> Vec<(&str, &str)> {
    let mut literals = vec![];
    let bytes = source.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'/', ..] => at += source[at..].find('\n').unwrap_or(bytes.len() - at),
            [b'\'', b'"', b'\'', ..] => at += 3,
            [b'"', ..] => {
                let start = at + 1;
                at = start;
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                literals.push((source[..start - 1].trim_end(), &source[start..at]));
                at += 1;
            }
            _ => at += 1,
        }
    }
    literals
}

#[test]
fn literals_are_told_from_comments_and_characters() {
    let source = "// \"no\"\nlet a = '\"'; text.say(\n  \"back\") + \"\\\"\" // \"no\"\n";
    assert_eq!(literals(source).into_iter().map(|(_, literal)| literal).collect::<Vec<_>>(), ["back", "\\\""]);
    assert!(literals(source)[0].0.ends_with(".say("));
}
