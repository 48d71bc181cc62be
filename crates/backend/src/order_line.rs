//! An order line as the shop put it in, and as the widget is told about it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use damage_report_rules::{
    contract::{self, Consignment, Delivery, Grade},
    window::{ReportingWindow, Timing},
};

use crate::{app::App, claim::KeptClaim, clock::Clock, config::Config, evidence, problem::Refusal, store};

/// One order line: the one device that a claim is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its identifier in the shop's own system.
    pub id: String,
    /// The number by which the customer knows the order.
    pub order_number: String,
    /// The device, as the shop calls it.
    pub device: String,
    /// The condition bought.
    pub grade: Grade,
    /// When it was handed over, if it was.
    pub handover: Option<Handover>,
    /// Whose holidays count: a country, or a part of one.
    pub place: String,
    /// What was carried, and by whom.
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
    /// The instant that `text` says (RFC 3339, or nearly), if it says one.
    #[must_use]
    pub fn instant(text: &str) -> Option<DateTime<Utc>> {
        text.trim().parse().ok()
    }

    /// The zone that `name` can only mean, in whatever case.
    ///
    /// `Etc/GMT+1` and its like are none: their sign is the other way round than whoever writes one believes, and no parcel
    /// is delivered there.
    #[must_use]
    pub fn zone(name: &str) -> Option<Tz> {
        let name = name.trim();
        let zone = chrono_tz::TZ_VARIANTS.into_iter().find(|zone| zone.name().eq_ignore_ascii_case(name))?;
        let is_offset = zone.name().contains("GMT") && zone.name().contains(|c: char| matches!(c, '1'..='9'));
        (!is_offset).then_some(zone)
    }

    /// What time it is at the place of delivery.
    #[must_use]
    pub fn local(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        Clock::local(instant, self.zone)
    }

    /// The day of delivery there.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        self.local(self.at).date()
    }
}

impl Line {
    /// The date at the place of delivery at `instant`; in UTC while nobody knows where that is.
    #[must_use]
    pub fn local_date(&self, instant: DateTime<Utc>) -> NaiveDate {
        self.handover.map_or_else(|| instant.date_naive(), |handover| handover.local(instant).date())
    }

    /// Whether a claim that was `begun` and `sent` then is in time; nothing before there is a delivery.
    #[must_use]
    pub fn timing(&self, config: &Config, begun: Option<DateTime<Utc>>, sent: DateTime<Utc>) -> Option<Timing> {
        let handover = self.handover?;
        let holidays = config.holidays.of(&self.place);
        let window = ReportingWindow::new(handover.day(), config.policy.reporting_days, &holidays);
        let local_date = |instant| Some(handover.local(DateTime::from_timestamp_millis(instant)?).date());
        Some(window.timing(begun.map(|begun| begun.timestamp_millis()), sent.timestamp_millis(), local_date))
    }

