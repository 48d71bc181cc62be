//! The widget's words by their keys, from `locales/`: a journey that waits for a sentence stays right when the sentence
//! is worded anew.
//!
//! Words of the demo's page, and what a customer types, stand in the journeys.

use std::{fs, path::Path};

use serde_json::Value;

/// From this package to the languages.
const LOCALES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../locales");

/// The language that journeys are made in.
const DUTCH: &str = "nl";

/// The tags of all languages.
///
/// # Panics
///
/// When their folder cannot be read.
#[must_use]
pub fn languages() -> Vec<String> {
    let files = fs::read_dir(LOCALES).expect("the languages are in the checkout").flatten();
    let mut languages: Vec<_> = files.filter_map(|file| file.path().file_stem()?.to_str().map(str::to_owned)).collect();
    languages.sort();
    languages
}

/// The Dutch text of `key`.
///
/// # Panics
///
/// When there is no such key, or the text has places to fill in.
#[must_use]
#[track_caller]
pub fn text(key: &str) -> String {
    text_with(key, &[])
}

/// The Dutch text of `key` with its places filled in: `("n", "2")` for `{n}`. A text with plural forms has the form of `n`.
///
/// # Panics
///
/// When there is no such key, or a place is left.
#[must_use]
#[track_caller]
pub fn text_with(key: &str, places: &[(&str, &str)]) -> String {
    text_in_language(DUTCH, key, places)
}

/// The text of `key` in `language`, with its places filled in.
///
/// # Panics
///
/// As [`text_with`].
#[must_use]
#[track_caller]
pub fn text_in_language(language: &str, key: &str, places: &[(&str, &str)]) -> String {
    let text = filled(&form(language, key, places), places);
    assert!(!text.contains('{'), "{key} has places that are not filled in: {text}");
    text
}

/// The pieces of the Dutch text of `key` between the places that are not filled in, such as a date.
///
/// # Panics
///
/// When there is no such key.
#[must_use]
#[track_caller]
pub fn text_pieces(key: &str, places: &[(&str, &str)]) -> Vec<String> {
    let text = filled(&form(DUTCH, key, places), places);
    let pieces = text.split('{').enumerate().map(|(index, piece)| match piece.split_once('}') {
        Some((_, rest)) if index > 0 => rest.trim().to_owned(),
        _ => piece.trim().to_owned(),
    });
    pieces.filter(|piece| !piece.is_empty()).collect()
}

/// The piece of the Dutch text of `key` that tells most: the longest of those with a place that was filled in, or of all.
///
/// # Panics
///
/// When there is no such key.
#[must_use]
#[track_caller]
pub fn text_part(key: &str, places: &[(&str, &str)]) -> String {
    let rank = |piece: &String| (places.iter().any(|(_, value)| piece.contains(value)), piece.len());
    text_pieces(key, places).into_iter().max_by_key(rank).unwrap_or_else(|| panic!("{key} has no words of its own"))
}

fn filled(text: &str, places: &[(&str, &str)]) -> String {
    places.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[track_caller]
fn form(language: &str, key: &str, places: &[(&str, &str)]) -> String {
    let path = Path::new(LOCALES).join(format!("{language}.json"));
    let file = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let all: Value = serde_json::from_str(&file).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let number = places.iter().find(|(name, _)| *name == "n").map(|(_, value)| *value);
    let form = if number == Some("1") { "one" } else { "other" };
    let text = match &all[key] {
        Value::Object(_) if number.is_none() => panic!("{key} has plural forms, so it needs n"),
        Value::Object(forms) => forms.get(form).and_then(Value::as_str),
        text => text.as_str(),
    };
    text.unwrap_or_else(|| panic!("{language} has no text {key}")).to_owned()
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn a_text_is_found_by_its_key_and_filled_in() {
        let step = text_with("step", &[("n", "2"), ("of", "5")]);
        assert!(step.contains('2') && step.contains('5') && !step.contains('{'), "{step}");
        let forms = ["1", "2"].map(|n| text_with("status.photos", &[("n", n)]).replace(n, ""));
        assert_ne!(forms[0], forms[1]);
        assert_ne!(text("start.title"), text_in_language("en", "start.title", &[]));
    }

    #[test]
    fn a_part_is_the_piece_with_what_was_filled_in() {
        assert_eq!(text_part("resolution.refunded", &[("amount", "229,00")]).split(' ').next(), Some("229,00"));
        assert!(text_pieces("failure.later_at", &[]).len() > 1);
    }

    #[test]
    fn an_unknown_key_and_a_place_that_is_left_are_told() {
        assert!(catch_unwind(|| text("start.no_such_key")).is_err());
        assert!(catch_unwind(|| text("step")).is_err());
        assert!(catch_unwind(|| text("status.photos")).is_err());
    }

    /// A journey that spells out a text would have to be changed with it.
    #[test]
    fn no_journey_spells_out_a_dutch_text() {
        let file = fs::read_to_string(Path::new(LOCALES).join("nl.json")).unwrap();
        let all: serde_json::Map<String, Value> = serde_json::from_str(&file).unwrap();
        let texts = all.values().flat_map(|text| match text {
            Value::Object(forms) => forms.values().filter_map(Value::as_str).collect::<Vec<_>>(),
            text => text.as_str().into_iter().collect(),
        });
        let pieces: Vec<_> = texts.flat_map(|text| text.split(['{', '}'])).map(str::trim).collect();
        // Those of the demo's page are its own, also where it says the same.
        let of_the_demo = fs::read_to_string(Path::new(LOCALES).join("../demo/words/nl.js")).unwrap();
        let is_text = |literal: &str| {
            let is_sentence = literal.split(' ').count() > 2;
            is_sentence
                && !of_the_demo.contains(literal)
                && pieces.iter().any(|piece| piece.contains(literal) || (piece.len() > 11 && literal.contains(piece)))
        };
        let mut spelt = vec![];
        for folder in ["tests/journey", "src/pages", "src/bin"] {
            for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
                let source = fs::read_to_string(entry.unwrap().path()).unwrap();
                let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
                for line in code {
                    spelt.extend(line.split('"').skip(1).step_by(2).filter(|text| is_text(text)).map(str::to_owned));
                }
            }
        }
        assert!(spelt.is_empty(), "these are in locales/nl.json: {spelt:#?}");
    }
}
