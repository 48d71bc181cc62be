//! The server's clock decides, on the date at the place of delivery; the device's clock is ignored.

use chrono::NaiveDate;
use damage_report::clock::{DateDetail, format_date, local_time};
use js_sys::Date;
use serde_json::json;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

use crate::{
    network::Network,
    orders::{claim_status, order_line, order_line_at, photo_kept, problem},
    stubs::shift_clock,
    time::Time,
    visit::{Visit, text},
    waiting::{settled, until},
    words::NL,
};

/// The local time in `zone` at `instant`.
fn shown(instant: &str, zone: &str) -> Option<String> {
    local_time(Date::parse(instant), zone).map(|local| local.to_string())
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
        ("nl", DateDetail::Day, "woensdag 25 november"),
        ("nl", DateDetail::Short, "wo 25 nov"),
        ("nl", DateDetail::Weekday, "woensdag"),
        ("en-GB", DateDetail::Day, "Wednesday 25 November"),
        ("en-GB", DateDetail::Weekday, "Wednesday"),
        ("en", DateDetail::Day, "Wednesday, November 25"),
    ];
    for (lang, detail, expected) in cases {
        assert_eq!(format_date(lang, wednesday, detail), expected, "in {lang}");
    }
    assert_eq!(format_date("no language", wednesday, DateDetail::Day), "2026-11-25");
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

