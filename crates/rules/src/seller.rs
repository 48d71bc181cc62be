//! The data of a shop's own systems about an order line: its texts, and when it was delivered.
//!
//! Programs write such data, and a customer whose order line was refused cannot report at all. So a title is corrected; an identifier
//! changes only by spaces at its ends; and every refusal has a reason.

use std::fmt;

use chrono::TimeDelta;

use crate::{claim::counted_length, tracking};

/// The most characters of a device's title, as its [`counted_length`] counts them. A longer one is cut.
///
/// Shops write titles of 60 to 150 characters; the widget shows them on a phone, where 200 are eight lines.
///
/// # Example
///
/// ```
/// use damage_report_rules::{claim::counted_length, seller::{DEVICE_LENGTH_MAX, clean_device_title}};
///
/// let title = clean_device_title(&"iPhone 13 128 GB ".repeat(20))?;
/// assert!(title.ends_with('…') && counted_length(&title) <= DEVICE_LENGTH_MAX);
/// # Ok::<(), damage_report_rules::seller::TextError>(())
/// ```
pub const DEVICE_LENGTH_MAX: usize = 200;

/// The most characters (Unicode code points, as JSON Schema counts) of an order number or a carrier's name.
///
/// # Example
///
/// ```
/// use damage_report_rules::seller::{NAME_LENGTH_MAX, TextError, clean_order_number};
///
/// let refused = clean_order_number(&"1".repeat(NAME_LENGTH_MAX + 1));
/// assert_eq!(refused, Err(TextError::TooLong { max: NAME_LENGTH_MAX }));
/// ```
pub const NAME_LENGTH_MAX: usize = 200;

/// The earliest delivery that is believed: the beginning of the year 2000 in UTC, in milliseconds since 1970. An
/// earlier date was never filled in.
///
/// # Example
///
/// ```
/// use damage_report_rules::seller::DELIVERED_SINCE;
///
/// assert_eq!("2000-01-01T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>()?.timestamp_millis(), DELIVERED_SINCE);
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub const DELIVERED_SINCE: i64 = 946_684_800_000;

/// The instant before which every delivery is: the beginning of the year 2100 in UTC, in milliseconds since 1970. A clock that
/// says otherwise is wrong, and no calendar of holidays goes as far.
///
/// # Example
///
/// ```
/// use damage_report_rules::seller::{DELIVERED_BEFORE, is_plausible_delivery};
///
/// assert_eq!("2100-01-01T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>()?.timestamp_millis(), DELIVERED_BEFORE);
/// assert!(!is_plausible_delivery(DELIVERED_BEFORE, DELIVERED_BEFORE));
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub const DELIVERED_BEFORE: i64 = 4_102_444_800_000;

/// How far ahead of the backend's clock a delivery may lie: clocks and zones of other systems are a day off at most.
///
/// # Example
///
/// ```
/// use damage_report_rules::seller::DELIVERED_AHEAD_MAX;
///
/// assert_eq!(DELIVERED_AHEAD_MAX.num_hours(), 24);
/// ```
pub const DELIVERED_AHEAD_MAX: TimeDelta = TimeDelta::days(1);

/// Why a text of the seller's cannot be taken.
///
/// # Example
///
/// ```
/// use damage_report_rules::seller::{TextError, clean_carrier};
///
/// assert_eq!(clean_carrier(" \t"), Err(TextError::Empty));
/// assert_eq!(TextError::TooLong { max: 200 }.to_string(), "at most 200 characters");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// It shows no character.
    Empty,
    /// It is too long, and cutting it would change its meaning.
    TooLong {
        /// The most characters there may be.
        max: usize,
    },
    /// It has control characters within, which cannot be corrected.
    ControlCharacters,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a text that is not empty"),
            Self::TooLong { max } => write!(f, "at most {max} characters"),
            Self::ControlCharacters => f.write_str("a text without control characters"),
        }
    }
}

impl std::error::Error for TextError {}

