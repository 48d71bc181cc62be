//! The data of a shop's systems: a nearly right value is understood as the only thing that it can be, or refused.

use chrono::{DateTime, Datelike as _};
use damage_report_rules::{
    claim::counted_length,
    codes::{find_word, parse_currency, parse_place},
    lifecycle::Event,
    seller::{
        DEVICE_LENGTH_MAX, clean_carrier, clean_device_title, clean_order_number, clean_tracking_number,
        is_plausible_delivery,
    },
    tracking::normalise,
};
use proptest::prelude::*;

/// Letters that people read: of a text in any case and with any spaces.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// A text in which each letter is in any case, with spaces around it.
fn nearly(right: &'static str) -> impl Strategy<Value = String> {
    (any::<u64>(), "[ \t\n]{0,2}", "[ \t\n]{0,2}").prop_map(move |(cases, before, after)| {
        let cased = right
            .chars()
            .enumerate()
            .map(|(nth, c)| if cases >> (nth % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
        format!("{before}{}{after}", cased.collect::<String>())
    })
}

proptest! {
    #[test]
    fn a_place_in_any_case_is_that_place(text in nearly("DE-BY"), country in nearly("NL")) {
        prop_assert_eq!(parse_place(&text).unwrap().code, "DE-BY");
        prop_assert_eq!(parse_place(&country).unwrap().code, "NL");
    }

    #[test]
    fn no_text_is_a_place_that_it_does_not_spell(text in any::<String>(), short in "[A-Za-z0-9 _-]{0,6}") {
        for text in [text, short] {
            if let Some(place) = parse_place(&text) {
                prop_assert_eq!(letters(&place.code), letters(&text));
                prop_assert_eq!(place.is_part, place.code.len() > 2);
            }
        }
    }

    #[test]
    fn no_text_is_a_currency_that_it_does_not_spell(text in any::<String>(), short in "[A-Za-z]{2,4}") {
        for text in [text, short] {
            if let Some(code) = parse_currency(&text) {
                prop_assert_eq!(&code, &text.trim().to_ascii_uppercase());
            }
        }
    }

    #[test]
    fn no_text_is_a_type_of_event_that_it_does_not_spell(
        text in any::<String>(), near in "(refund(ed|s)?|return[ _-]?(received|handed[ _-]over))", nth in 0..7_usize,
    ) {
        for text in [text.as_str(), &near] {
            if let Some(word) = find_word(text, Event::TYPES) {
                prop_assert_eq!(letters(word), letters(text));
            }
        }
        prop_assert_eq!(find_word(&Event::TYPES[nth].to_uppercase(), Event::TYPES), Some(Event::TYPES[nth]));
    }

    #[test]
    fn a_mended_title_can_be_shown_and_says_what_it_said(text in any::<String>(), long in "[a-zé👩🏽🔧\u{200d} \t\u{0}]{0,600}") {
        for text in [text, long] {
            let Ok(title) = clean_device_title(&text) else {
                // The fillers of Korean are letters, and show nothing.
                let is_shown = |c: char| c.is_alphanumeric() && !"\u{115f}\u{1160}\u{3164}\u{ffa0}".contains(c);
                prop_assert!(!text.chars().any(is_shown), "{text:?} is refused");
                continue;
            };
            prop_assert!(!title.is_empty() && title.trim() == title);
            prop_assert!(!title.chars().any(char::is_control));
            prop_assert!(counted_length(&title) <= DEVICE_LENGTH_MAX);
            prop_assert!(letters(&text).starts_with(&letters(&title)), "{text:?} became {title:?}");
            prop_assert_eq!(clean_device_title(&title), Ok(title.clone()), "mended once is mended");
            if counted_length(&text) <= DEVICE_LENGTH_MAX {
                prop_assert_eq!(letters(&title), letters(&text));
            }
        }
    }

    #[test]
    fn what_identifies_something_keeps_every_character(text in any::<String>(), short in "[ \t]?[0-9A-Z -]{0,45}[\t\n]?") {
        for text in [text, short] {
            if let Ok(number) = clean_order_number(&text) {
                prop_assert_eq!(number.as_str(), text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'));
            }
            if let Ok(name) = clean_carrier(&text) {
                prop_assert_eq!(letters(&name), letters(&text));
            }
            if let Ok(number) = clean_tracking_number(&text) {
                prop_assert_eq!(normalise(&number), normalise(&text));
                prop_assert!(!number.chars().any(char::is_control));
            }
        }
    }

    #[test]
    fn no_instant_makes_a_delivery_panic(at in any::<i64>(), now in any::<i64>()) {
        let date = |instant| DateTime::from_timestamp_millis(instant).map(|instant| instant.date_naive());
        if is_plausible_delivery(at, now) {
            let year = date(at).unwrap().year();
            prop_assert!((2000..2100).contains(&year), "{year}");
            prop_assert!(at <= now.saturating_add(24 * 3_600_000));
        }
    }
}
