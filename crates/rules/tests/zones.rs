//! The instants of the worked cases: that they fall on the local dates on which the rules are asked.
//!
//! The rules know no zones. This shows, with a zone database, that instants and their local dates are enough: a window
//! closes at the very instants that the cases name, and an hour of grace has sixty minutes wherever clocks jump.

#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use damage_report_rules::{
    calendar::Holidays,
    window::{GRACE, ReportingWindow, Timing},
};
use serde::Deserialize;

const DEADLINE_CASES: &str = include_str!("data/deadline_cases.json");

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    zone: String,
    delivered_at: DateTime<FixedOffset>,
    delivered_local_date: NaiveDate,
    last_day: NaiveDate,
    deadline_local_end: DateTime<FixedOffset>,
    #[serde(default)]
    utc_reading_is_wrong: bool,
}

#[test]
fn every_worked_case_begins_and_ends_at_its_instants() {
    let Cases { cases } = serde_json::from_str(DEADLINE_CASES).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let zone: Tz = case.zone.parse().unwrap();
        assert_eq!(case.delivered_at.with_timezone(&zone).date_naive(), case.delivered_local_date, "{}", case.id);
        assert_eq!(end_of(case.last_day, zone), case.deadline_local_end, "{}", case.id);
        if case.utc_reading_is_wrong {
            assert_ne!(case.delivered_at.to_utc().date_naive(), case.delivered_local_date, "{}", case.id);
        }
    }
}

#[test]
fn the_window_closes_at_local_midnight_before_and_after_a_clock_change() {
    check("2026-11-20T13:00:00Z", "2026-11-25T23:00:00Z");
    check("2026-11-24T22:30:00Z", "2026-11-27T23:00:00Z");
    check("2026-11-24T23:30:00Z", "2026-11-30T23:00:00Z");
    // Winter time to summer time, with Good Friday and Easter Monday between, and back again.
    check("2027-03-25T12:00:00Z", "2027-04-01T22:00:00Z");
    check("2026-10-23T12:00:00Z", "2026-10-28T23:00:00Z");
}

#[test]
fn the_hour_of_grace_has_sixty_minutes_on_the_night_when_clocks_jump_at_midnight() {
    let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
    for (zone, delivered_on, closes_at) in [
        // 23 April ends at 24:00, which is 01:00 of the 24th already.
        (Tz::Africa__Cairo, day(4, 20), "2026-04-23T22:00:00Z"),
        // 29 October ends at 24:00 the second time: the first time it was made 23:00 again.
        (Tz::Africa__Cairo, day(10, 26), "2026-10-29T22:00:00Z"),
        (Tz::Europe__Amsterdam, day(4, 20), "2026-04-23T22:00:00Z"),
    ] {
        let window = ReportingWindow::new(delivered_on, 3, &Holidays::new(vec![2026], vec![]).unwrap());
        assert_closes_at(&window, closes_at.parse().unwrap(), zone);
    }
}

#[test]
fn in_every_zone_and_on_every_night_the_hour_of_grace_has_sixty_minutes() {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    for zone in chrono_tz::TZ_VARIANTS {
        for delivered_on in first.iter_days().take(365).filter(|day| day.weekday() == Weekday::Mon) {
            // Windows of one to four days close on each weekday between Tuesday and Friday.
            for days in 1..=4 {
                let holidays = Holidays::new(vec![2026, 2027], vec![]).unwrap();
                let window = ReportingWindow::new(delivered_on, days, &holidays);
                assert_closes_at(&window, first_instant_after(window.last_day(), zone), zone);
            }
        }
    }
}

/// Handed over in Amsterdam at this instant, the window closes at that one.
#[track_caller]
fn check(delivered_at: &str, closes_at: &str) {
    let zone = chrono_tz::Europe::Amsterdam;
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let holidays = Holidays::new(vec![2026, 2027], vec![day(2027, 3, 26), day(2027, 3, 29)]).unwrap();
    let instant = |text: &str| text.parse::<DateTime<Utc>>().unwrap();

    let window = ReportingWindow::new(instant(delivered_at).with_timezone(&zone).date_naive(), 3, &holidays);
    let close = instant(closes_at);
    assert_eq!(end_of(window.last_day(), zone), close);

    assert_closes_at(&window, close, zone);
}

/// Without a draft it closes at this instant; with one begun before that, an hour of real time later.
#[track_caller]
fn assert_closes_at(window: &ReportingWindow, close: DateTime<Utc>, zone: Tz) {
    let close = close.timestamp_millis();
    let at = |begun, sent| window.timing(begun, sent, |instant| local_date(instant, zone));
    assert_eq!(at(None, close - 1), Timing::InTime, "{zone}");
    assert_eq!(at(None, close), Timing::Late, "{zone}");
    let hour = GRACE.num_milliseconds();
    assert_eq!(at(Some(close - 1), close + hour - 1), Timing::InTime, "{zone}");
    assert_eq!(at(Some(close - 1), close + hour), Timing::Late, "{zone}");
    assert_eq!(at(Some(close), close + hour - 1), Timing::Late, "{zone}");
}

fn local_date(instant: i64, zone: Tz) -> Option<NaiveDate> {
    Some(DateTime::from_timestamp_millis(instant)?.with_timezone(&zone).date_naive())
}

/// The first instant that is not on `day` in `zone` any more, found by halving.
fn first_instant_after(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let noon = day.and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp_millis();
    let (mut on, mut after) = (noon - 48 * 3_600_000, noon + 48 * 3_600_000);
    while after - on > 1 {
        let between = on + (after - on) / 2;
        if local_date(between, zone).unwrap() <= day { on = between } else { after = between }
    }
    DateTime::from_timestamp_millis(after).unwrap()
}

/// The midnight that ends `day` in `zone`.
fn end_of(day: NaiveDate, zone: Tz) -> DateTime<Tz> {
    zone.from_local_datetime(&day.succ_opt().unwrap().and_time(NaiveTime::MIN)).earliest().unwrap()
}