/// The title of a device, corrected: control characters are spaces, runs of spaces are one, what cannot be seen is left out, and
/// what is longer than [`DEVICE_LENGTH_MAX`] is cut, between words where that costs little.
///
/// # Errors
///
/// [`TextError::Empty`] when nothing is left.
///
/// # Example
///
/// ```
/// use damage_report_rules::seller::clean_device_title;
///
/// assert_eq!(clean_device_title("Apple iPhone 13\t128 GB\r\n").as_deref(), Ok("Apple iPhone 13 128 GB"));
/// ```
pub fn clean_device_title(text: &str) -> Result<String, TextError> {
    not_empty(cut(corrected(text)))
}

/// The name of a carrier, corrected like a title but never cut.
///
/// # Errors
///
/// [`TextError::Empty`] and [`TextError::TooLong`].
///
/// # Example
///
/// ```
/// use damage_report_rules::seller::clean_carrier;
///
/// assert_eq!(clean_carrier(" PostNL\n").as_deref(), Ok("PostNL"));
/// ```
pub fn clean_carrier(text: &str) -> Result<String, TextError> {
    not_empty(not_longer(corrected(text), NAME_LENGTH_MAX)?)
}

/// The number of an order, without spaces and line breaks at its ends.
///
/// # Errors
///
/// Any [`TextError`].
///
/// # Example
///
/// ```
/// use damage_report_rules::seller::{TextError, clean_order_number};
///
/// assert_eq!(clean_order_number("10042\n").as_deref(), Ok("10042"));
/// assert_eq!(clean_order_number("100\t42"), Err(TextError::ControlCharacters));
/// ```
pub fn clean_order_number(text: &str) -> Result<String, TextError> {
    let number = text.trim_matches(|c: char| c.is_whitespace() || c == BYTE_ORDER_MARK);
    if number.chars().any(char::is_control) {
        return Err(TextError::ControlCharacters);
    }
    not_empty(not_longer(number.to_owned(), NAME_LENGTH_MAX)?)
}

/// The tracking number of a consignment as the shop writes it; may be empty.
///
/// It is held to what a claim may carry ([`LENGTH_MAX`](tracking::LENGTH_MAX)), because the widget fills it in for the customer:
/// a number that no claim may carry would keep them from going on.
///
/// # Errors
///
/// [`TextError::TooLong`] and [`TextError::ControlCharacters`].
///
/// # Example
///
/// ```
/// use damage_report_rules::seller::clean_tracking_number;
///
/// assert_eq!(clean_tracking_number("3SDEVC 123456789\t").as_deref(), Ok("3SDEVC 123456789"));
/// ```
pub fn clean_tracking_number(text: &str) -> Result<String, TextError> {
    let normalised = tracking::normalise(text);
    if normalised.chars().any(char::is_control) {
        return Err(TextError::ControlCharacters);
    }
    not_longer(normalised, tracking::LENGTH_MAX)?;
    not_longer(corrected(text), NAME_LENGTH_MAX)
}

/// Whether a parcel can have been delivered at the instant `at`, seen from `now`: both in milliseconds since 1970.
///
/// # Example
///
/// ```
/// use damage_report_rules::seller::{DELIVERED_SINCE, is_plausible_delivery};
///
/// let now = 1_795_000_000_000;
/// assert!(is_plausible_delivery(now + 60_000, now), "the shop's clock may be ahead");
/// assert!(!is_plausible_delivery(now + 90_000_000, now));
/// assert!(!is_plausible_delivery(DELIVERED_SINCE - 1, now));
/// ```
#[must_use]
pub fn is_plausible_delivery(at: i64, now: i64) -> bool {
    (DELIVERED_SINCE..DELIVERED_BEFORE).contains(&at)
        && at <= now.saturating_add(DELIVERED_AHEAD_MAX.num_milliseconds())
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// `text` on one line, without what cannot be seen.
fn corrected(text: &str) -> String {
    let mut corrected = String::with_capacity(text.len());
    for c in text.chars().filter(|&c| !is_unseen(c)) {
        if c == ' ' || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            if !corrected.ends_with(' ') {
                corrected.push(' ');
            }
        } else {
            corrected.push(c);
        }
    }
    corrected.trim().to_owned()
}

/// Zero-width spaces, marks and overrides of direction, which other programs leave in titles. Joiners stay: emoji are made of
/// them.
fn is_unseen(c: char) -> bool {
    tracking::is_invisible(c) && !matches!(c, '\u{200c}' | '\u{200d}')
}

