//! The shapes of tracking numbers and their check digits, each with its source.
//!
//! The matching is written by hand, because a regular expression engine would weigh more than the rest of this crate. All functions
//! read normalised numbers byte by byte, and accept any bytes.

use std::ops::RangeInclusive;

use super::carrier::Carrier;

/// One way in which tracking numbers are made.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::{Carrier, TrackingFormat};
///
/// assert_eq!(TrackingFormat::Gls12.carriers(), [Carrier::Gls]);
/// assert!(TrackingFormat::UpuS10.carriers().contains(&Carrier::Bpost));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrackingFormat {
    /// `1Z`, 15 letters or digits, a check digit.
    Ups1z,
    /// Two letters, eight digits, a check digit, a country: the Universal Postal Union's S10, of every post.
    UpuS10,
    /// `3S`, one to four letters, digits to 13 or 15 characters.
    PostNl3s,
    /// `3S`, three or four letters, digits to 14 characters: the length is all that sets it apart from PostNL's.
    DhlParcel3s,
    /// `JVGL` and 10 to 20 digits.
    DhlJvgl,
    /// `JJD` and 10 to 20 digits.
    DhlJjd,
    /// Nine digits and a check digit.
    DhlExpress10,
    /// Eleven digits and a check digit: Deutsche Post's Identcode.
    DhlPaket12,
    /// `00`, 17 digits and a check digit: GS1's serial shipping container code.
    DhlPaket20,
    /// 14 digits, and a check character where the whole of the label's line was typed.
    Dpd14,
    /// 27 digits of the label's barcode, and a check character where it was typed.
    Dpd28,
    /// Eleven digits, and a check digit where it was typed.
    Gls12,
    /// Eight letters and digits, at least one of them a letter.
    GlsTrackId,
    /// Eight, ten or twelve digits.
    MondialRelay,
    /// The shape of an S10, or 15 letters and digits.
    Chronopost,
    /// A digit, a letter, eleven digits.
    Colissimo,
    /// Eleven digits and a check digit.
    Fedex12,
}

/// The result of a number's check digit.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::{CheckDigit, candidate_formats};
///
/// assert_eq!(candidate_formats("1Z999AA10123456784")[0].check, CheckDigit::Passed);
/// assert_eq!(candidate_formats("1Z999AA10132456784")[0].check, CheckDigit::Failed);
/// assert_eq!(candidate_formats("JVGL9999999999")[0].check, CheckDigit::Absent);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckDigit {
    /// It agrees.
    Passed,
    /// It does not.
    Failed,
    /// The format has no check digit, or no public one.
    Absent,
}

impl TrackingFormat {
    /// Every format.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::tracking::TrackingFormat;
    ///
    /// assert_eq!(TrackingFormat::ALL[0], TrackingFormat::Ups1z);
    /// ```
    pub const ALL: [Self; 17] = [
        Self::Ups1z,
        Self::UpuS10,
        Self::PostNl3s,
        Self::DhlParcel3s,
        Self::DhlJvgl,
        Self::DhlJjd,
        Self::DhlExpress10,
        Self::DhlPaket12,
        Self::DhlPaket20,
        Self::Dpd14,
        Self::Dpd28,
        Self::Gls12,
        Self::GlsTrackId,
        Self::MondialRelay,
        Self::Chronopost,
        Self::Colissimo,
        Self::Fedex12,
    ];

