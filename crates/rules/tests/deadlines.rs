//! Every worked case of when the reporting window closes, natively and in a browser alike.
//!
//! Dates only. That an instant falls on the date it is said to fall on is for `zones.rs` to show.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta};
use damage_report_rules::{
    calendar::Holidays,
    window::{ReportingWindow, Standing, Timing},
};
use serde::Deserialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const DEADLINE_CASES: &str = include_str!("data/deadline_cases.json");
const HOLIDAYS: &str = include_str!("data/holidays_2024_2028.json");

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    country: String,
    delivered_local_date: NaiveDate,
    counted_working_days: Vec<NaiveDate>,
    last_day: NaiveDate,
    /// Last days in the same country's other calendars, as the midnight that ends them.
    #[serde(default)]
    other_calendars: BTreeMap<String, String>,
}

#[test]
fn every_worked_case_closes_on_its_last_day() {
    let Cases { cases } = serde_json::from_str(DEADLINE_CASES).unwrap();
    assert!(cases.len() >= 65, "only {} cases", cases.len());
    for case in cases {
        let window = ReportingWindow::new(case.delivered_local_date, 3, &calendar(&case.country));
        assert_eq!(window.counted_days(), case.counted_working_days, "{}", case.id);
        assert_eq!(window.last_day(), case.last_day, "{}", case.id);
        assert!(window.is_certain(), "{}", case.id);
        assert_closes_when_its_last_day_ends(&window);
    }
}

#[test]
fn every_worked_case_closes_on_its_last_day_in_other_calendars() {
    let Cases { cases } = serde_json::from_str(DEADLINE_CASES).unwrap();
    let mut checked = 0;
    for case in cases {
        for (name, end) in case.other_calendars {
            let end: NaiveDate = end.split('T').next().unwrap().parse().unwrap();
            let window = ReportingWindow::new(case.delivered_local_date, 3, &calendar(&name));
            assert_eq!(window.last_day().succ_opt(), Some(end), "{} in {name}", case.id);
            checked += 1;
        }
    }
    assert!(checked >= 13, "only {checked} other calendars");
}

#[test]
fn a_delivery_on_friday_or_in_the_weekend_closes_on_wednesday() {
    check("NL", "2026-11-20", "2026-11-25");
    check("NL", "2026-11-21", "2026-11-25");
    check("NL", "2026-11-22", "2026-11-25");
}

#[test]
fn the_local_day_of_delivery_decides() {
    // 23:30 on Tuesday in Amsterdam, and an hour later.
    check("NL", "2026-11-24", "2026-11-27");
    check("NL", "2026-11-25", "2026-11-30");
}

#[test]
fn christmas_and_new_year_are_not_counted() {
    check("NL", "2026-12-24", "2026-12-30");
    check("NL", "2026-12-30", "2027-01-05");
}

#[test]
fn the_shops_calendar_decides_what_is_a_holiday() {
    check("NL", "2027-03-25", "2027-04-01");
    check("nl-without-good-friday", "2027-03-25", "2027-03-31");
    check("nl-without-5-may", "2026-05-04", "2026-05-07");
    check("NL", "2026-05-04", "2026-05-08");
    check("DE-BY", "2026-06-03", "2026-06-09");
    check("DE", "2026-06-03", "2026-06-08");
}

#[test]
fn a_holiday_inside_the_window_moves_its_end() {
    check("NL", "2027-04-26", "2027-04-30");
    check("BE", "2026-07-20", "2026-07-24");
}

#[test]
fn store_bededag_is_a_working_day_since_2024() {
    check("DK", "2026-04-30", "2026-05-05");
}

#[test]
fn a_clock_change_inside_the_window_changes_no_day() {
    check("NL", "2026-10-23", "2026-10-28");
}

#[test]
fn a_millisecond_decides_at_midnight_unless_the_draft_was_begun_before() {
    let window = ReportingWindow::new(date("2026-11-20"), 3, &calendar("NL"));
    let close = midnight_before(date("2026-11-26"));
    let ms = 1;
    let hour = TimeDelta::hours(1).num_milliseconds();
    for (begun, sent, expected) in [
        (None, close - ms, Timing::InTime),
        (None, close, Timing::Late),
        (None, close + ms, Timing::Late),
        (Some(close - ms), close, Timing::InTime),
        (Some(close - ms), close + hour - ms, Timing::InTime),
        (Some(close - ms), close + hour, Timing::Late),
        (Some(close), close + ms, Timing::Late),
        // A draft is not begun after it is sent: such a claim is judged by when it was sent.
        (Some(close + hour), close - ms, Timing::InTime),
        (Some(close + ms), close, Timing::Late),
    ] {
        assert_eq!(window.timing(begun, sent, date_in_utc), expected, "begun {begun:?}, sent {sent}");
    }
}

