//! The instants of the worked cases: that they fall on the local dates on which the rules are asked.
//!
//! The rules know no zones. This shows, with a zone database, that dates are enough: the date of an instant going in,
//! and the midnight after a date coming out, give the very instants that the cases name.

#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use damage_report_rules::{
    calendar::Holidays,
    window::{ReportingWindow, Timing},
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

    let at = |instant: DateTime<Utc>| window.timing(None, instant.with_timezone(&zone).naive_local());
    assert_eq!(at(close - chrono::TimeDelta::milliseconds(1)), Timing::InTime);
    assert_eq!(at(close), Timing::Late);
}

/// The midnight that ends `day` in `zone`.
fn end_of(day: NaiveDate, zone: Tz) -> DateTime<Tz> {
    zone.from_local_datetime(&day.succ_opt().unwrap().and_time(NaiveTime::MIN)).earliest().unwrap()
}