/// In Cairo the clocks jumped from 24:00 of 23 April 2026 to 01:00: the hour after the close is an hour all the same.
#[wasm_bindgen_test]
async fn who_began_in_time_has_sixty_minutes_also_when_the_clocks_jump_at_midnight() {
    let mut line = order_line();
    line["delivery"] = json!({"at": "2026-04-20T10:00:00Z", "zone": "Africa/Cairo"});
    line["draft_begun_at"] = json!("2026-04-23T21:50:00Z");
    line["server_time"] = json!("2026-04-23T22:58:00Z");
    assert_eq!(Visit::to(&line).await.heading(), NL.say("start.title"));
    line["server_time"] = json!("2026-04-23T23:00:00Z");
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

/// The backend's clock shows `time` from here on, and it notes beginnings at that.
fn now(network: &Network, time: &str) {
    says(network, &order_line_at(time));
    network.forget("PUT /draft");
    network.answer("PUT /draft", 200, &json!({"begun_at": time}));
}

/// The backend says this of the order line from here on.
fn says(network: &Network, line: &serde_json::Value) {
    network.forget("GET");
    network.answer("GET", 200, line);
}

/// The customer looks at the page again.
fn seen_again() {
    let document = web_sys::window().unwrap().document().unwrap();
    document.dispatch_event(&Event::new("visibilitychange").unwrap()).unwrap();
}

#[wasm_bindgen_test]
async fn words_like_today_do_not_stand_past_midnight() {
    let network = Network::with(&order_line_at("2026-11-24T22:59:00Z"));
    let time = Time::stop();
    let visit = Visit::over(&network, NL);
    visit.reaches(&NL.say("start.title")).await;
    let left = NL.form("deadline.left", "other", &[("n", "2"), ("day", "woensdag")]);
    assert_eq!(text(&visit.see(".deadline .left").await), left);
    time.pass(59_000.0).await;
    assert_eq!(text(&visit.see(".deadline .left").await), left);
    time.pass(2_000.0).await;
    assert_eq!(text(&visit.see(".deadline .by").await), NL.say("deadline.today"));
    assert_eq!(visit.received_events("deadline"), ["2026-11-25 open", "2026-11-25 today"]);
    assert_eq!(network.asked("GET").len(), 1, "days pass without asking");
}

#[wasm_bindgen_test]
async fn the_start_closes_when_the_window_does() {
    let network = Network::with(&order_line_at("2026-11-25T22:59:00Z"));
    let time = Time::stop();
    let visit = Visit::over(&network, NL);
    visit.reaches(&NL.say("start.title")).await;
    time.pass(61_000.0).await;
    visit.reaches(&NL.say("closed.title")).await;
}

#[wasm_bindgen_test]
async fn who_begins_on_a_page_that_was_open_for_too_long_is_told_at_once() {
    let visit = Visit::to(&order_line_at("2026-11-25T12:00:00Z")).await;
    now(&visit.network, "2026-11-26T07:00:00Z");
    visit.press_button(&NL.say("go_on.start")).await;
    visit.reaches(&NL.say("closed.title")).await;
    visit.see("a.button").await;
}

#[wasm_bindgen_test]
async fn who_begins_within_the_hour_after_the_close_has_not_begun_in_time() {
    let visit = Visit::to(&order_line_at("2026-11-25T22:50:00Z")).await;
    now(&visit.network, "2026-11-25T23:20:00Z");
    visit.press_button(&NL.say("go_on.start")).await;
    visit.reaches(&NL.say("closed.title")).await;
}

#[wasm_bindgen_test]
async fn when_it_is_seen_again_the_start_is_as_the_backend_says_by_then() {
    for event in ["visibilitychange", "pageshow", "resume", "online"] {
        let visit = Visit::to(&order_line_at("2026-11-24T12:00:00Z")).await;
        now(&visit.network, "2026-11-25T07:00:00Z");
        let document = web_sys::window().unwrap().document().unwrap();
        document.dispatch_event(&Event::new(event).unwrap()).unwrap();
        until(event, || visit.words().contains(&NL.say("deadline.today"))).await;
        now(&visit.network, "2026-11-26T07:00:00Z");
        document.dispatch_event(&Event::new(event).unwrap()).unwrap();
        visit.reaches(&NL.say("closed.title")).await;
    }
}

#[wasm_bindgen_test]
async fn a_device_that_slept_is_noticed_though_no_event_tells_of_it() {
    let network = Network::with(&order_line_at("2026-11-24T12:00:00Z"));
    let time = Time::stop();
    let visit = Visit::over(&network, NL);
    visit.reaches(&NL.say("start.title")).await;
    time.pass(100_000.0).await;
    assert_eq!(network.asked("GET").len(), 1);
    now(&network, "2026-11-26T07:00:00Z");
    time.sleep(40.0 * 3_600_000.0);
    time.pass(51_000.0).await;
    visit.reaches(&NL.say("closed.title")).await;
}

#[wasm_bindgen_test]
async fn in_the_middle_of_a_report_there_is_an_hour_more_and_then_it_is_closed() {
    let visit = Visit::to(&order_line_at("2026-11-25T22:50:00Z")).await;
    now(&visit.network, "2026-11-25T22:50:00Z");
    visit.to_damage().await;
    visit.press("#damage-0").await;
    let mut line = order_line_at("2026-11-25T23:59:00Z");
    line["draft_begun_at"] = json!("2026-11-25T22:50:00Z");
    says(&visit.network, &line);
    seen_again();
    until("it to be asked", || visit.network.asked("GET").len() == 2).await;
    settled().await;
    assert_eq!(visit.heading(), NL.say("damage.title"));
    assert!(visit.is_ticked("#damage-0"));
    line["server_time"] = json!("2026-11-26T00:01:00Z");
    says(&visit.network, &line);
    seen_again();
    visit.reaches(&NL.say("closed.title")).await;
    // Nothing is lost: a backend that was wrong about the time may say so.
    line["server_time"] = json!("2026-11-25T23:30:00Z");
    says(&visit.network, &line);
    seen_again();
    visit.reaches(&NL.say("damage.title")).await;
    assert!(visit.is_ticked("#damage-0"));
}

#[wasm_bindgen_test]
async fn a_claim_that_was_made_elsewhere_is_shown_when_the_page_is_seen_again() {
    for is_begun in [false, true] {
        let visit = Visit::open().await;
        if is_begun {
            visit.to_damage().await;
            visit.press("#damage-0").await;
        }
        let mut line = order_line();
        line["claim"] = claim_status();
        says(&visit.network, &line);
        seen_again();
        visit.reaches(&NL.say("status.title")).await;
        crate::disk::wait_until_saved(&visit.line, &[]).await;
        // And how it stands is as it is by then.
        line["claim"]["progress"]["return_shipment"] = json!({"state": "received", "on": "2026-11-26"});
        says(&visit.network, &line);
        seen_again();
        visit.wait_until_shown(&NL.fill("return.received", &[("day", "donderdag 26 november")])).await;
    }
}

#[wasm_bindgen_test]
async fn a_photo_that_could_not_be_sent_without_a_log_in_is_sent_when_the_page_is_seen_again() {
    let visit = Visit::open().await;
    visit.network.forget("PUT /photos");
    visit.network.answer("PUT /photos", 401, &problem(401, "token_expired", "new_token"));
    visit.to_device().await;
    visit.picks_snapshots("device", 1..2).await;
    visit.wait_until_shown(&NL.say("photos.retry")).await;
    visit.network.forget("PUT /photos");
    visit.network.answer("PUT /photos", 201, &photo_kept());
    seen_again();
    visit.has_all_kept(1).await;
}

#[wasm_bindgen_test]
async fn a_parcel_that_was_delivered_meanwhile_can_be_reported_when_the_page_is_seen_again() {
    let mut line = order_line();
    let delivery = line["delivery"].take();
    let visit = Visit::to(&line).await;
    assert_eq!(visit.heading(), NL.say("not_delivered.title"));
    line["delivery"] = delivery;
    says(&visit.network, &line);
    seen_again();
    visit.reaches(&NL.say("start.title")).await;
    visit.to_damage().await;
}

#[wasm_bindgen_test]
async fn what_was_refused_because_the_window_has_closed_leads_out_and_loses_nothing() {
    let visit = Visit::open().await;
    let mut refusal = problem(422, "claim_violations", "never");
    refusal["violations"] = json!([{"code": "window_closed"}]);
    visit.network.answer("POST /claims", 422, &refusal);
    visit.to_check().await;
    visit.press("#send").await;
    visit.reaches(&NL.say("closed.title")).await;
    visit.focus_reaches("h2").await;
    visit.see("a.button").await;
    visit.wait_until_shown(&NL.say("closed.not_sent")).await;
    assert_eq!(visit.all(".answers canvas").len(), 3);
    assert_eq!(visit.all("#send, .answers button, form").len(), 0, "there is no way on that leads nowhere");
    assert!(!visit.words().contains(&NL.say("check.not_sent")));
    assert_eq!(visit.received_events("step").last().unwrap(), "closed");
}
