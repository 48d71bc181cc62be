//! The reporting window: the days that the customer has, how they are counted, and whether a report is in time.
//!
//! All dates are local to the place of delivery. This crate has no time zones: the caller passes local dates, and where an hour
//! has to be measured, instants with a function that converts them to local dates.

use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::calendar::{DayOff, Holidays};

/// How long after the close a draft that was begun in time may still be sent.
///
/// This is the product's own rule: a customer who is still taking photos at midnight can finish. It is an hour of real time, also on
/// a night when the clocks change.
///
/// # Example
///
/// ```
/// use damage_report_rules::window::GRACE;
///
/// assert_eq!(GRACE.num_minutes(), 60);
/// ```
pub const GRACE: TimeDelta = TimeDelta::hours(1);

/// The working days in which one delivery can be reported.
///
/// The day of delivery is not counted; the window closes when its last day ends, at 24:00.
///
/// # Example
///
/// Delivered on the Thursday before Christmas: Friday is a holiday, the weekend is a weekend.
///
/// ```
/// use chrono::NaiveDate;
/// use damage_report_rules::{calendar::{DayOff, Holidays}, window::ReportingWindow};
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 12, d).unwrap();
/// let holidays = Holidays::new(vec![2026], vec![day(25), day(26)])?;
/// let window = ReportingWindow::new(day(24), 3, &holidays);
/// assert_eq!(window.counted_days(), [day(28), day(29), day(30)]);
/// assert_eq!(
///     window.skipped_days(),
///     [(day(25), DayOff::Holiday), (day(26), DayOff::Weekend), (day(27), DayOff::Weekend)],
/// );
/// # Ok::<(), damage_report_rules::calendar::HolidaysError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportingWindow {
    delivered_on: NaiveDate,
    counted: Vec<NaiveDate>,
    skipped: Vec<(NaiveDate, DayOff)>,
    closes_after: NaiveDate,
}

impl ReportingWindow {
    /// The window of `working_days` for a parcel handed over on `delivered_on`.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::{calendar::Holidays, window::ReportingWindow};
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let holidays = Holidays::new(vec![2026], vec![])?;
    /// // Friday, Saturday and Sunday all close on the same Wednesday.
    /// for delivered_on in [day(20), day(21), day(22)] {
    ///     assert_eq!(ReportingWindow::new(delivered_on, 3, &holidays).last_day(), day(25));
    /// }
    /// # Ok::<(), damage_report_rules::calendar::HolidaysError>(())
    /// ```
    #[must_use]
    pub fn new(delivered_on: NaiveDate, working_days: u8, holidays: &Holidays) -> Self {
        let mut counted = Vec::new();
        let mut skipped = Vec::new();
        for day in delivered_on.iter_days().skip(1) {
            if counted.len() >= usize::from(working_days) {
                break;
            }
            match holidays.day_off(day) {
                Some(reason) => skipped.push((day, reason)),
                None => counted.push(day),
            }
        }
        // Each day counted without holiday data may be a holiday, so extend the window by one working day for each.
        let doubtful = counted.iter().filter(|day| !holidays.knows_year(day.year())).count();
        let last_day = counted.last().copied().unwrap_or(delivered_on);
        let closes_after = holidays.working_day_after(last_day, u8::try_from(doubtful).unwrap_or(u8::MAX));
        Self { delivered_on, counted, skipped, closes_after }
    }

    /// The day of delivery, which is not counted.
    ///
    /// # Example
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// # use damage_report_rules::{calendar::Holidays, window::ReportingWindow};
    /// let friday = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    /// assert_eq!(ReportingWindow::new(friday, 3, &Holidays::default()).delivered_on(), friday);
    /// ```
    #[must_use]
    pub fn delivered_on(&self) -> NaiveDate {
        self.delivered_on
    }

