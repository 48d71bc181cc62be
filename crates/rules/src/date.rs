//! Dates in JSON: `2026-11-25`, and no other form.
//!
//! chrono's own parser accepts other forms too, and adds 7 KB of code to the widget.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A date in JSON.
#[derive(Clone, Copy)]
pub(crate) struct JsonDate(pub(crate) NaiveDate);

/// The text of a date in JSON.
///
/// ```
/// let monday = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
/// assert_eq!(damage_report_rules::date::to_iso(monday), "2026-11-23");
/// ```
#[must_use]
pub fn to_iso(date: NaiveDate) -> String {
    JsonDate(date).to_string()
}

impl fmt::Display for JsonDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.0.year(), self.0.month(), self.0.day());
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for JsonDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for JsonDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_iso(&text).map(Self).ok_or_else(|| D::Error::custom("a date is written YYYY-MM-DD"))
    }
}

/// Reads `2026-11-25`.
///
/// ```
/// use damage_report_rules::date::{to_iso, parse_iso};
///
/// assert_eq!(parse_iso("2026-11-25").map(to_iso).as_deref(), Some("2026-11-25"));
/// assert_eq!(parse_iso("25-11-2026"), None);
/// ```
#[must_use]
pub fn parse_iso(text: &str) -> Option<NaiveDate> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

/// For `#[serde(with)]`: reads a date.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    Ok(JsonDate::deserialize(deserializer)?.0)
}

/// For `#[serde(with)]`: writes a date.
pub(crate) fn serialize<S: Serializer>(date: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    JsonDate(*date).serialize(serializer)
}

/// For `#[serde(with)]`: a date that may be absent.
pub(crate) mod optional {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(date: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
        date.map(JsonDate).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
        Ok(Option::<JsonDate>::deserialize(deserializer)?.map(|day| day.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(i32, u32, u32)>) {
        assert_eq!(parse_iso(text), expected.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d)), "{text}");
    }

    #[test]
    fn a_date_is_written_in_one_way() {
        check("2026-11-25", Some((2026, 11, 25)));
        check("2028-02-29", Some((2028, 2, 29)));
        check("2026-02-29", None);
        check("2026-2-9", None);
        check("+2026-11-25", None);
        check("2026-11-25T00:00:00Z", None);
        check("２026-11-25", None);
        check("", None);
    }
}
