//! Claims for the tests of the list, stored by the backend's own code without their photos' files.

use chrono::{DateTime, TimeDelta, Utc};
use damage_report_backend::{
    actor::Actor,
    claim::ClaimRow,
    claim_events::{self, ClaimChange},
    digest, event_log,
    order_line::{Handover, OrderLine},
    store::{self, events::NewEvent, photos::PhotoRow},
};
use damage_report_rules::{
    advice::{Advice, PhotoAdvice},
    claim::ClaimDraft,
    contract::{ClaimEventType, Consignment, DeviceGrade},
    damage::Damage,
    evidence::{Absence, Digest, Photos},
    lifecycle::{Event, Money},
    policy::{LateRule, Policy, Terms},
    window::Timing,
};

use crate::app::{TestApp, tuesday_noon};

/// A claim that is to be stored.
#[derive(Clone, Debug)]
pub(crate) struct NewClaim {
    pub(crate) id: String,
    pub(crate) order_number: String,
    pub(crate) device: String,
    pub(crate) carrier: String,
    pub(crate) description: String,
    pub(crate) is_late: bool,
    pub(crate) has_advice: bool,
    pub(crate) lacks_evidence: bool,
    pub(crate) received_at: DateTime<Utc>,
}

impl NewClaim {
    /// A claim like any other about the order line called `id`.
    pub(crate) fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            order_number: format!("order-of-{id}"),
            device: "iPhone 13 128 GB, blauw".to_owned(),
            carrier: "PostNL".to_owned(),
            description: "Scherm gebarsten bij aankomst.".to_owned(),
            is_late: false,
            has_advice: false,
            lacks_evidence: false,
            received_at: tuesday_noon(),
            id,
        }
    }

    fn photos(&self) -> [Digest; 5] {
        [0, 1, 2, 3, 4].map(|number| digest::sha256(format!("{} {number}", self.id).as_bytes()))
    }

    fn draft(&self) -> ClaimDraft {
        let [packaging, label, device @ ..] = self.photos();
        let mut draft = ClaimDraft {
            damage: vec![Damage::ScreenBroken],
            description: self.description.clone(),
            photos: Photos { packaging: vec![packaging], label: vec![label], device: device.to_vec() },
            ..ClaimDraft::default()
        };
        if self.has_advice {
            draft.advice = vec![PhotoAdvice { photo: device[0], advice: Advice::Dark, like: None }];
        }
        if self.lacks_evidence {
            draft.photos.packaging.clear();
            draft.missing.packaging = Some(Absence::Discarded);
        }
        draft
    }

    pub(crate) fn line(&self) -> OrderLine {
        let at = self.received_at - TimeDelta::hours(20);
        OrderLine {
            id: self.id.clone(),
            order_number: self.order_number.clone(),
            device: self.device.clone(),
            grade: DeviceGrade::Good,
            handover: Some(Handover { at, zone: Handover::parse_zone("Europe/Amsterdam").unwrap() }),
            place: "NL".to_owned(),
            consignment: Consignment { carrier: self.carrier.clone(), tracking_number: String::new() },
        }
    }

    /// Stores it, and returns its reference.
    pub(crate) async fn store(&self, app: &TestApp) -> String {
        let reference = format!("DR-{}", self.id.to_uppercase());
        let (line, draft) = (self.line(), self.draft());
        let policy = Policy::try_from(Terms { late: LateRule::Accept, ..Terms::default() }).unwrap();
        let claim = draft.check(&policy, if self.is_late { Timing::Late } else { Timing::InTime }).unwrap();
        let mut db = app.app.store.begin_write().await.unwrap();
        store::order_lines::put(&mut db, &line).await.unwrap();
        for digest in self.photos() {
            let photo = PhotoRow {
                digest,
                stored: digest,
                pixels: digest,
                width: 1,
                height: 1,
                subject: None,
                bytes: 1,
                received_at: self.received_at,
                stamp: None,
            };
            store::photos::put(&mut db, &self.id, &photo, self.received_at).await.unwrap();
        }
        let row = ClaimRow::accepted(reference.clone(), self.id.clone(), &claim, self.received_at);
        store::claims::insert_claim(&mut db, &row).await.unwrap();
        let submitted = NewEvent {
            kind: ClaimEventType::Submitted,
            reference: &reference,
            order_line: &self.id,
            version: 1,
            actor: &Actor::Claimant,
            at: self.received_at,
        };
        event_log::append_event(&app.app, &mut db, &submitted).await.unwrap();
        db.commit().await.unwrap();
        reference
    }
}

/// Records `event` of the claim called `reference`.
pub(crate) async fn record(app: &TestApp, reference: &str, event: Event) {
    let claim =
        store::claims::find(&mut app.app.store.read_connection().await.unwrap(), reference).await.unwrap().unwrap();
    let change = ClaimChange { event, label: None, version: Some(claim.version), actor: Actor::Seller };
    claim_events::record_change(&app.app, reference, change).await.unwrap();
}

pub(crate) fn refunded() -> Event {
    Event::Refunded { amount: Money::new(39_900, "EUR").unwrap() }
}

pub(crate) fn declined() -> Event {
    Event::Declined { reason: "Repaired elsewhere".to_owned() }
}