    /// The last day of the window. It closes when this day ends, at 24:00 local time.
    ///
    /// # Example
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// # use damage_report_rules::{calendar::Holidays, window::ReportingWindow};
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// assert_eq!(ReportingWindow::new(day(17), 3, &Holidays::default()).last_day(), day(20));
    /// ```
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        self.counted.last().copied().unwrap_or(self.delivered_on)
    }

    /// The working days that make up the window, in order.
    ///
    /// # Example
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// # use damage_report_rules::{calendar::Holidays, window::ReportingWindow};
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let window = ReportingWindow::new(day(20), 3, &Holidays::default());
    /// assert_eq!(window.counted_days(), [day(23), day(24), day(25)]);
    /// ```
    #[must_use]
    pub fn counted_days(&self) -> &[NaiveDate] {
        &self.counted
    }

    /// The days between delivery and the last day that were not counted, and why, in order.
    ///
    /// # Example
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// # use damage_report_rules::{calendar::{DayOff, Holidays}, window::ReportingWindow};
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let window = ReportingWindow::new(day(20), 3, &Holidays::default());
    /// assert_eq!(window.skipped_days(), [(day(21), DayOff::Weekend), (day(22), DayOff::Weekend)]);
    /// ```
    #[must_use]
    pub fn skipped_days(&self) -> &[(NaiveDate, DayOff)] {
        &self.skipped
    }

    /// Whether the holidays of every counted day were known.
    ///
    /// In an uncertain window, [`last_day`](Self::last_day) ignores unknown holidays, so that no customer relies on a later date.
    /// The window closes later: it is extended by one working day for each day counted without holiday data.
    ///
    /// # Example
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// # use damage_report_rules::{calendar::Holidays, window::{ReportingWindow, Standing}};
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let window = ReportingWindow::new(day(20), 3, &Holidays::default());
    /// assert!(!window.is_certain());
    /// assert_eq!(window.last_day(), day(25));
    /// assert_eq!(window.standing(day(30)), Standing::ClosesToday);
    /// assert_eq!(window.standing(day(30).succ_opt().unwrap()), Standing::Closed);
    /// ```
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.closes_after == self.last_day()
    }

    /// How the window stands on the local date `today`.
    ///
    /// # Example
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// # use damage_report_rules::{calendar::Holidays, window::{ReportingWindow, Standing}};
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let window = ReportingWindow::new(day(20), 3, &Holidays::new(vec![2026], vec![])?);
    /// assert_eq!(window.standing(day(21)), Standing::Open { working_days_left: 3 });
    /// assert_eq!(window.standing(day(24)), Standing::Open { working_days_left: 2 });
    /// assert_eq!(window.standing(day(25)), Standing::ClosesToday);
    /// # Ok::<(), damage_report_rules::calendar::HolidaysError>(())
    /// ```
    #[must_use]
    pub fn standing(&self, today: NaiveDate) -> Standing {
        let left = self.counted.iter().filter(|&&day| day >= today).count();
        if today > self.closes_after {
            Standing::Closed
        } else if today == self.closes_after || left == 0 {
            Standing::ClosesToday
        } else {
            Standing::Open { working_days_left: u8::try_from(left).unwrap_or(u8::MAX) }
        }
    }

    /// Whether a report that is sent at the instant `sent` is in time. `begun` is the instant at which its draft was begun, if known.
    ///
    /// Instants are milliseconds since 1970 in UTC. `local_date` returns the date of an instant at the place of delivery. If it
    /// returns `None` for `sent`, the result is [`Timing::Undecided`].
    ///
    /// A draft begun in time and sent within [`GRACE`] after the close is in time. The hour is measured between instants,
    /// because the clocks of some places jump exactly at midnight.
    ///
    /// # Example
    ///
    /// ```
    /// # use chrono::{DateTime, NaiveDate};
    /// # use damage_report_rules::{calendar::Holidays, window::{ReportingWindow, Timing}};
    /// let at = |text: &str| text.parse::<DateTime<chrono::Utc>>().unwrap().timestamp_millis();
    /// let in_utc = |at| Some(DateTime::from_timestamp_millis(at)?.date_naive());
    /// let friday = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    /// let window = ReportingWindow::new(friday, 3, &Holidays::new(vec![2026], vec![])?);
    /// let begun = Some(at("2026-11-25T23:50:00Z"));
    /// assert_eq!(window.timing(None, at("2026-11-25T23:59:00Z"), in_utc), Timing::InTime);
    /// assert_eq!(window.timing(None, at("2026-11-26T00:00:00Z"), in_utc), Timing::Late);
    /// assert_eq!(window.timing(begun, at("2026-11-26T00:59:00Z"), in_utc), Timing::InTime);
    /// assert_eq!(window.timing(begun, at("2026-11-26T01:00:00Z"), in_utc), Timing::Late);
    /// # Ok::<(), damage_report_rules::calendar::HolidaysError>(())
    /// ```
    #[must_use]
    pub fn timing(&self, begun: Option<i64>, sent: i64, local_date: impl Fn(i64) -> Option<NaiveDate>) -> Timing {
        let in_time = |at| local_date(at).map(|date| date <= self.closes_after);
        match in_time(sent) {
            None => return Timing::Undecided,
            Some(true) => return Timing::InTime,
            Some(false) => {}
        }
        // A draft cannot be begun after it is sent, so such a time is ignored.
        let begun_in_time = begun.is_some_and(|begun| begun <= sent && in_time(begun) == Some(true));
        if begun_in_time && in_time(sent.saturating_sub(GRACE.num_milliseconds())) == Some(true) {
            Timing::InTime
        } else {
            Timing::Late
        }
    }
}

/// How a reporting window stands on a day.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use damage_report_rules::{calendar::Holidays, window::{ReportingWindow, Standing}};
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
/// let window = ReportingWindow::new(day(17), 3, &Holidays::new(vec![2026], vec![])?);
/// assert_eq!(window.standing(day(19)), Standing::Open { working_days_left: 2 });
/// # Ok::<(), damage_report_rules::calendar::HolidaysError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is time left.
    Open {
        /// Working days left, today included when it is one.
        working_days_left: u8,
    },
    /// Today is the last day.
    ClosesToday,
    /// The last day is over.
    Closed,
}

/// Whether a report is in time.
///
/// # Example
///
/// ```
/// use damage_report_rules::{claim::{ClaimDraft, Violation}, policy::Policy, window::Timing};
///
/// let refused = |timing| ClaimDraft::default().check(&Policy::default(), timing).unwrap_err();
/// assert!(refused(Timing::Late).contains(&Violation::WindowClosed));
/// assert!(!refused(Timing::Undecided).contains(&Violation::WindowClosed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// The server's time is unknown here, so only the server may refuse the claim.
    Undecided,
    /// Inside the window, or within the hour after for a draft begun inside it.
    InTime,
    /// After the window closed.
    Late,
}
