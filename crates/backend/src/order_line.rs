//! An order line as the shop's own system sent it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use damage_report_rules::{
    contract::{Consignment, DeviceGrade},
    window::{ReportingWindow, Timing},
};

use crate::{clock::Clock, config::Config};

/// One order line: the device that a claim is about. The widget's view of it is [`contract::OrderLine`].
///
/// [`contract::OrderLine`]: damage_report_rules::contract::OrderLine
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// Its identifier in the shop's own system.
    pub id: String,
    /// The number by which the customer knows the order.
    pub order_number: String,
    /// The device, as the shop calls it.
    pub device: String,
    /// The condition bought.
    pub grade: DeviceGrade,
    /// When it was handed over, if it was.
    pub handover: Option<Handover>,
    /// The place whose holidays count: a country, or a part of one.
    pub place: String,
    /// The carrier and the tracking number.
    pub consignment: Consignment,
}

/// The moment a parcel was handed over, and the zone whose days count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The zone of the place of delivery.
    pub zone: Tz,
}

impl Handover {
    /// Reads an instant in RFC 3339 or nearly so.
    #[must_use]
    pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
        text.trim().parse().ok()
    }

    /// The time zone called `name`, in upper or lower case.
    ///
    /// `Etc/GMT+1` and the like are refused: their sign is the reverse of what people expect, and no parcel is delivered there.
    #[must_use]
    pub fn parse_zone(name: &str) -> Option<Tz> {
        let name = name.trim();
        let zone = chrono_tz::TZ_VARIANTS.into_iter().find(|zone| zone.name().eq_ignore_ascii_case(name))?;
        let is_offset = zone.name().contains("GMT") && zone.name().contains(|c: char| matches!(c, '1'..='9'));
        (!is_offset).then_some(zone)
    }

    /// The local time at the place of delivery at `instant`.
    #[must_use]
    pub fn local_time_at(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        Clock::to_local_time(instant, self.zone)
    }

    /// The local day of delivery.
    #[must_use]
    pub fn local_day(&self) -> NaiveDate {
        self.local_time_at(self.at).date()
    }
}

impl OrderLine {
    /// The date at the place of delivery at `instant`; in UTC before a delivery names the zone.
    #[must_use]
    pub fn local_date(&self, instant: DateTime<Utc>) -> NaiveDate {
        self.handover.map_or_else(|| instant.date_naive(), |handover| handover.local_time_at(instant).date())
    }

    /// The order line without the numbers that lead to a person: what remains once the photos and texts of its claim are removed.
    #[must_use]
    pub fn redacted(&self) -> Self {
        // Each field is named, so that a new one does not compile until somebody has decided whether it is personal.
        let Self { id, order_number: _, device, grade, handover, place, consignment } = self;
        let Consignment { carrier, tracking_number: _ } = consignment;
        Self {
            id: id.clone(),
            order_number: String::new(),
            device: device.clone(),
            grade: *grade,
            handover: *handover,
            place: place.clone(),
            consignment: Consignment { carrier: carrier.clone(), tracking_number: String::new() },
        }
    }