#[test]
fn a_delivery_long_ago_is_closed_and_one_to_come_is_open() {
    let today = date("2026-11-22");
    let standing = |delivered_on| ReportingWindow::new(date(delivered_on), 3, &calendar("NL")).standing(today);
    assert_eq!(standing("2024-11-22"), Standing::Closed);
    assert_eq!(standing("2027-11-22"), Standing::Open { working_days_left: 3 });
}

#[test]
fn a_year_without_data_is_decided_in_the_customers_favour() {
    let known_to_2026 = Holidays::new(vec![2026], vec![date("2026-12-25")]).unwrap();
    let window = ReportingWindow::new(date("2026-12-30"), 3, &known_to_2026);
    // Thursday, then two days of 2027 of which nobody here knows whether they are holidays.
    assert!(!window.is_certain());
    assert_eq!(window.last_day(), date("2027-01-04"));
    assert_eq!(window.standing(date("2027-01-06")), Standing::ClosesToday);
    assert_eq!(window.standing(date("2027-01-07")), Standing::Closed);
    // With the year known, the shop's own answer lies inside what was allowed.
    assert_eq!(ReportingWindow::new(date("2026-12-30"), 3, &calendar("NL")).last_day(), date("2027-01-05"));
}

/// Delivered on this local date and counted by this calendar, the window closes when that date ends.
#[track_caller]
fn check(calendar_name: &str, delivered_on: &str, last_day: &str) {
    let window = ReportingWindow::new(date(delivered_on), 3, &calendar(calendar_name));
    assert_eq!(window.last_day(), date(last_day));
    assert!(window.is_certain());
    assert_closes_when_its_last_day_ends(&window);
}

#[track_caller]
fn assert_closes_when_its_last_day_ends(window: &ReportingWindow) {
    let end = window.last_day().succ_opt().unwrap();
    assert_eq!(window.standing(window.last_day()), Standing::ClosesToday);
    assert_eq!(window.standing(end), Standing::Closed);
    let midnight = midnight_before(end);
    assert_eq!(window.timing(None, midnight - 1, date_in_utc), Timing::InTime);
    assert_eq!(window.timing(None, midnight, date_in_utc), Timing::Late);
}

/// The instant at which `day` begins in UTC.
fn midnight_before(day: NaiveDate) -> i64 {
    day.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis()
}

fn date_in_utc(instant: i64) -> Option<NaiveDate> {
    Some(DateTime::from_timestamp_millis(instant)?.date_naive())
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A country's calendar from the data, or one of the variants that the cases name.
fn calendar(name: &str) -> Holidays {
    let (country, without, with): (&str, &[&str], Vec<NaiveDate>) = match name {
        "nl-without-good-friday" => ("NL", &["Good Friday"], vec![]),
        "nl-without-5-may" => ("NL", &["Liberation Day"], vec![]),
        "nl-without-good-friday-and-5-may" => ("NL", &["Good Friday", "Liberation Day"], vec![]),
        "FR-57 (Alsace-Moselle)" => ("FR", &[], days("DE", &["Good Friday", "Second Day of Christmas"])),
        // Maundy Thursday.
        "ES-MD" => ("ES", &[], days("ES", &["Good Friday"]).iter().filter_map(NaiveDate::pred_opt).collect()),
        "ES-CT" => ("ES", &[], days("NL", &["Easter Monday"])),
        // Corpus Christi.
        "DE-BY" => ("DE", &[], vec![date("2026-06-04")]),
        "DK" => return denmark(),
        country => (country, &[], vec![]),
    };
    let table = table();
    let kept = table[country].iter().filter(|(_, holiday)| !without.contains(&holiday.as_str()));
    let dates = kept.map(|(&date, _)| date).chain(with).collect();
    Holidays::new((2024..=2028).collect(), dates).unwrap()
}

fn days(country: &str, names: &[&str]) -> Vec<NaiveDate> {
    table()[country].iter().filter(|(_, name)| names.contains(&name.as_str())).map(|(&date, _)| date).collect()
}

fn table() -> BTreeMap<String, BTreeMap<NaiveDate, String>> {
    serde_json::from_str(HOLIDAYS).unwrap()
}

/// The public holidays of Denmark in 2026, from the law of 2023 that ended Store bededag.
fn denmark() -> Holidays {
    let dates = ["01-01", "04-02", "04-03", "04-05", "04-06", "05-14", "05-24", "05-25", "12-25", "12-26"];
    let dates: Vec<_> = dates.iter().map(|day| date(&format!("2026-{day}"))).collect();
    Holidays::new(vec![2026], dates).unwrap()
}
