//! The reporting window: time only ever runs one way.

use std::hint::black_box;

use chrono::{DateTime, Datelike, Days, NaiveDate};
use damage_report_rules::{
    calendar::Holidays,
    window::{GRACE, ReportingWindow, Standing, Timing},
};
use proptest::{collection::vec, prelude::*};

use super::days;

/// Some holidays, in calendars that know some of the years.
fn holidays() -> impl Strategy<Value = Holidays> {
    (vec(2024..=2029_i32, 0..6), vec(days(), 0..40)).prop_map(|(years, mut dates)| {
        dates.retain(|date| years.contains(&date.year()));
        Holidays::new(years, dates).unwrap()
    })
}

/// A time around the days on which windows of these tests close.
fn times(around: NaiveDate) -> impl Strategy<Value = i64> {
    (0..20 * 24 * 60_i64).prop_map(move |minutes| midnight_before(around) + minutes * 60_000)
}

/// The instant at which `day` begins in UTC, which is the zone of these tests; `zones.rs` has the others.
fn midnight_before(day: NaiveDate) -> i64 {
    day.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis()
}

fn date_in_utc(instant: i64) -> Option<NaiveDate> {
    Some(DateTime::from_timestamp_millis(instant)?.date_naive())
}

fn deliveries_and_times() -> impl Strategy<Value = (NaiveDate, Option<i64>, i64, i64)> {
    days().prop_flat_map(|delivered_on| {
        let time = || times(delivered_on);
        (Just(delivered_on), proptest::option::of(time()), time(), time())
    })
}

/// The last day on which a window is not closed, found by asking day by day.
fn closes_after(window: &ReportingWindow) -> NaiveDate {
    let days = window.delivered_on().iter_days();
    days.take_while(|&day| window.standing(day) != Standing::Closed).last().unwrap()
}

proptest! {
    #[test]
    fn a_later_delivery_never_closes_earlier(
        delivered_on in days(), later in 0..30_u64, working_days in 1..=30_u8, holidays in holidays(),
    ) {
        let earlier = ReportingWindow::new(delivered_on, working_days, &holidays);
        let later = ReportingWindow::new(delivered_on + Days::new(later), working_days, &holidays);
        prop_assert!(earlier.last_day() <= later.last_day());
        prop_assert!(closes_after(&earlier) <= closes_after(&later));
    }

    #[test]
    fn a_holiday_more_never_shortens_a_window(
        delivered_on in days(), after in 0..60_u64, working_days in 1..=30_u8, years in vec(2024..=2029_i32, 0..6),
        dates in vec(days(), 0..40),
    ) {
        let holiday = delivered_on + Days::new(after);
        let years: Vec<_> = years.into_iter().chain([holiday.year()]).collect();
        let dates: Vec<_> = dates.into_iter().filter(|date| years.contains(&date.year())).collect();
        let with = dates.iter().copied().chain([holiday]).collect();
        let with = ReportingWindow::new(delivered_on, working_days, &Holidays::new(years.clone(), with).unwrap());
        let without = ReportingWindow::new(delivered_on, working_days, &Holidays::new(years, dates).unwrap());
        prop_assert!(without.last_day() <= with.last_day());
        prop_assert!(closes_after(&without) <= closes_after(&with));
    }

    #[test]
    fn a_year_without_data_never_closes_earlier_than_any_three_holidays_in_it_would(
        delivered_on in days(), picked in vec(0..14_u64, 0..=3),
    ) {
        let unknown = ReportingWindow::new(delivered_on, 3, &Holidays::default());
        let years = vec![delivered_on.year(), delivered_on.year() + 1];
        let dates = picked.iter().map(|&days| delivered_on + Days::new(days)).collect();
        let known = ReportingWindow::new(delivered_on, 3, &Holidays::new(years, dates).unwrap());
        prop_assert!(closes_after(&known) <= closes_after(&unknown));
        prop_assert!(!unknown.is_certain() && known.is_certain());
    }

    #[test]
    fn every_day_from_delivery_to_the_last_is_counted_or_skipped_once(
        delivered_on in days(), working_days in 1..=30_u8, holidays in holidays(),
    ) {
        let window = ReportingWindow::new(delivered_on, working_days, &holidays);
        let mut told: Vec<_> = window.skipped_days().iter().map(|&(day, _)| day).chain(window.counted_days().to_vec()).collect();
        told.sort_unstable();
        let all: Vec<_> = delivered_on.iter_days().skip(1).take_while(|&day| day <= window.last_day()).collect();
        prop_assert_eq!(told, all);
        prop_assert_eq!(window.counted_days().len(), usize::from(working_days));
        prop_assert!(window.counted_days().iter().all(|&day| holidays.day_off(day).is_none()));
    }

    #[test]
    fn sending_earlier_is_never_later(
        (delivered_on, begun, one, other) in deliveries_and_times(), holidays in holidays(),
    ) {
        let window = ReportingWindow::new(delivered_on, 3, &holidays);
        let (sooner, later) = (one.min(other), one.max(other));
        if window.timing(begun, later, date_in_utc) == Timing::InTime {
            prop_assert_eq!(window.timing(begun, sooner, date_in_utc), Timing::InTime);
        }
    }

    #[test]
    fn a_draft_begun_in_time_gains_an_hour_and_nothing_else(
        (delivered_on, begun, sent, _) in deliveries_and_times(), holidays in holidays(),
    ) {
        let window = ReportingWindow::new(delivered_on, 3, &holidays);
        let close = midnight_before(closes_after(&window).succ_opt().unwrap());
        let grace = GRACE.num_milliseconds();
        let in_time = sent < close || (begun.is_some_and(|begun| begun < close) && sent < close + grace);
        prop_assert_eq!(window.timing(begun, sent, date_in_utc) == Timing::InTime, in_time);
    }

    #[test]
    fn no_date_makes_the_rules_panic(
        days in any::<i32>(), working_days in any::<u8>(), instant in any::<i64>(), holidays in holidays(),
    ) {
        let Some(delivered_on) = NaiveDate::from_num_days_from_ce_opt(days) else { return Ok(()) };
        let window = ReportingWindow::new(delivered_on, working_days, &holidays);
        for instant in [instant, i64::MIN, i64::MAX] {
            black_box(window.standing(date_in_utc(instant).unwrap_or(NaiveDate::MAX)));
            black_box(window.timing(Some(instant), instant, date_in_utc));
            black_box(window.timing(Some(instant), instant, |_| Some(delivered_on)));
        }
    }
}

#[test]
fn the_ends_of_the_calendar_do_not_make_the_rules_panic() {
    for delivered_on in [NaiveDate::MIN, NaiveDate::MAX, NaiveDate::MAX.pred_opt().unwrap()] {
        let window = ReportingWindow::new(delivered_on, 3, &Holidays::default());
        assert_ne!(window.standing(window.last_day()), Standing::Closed);
    }
}