    /// The carriers that use this format.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::tracking::{Carrier, TrackingFormat};
    ///
    /// assert_eq!(TrackingFormat::DhlJvgl.carriers(), [Carrier::Dhl]);
    /// ```
    #[must_use]
    pub fn carriers(self) -> &'static [Carrier] {
        match self {
            Self::Ups1z => &[Carrier::Ups],
            Self::UpuS10 => &[
                Carrier::PostNl,
                Carrier::Bpost,
                Carrier::Dhl,
                Carrier::LaPoste,
                Carrier::Chronopost,
                Carrier::Correos,
            ],
            Self::PostNl3s => &[Carrier::PostNl],
            Self::DhlParcel3s
            | Self::DhlJvgl
            | Self::DhlJjd
            | Self::DhlExpress10
            | Self::DhlPaket12
            | Self::DhlPaket20 => &[Carrier::Dhl],
            Self::Dpd14 | Self::Dpd28 => &[Carrier::Dpd],
            Self::Gls12 | Self::GlsTrackId => &[Carrier::Gls],
            Self::MondialRelay => &[Carrier::MondialRelay],
            Self::Chronopost => &[Carrier::Chronopost],
            Self::Colissimo => &[Carrier::LaPoste],
            Self::Fedex12 => &[Carrier::Fedex],
        }
    }

    /// The result of the check digit of `number`, or `None` when it does not have this shape.
    pub(super) fn check_digit(self, number: &[u8]) -> Option<CheckDigit> {
        self.has_shape(number).then(|| match self.check_agrees(number) {
            Some(true) => CheckDigit::Passed,
            Some(false) => CheckDigit::Failed,
            None => CheckDigit::Absent,
        })
    }

    fn has_shape(self, number: &[u8]) -> bool {
        match self {
            // UPS Tracking Number, as couriers/ups.json of jkeen/tracking_number_data has it.
            Self::Ups1z => matches!(number, [b'1', b'Z', body @ .., check]
                if body.len() == 15 && are_alphanumeric(body) && check.is_ascii_digit()),
            // UPU standard S10: the country is one of ISO 3166-1.
            Self::UpuS10 => matches!(number, [.., a, b] if is_s10(number) && is_country([*a, *b])),
            // developer.postnl.nl, Barcode webservice: range and series; the length leaves 7 to 12 digits.
            Self::PostNl3s => matches!(number.len(), 13 | 15) && is_3s(number, 1..=4),
            // dhl.com, "id labels": one example, 3SBCC000123456.
            Self::DhlParcel3s => number.len() == 14 && is_3s(number, 3..=4),
            // dhl.com, "id labels", where each has ten digits; longer ones are seen on labels.
            Self::DhlJvgl => number.strip_prefix(b"JVGL").is_some_and(|rest| are_digits(rest, 10..=20)),
            Self::DhlJjd => number.strip_prefix(b"JJD").is_some_and(|rest| are_digits(rest, 10..=20)),
            Self::DhlExpress10 => are_digits(number, 10..=10),
            Self::DhlPaket12 | Self::Fedex12 => are_digits(number, 12..=12),
            Self::DhlPaket20 => number.starts_with(b"00") && are_digits(number, 20..=20),
            // DPD Parcel Label Specification 2.4.1: the check character is printed, and not part of the number.
            Self::Dpd14 => is_dpd(number, 14),
            Self::Dpd28 => is_dpd(number, 27),
            Self::Gls12 => are_digits(number, 11..=12),
            // paketda.de, "GLS Paketlabel". Without a letter it is Mondial Relay's.
            Self::GlsTrackId => {
                number.len() == 8 && are_alphanumeric(number) && number.iter().any(u8::is_ascii_uppercase)
            }
            Self::MondialRelay => matches!(number.len(), 8 | 10 | 12) && number.iter().all(u8::is_ascii_digit),
            Self::Chronopost => is_s10(number) || (number.len() == 15 && are_alphanumeric(number)),
            // colissimo.fr, questions on tracking: 8D00432154798.
            Self::Colissimo => matches!(number, [digit, letter, rest @ ..]
                if digit.is_ascii_digit() && letter.is_ascii_uppercase() && are_digits(rest, 11..=11)),
        }
    }

    /// Whether the check digit of a number of this shape agrees, where there is one.
    fn check_agrees(self, number: &[u8]) -> Option<bool> {
        let (&last, body) = number.split_last()?;
        match self {
            Self::Ups1z => {
                // A letter counts as UPS's table says, A as 2 to H as 9, then from 0 again.
                let values = body.iter().skip(2).map(|&c| if c.is_ascii_digit() { value(c) } else { u32::from(c - 3) });
                Some(to_ten(weighted(values, &[1, 2])) == value(last))
            }
            Self::UpuS10 => {
                let [_, _, serial @ .., check, _, _] = number else { return None };
                let rest = weighted(serial.iter().copied().map(value), &[8, 6, 4, 2, 3, 5, 9, 7]) % 11;
                let expected = match 11 - rest {
                    10 => 0,
                    11 => 5,
                    other => other,
                };
                Some(expected == value(*check))
            }
            Self::DhlExpress10 => Some(body.iter().fold(0, |rest, &c| (rest * 10 + value(c)) % 7) == value(last)),
            // The rule of the Identcode, as of the Leitcode.
            Self::DhlPaket12 => Some(to_ten(weighted(body.iter().copied().map(value), &[4, 9])) == value(last)),
            // GS1 General Specifications, 7.9: the two zeros in front add nothing.
            Self::DhlPaket20 => Some(to_ten(weighted(body.iter().rev().copied().map(value), &[3, 1])) == value(last)),
            Self::Dpd14 => (number.len() == 15).then(|| mod_37_36(body) == value(last)),
            Self::Dpd28 => (number.len() == 28).then(|| mod_37_36(body) == value(last)),
            // paketda.de, "Paket-Prüfziffern": as GS1, and one more.
            Self::Gls12 => (number.len() == 12)
                .then(|| to_ten(weighted(body.iter().rev().copied().map(value), &[3, 1]) + 1) == value(last)),
            Self::Fedex12 => Some(weighted(body.iter().copied().map(value), &[3, 1, 7]) % 11 % 10 == value(last)),
            // A Chronopost number of S10 shape should keep its rule, but some are seen that do not.
            Self::PostNl3s
            | Self::DhlParcel3s
            | Self::DhlJvgl
            | Self::DhlJjd
            | Self::GlsTrackId
            | Self::MondialRelay
            | Self::Chronopost
            | Self::Colissimo => None,
        }
    }
}

