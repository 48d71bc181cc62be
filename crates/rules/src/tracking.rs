//! Tracking numbers: their normal form, their possible carriers, and hints for a person who types one.
//!
//! All of it is advice. A tracking number never keeps a claim from going in, because a parcel that came with an
//! unreadable label is no less damaged. Nothing here asks a carrier anything.

pub use self::{
    carrier::Carrier,
    format::{CheckDigit, TrackingFormat},
};

mod carrier;
mod format;

/// The most characters of a normalised tracking number. DPD's whole label barcode has 28, a GS1 serial number with its
/// prefixes 40.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::{LENGTH_MAX, normalise};
///
/// // The space does not count.
/// assert!(normalise("008182709980000020033350276 C").len() <= LENGTH_MAX);
/// ```
pub const LENGTH_MAX: usize = 40;

/// The fewest characters of any carrier's tracking number.
const LENGTH_MIN: usize = 8;

/// `number` in the one spelling in which it is compared and kept: upper case, without what people and printers put
/// between its characters.
///
/// An O stays an O, even where only a zero makes sense: [`tracking_hint`] says so instead, and the person looks again.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::normalise;
///
/// assert_eq!(normalise("jvgl 0612 3456 7890 1234"), "JVGL0612345678901234");
/// assert_eq!(normalise(" 3S-DEVC.123456789\u{200b}\n"), "3SDEVC123456789");
/// ```
#[must_use]
pub fn normalise(number: &str) -> String {
    number.chars().filter(|&c| !is_separator(c)).map(|c| c.to_ascii_uppercase()).collect()
}

/// Whether `c` is one that nobody sees, and that comes along when a number is copied: it is no part of it.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::is_invisible;
///
/// assert!("\u{feff}\u{200b}\u{202a}".chars().all(is_invisible));
/// assert!(!"3S DEVC-123".chars().any(is_invisible));
/// ```
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}'                    // soft hyphen
        | '\u{200b}'..='\u{200f}'   // zero-width spaces, joiners and direction marks
        | '\u{202a}'..='\u{202e}'   // direction embeddings, as copied from a page
        | '\u{2060}'..='\u{2069}'   // word joiner, direction isolates
        | '\u{feff}'                // byte order mark
    )
}

/// Whether what a barcode says is this number, or the number and more: both as [`normalise`] spells them.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::barcode_contains;
///
/// assert!(barcode_contains("08182709980000", "%0081827099800000200333502"));
/// assert!(!barcode_contains("", "08182709980000"));
/// ```
#[must_use]
pub fn barcode_contains(number: &str, code: &str) -> bool {
    !number.is_empty() && code.as_bytes().windows(number.len()).any(|part| part == number.as_bytes())
}

/// One format that a number may be of.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::{FormatCandidate, CheckDigit, TrackingFormat, candidate_formats};
///
/// assert_eq!(candidate_formats("3SBCC000123456"), [FormatCandidate { format: TrackingFormat::DhlParcel3s, check: CheckDigit::Absent }]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatCandidate {
    /// The format whose shape it has.
    pub format: TrackingFormat,
    /// Whether its check digit agrees.
    pub check: CheckDigit,
}

/// Every format whose shape `number` has: often several, sometimes none.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::{CheckDigit, TrackingFormat, candidate_formats};
///
/// // Twelve digits may be four carriers'. The check digit agrees with one of them, and one has none.
/// let possible: Vec<_> = candidate_formats("9865 7878 8855").into_iter().filter(|c| c.check != CheckDigit::Failed).collect();
/// assert_eq!(possible.iter().map(|c| c.format).collect::<Vec<_>>(), [TrackingFormat::MondialRelay, TrackingFormat::Fedex12]);
/// ```
#[must_use]
pub fn candidate_formats(number: &str) -> Vec<FormatCandidate> {
    candidates_of(&normalise(number))
}

/// A hint about a tracking number that a person typed. It is never a reason to refuse the number.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::{Carrier, TrackingHint, tracking_hint};
///
/// assert_eq!(tracking_hint("1Z999AA10123456784", "PostNL"), TrackingHint::OtherCarrier(Carrier::Ups));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackingHint {
    /// No hint.
    Fine,
    /// The number is empty.
    Empty,
    /// It looks like one of this carrier's, with a character that is wrong or two that are swapped.
    CheckDigitWrong,
    /// With O read as 0, or I as 1, or the other way round, it is one of this carrier's.
    LetterForDigit,
    /// It looks like a number of another carrier than the order's.
    OtherCarrier(Carrier),
    /// It does not look like a number of this carrier, or of any.
    Unusual,
}

