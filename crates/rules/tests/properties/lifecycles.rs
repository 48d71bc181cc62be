//! Lifecycles: no event in any order undoes another.

use std::mem::discriminant;

use chrono::NaiveDate;
use damage_report_rules::{
    evidence::Subject,
    lifecycle::{Event, Investigation, Money, Progress, Resolution, ReturnShipment},
};
use proptest::{collection::vec, prelude::*};

use super::days;

/// Every event, also those that a later one may overrule: a declined claim and a request for evidence.
fn events() -> impl Strategy<Value = (Event, NaiveDate)> {
    let overruled = prop_oneof![
        "[ab]".prop_map(|reason| Event::Declined { reason }),
        ("[ab]?", days(), 0..3_usize).prop_map(|(note, until, nth)| {
            Event::EvidenceRequested { subjects: vec![Subject::ALL[nth]], note, until }
        }),
    ];
    prop_oneof![lasting_events(), (overruled, days())]
}

/// The events whose effect stays.
fn lasting_events() -> impl Strategy<Value = (Event, NaiveDate)> {
    let event = prop_oneof![
        Just(Event::InvestigationOpened),
        Just(Event::InvestigationConcluded),
        Just(Event::ReturnLabelIssued),
        Just(Event::ReturnHandedOver),
        Just(Event::ReturnReceived),
        "[3S]{2}[A-Z]{1,2}[0-9]{0,2}".prop_map(|tracking_number| Event::ReplacementSent { tracking_number }),
        (1..4_u32).prop_map(|cents| Event::Refunded { amount: Money::new(cents, "EUR").unwrap() }),
        (1..4_u32).prop_map(|cents| Event::PartiallyRefunded { amount: Money::new(cents, "EUR").unwrap() }),
    ];
    (event, days())
}

/// How far each track has come.
fn stages(progress: &Progress) -> [u8; 3] {
    [
        match progress.investigation {
            Investigation::NotStarted => 0,
            Investigation::Open { .. } => 1,
            Investigation::Concluded { .. } => 2,
        },
        match progress.return_shipment {
            ReturnShipment::LabelPending => 0,
            ReturnShipment::LabelIssued { .. } => 1,
            ReturnShipment::HandedOver { .. } => 2,
            ReturnShipment::Received { .. } => 3,
        },
        match progress.resolution {
            Resolution::Pending => 0,
            Resolution::Declined { .. } => 1,
            Resolution::Replaced { .. } | Resolution::Refunded { .. } | Resolution::PartiallyRefunded { .. } => 2,
        },
    ]
}

proptest! {
    #[test]
    fn no_track_ever_goes_back(events in vec(events(), 0..30)) {
        let mut progress = Progress::default();
        for (event, on) in events {
            let Ok(next) = progress.apply(&event, on) else { continue };
            let (before, after) = (stages(&progress), stages(&next));
            prop_assert!(before.iter().zip(&after).all(|(before, after)| before <= after));
            let moved = before.iter().zip(&after).filter(|(before, after)| before != after).count();
            prop_assert!(moved <= 1, "one event moves one track");
            let may_correct = matches!(event, Event::Declined { .. } | Event::EvidenceRequested { .. });
            if moved == 0 && !may_correct {
                prop_assert_eq!(&next, &progress, "no date changes without a step");
            }
            progress = next;
        }
    }

    #[test]
    fn a_closed_claim_stays_closed_and_what_was_paid_or_sent_stays(events in vec(events(), 0..30)) {
        let mut progress = Progress::default();
        for (event, on) in events {
            let Ok(next) = progress.apply(&event, on) else { continue };
            prop_assert!(next.is_closed() || !progress.is_closed());
            prop_assert!(next.is_closed() || next.must_keep_packaging());
            if !progress.must_keep_packaging() {
                prop_assert_eq!(&next.resolution, &progress.resolution);
                prop_assert_eq!(next.wanted_evidence(on), None);
            }
            progress = next;
        }
    }

    #[test]
    fn the_same_event_again_changes_nothing_whenever_it_comes(events in vec(lasting_events(), 1..20), again in days()) {
        let mut progress = Progress::default();
        let mut accepted = Vec::new();
        for (event, on) in events {
            let Ok(next) = progress.apply(&event, on) else { continue };
            progress = next;
            accepted.push(event);
        }
        for event in accepted {
            prop_assert_eq!(progress.apply(&event, again), Ok(progress.clone()));
        }
    }

    #[test]
    fn what_is_refused_is_refused_on_every_day(events in vec(events(), 0..20), event in lasting_events(), other in days()) {
        let mut progress = Progress::default();
        for (event, on) in events {
            progress = progress.apply(&event, on).unwrap_or(progress);
        }
        let (event, on) = event;
        let kinds = [on, other].map(|on| progress.apply(&event, on).map(|next| discriminant(&next.resolution)));
        prop_assert_eq!(&kinds[0], &kinds[1]);
    }

    #[test]
    fn every_progress_and_event_travels_there_and_back(events in vec(events(), 0..20)) {
        let mut progress = Progress::default();
        for (event, on) in events {
            let json = serde_json::to_string(&event).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), &event);
            progress = progress.apply(&event, on).unwrap_or(progress);
        }
        let json = serde_json::to_string(&progress).unwrap();
        prop_assert_eq!(serde_json::from_str::<Progress>(&json).unwrap(), progress);
    }
}