    /// Whether a claim that was `begun` and `sent` at these instants is in time; none before the delivery.
    #[must_use]
    pub fn timing(&self, config: &Config, begun: Option<DateTime<Utc>>, sent: DateTime<Utc>) -> Option<Timing> {
        let handover = self.handover?;
        let holidays = config.holidays.of_place(&self.place);
        let window = ReportingWindow::new(handover.local_day(), config.policy.reporting_days, &holidays);
        let local_date = |instant| Some(handover.local_time_at(DateTime::from_timestamp_millis(instant)?).date());
        Some(window.timing(begun.map(|begun| begun.timestamp_millis()), sent.timestamp_millis(), local_date))
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use damage_report_rules::{calendar::Holidays, lifecycle::Progress};
    use proptest::{prelude::*, sample::select};

    use super::*;
    use crate::claim::ClaimRow;

    const TOML: &str = r#"
        data = "data"
        allowed_origins = ["https://shop.example"]
        seller_keys = ["a-seller-key-of-at-least-32-characters"]
        shop = { name = "Voorbeeld", contact_url = "https://shop.example/contact" }
        tokens = { issuer = "i", audience = "a", current = { kid = "k", secret = "a secret of no fewer than 32 bytes" } }
    "#;

    /// Every instant that chrono knows, with its ends and zero more often.
    fn instants() -> impl Strategy<Value = DateTime<Utc>> {
        let (first, last) = (DateTime::<Utc>::MIN_UTC.timestamp_millis(), DateTime::<Utc>::MAX_UTC.timestamp_millis());
        let day = 86_400_000;
        prop_oneof![first..=last, first..=first + 40 * day, last - 40 * day..=last, -day..=day]
            .prop_map(|at| DateTime::from_timestamp_millis(at).unwrap())
    }

    fn line(at: DateTime<Utc>, zone: Tz, place: &str) -> OrderLine {
        OrderLine {
            id: "line".to_owned(),
            order_number: "1".to_owned(),
            device: "iPad".to_owned(),
            grade: DeviceGrade::Good,
            handover: Some(Handover { at, zone }),
            place: place.to_owned(),
            consignment: Consignment { carrier: "UPS".to_owned(), tracking_number: String::new() },
        }
    }

    proptest! {
        // The database may hold an order line that an earlier version accepted, and a machine's clock may be wrong.
        #[test]
        fn no_instant_in_any_zone_makes_an_order_line_panic(
            delivered in instants(), begun in proptest::option::of(instants()), now in instants(),
            zone in select(chrono_tz::TZ_VARIANTS.to_vec()), place in select(vec!["NL", "XK", "nowhere"]),
        ) {
            let config = Config::parse(TOML, |_| None).unwrap();
            let line = line(delivered, zone, place);
            black_box(line.timing(&config, begun, now));
            black_box(line.local_date(now));
            for instant in [delivered, now] {
                black_box(Clock::to_timestamp(instant));
                black_box(config.holidays.places_ending_soon(instant.date_naive()));
            }
            let claim = ClaimRow {
                reference: String::new(),
                order_line: line.id.clone(),
                received_at: now,
                late: false,
                content: Default::default(),
                progress: Progress::default(),
                has_return_label: false,
                version: 1,
                closed_at: None,
                held_at: None,
                expired_at: None,
            };
            black_box(claim.status(&line, &config));
            let window = ReportingWindow::new(line.handover.unwrap().local_day(), u8::MAX, &Holidays::default());
            black_box(window.standing(line.local_date(now)));
        }

        #[test]
        fn no_text_makes_the_reading_of_an_instant_panic(
            text in any::<String>(), year in -300_000..300_000_i32, day in "0[0-9]|1[0-9]|3[0-2]",
            time in "([01][0-9]|2[34]):[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,12})?", offset in "[+-][0-9]{2}:?[0-9]{2}|Z",
        ) {
            black_box(Handover::parse_instant(&text));
            for month in ["01", "12"] {
                let text = format!("{year:+}-{month}-{day}T{time}{offset}");
                if let Some(at) = Handover::parse_instant(&text) {
                    black_box(Clock::to_timestamp(at));
                }
                black_box(Handover::parse_instant(text.trim_start_matches('+')));
            }
        }
    }

    #[test]
    fn an_instant_is_read_as_other_systems_write_it() {
        let right = Handover::parse_instant("2026-11-20T13:05:00Z").unwrap();
        for near in [
            "2026-11-20T14:05:00+01:00",
            "2026-11-20T14:05:00+0100",
            "2026-11-20 14:05:00+01:00",
            "2026-11-20t13:05:00z",
            "2026-11-20T13:05:00.000Z",
            " 2026-11-20T13:05:00Z\n",
        ] {
            assert_eq!(Handover::parse_instant(near), Some(right), "{near:?}");
        }
        for none in
            ["", "2026-11-20", "2026-11-20T13:05:00", "20-11-2026 13:05", "1795179900", "2026-02-30T00:00:00Z", "now"]
        {
            assert_eq!(Handover::parse_instant(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_zone_is_read_in_any_case_and_never_as_another() {
        assert_eq!(Handover::parse_zone("europe/amsterdam"), Some(Tz::Europe__Amsterdam));
        for none in ["", "Amsterdam", "Europe/Atlantis", "+01:00", "Etc/GMT+1", "Etc/GMT-1", "Europe/Amsterdam/Oost"] {
            assert_eq!(Handover::parse_zone(none), None, "{none:?}");
        }
        for zone in chrono_tz::TZ_VARIANTS {
            let read = Handover::parse_zone(&zone.name().to_uppercase());
            assert!(read == Some(zone) || zone.name().contains("GMT"), "{zone}");
        }
    }
}
