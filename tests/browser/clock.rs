//! Whose clock, and which day it is there: the server's time, at the place of delivery, whatever this device says.

use chrono::NaiveDate;
use damage_report::clock::{Detail, local, write_date};
use js_sys::Date;
use serde_json::json;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    orders::{order_line, order_line_at},
    visit::{Visit, shift_clock, text},
    words::NL,
};

/// What the clocks in `zone` show at `instant`.
fn shown(instant: &str, zone: &str) -> Option<String> {
    local(Date::parse(instant), zone).map(|local| local.to_string())
}

#[wasm_bindgen_test]
fn local_time_follows_daylight_saving() {
    let cases = [
        // The last hour before the clocks go forward, and the first after it.
        ("2026-03-29T00:59:59Z", "Europe/Amsterdam", "2026-03-29 01:59:59"),
        ("2026-03-29T01:00:00Z", "Europe/Amsterdam", "2026-03-29 03:00:00"),
        // The hour that comes twice.
        ("2026-10-25T00:30:00Z", "Europe/Amsterdam", "2026-10-25 02:30:00"),
        ("2026-10-25T01:30:00Z", "Europe/Amsterdam", "2026-10-25 02:30:00"),
        // Midnight is the hour 0 of the new day, never 24 of the old.
        ("2026-11-25T23:00:00Z", "Europe/Amsterdam", "2026-11-26 00:00:00"),
        ("2026-07-15T22:00:00Z", "Europe/Amsterdam", "2026-07-16 00:00:00"),
        ("2026-12-31T23:30:00Z", "Europe/Amsterdam", "2027-01-01 00:30:00"),
        ("2026-11-25T12:00:00Z", "Atlantic/Canary", "2026-11-25 12:00:00"),
        ("2026-11-25T12:00:00Z", "Asia/Kathmandu", "2026-11-25 17:45:00"),
    ];
    for (instant, zone, expected) in cases {
        assert_eq!(shown(instant, zone).as_deref(), Some(expected), "{instant} in {zone}");
    }
}

#[wasm_bindgen_test]
fn an_unknown_zone_has_no_local_time() {
    assert_eq!(shown("2026-11-25T12:00:00Z", "Europe/Atlantis"), None);
    assert_eq!(shown("2026-11-25T12:00:00Z", ""), None);
}

#[wasm_bindgen_test]
fn dates_are_written_as_each_language_writes_them() {
    let wednesday = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
    let cases = [
        ("nl", Detail::Day, "woensdag 25 november"),
        ("nl", Detail::Short, "wo 25 nov"),
        ("nl", Detail::Weekday, "woensdag"),
        ("en-GB", Detail::Day, "Wednesday 25 November"),
        ("en-GB", Detail::Weekday, "Wednesday"),
        ("en", Detail::Day, "Wednesday, November 25"),
    ];
    for (lang, detail, expected) in cases {
        assert_eq!(write_date(lang, wednesday, detail), expected, "in {lang}");
    }
    assert_eq!(write_date("no language", wednesday, Detail::Day), "2026-11-25");
}

#[wasm_bindgen_test]
async fn a_device_clock_that_is_ten_days_off_changes_nothing() {
    let before_midnight = order_line_at("2026-11-25T22:58:00Z");
    for days in [-10, 10] {
        let restore = shift_clock(days);
        let visit = Visit::to(&before_midnight).await;
        let by = text(&visit.see(".deadline .by").await);
        visit.press_button(&NL.say("go_on.start")).await;
        visit.reaches(&NL.say("damage.title")).await;
        restore.call0(&JsValue::NULL).unwrap();
        assert_eq!(by, NL.say("deadline.today"), "with a clock {days} days off");
    }
}

/// In summer the day in Amsterdam ends at 22:00 UTC; a widget that took winter's offset would close an hour late.
#[wasm_bindgen_test]
async fn the_window_closes_at_midnight_of_the_place_of_delivery() {
    let mut line = order_line();
    line["delivery"]["at"] = json!("2026-03-27T13:05:00Z");
    line["server_time"] = json!("2026-04-01T21:59:00Z");
    assert_eq!(Visit::to(&line).await.heading(), NL.say("start.title"));
    line["server_time"] = json!("2026-04-01T22:00:00Z");
    assert_eq!(Visit::to(&line).await.heading(), NL.say("closed.title"));
}

#[wasm_bindgen_test]
async fn without_a_server_time_or_a_known_zone_nothing_is_ever_blocked() {
    let mut late = order_line_at("2026-12-24T12:00:00Z");
    assert_eq!(Visit::to(&late).await.heading(), NL.say("closed.title"));
    late["server_time"] = json!("half past nine");
    assert_eq!(Visit::to(&late).await.heading(), NL.say("start.title"));
    let mut nowhere = order_line_at("2026-12-24T12:00:00Z");
    nowhere["delivery"]["zone"] = json!("Europe/Atlantis");
    let visit = Visit::to(&nowhere).await;
    assert_eq!(visit.heading(), NL.say("start.title"));
    assert!(visit.find(".deadline").is_none(), "no deadline is better than a wrong one");
}
