//! The server's clock, local time at the place of delivery, and dates and money as a language writes them.
//!
//! The device's clock may be days off, so it never gives the time. It only tells whether the device has slept since the server said the
//! time, because the page's stopwatch may stand still meanwhile. Time zones and formats are the browser's (`Intl`).

use std::cell::RefCell;

use chrono::{NaiveDate, NaiveDateTime};
use damage_report_rules::{contract::Timestamp, date::to_iso};
use js_sys::{Array, Date, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::reactive::signal::Signal;

#[wasm_bindgen]
extern "C" {
    /// The browser's formatter. It throws on an unknown zone or language, which the binding of js-sys does not catch.
    #[derive(Clone)]
    type DateTimeFormat;

    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(lang: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;

    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, date: &Date) -> String;

    #[wasm_bindgen(method, js_name = formatToParts)]
    fn parts(this: &DateTimeFormat, date: &Date) -> Array;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now, catch)]
    fn performance_now() -> Result<f64, JsValue>;

    type NumberFormat;

    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(lang: &str, options: &Object) -> Result<NumberFormat, JsValue>;

    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, number: f64) -> String;

    #[wasm_bindgen(method, js_name = resolvedOptions)]
    fn options(this: &NumberFormat) -> JsValue;
}

/// How far the device's clock and the page's stopwatch may drift apart, in milliseconds. Beyond that, the device has slept.
const DRIFT_MS: f64 = 60_000.0;

/// The server's clock, unknown until the backend has said the time. The backend's answers set it; nothing else does. Cheap to pass
/// around.
#[derive(Clone, Copy, Default)]
pub struct ServerClock(Signal<Option<Setting>>);

impl ServerClock {
    /// Sets the clock by the time that the server has just said. Text that is no time changes nothing.
    pub(crate) fn set(self, server_time: &Timestamp) {
        if let Some(setting) = Setting::at(server_time) {
            self.0.set(Some(setting));
        }
    }

    /// Sets a clock that is slow: something has happened at this time by the server's clock.
    pub(crate) fn set_to_at_least(self, at: &Timestamp) {
        self.0.update(|clock| {
            if let Some(least) = Setting::at(at)
                && clock.is_some_and(|clock| clock.now() < least.now())
            {
                *clock = Some(least);
            }
        });
    }

    /// Time has passed: everything that depends on the clock is computed again.
    pub(crate) fn tick(self) {
        self.0.update(|_| {});
    }

    /// Whether the device has slept since the clock was set.
    pub(crate) fn is_stale(self) -> bool {
        self.0.get_untracked().is_some_and(Setting::is_stale)
    }

    /// Milliseconds since 1970 on the server, now. Reactive: see [`tick`](Self::tick).
    pub(crate) fn now(self) -> Option<f64> {
        Some(self.0.get()?.now())
    }

    /// The same, not reactive.
    pub(crate) fn now_untracked(self) -> Option<f64> {
        Some(self.0.get_untracked()?.now())
    }
}

/// How far the server's clock and the device's are ahead of the page's stopwatch.
#[derive(Clone, Copy)]
struct Setting {
    /// Milliseconds since 1970 on the server when the stopwatch stood at zero.
    server_at_zero: f64,
    /// The same on this device.
    device_at_zero: f64,
}

impl Setting {
    /// The setting when it is `server_time` now.
    fn at(server_time: &Timestamp) -> Option<Self> {
        let (server, stopwatch) = (parse_instant(server_time)?, stopwatch());
        Some(Self { server_at_zero: server - stopwatch, device_at_zero: Date::now() - stopwatch })
    }

    /// The stopwatches of many devices stand still while the device sleeps.
    fn is_stale(self) -> bool {
        (Date::now() - stopwatch() - self.device_at_zero).abs() > DRIFT_MS
    }

    fn now(self) -> f64 {
        self.server_at_zero + stopwatch()
    }
}

/// Milliseconds since the page was opened. Setting the device's clock does not change it.
fn stopwatch() -> f64 {
    // Without a stopwatch the device's clock serves, as long as nobody sets it.
    performance_now().unwrap_or_else(|_| Date::now())
}

/// Milliseconds since 1970.
pub(crate) fn parse_instant(timestamp: &Timestamp) -> Option<f64> {
    let instant = Date::parse(&timestamp.0);
    instant.is_finite().then_some(instant)
}