/// `text`, or as much of it as [`DEVICE_LENGTH_MAX`] characters hold, the last of them an ellipsis.
fn cut(text: String) -> String {
    if counted_length(&text) <= DEVICE_LENGTH_MAX {
        return text;
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let fitting = ends.partition_point(|&end| counted_length(&text[..end]) < DEVICE_LENGTH_MAX);
    let whole = &text[..ends[fitting.saturating_sub(1)]];
    let words = match whole.rfind(' ') {
        // A last word of more than a quarter of the text is cut within.
        Some(space) if space * 4 > whole.len() * 3 => &whole[..space],
        _ => whole,
    };
    let words = words.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.' | '-' | '–' | '(' | '/' | '|')
    });
    format!("{words}…")
}

fn not_empty(text: String) -> Result<String, TextError> {
    if text.chars().all(is_blank) { Err(TextError::Empty) } else { Ok(text) }
}

/// Whether `c` alone shows nothing: blank, invisible, or there only to change how its neighbours are drawn.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || tracking::is_invisible(c)
        || matches!(c,
            '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}' // joiners, variants, tags
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' // fillers of Korean, Braille without dots
        )
}

fn not_longer(text: String, max: usize) -> Result<String, TextError> {
    if text.chars().count() > max { Err(TextError::TooLong { max }) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, expected: &str) {
        assert_eq!(clean_device_title(title).as_deref(), Ok(expected), "{title:?}");
    }

    #[test]
    fn a_title_is_corrected() {
        check("Apple iPhone 13\t128 GB", "Apple iPhone 13 128 GB");
        check("\u{feff}iPad\r\n  (9e generatie)\u{0}", "iPad (9e generatie)");
        check("iPhone\u{2028}13 \u{200b}\u{202e}mini", "iPhone 13 mini");
        check("👩🏽\u{200d}🔧 Pixel 8a", "👩🏽\u{200d}🔧 Pixel 8a");
        check("iPhone 13 128\u{a0}GB", "iPhone 13 128\u{a0}GB");
        for empty in
            ["", " ", "\t\n", "\u{feff}\u{200b}", "\u{a0}", "\u{200d}", "\u{2060}\u{fe0f}", "\u{3164}", "\u{2800}"]
        {
            for rule in [clean_device_title, clean_carrier, clean_order_number] {
                assert_eq!(rule(empty), Err(TextError::Empty), "{empty:?}");
            }
        }
    }

    #[test]
    fn a_long_title_is_cut_between_words_by_characters() {
        // 200 characters fit, however many bytes they are.
        let fits = "é".repeat(DEVICE_LENGTH_MAX);
        check(&fits, &fits);
        let words = "abcdefghi ".repeat(30);
        check(&words, &format!("{}…", "abcdefghi ".repeat(19).trim_end()));
        let one_word = "x".repeat(300);
        check(&one_word, &format!("{}…", "x".repeat(DEVICE_LENGTH_MAX - 1)));
        // A letter may have accents, and not a title's worth of them.
        let pile = clean_device_title(&format!("e{}", "\u{301}".repeat(8_000))).unwrap();
        assert!(pile.ends_with('…') && (3_900..=4_000).contains(&pile.len()), "{}", pile.len());
        // No family is parted.
        let families = "👨\u{200d}👩\u{200d}👧".repeat(300);
        check(&families, &format!("{}…", "👨\u{200d}👩\u{200d}👧".repeat(DEVICE_LENGTH_MAX - 1)));
    }

    #[test]
    fn what_identifies_something_is_refused_and_not_changed() {
        assert_eq!(clean_order_number("10\u{0}42"), Err(TextError::ControlCharacters));
        assert_eq!(clean_carrier(&"x".repeat(NAME_LENGTH_MAX + 1)), Err(TextError::TooLong { max: NAME_LENGTH_MAX }));
        assert_eq!(clean_tracking_number(&"1".repeat(41)), Err(TextError::TooLong { max: tracking::LENGTH_MAX }));
        assert_eq!(clean_tracking_number("3S\u{7}"), Err(TextError::ControlCharacters));
        assert_eq!(clean_tracking_number("").as_deref(), Ok(""));
    }
}