fn are_digits(characters: &[u8], length: RangeInclusive<usize>) -> bool {
    length.contains(&characters.len()) && characters.iter().all(u8::is_ascii_digit)
}

fn are_alphanumeric(characters: &[u8]) -> bool {
    characters.iter().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
}

/// `3S`, so many letters, and digits to the end.
fn is_3s(number: &[u8], letters: RangeInclusive<usize>) -> bool {
    number.strip_prefix(b"3S").is_some_and(|rest| {
        let end = rest.iter().take_while(|c| c.is_ascii_uppercase()).count();
        letters.contains(&end) && rest.iter().skip(end).all(u8::is_ascii_digit)
    })
}

/// So many digits, with or without a check character.
fn is_dpd(number: &[u8], digits: usize) -> bool {
    number.split_at_checked(digits).is_some_and(|(digits, check)| {
        digits.iter().all(u8::is_ascii_digit) && check.len() <= 1 && are_alphanumeric(check)
    })
}

/// Two letters, nine digits, two letters.
fn is_s10(number: &[u8]) -> bool {
    matches!(number, [a, b, digits @ .., c, d]
        if are_digits(digits, 9..=9) && [a, b, c, d].into_iter().all(u8::is_ascii_uppercase))
}

/// The value of a character in base 36, which for a digit is the digit.
fn value(character: u8) -> u32 {
    char::from(character).to_digit(36).unwrap_or(0)
}

/// The sum of `values`, each times its weight; the weights start again when they run out.
fn weighted(values: impl Iterator<Item = u32>, weights: &[u32]) -> u32 {
    values.zip(weights.iter().cycle()).map(|(value, weight)| value * weight).sum()
}

/// The difference from `sum` to the next multiple of ten.
fn to_ten(sum: u32) -> u32 {
    (10 - sum % 10) % 10
}

/// The check character that ISO 7064, MOD 37,36 adds to `body`, as its value in base 36.
fn mod_37_36(body: &[u8]) -> u32 {
    let product = body.iter().fold(36, |product, &c| match (product + value(c)) % 36 {
        0 => 36 * 2 % 37,
        sum => sum * 2 % 37,
    });
    (37 - product) % 36
}

/// The second letters of the countries of ISO 3166-1 alpha-2, by their first letter from A to Z.
const COUNTRIES: [&[u8]; 26] = [
    b"DEFGILMOQRSTUWXZ",
    b"ABDEFGHIJLMNOQRSTVWYZ",
    b"ACDFGHIKLMNORUVWXYZ",
    b"EJKMOZ",
    b"CEGHRST",
    b"IJKMOR",
    b"ABDEFGHILMNPQRSTUWY",
    b"KMNRTU",
    b"DELMNOQRST",
    b"EMOP",
    b"EGHIMNPRWYZ",
    b"ABCIKRSTUVY",
    b"ACDEFGHKLMNOPQRSTUVWXYZ",
    b"ACEFGILOPRUZ",
    b"M",
    b"AEFGHKLMNRSTWY",
    b"A",
    b"EOSUW",
    b"ABCDEGHIJKLMNORSTVXYZ",
    b"CDFGHJKLMNORTVWZ",
    b"AGMSYZ",
    b"ACEGINU",
    b"FS",
    b"",
    b"ET",
    b"AMW",
];

fn is_country([first, second]: [u8; 2]) -> bool {
    let row = usize::from(first.wrapping_sub(b'A'));
    COUNTRIES.get(row).is_some_and(|seconds| seconds.contains(&second))
}
