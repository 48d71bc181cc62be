//! The length of a text: its characters as a person counts them, but at least a share of its bytes.

/// The most bytes that a character may have on average over a whole text: an emoji of a family of three has 18.
///
/// One character can have any number of accents, so a limit in characters alone would not limit the bytes.
///
/// # Example
///
/// ```
/// use damage_report_rules::claim::{BYTES_PER_CHARACTER, count_characters, counted_length};
///
/// let pile = "\u{301}".repeat(40_000);
/// assert_eq!((count_characters(&pile), counted_length(&pile)), (1, pile.len() / BYTES_PER_CHARACTER));
/// ```
pub const BYTES_PER_CHARACTER: usize = 20;

/// The length of `text`, as every limit counts it: its [`count_characters`], or its bytes divided by [`BYTES_PER_CHARACTER`], whichever is
/// more.
///
/// # Example
///
/// ```
/// use damage_report_rules::claim::counted_length;
///
/// assert_eq!(counted_length("gebarsten 👩🏽‍🔧"), 11);
/// assert_eq!(counted_length(&"a\u{301}\u{302}\u{303}".repeat(5)), 5);
/// ```
#[must_use]
pub fn counted_length(text: &str) -> usize {
    count_characters(text).max(text.len().div_ceil(BYTES_PER_CHARACTER))
}

/// The number of characters that a person sees in `text`: an emoji with a skin tone is one, as is a letter with its accents.
///
/// It counts like Unicode's UAX #29 for the scripts of Europe and for emoji, and approximately for others. The complete tables would
/// be downloaded by every customer, for a limit of thousands.
///
/// # Example
///
/// ```
/// use damage_report_rules::claim::count_characters;
///
/// assert_eq!(count_characters("kapot"), 5);
/// assert_eq!(count_characters("👩🏽‍🔧🇳🇱"), 2);
/// assert_eq!(count_characters("e\u{301}"), 1);
/// ```
#[must_use]
pub fn count_characters(text: &str) -> usize {
    const JOINER: char = '\u{200d}';
    let (mut count, mut before, mut flags) = (0, None, 0);
    for c in text.chars() {
        let is_flag = matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
        flags = if is_flag { flags + 1 } else { 0 };
        // An accent after a line break has no letter to be drawn on.
        let belongs = match before {
            None => false,
            Some('\r') => c == '\n',
            Some(before) if before.is_control() => false,
            Some(JOINER) if matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}') => true,
            Some(_) => extends(c) || is_flag && flags % 2 == 0,
        };
        count += usize::from(!belongs);
        before = Some(c);
    }
    count
}

/// Whether `c` is drawn on the character before it.
fn extends(c: char) -> bool {
    // This decides for nearly every character of a text.
    c >= '\u{300}'
        && matches!(c,
            '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' // Latin, Greek and Cyrillic accents
            | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' // Hebrew, Arabic
            | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{93c}' | '\u{93e}'..='\u{94f}' // Devanagari
            | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' // Thai
            | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' // more accents, for symbols too
            | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' // joiners, variants
            | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' // skin tones, subdivision flags
        )
}