    /// All that the widget needs to know of this order line.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] when the database fails.
    pub async fn describe(self, app: &App) -> Result<contract::OrderLine, Refusal> {
        let mut db = app.store.read().await?;
        let claim = store::claims::of_order_line(&mut db, &self.id).await?;
        let begun_at = store::drafts::begun_at(&mut db, &self.id).await?;
        let photos = match claim {
            None => evidence::of_draft(app, &mut db, &self.id).await?,
            Some(_) => Vec::new(),
        };
        Ok(contract::OrderLine {
            policy: app.config.policy.clone(),
            holidays: app.config.holidays.of(&self.place),
            shop: app.config.shop.clone(),
            draft_begun_at: begun_at.map(Clock::timestamp),
            photos,
            server_time: Clock::timestamp(app.clock.now()),
            claim: claim.map(|claim| KeptClaim::status(claim, &self, &app.config)),
            delivery: self
                .handover
                .map(|handover| Delivery { at: Clock::timestamp(handover.at), zone: handover.zone.name().to_owned() }),
            id: self.id,
            order_number: self.order_number,
            device: self.device,
            grade: self.grade,
            consignment: self.consignment,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use damage_report_rules::{calendar::Holidays, lifecycle::Progress};
    use proptest::{prelude::*, sample::select};

    use super::*;
    use crate::config::Config;

    const TOML: &str = r#"
        data = "data"
        allowed_origins = ["https://shop.example"]
        seller_keys = ["a-seller-key-of-at-least-32-characters"]
        shop = { name = "Voorbeeld", contact_url = "https://shop.example/contact" }
        tokens = { issuer = "i", audience = "a", current = { kid = "k", secret = "a secret of no fewer than 32 bytes" } }
    "#;

    /// Every instant that chrono knows, its ends and the zero often among them.
    fn instants() -> impl Strategy<Value = DateTime<Utc>> {
        let (first, last) = (DateTime::<Utc>::MIN_UTC.timestamp_millis(), DateTime::<Utc>::MAX_UTC.timestamp_millis());
        let day = 86_400_000;
        prop_oneof![first..=last, first..=first + 40 * day, last - 40 * day..=last, -day..=day]
            .prop_map(|at| DateTime::from_timestamp_millis(at).unwrap())
    }

    fn line(at: DateTime<Utc>, zone: Tz, place: &str) -> Line {
        Line {
            id: "line".to_owned(),
            order_number: "1".to_owned(),
            device: "iPad".to_owned(),
            grade: Grade::Good,
            handover: Some(Handover { at, zone }),
            place: place.to_owned(),
            consignment: Consignment { carrier: "UPS".to_owned(), tracking_number: String::new() },
        }
    }

    proptest! {
        // What an earlier version took may stand in the database, and a machine's clock may say anything.
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
                black_box(Clock::timestamp(instant));
                black_box(config.holidays.ending(instant.date_naive()));
            }
            let claim = KeptClaim {
                reference: String::new(),
                order_line: line.id.clone(),
                received_at: now,
                late: false,
                content: Default::default(),
                progress: Progress::default(),
                has_return_label: false,
            };
            black_box(claim.status(&line, &config));
            let window = ReportingWindow::new(line.handover.unwrap().day(), u8::MAX, &Holidays::default());
            black_box(window.standing(line.local_date(now)));
        }

        #[test]
        fn no_text_makes_the_reading_of_an_instant_panic(
            text in any::<String>(), year in -300_000..300_000_i32, day in "0[0-9]|1[0-9]|3[0-2]",
            time in "([01][0-9]|2[34]):[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,12})?", offset in "[+-][0-9]{2}:?[0-9]{2}|Z",
        ) {
            black_box(Handover::instant(&text));
            for month in ["01", "12"] {
                let text = format!("{year:+}-{month}-{day}T{time}{offset}");
                if let Some(at) = Handover::instant(&text) {
                    black_box(Clock::timestamp(at));
                }
                black_box(Handover::instant(text.trim_start_matches('+')));
            }
        }
    }

    #[test]
    fn an_instant_is_read_as_other_systems_write_it() {
        let right = Handover::instant("2026-11-20T13:05:00Z").unwrap();
        for near in [
            "2026-11-20T14:05:00+01:00",
            "2026-11-20T14:05:00+0100",
            "2026-11-20 14:05:00+01:00",
            "2026-11-20t13:05:00z",
            "2026-11-20T13:05:00.000Z",
            " 2026-11-20T13:05:00Z\n",
        ] {
            assert_eq!(Handover::instant(near), Some(right), "{near:?}");
        }
        for nothing in
            ["", "2026-11-20", "2026-11-20T13:05:00", "20-11-2026 13:05", "1795179900", "2026-02-30T00:00:00Z", "now"]
        {
            assert_eq!(Handover::instant(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_zone_is_read_in_whatever_case_and_never_as_another() {
        assert_eq!(Handover::zone("europe/amsterdam"), Some(Tz::Europe__Amsterdam));
        for nothing in ["", "Amsterdam", "Europe/Atlantis", "+01:00", "Etc/GMT+1", "Etc/GMT-1", "Europe/Amsterdam/Oost"]
        {
            assert_eq!(Handover::zone(nothing), None, "{nothing:?}");
        }
        for zone in chrono_tz::TZ_VARIANTS {
            let read = Handover::zone(&zone.name().to_uppercase());
            assert!(read == Some(zone) || zone.name().contains("GMT"), "{zone}");
        }
    }
}
