//! Working days: the days that count, and the years whose holidays are known.
//!
//! The shop supplies the holidays as data; no country's calendar lives here.

use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::date::JsonDate;

/// The public holidays of the place of delivery, and the years for which they are known.
///
/// A year that is not listed is *unknown*, which is not the same as a year without holidays: a window that runs
/// through it is decided in the customer's favour (see [`ReportingWindow::is_certain`]).
///
/// In JSON: `{"years": [2026], "dates": ["2026-12-25", "2026-12-26"]}`.
///
/// [`ReportingWindow::is_certain`]: crate::window::ReportingWindow::is_certain
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use damage_report_rules::calendar::Holidays;
///
/// let holidays: Holidays = serde_json::from_str(r#"{"years": [2026], "dates": ["2026-12-25"]}"#)?;
/// assert!(holidays.contains(NaiveDate::from_ymd_opt(2026, 12, 25).unwrap()));
/// assert!(holidays.knows_year(2026) && !holidays.knows_year(2027));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "UncheckedHolidays")]
pub struct Holidays {
    years: Vec<i32>,
    dates: Vec<NaiveDate>,
}

/// [`Holidays`] before validation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedHolidays {
    years: Vec<i32>,
    dates: Vec<JsonDate>,
}

impl TryFrom<UncheckedHolidays> for Holidays {
    type Error = HolidaysError;

    fn try_from(unchecked: UncheckedHolidays) -> Result<Self, HolidaysError> {
        Self::new(unchecked.years, unchecked.dates.into_iter().map(|day| day.0).collect())
    }
}

/// A holiday in a year that is said to be unknown: the data contradicts itself.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use damage_report_rules::calendar::{Holidays, HolidaysError};
///
/// let date = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
/// assert_eq!(Holidays::new(vec![2026], vec![date]), Err(HolidaysError { date }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HolidaysError {
    /// The date whose year is not among the known ones.
    pub date: NaiveDate,
}

impl fmt::Display for HolidaysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is listed as a holiday, but its year is not among the known years", self.date)
    }
}

impl std::error::Error for HolidaysError {}

impl Holidays {
    /// The holidays `dates` of the fully known `years`, in any order.
    ///
    /// # Errors
    ///
    /// [`HolidaysError`] when a date lies in a year that is not listed.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::calendar::Holidays;
    ///
    /// let kings_day = NaiveDate::from_ymd_opt(2027, 4, 27).unwrap();
    /// assert!(Holidays::new(vec![2027], vec![kings_day]).is_ok());
    /// assert!(Holidays::new(vec![2026], vec![kings_day]).is_err());
    /// ```
    pub fn new(years: Vec<i32>, dates: Vec<NaiveDate>) -> Result<Self, HolidaysError> {
        match dates.iter().find(|date| !years.contains(&date.year())) {
            Some(&date) => Err(HolidaysError { date }),
            None => Ok(Self { years, dates }),
        }
    }

    /// Whether the holidays of `year` are known.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::calendar::Holidays;
    ///
    /// assert!(!Holidays::default().knows_year(2026));
    /// ```
    #[must_use]
    pub fn knows_year(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// Whether `date` is a public holiday. In an unknown year no day is.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::calendar::Holidays;
    ///
    /// let christmas = NaiveDate::from_ymd_opt(2026, 12, 25).unwrap();
    /// assert!(Holidays::new(vec![2026], vec![christmas])?.contains(christmas));
    /// # Ok::<(), damage_report_rules::calendar::HolidaysError>(())
    /// ```
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.dates.contains(&date)
    }

    /// Why `date` is not a working day, or `None` when it is one.
    ///
    /// A holiday that falls in a weekend is a weekend day: that is how people think of it.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::calendar::{DayOff, Holidays};
    ///
    /// let saturday = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    /// assert_eq!(Holidays::default().day_off(saturday), Some(DayOff::Weekend));
    /// assert_eq!(Holidays::default().day_off(saturday - chrono::Days::new(1)), None);
    /// ```
    #[must_use]
    pub fn day_off(&self, date: NaiveDate) -> Option<DayOff> {
        match date.weekday() {
            Weekday::Sat | Weekday::Sun => Some(DayOff::Weekend),
            _ => self.contains(date).then_some(DayOff::Holiday),
        }
    }

    /// The `count`-th working day after `date`; `date` itself is not counted.
    ///
    /// This is how Regulation (EEC, Euratom) No 1182/71, articles 2 and 3, counts a period of working days.
    /// At the end of chrono's calendar (the year 262 142) the last day there is.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::calendar::Holidays;
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// assert_eq!(Holidays::default().working_day_after(day(20), 3), day(25));
    /// ```
    #[must_use]
    pub fn working_day_after(&self, date: NaiveDate, count: u8) -> NaiveDate {
        date.iter_days().skip(1).filter(|&day| self.day_off(day).is_none()).take(count.into()).last().unwrap_or(date)
    }
}

/// Why a day is not a working day.
///
/// # Example
///
/// ```
/// use damage_report_rules::calendar::DayOff;
///
/// assert_eq!(serde_json::to_string(&DayOff::Holiday)?, r#""holiday""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOff {
    /// A Saturday or a Sunday.
    Weekend,
    /// A public holiday of the place of delivery.
    Holiday,
}
