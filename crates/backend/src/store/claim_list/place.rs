//! The place of a claim in the list, as one number that sorts as the list does.

use chrono::{DateTime, NaiveDate, Utc};

/// The bits of a place for the instant at which a claim came, in milliseconds since 1970: enough until the year 2109.
const AGE_BITS: u32 = 42;

/// The bits for the claims of one millisecond.
const SEQUENCE_BITS: u32 = 5;

/// The due date of a claim without one: after each day that a place can have.
const NO_DUE_DATE: i64 = 0xffff;

/// A place in the list: the due date in days, then the age, then a number within the same millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListPlace(pub i64);

impl ListPlace {
    /// Before every claim.
    pub const FIRST: Self = Self(-1);

    /// After every claim.
    pub const LAST: Self = Self(i64::MAX);

    /// The first place for a claim that is `due` this day, and came at this instant.
    pub(super) fn of(due: Option<NaiveDate>, received_at: DateTime<Utc>) -> Self {
        let age = received_at.timestamp_millis().clamp(0, (1 << AGE_BITS) - 1);
        Self((due.map_or(NO_DUE_DATE, days) << AGE_BITS | age) << SEQUENCE_BITS)
    }

    /// The first place of the claims that are due on `day` or later.
    #[must_use]
    pub fn of_day(day: NaiveDate) -> Self {
        Self(days(day) << (AGE_BITS + SEQUENCE_BITS))
    }

    /// The last place of the same millisecond.
    pub(super) fn last_of_millisecond(self) -> Self {
        Self(self.0 | ((1 << SEQUENCE_BITS) - 1))
    }

    /// The first place of the millisecond after it.
    pub(super) fn next_millisecond(self) -> Self {
        Self(self.last_of_millisecond().0.saturating_add(1))
    }
}

/// The days from 1970 to `day`, as far as a place can tell them.
fn days(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days().clamp(0, NO_DUE_DATE - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(due: &str, received_at: &str) -> ListPlace {
        ListPlace::of(due.parse().ok(), received_at.parse().unwrap())
    }

    #[test]
    fn places_sort_by_due_date_then_by_age_and_without_a_due_date_last() {
        let places = [
            ListPlace::FIRST,
            place("1812-01-01", "2026-11-20T13:00:00Z"),
            place("2026-11-25", "1969-12-31T23:59:59Z"),
            place("2026-11-25", "2026-11-20T13:00:00Z"),
            place("2026-11-25", "2026-11-20T13:00:00.001Z"),
            place("2026-11-26", "2026-11-19T13:00:00Z"),
            place("9999-12-31", "2026-11-19T13:00:00Z"),
            place("none", "2020-11-19T13:00:00Z"),
            place("none", "2300-11-19T13:00:00Z"),
            ListPlace::LAST,
        ];
        assert!(places.is_sorted_by(|one, next| one < next), "{places:?}");
        assert!(places[1..].iter().all(|place| place.0 >= 0));
        let day = ListPlace::of_day("2026-11-26".parse().unwrap());
        assert!(places[4].next_millisecond() < day && day <= places[5]);
    }
}
