//! The days of delivery of the demo's parcels, computed with the rules so that each order shows its situation.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use damage_report_rules::{
    calendar::{DayOff, Holidays},
    policy::Policy,
    window::{ReportingWindow, Standing},
};

use crate::clock::Clock;

/// The time zone of the demo's customer.
pub(super) const ZONE: Tz = Tz::Europe__Amsterdam;

/// The country whose holidays count.
pub(super) const COUNTRY: &str = "NL";

/// A made-up place whose holidays make a long weekend on any day of the demo.
pub(super) const PLACE_OF_LONG_WEEKEND: &str = "NL-DEMO";

/// The number of days in which a delivery is searched. No window of three working days is as long.
const LOOK_BACK_DAYS: u64 = 30;

/// The days of delivery.
#[derive(Clone, Debug)]
pub(super) struct DeliverySchedule {
    /// Delivered on the day before the demo opens.
    pub(super) yesterday: NaiveDate,
    /// Delivered just before a long weekend, its window still open.
    pub(super) long_weekend: NaiveDate,
    /// The holiday that was made up for it, where the calendar has none.
    pub(super) made_up: Option<NaiveDate>,
    /// The holidays of the place of that delivery.
    pub(super) holidays: Holidays,
    /// Its window closes on the day the demo opens.
    pub(super) closes_today: NaiveDate,
    /// Its window closed before the demo opens.
    pub(super) closed: NaiveDate,
    /// Delivered two days before, and reported.
    pub(super) reported: NaiveDate,
    /// The working days before the demo opens, the latest first.
    working_days: Vec<NaiveDate>,
}

/// When the demo opens: now, or at this time on the next working day. On a Sunday no window closes.
pub(super) fn opening_instant(now: DateTime<Utc>, holidays: &Holidays) -> DateTime<Utc> {
    let local = Clock::to_local_time(now, ZONE);
    let mut day = local.date();
    while holidays.day_off(day).is_some() {
        day = day.succ_opt().unwrap_or(day);
    }
    if day == local.date() { now } else { instant_at(day, local.time()) }
}

/// The instant of the local `time` on `day`; an hour later where the clocks skip that time in spring.
pub(super) fn instant_at(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let local = day.and_time(time);
    let instant = ZONE.from_local_datetime(&local).earliest();
    let instant = instant.or_else(|| ZONE.from_local_datetime(&(local + chrono::TimeDelta::hours(1))).earliest());
    instant.map_or_else(|| local.and_utc(), |instant| instant.with_timezone(&Utc))
}

impl DeliverySchedule {
    /// The days of delivery for a demo that opens at `opened_at`.
    pub(super) fn for_opening(opened_at: DateTime<Utc>, policy: &Policy, holidays: &Holidays) -> Self {
        let today = Clock::to_local_time(opened_at, ZONE).date();
        let standing = |day: NaiveDate| ReportingWindow::new(day, policy.reporting_days, holidays).standing(today);
        let latest =
            |wanted: &dyn Fn(Standing) -> bool| days_before(today).find(|&day| wanted(standing(day))).unwrap_or(today);
        let (long_weekend, made_up, place) = long_weekend(today, policy, holidays);
        Self {
            yesterday: today - Days::new(1),
            long_weekend,
            made_up,
            holidays: place,
            closes_today: latest(&|standing| standing == Standing::ClosesToday),
            closed: latest(&|standing| standing == Standing::Closed),
            reported: today - Days::new(2),
            working_days: days_before(today).filter(|&day| holidays.day_off(day).is_none()).collect(),
        }
    }

    /// The `count`-th working day before the demo opens.
    pub(super) fn working_day_before(&self, count: usize) -> NaiveDate {
        let days = &self.working_days;
        days.get(count.saturating_sub(1)).or(days.last()).copied().unwrap_or(self.yesterday)
    }
}

fn days_before(today: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (1..=LOOK_BACK_DAYS).map(move |days| today - Days::new(days))
}

