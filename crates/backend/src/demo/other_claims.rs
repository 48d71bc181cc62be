//! The claims of other customers, so that the desk has the work of a few days: overdue and due today, early and late, decided and not.

mod table;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use damage_report_rules::{
    advice::PhotoAdvice,
    claim::ClaimDraft,
    contract::{Code, Consignment},
    evidence::Subject,
    lifecycle::{Event, Money, MoneyError},
};

use self::table::{OTHER_CLAIMS, OtherClaim, ReportTiming, ShopStep};
use super::{
    pictures::{self, Colours, Pictures},
    schedule::{COUNTRY, DeliverySchedule, ZONE, instant_at},
    stories::{self, SellerStep, Story},
};
use crate::{
    actor::Actor,
    app::App,
    digest::sha256,
    order_line::{Handover, OrderLine},
    problem::Refusal,
    store,
};

/// The person who settles claims at the made-up shop.
pub(super) const DESK_PERSON: &str = "Bo de Wit";

/// The time from a claim to its first step, and from each step to the next: `n` steps are over before `n` working days are.
const FIRST_STEP: TimeDelta = TimeDelta::hours(3);
const NEXT_STEP: TimeDelta = TimeDelta::hours(20);

/// How long a customer has to send more photos, in days.
const EVIDENCE_DAYS: u64 = 7;

/// The currency of the made-up shop.
const CURRENCY: &str = "EUR";

/// Stores the order lines of the other claims, and returns the claims that are still to be made.
///
/// # Errors
///
/// A [`Refusal`] when the database fails.
pub(super) async fn insert_orders(app: &App, schedule: &DeliverySchedule) -> Result<Vec<Story>, Refusal> {
    let mut stories = Vec::new();
    let mut drawn: Vec<(Colours, Pictures)> = Vec::new();
    for (nth, claim) in (0_i32..).zip(&OTHER_CLAIMS) {
        let line = claim.line(schedule);
        if stories::claim(app, &line.id).await?.is_some() {
            continue;
        }
        let mut db = app.store.begin_write().await?;
        store::order_lines::put(&mut db, &line).await?;
        db.commit().await?;
        if drawn.iter().all(|(colours, _)| *colours != claim.colours) {
            drawn.push((claim.colours, pictures::small(claim.colours)));
        }
        let pictures =
            drawn.iter().find(|(colours, _)| *colours == claim.colours).map(|(_, pictures)| pictures.clone());
        // One after the other, in the course of a morning.
        let minutes = TimeDelta::minutes(9 * 60 + 10 + i64::from(nth) * 17);
        let reported_at = instant_at(schedule.working_day_before(claim.days), NaiveTime::MIN + minutes);
        if let Some(pictures) = pictures {
            let story = claim.story(line, reported_at, pictures);
            stories.push(story.map_err(|_| Refusal::new(Code::Internal))?);
        }
    }
    Ok(stories)
}

impl OtherClaim {
    fn line(&self, schedule: &DeliverySchedule) -> OrderLine {
        let days = match self.reported {
            ReportTiming::InTime => 1,
            // Longer than the reporting window.
            ReportTiming::Late => 6,
        };
        let day = schedule.working_day_before(self.days + days);
        OrderLine {
            id: format!("nogeen-{}", self.number),
            order_number: format!("NG-{}", self.number),
            device: self.device.to_owned(),
            grade: self.grade,
            handover: Some(Handover { at: instant_at(day, NaiveTime::MIN + TimeDelta::hours(14)), zone: ZONE }),
            place: COUNTRY.to_owned(),
            consignment: Consignment {
                carrier: self.carrier.to_owned(),
                tracking_number: self.tracking_number.to_owned(),
            },
        }
    }

    /// The story of this claim about `line`.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where the table has an amount of zero.
    fn story(&self, line: OrderLine, reported_at: DateTime<Utc>, mut pictures: Pictures) -> Result<Story, MoneyError> {
        let mut advice = Vec::new();
        if let Some(poor) = self.poor {
            pictures.device[0] = pictures::poor(self.colours, poor);
            advice.push(PhotoAdvice { photo: sha256(&pictures.device[0]), advice: poor, like: None });
        }
        let mut steps = Vec::new();
        let mut after = FIRST_STEP;
        for then in self.then {
            let event = then.event(line.local_date(reported_at + after))?;
            steps.push(SellerStep { after, event, actor: then.actor() });
            after += NEXT_STEP;
        }
        let draft = ClaimDraft {
            damage: self.damage.to_vec(),
            description: self.description.to_owned(),
            missing: self.missing,
            tracking_number: self.tracking_number.to_owned(),
            wish: self.wish,
            advice,
            ..ClaimDraft::default()
        };
        Ok(Story { line, reported_at, draft, pictures, steps })
    }
}

impl ShopStep {
    /// The event on the day `on`.
    fn event(self, on: NaiveDate) -> Result<Event, MoneyError> {
        Ok(match self {
            Self::Investigate => Event::InvestigationOpened,
            Self::Conclude => Event::InvestigationConcluded,
            Self::AskForLabel(note) => Event::EvidenceRequested {
                subjects: vec![Subject::Label],
                note: note.to_owned(),
                until: on + Days::new(EVIDENCE_DAYS),
            },
            Self::IssueLabel => Event::ReturnLabelIssued,
            Self::HandOver => Event::ReturnHandedOver,
            Self::Receive => Event::ReturnReceived,
            Self::Refund(cents) => Event::Refunded { amount: Money::new(cents, CURRENCY)? },
            Self::RefundPart(cents) => Event::PartiallyRefunded { amount: Money::new(cents, CURRENCY)? },
            Self::Replace(tracking_number) => Event::ReplacementSent { tracking_number: tracking_number.to_owned() },
            Self::Decline(reason) => Event::Declined { reason: reason.to_owned() },
        })
    }

    /// Carriers tell the shop's own system about parcels; a person does the rest.
    fn actor(self) -> Actor {
        match self {
            Self::HandOver | Self::Receive => Actor::Seller,
            _ => Actor::Person(DESK_PERSON.to_owned()),
        }
    }
}