/// The date and time that the clocks in `zone` show at `instant`.
#[must_use]
pub fn local_time(instant: f64, zone: &str) -> Option<NaiveDateTime> {
    const FIELDS: [&str; 6] = ["year", "month", "day", "hour", "minute", "second"];
    let mut choices = FIELDS.map(|field| (field, "numeric")).to_vec();
    choices.extend([("timeZone", zone), ("hourCycle", "h23")]);
    let parts = formatter("en-US", &choices)?.parts(&Date::new(&instant.into()));
    let field = |name: &str| {
        let part = parts.iter().find(|part| text_of(part, "type").as_deref() == Some(name))?;
        text_of(&part, "value")?.parse::<u32>().ok()
    };
    let [year, month, day, hour, minute, second] = FIELDS.map(field);
    NaiveDate::from_ymd_opt(i32::try_from(year?).ok()?, month?, day?)?.and_hms_opt(hour?, minute?, second?)
}

fn text_of(object: &JsValue, key: &str) -> Option<String> {
    Reflect::get(object, &key.into()).ok()?.as_string()
}

const UTC: (&str, &str) = ("timeZone", "UTC");

/// How much of a date is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateDetail {
    /// `woensdag 25 november`
    Day,
    /// `wo 25 nov`
    Short,
    /// `woensdag`
    Weekday,
}

/// `date` as it is written in `lang`.
#[must_use]
pub fn format_date(lang: &str, date: NaiveDate, detail: DateDetail) -> String {
    // A calendar day has no time zone; UTC keeps that of the device out of it.
    let noon = Date::new(&[&to_iso(date), "T12:00Z"].concat().into());
    let choices: &[_] = match detail {
        DateDetail::Day => &[("weekday", "long"), ("day", "numeric"), ("month", "long"), UTC],
        DateDetail::Short => &[("weekday", "short"), ("day", "numeric"), ("month", "short"), UTC],
        DateDetail::Weekday => &[("weekday", "long"), UTC],
    };
    write(lang, &noon, choices).unwrap_or_else(|| to_iso(date))
}

/// `instant` as the clocks in `zone` show it, written in `lang`: `vrijdag 20 november om 14:05`.
pub(crate) fn format_instant(lang: &str, instant: f64, zone: &str) -> Option<String> {
    let choices = [
        ("weekday", "long"),
        ("day", "numeric"),
        ("month", "long"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("timeZone", zone),
    ];
    write(lang, &Date::new(&instant.into()), &choices)
}

/// The time in `seconds` seconds, by the clock of this device, which the customer sees: `zondag 14:05`.
pub(crate) fn format_time_from_now(lang: &str, seconds: u32) -> Option<String> {
    let at = Date::new(&(Date::now() + f64::from(seconds) * 1000.0).into());
    // Not cached: a formatter keeps the time zone in which the device was when it was made.
    let choices = options(&[("weekday", "long"), ("hour", "2-digit"), ("minute", "2-digit")]);
    Some(DateTimeFormat::new(lang, &choices).ok()?.format(&at))
}

fn write(lang: &str, date: &Date, choices: &[(&str, &str)]) -> Option<String> {
    Some(formatter(lang, choices)?.format(date))
}

/// A formatter of dates, whose choices name a time zone. Making one takes as long as formatting a hundred dates, so each is cached.
fn formatter(lang: &str, choices: &[(&str, &str)]) -> Option<DateTimeFormat> {
    let key: String = choices.iter().flat_map(|(name, value)| [*name, *value]).chain([lang]).collect();
    FORMATTERS.with_borrow_mut(|made| {
        if let Some((_, formatter)) = made.iter().find(|(of, _)| *of == key) {
            return Some(formatter.clone());
        }
        let formatter = DateTimeFormat::new(lang, &options(choices)).ok()?;
        made.push((key, formatter.clone()));
        Some(formatter)
    })
}

thread_local! {
    static FORMATTERS: RefCell<Vec<(String, DateTimeFormat)>> = const { RefCell::new(Vec::new()) };
}

/// An amount in the smallest units of `currency`, as `lang` writes it: `€ 349,00`, `¥ 34.900`.
pub(crate) fn format_money(lang: &str, cents: u32, currency: &str) -> String {
    let Ok(format) = NumberFormat::new(lang, &options(&[("style", "currency"), ("currency", currency)])) else {
        // A currency that the browser does not know is still an amount.
        return [currency, " ", &(cents / 100).to_string()].concat();
    };
    // The browser knows the smallest unit: a cent for most currencies, but a whole yen, or a thousandth of a dinar.
    let digits = Reflect::get(&format.options(), &"maximumFractionDigits".into()).ok();
    let mut amount = f64::from(cents);
    for _ in 0..digits.and_then(|digits| digits.as_f64()).map_or(2, |digits| digits as u32) {
        amount /= 10.0;
    }
    format.format(amount)
}

fn options(choices: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in choices {
        // Setting a property of a new object cannot fail.
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options
}
