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
    use super::*;

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