/// The latest delivery whose open window spans a weekend next to a holiday: with the real calendar, or else with one more holiday,
/// which is returned too.
fn long_weekend(today: NaiveDate, policy: &Policy, holidays: &Holidays) -> (NaiveDate, Option<NaiveDate>, Holidays) {
    let spans = |day: NaiveDate, holidays: &Holidays| {
        let window = ReportingWindow::new(day, policy.reporting_days, holidays);
        matches!(window.standing(today), Standing::Open { .. }) && has_long_weekend(window.skipped_days())
    };
    if let Some(day) = days_before(today).find(|&day| spans(day, holidays)) {
        return (day, None, holidays.clone());
    }
    // The first Friday or Monday that works; on a Tuesday only the day before does.
    let candidates = (0..=7).map(|days| today + Days::new(days)).chain([today - Days::new(1)]);
    for holiday in candidates.filter(|day| matches!(day.weekday(), Weekday::Mon | Weekday::Fri)) {
        let Some(more) = with(holidays, holiday) else { continue };
        if let Some(day) = days_before(today).find(|&day| spans(day, &more)) {
            return (day, Some(holiday), more);
        }
    }
    (today - Days::new(1), None, holidays.clone())
}

/// Whether a weekend with a holiday next to it is among the skipped days.
fn has_long_weekend(skipped: &[(NaiveDate, DayOff)]) -> bool {
    skipped.windows(3).any(|three| {
        let consecutive = three.windows(2).all(|pair| pair[0].0.succ_opt() == Some(pair[1].0));
        let holidays = three.iter().filter(|(_, reason)| *reason == DayOff::Holiday).count();
        consecutive && holidays == 1
    })
}

/// `holidays` and one more; none where its year is not known.
fn with(holidays: &Holidays, more: NaiveDate) -> Option<Holidays> {
    if !holidays.knows_year(more.year()) {
        return None;
    }
    let years: Vec<i32> = (more.year() - 2..=more.year() + 2).filter(|&year| holidays.knows_year(year)).collect();
    let first = NaiveDate::from_ymd_opt(*years.first()?, 1, 1)?;
    let last = NaiveDate::from_ymd_opt(*years.last()?, 12, 31)?;
    let mut dates: Vec<NaiveDate> =
        first.iter_days().take_while(|&day| day <= last).filter(|&day| holidays.contains(day)).collect();
    dates.push(more);
    Holidays::new(years, dates).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::HolidaysByPlace;

    #[test]
    fn on_every_day_of_two_years_each_order_shows_its_situation() {
        let holidays = HolidaysByPlace::new(BTreeMap::new()).unwrap().of_place(COUNTRY);
        let policy = Policy::default();
        let first = Utc.with_ymd_and_hms(2026, 1, 1, 10, 0, 0).unwrap();
        for days in 0..730 {
            let opened_at = opening_instant(first + Days::new(days), &holidays);
            let today = Clock::to_local_time(opened_at, ZONE).date();
            let schedule = DeliverySchedule::for_opening(opened_at, &policy, &holidays);
            let window = |day, holidays| ReportingWindow::new(day, policy.reporting_days, holidays);
            let standing = |day| window(day, &holidays).standing(today);
            assert_eq!(standing(schedule.closes_today), Standing::ClosesToday, "{today}");
            assert_eq!(standing(schedule.closed), Standing::Closed, "{today}");
            assert!(matches!(standing(schedule.yesterday), Standing::Open { .. }), "{today}");
            let long = window(schedule.long_weekend, &schedule.holidays);
            assert!(matches!(long.standing(today), Standing::Open { .. }), "{today}");
            assert!(has_long_weekend(long.skipped_days()), "{today}: {:?}", long.skipped_days());
        }
    }

    #[test]
    fn on_a_sunday_the_demo_opens_on_monday_at_the_same_time() {
        let holidays = HolidaysByPlace::new(BTreeMap::new()).unwrap().of_place(COUNTRY);
        let sunday = Utc.with_ymd_and_hms(2026, 11, 22, 10, 0, 0).unwrap();
        assert_eq!(opening_instant(sunday, &holidays), sunday + Days::new(1));
        let monday = sunday + Days::new(1);
        assert_eq!(opening_instant(monday, &holidays), monday);
    }
}
