//! The holidays by place of delivery: generated defaults for five countries, and the shop's own.
//!
//! The defaults are `data/holidays.json`, generated with python-holidays for NL, BE, DE, FR and ES. They have national holidays
//! only: a shop that delivers to Bavaria sets `[holidays.DE-BY]` and gives its order lines that place.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use damage_report_rules::calendar::Holidays;

use super::error::ConfigError;

/// The number of days before the end of the data on which a shop is warned.
const WARNING_DAYS: u64 = 90;

/// The holidays of every place that a shop delivers to.
#[derive(Clone, Debug)]
pub struct HolidaysByPlace {
    places: BTreeMap<String, Holidays>,
    last_years: BTreeMap<String, i32>,
}

impl HolidaysByPlace {
    /// The generated defaults. The shop's `own` holidays replace those of the same place.
    pub(crate) fn new(own: BTreeMap<String, Holidays>) -> Result<Self, ConfigError> {
        let unreadable = |error| ConfigError::new(format!("data/holidays.json cannot be read: {error}"));
        let defaults: BTreeMap<String, BTreeMap<NaiveDate, String>> =
            serde_json::from_str(include_str!("../../data/holidays.json")).map_err(unreadable)?;
        let mut places = BTreeMap::new();
        for (place, names) in defaults {
            let dates: Vec<_> = names.into_keys().collect();
            let years: BTreeSet<_> = dates.iter().map(NaiveDate::year).collect();
            let holidays = Holidays::new(years.into_iter().collect(), dates)
                .map_err(|error| ConfigError::new(format!("data/holidays.json contradicts itself: {error}")))?;
            places.insert(place, holidays);
        }
        places.extend(own);
        let last_years = places.iter().filter_map(|(place, known)| Some((place.clone(), last_year(known)?))).collect();
        Ok(Self { places, last_years })
    }

    /// The holidays of `place`. For a place without data every year is unknown.
    #[must_use]
    pub fn of_place(&self, place: &str) -> Holidays {
        // Order lines of early versions have places in lower case.
        self.places.get(&place.to_ascii_uppercase()).cloned().unwrap_or_default()
    }

    /// Every place with its holidays, in the places' order.
    pub fn places(&self) -> impl Iterator<Item = (&str, &Holidays)> {
        self.places.iter().map(|(place, holidays)| (place.as_str(), holidays))
    }

    /// Whether there is data for `place`.
    #[must_use]
    pub fn has_place(&self, place: &str) -> bool {
        self.places.contains_key(place)
    }

    /// Sets the holidays of `place`.
    pub fn insert(&mut self, place: impl Into<String>, holidays: Holidays) {
        self.places.insert(place.into().to_ascii_uppercase(), holidays);
    }

    /// The places whose data ends within 90 days of `today`, each with the last year it knows.
    #[must_use]
    pub fn places_ending_soon(&self, today: NaiveDate) -> Vec<(&str, i32)> {
        let horizon = today.checked_add_days(Days::new(WARNING_DAYS)).unwrap_or(today).year();
        self.last_years
            .iter()
            .filter(|&(_, &year)| year < horizon)
            .map(|(place, &year)| (place.as_str(), year))
            .collect()
    }
}

/// The last year that `holidays` knows, among the years that a shop can set.
fn last_year(holidays: &Holidays) -> Option<i32> {
    (2000..=2200).rev().find(|&year| holidays.knows_year(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_defaults_know_kings_day_in_the_netherlands_and_not_in_belgium() {
        let book = HolidaysByPlace::new(BTreeMap::new()).unwrap();
        assert!(book.of_place("NL").contains(date("2027-04-27")));
        assert!(!book.of_place("BE").contains(date("2027-04-27")));
    }

    #[test]
    fn a_place_is_found_in_any_case() {
        let book = HolidaysByPlace::new(BTreeMap::new()).unwrap();
        assert!(book.of_place("nl").contains(date("2027-04-27")));
    }

    #[test]
    fn a_place_without_data_knows_no_year() {
        assert!(!HolidaysByPlace::new(BTreeMap::new()).unwrap().of_place("XX").knows_year(2026));
    }

    #[test]
    fn a_shop_is_warned_90_days_before_its_data_ends() {
        let book = HolidaysByPlace::new(BTreeMap::new()).unwrap();
        assert_eq!(book.places_ending_soon(date("2028-10-02")), []);
        assert!(book.places_ending_soon(date("2028-10-04")).contains(&("NL", 2028)));
    }

    #[test]
    fn a_shop_may_set_its_own() {
        let own = Holidays::new(vec![2026], vec![date("2026-06-04")]).unwrap();
        let book = HolidaysByPlace::new(BTreeMap::from([("DE-BY".to_owned(), own)])).unwrap();
        assert!(book.of_place("DE-BY").contains(date("2026-06-04")));
        assert!(!book.of_place("DE").contains(date("2026-06-04")));
    }
}