/// The hint about `number`, for an order that the shop sent with the carrier called `carrier_name`.
///
/// A check digit is held against a number only for the carrier of the order: twelve digits that are wrong for one
/// carrier are right for another. For a carrier whose numbers are not known here, anything of 8 to 40 letters and
/// digits is fine.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::{TrackingHint, tracking_hint};
///
/// assert_eq!(tracking_hint("1Z 999 AA1 01 2345 6784", "UPS"), TrackingHint::Fine);
/// assert_eq!(tracking_hint("1Z 999 AA1 01 3245 6784", "UPS"), TrackingHint::CheckDigitWrong);
/// assert_eq!(tracking_hint("IZ 999 AA1 01 2345 6784", "UPS"), TrackingHint::LetterForDigit);
/// assert_eq!(tracking_hint("ABC", "UPS"), TrackingHint::Unusual);
/// assert_eq!(tracking_hint("ABCD1234", "Fietskoerier"), TrackingHint::Fine);
/// ```
#[must_use]
pub fn tracking_hint(number: &str, carrier_name: &str) -> TrackingHint {
    let number = normalise(number);
    if number.is_empty() {
        return TrackingHint::Empty;
    }
    let plausible =
        (LENGTH_MIN..=LENGTH_MAX).contains(&number.len()) && number.bytes().all(|c| c.is_ascii_alphanumeric());
    let Some(carrier) = Carrier::from_name(carrier_name) else {
        return if plausible { TrackingHint::Fine } else { TrackingHint::Unusual };
    };
    let candidates = candidates_of(&number);
    if fits(carrier, &candidates) {
        TrackingHint::Fine
    } else if misread(carrier, &number) {
        TrackingHint::LetterForDigit
    } else if candidates.iter().any(|candidate| candidate.format.carriers().contains(&carrier)) {
        TrackingHint::CheckDigitWrong
    } else if let Some(other) = candidates.iter().find_map(telling) {
        TrackingHint::OtherCarrier(other)
    } else if plausible && !has_own_format(carrier) {
        TrackingHint::Fine
    } else {
        TrackingHint::Unusual
    }
}

/// Whether people and printers put `c` between the characters of a number, visible or not.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || is_invisible(c)
        || matches!(
            c,
            '.' | '-' | '\u{2010}'
                ..='\u{2015}'   // hyphens and dashes that a word processor makes of "-"
            | '\u{2212}' // minus sign
        )
}

fn candidates_of(number: &str) -> Vec<FormatCandidate> {
    let of =
        |format: TrackingFormat| format.check_digit(number.as_bytes()).map(|check| FormatCandidate { format, check });
    TrackingFormat::ALL.into_iter().filter_map(of).collect()
}

/// Whether `carrier` has a known format other than the one that all postal services share.
fn has_own_format(carrier: Carrier) -> bool {
    TrackingFormat::ALL
        .into_iter()
        .any(|format| format != TrackingFormat::UpuS10 && format.carriers().contains(&carrier))
}

/// Whether one of `candidates` is of a format of `carrier`, and no check digit contradicts it.
fn fits(carrier: Carrier, candidates: &[FormatCandidate]) -> bool {
    candidates
        .iter()
        .any(|candidate| candidate.check != CheckDigit::Failed && candidate.format.carriers().contains(&carrier))
}

/// Whether `number` would fit `carrier` with one of its confusable characters read the other way, or with every
/// letter of them read as a digit.
fn misread(carrier: Carrier, number: &str) -> bool {
    let reads = |number: &[u8]| std::str::from_utf8(number).is_ok_and(|number| fits(carrier, &candidates_of(number)));
    let mut characters = number.as_bytes().to_vec();
    for at in 0..characters.len().min(LENGTH_MAX) {
        let typed = characters[at];
        if let Some(other) = confusable(typed) {
            characters[at] = other;
            if reads(&characters) {
                return true;
            }
            characters[at] = typed;
        }
    }
    for character in &mut characters {
        if character.is_ascii_alphabetic() {
            *character = confusable(*character).unwrap_or(*character);
        }
    }
    reads(&characters)
}

/// The character that `character` is confused with on a printed label.
fn confusable(character: u8) -> Option<u8> {
    match character {
        b'O' => Some(b'0'),
        b'0' => Some(b'O'),
        b'I' => Some(b'1'),
        b'1' => Some(b'I'),
        _ => None,
    }
}

/// The carrier that a candidate gives away: by a prefix of its own, or by a check character that agrees by chance once
/// in 36 times. Ten or twelve bare digits tell nothing.
fn telling(candidate: &FormatCandidate) -> Option<Carrier> {
    match (candidate.format, candidate.check) {
        (TrackingFormat::Ups1z, CheckDigit::Passed) => Some(Carrier::Ups),
        (TrackingFormat::PostNl3s, _) => Some(Carrier::PostNl),
        (TrackingFormat::DhlParcel3s | TrackingFormat::DhlJvgl | TrackingFormat::DhlJjd, _) => Some(Carrier::Dhl),
        (TrackingFormat::Dpd14 | TrackingFormat::Dpd28, CheckDigit::Passed) => Some(Carrier::Dpd),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
