//! Which event may follow which, one line a case.

use super::{
    Event::{
        InvestigationConcluded as Concluded, InvestigationOpened as Opened, ReturnHandedOver as HandedOver,
        ReturnLabelIssued as LabelIssued, ReturnReceived as Received,
    },
    *,
};
use crate::evidence::Subject;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn sent(tracking_number: &str) -> Event {
    Event::ReplacementSent { tracking_number: tracking_number.to_owned() }
}

fn refunded(cents: u32) -> Event {
    Event::Refunded { amount: Money::new(cents, "EUR").unwrap() }
}

fn declined(reason: &str) -> Event {
    Event::Declined { reason: reason.to_owned() }
}

fn partially_refunded(cents: u32) -> Event {
    Event::PartiallyRefunded { amount: Money::new(cents, "EUR").unwrap() }
}

fn requested(subjects: &[Subject], note: &str, until: u32) -> Event {
    Event::EvidenceRequested { subjects: subjects.to_vec(), note: note.to_owned(), until: day(until) }
}

/// Applies `events` on the days 1, 2, 3, … of the month.
fn after(events: &[Event]) -> Result<Progress, EventRefused> {
    (1..).zip(events).try_fold(Progress::default(), |progress, (on, event)| progress.apply(event, day(on)))
}

#[track_caller]
fn check(events: &[Event], expected: impl Into<Progress>) {
    assert_eq!(after(events), Ok(expected.into()));
}

#[track_caller]
fn check_refused(before: &[Event], event: Event, why: EventRefused) {
    let progress = after(before).unwrap();
    assert_eq!(progress.apply(&event, day(20)), Err(why));
}

#[track_caller]
fn check_changes_nothing(before: &[Event], event: Event) {
    let progress = after(before).unwrap();
    assert_eq!(progress.apply(&event, day(20)), Ok(progress));
}

impl From<Investigation> for Progress {
    fn from(investigation: Investigation) -> Self {
        Self { investigation, ..Self::default() }
    }
}

impl From<ReturnShipment> for Progress {
    fn from(return_shipment: ReturnShipment) -> Self {
        Self { return_shipment, ..Self::default() }
    }
}

impl From<Resolution> for Progress {
    fn from(resolution: Resolution) -> Self {
        Self { resolution, ..Self::default() }
    }
}

#[test]
fn every_state_is_reached() {
    check(&[], Progress::default());
    check(&[Opened], Investigation::Open { since: day(1) });
    check(&[Opened, Concluded], Investigation::Concluded { on: day(2) });
    check(&[LabelIssued], ReturnShipment::LabelIssued { on: day(1) });
    check(&[LabelIssued, HandedOver], ReturnShipment::HandedOver { on: day(2) });
    check(&[LabelIssued, HandedOver, Received], ReturnShipment::Received { on: day(3) });
    let tracking_number = "3SDEVC123456789".to_owned();
    check(&[sent("3s devc 123456789")], Resolution::Replaced { on: day(1), tracking_number });
    let amount = Money::new(100, "EUR").unwrap();
    check(&[refunded(100)], Resolution::Refunded { on: day(1), amount: amount.clone() });
    check(&[partially_refunded(100)], Resolution::PartiallyRefunded { on: day(1), amount });
    check(
        &[declined(" Voor ontvangst getekend\n")],
        Resolution::Declined { on: day(1), reason: "Voor ontvangst getekend".to_owned() },
    );
}

#[test]
fn a_declined_claim_may_still_be_settled_and_its_reason_corrected() {
    let reason = "A longer one".to_owned();
    check(&[declined("One"), declined("A longer one")], Resolution::Declined { on: day(2), reason });
    let settled = after(&[declined("One"), refunded(100)]).unwrap();
    assert!(settled.is_closed() && !settled.must_keep_packaging());
    let declined = after(&[declined("One")]).unwrap();
    assert!(declined.is_closed() && declined.must_keep_packaging());
}

#[test]
fn evidence_is_wanted_until_its_last_day_or_a_settlement() {
    let request = EvidenceRequest { subjects: vec![Subject::Label], note: "Sharper".to_owned(), until: day(20) };
    let asked = after(&[requested(&[Subject::Label], " Sharper ", 20)]).unwrap();
    assert_eq!((asked.wanted_evidence(day(20)), asked.wanted_evidence(day(21))), (Some(&request), None));
    let later = EvidenceRequest { until: day(25), ..request };
    let asked_again = asked.apply(&later.clone().into(), day(21)).unwrap();
    assert_eq!(asked_again.wanted_evidence(day(21)), Some(&later));
    assert_eq!(asked_again.apply(&refunded(100), day(22)).unwrap().wanted_evidence(day(22)), None);
    assert!(
        after(&[declined("No label"), requested(&[Subject::Label], "", 20)]).unwrap().wanted_evidence(day(2)).is_some()
    );
}

#[test]
fn the_tracks_run_side_by_side() {
    let progress = after(&[LabelIssued, refunded(100), Opened, Received, Concluded]).unwrap();
    assert_eq!(progress.investigation, Investigation::Concluded { on: day(5) });
    assert_eq!(progress.return_shipment, ReturnShipment::Received { on: day(4) });
    assert!(progress.is_closed());
}

#[test]
fn a_device_may_be_received_without_a_scan_at_handover() {
    check(&[LabelIssued, Received], ReturnShipment::Received { on: day(2) });
}

#[test]
fn what_cannot_be_is_refused() {
    check_refused(&[], Concluded, EventRefused::InvestigationNotOpened);
    check_refused(&[], HandedOver, EventRefused::NoReturnLabel);
    check_refused(&[], Received, EventRefused::NoReturnLabel);
    check_refused(&[sent("3SDEVC123456789")], sent("3SDEVC123456780"), EventRefused::AlreadyReplaced);
    check_refused(&[sent("3SDEVC123456789")], refunded(100), EventRefused::AlreadyReplaced);
    check_refused(&[refunded(100)], refunded(101), EventRefused::AlreadyRefunded);
    check_refused(&[refunded(100)], sent("3SDEVC123456789"), EventRefused::AlreadyRefunded);
    check_refused(&[], sent(""), EventRefused::TrackingNumber);
    check_refused(&[], sent(" - "), EventRefused::TrackingNumber);
    check_refused(&[], sent("3SDEVC\u{7}123456789"), EventRefused::TrackingNumber);
    check_refused(&[], sent(&"1".repeat(41)), EventRefused::TrackingNumber);
    check_refused(&[refunded(100)], partially_refunded(100), EventRefused::AlreadyRefunded);
    check_refused(&[partially_refunded(100)], refunded(100), EventRefused::AlreadyRefunded);
    check_refused(&[partially_refunded(100)], declined("No"), EventRefused::AlreadyRefunded);
    check_refused(&[sent("3SDEVC123456789")], declined("No"), EventRefused::AlreadyReplaced);
    check_refused(&[], declined(" \n"), EventRefused::Reason);
    check_refused(&[], declined("a\u{7}b"), EventRefused::Reason);
    check_refused(&[], declined(&"x".repeat(SELLER_TEXT_LENGTH_MAX + 1)), EventRefused::Reason);
    check_refused(&[], requested(&[], "", 25), EventRefused::EvidenceSubjects);
    check_refused(&[], requested(&[Subject::Label, Subject::Label], "", 25), EventRefused::EvidenceSubjects);
    check_refused(&[], requested(&[Subject::Label], "\u{0}", 25), EventRefused::EvidenceNote);
    check_refused(&[], requested(&[Subject::Label], "", 19), EventRefused::EvidenceUntil);
    check_refused(&[refunded(100)], requested(&[Subject::Label], "", 25), EventRefused::EvidenceNotNeeded);
}

#[test]
fn what_has_happened_already_changes_nothing() {
    check_changes_nothing(&[Opened], Opened);
    check_changes_nothing(&[Opened, Concluded], Opened);
    check_changes_nothing(&[Opened, Concluded], Concluded);
    check_changes_nothing(&[LabelIssued], LabelIssued);
    check_changes_nothing(&[LabelIssued, HandedOver], LabelIssued);
    check_changes_nothing(&[LabelIssued, HandedOver], HandedOver);
    check_changes_nothing(&[LabelIssued, Received], LabelIssued);
    check_changes_nothing(&[LabelIssued, Received], HandedOver);
    check_changes_nothing(&[LabelIssued, Received], Received);
    check_changes_nothing(&[sent("3SDEVC123456789")], sent("3S DEVC 123456789"));
    check_changes_nothing(&[refunded(100)], refunded(100));
    check_changes_nothing(&[partially_refunded(100)], partially_refunded(100));
    check_changes_nothing(&[declined("No")], declined(" No"));
    check_changes_nothing(&[requested(&[Subject::Label], "", 5)], requested(&[Subject::Label], " ", 5));
}

#[test]
fn a_clock_set_back_does_not_date_an_event_before_the_one_it_follows() {
    let opened = Progress::default().apply(&Opened, day(10)).unwrap();
    assert_eq!(opened.apply(&Concluded, day(9)).unwrap(), Investigation::Concluded { on: day(10) }.into());
    let issued = Progress::default().apply(&LabelIssued, day(10)).unwrap();
    assert_eq!(issued.apply(&HandedOver, day(9)).unwrap(), ReturnShipment::HandedOver { on: day(10) }.into());
    assert_eq!(issued.apply(&Received, day(9)).unwrap(), ReturnShipment::Received { on: day(10) }.into());
}

#[test]
fn the_packaging_is_kept_until_the_claim_is_closed() {
    assert!(after(&[Opened, Concluded, LabelIssued, Received]).unwrap().must_keep_packaging());
    assert!(!after(&[refunded(100)]).unwrap().must_keep_packaging());
    assert!(!after(&[sent("3SDEVC123456789")]).unwrap().must_keep_packaging());
}

#[test]
fn the_resolution_is_due_three_working_days_after_submission_or_receipt() {
    use crate::policy::Terms;

    let holidays = Holidays::new(vec![2026], vec![day(11)]).unwrap();
    let from = |resolution_from| Policy::try_from(Terms { resolution_from, ..Terms::default() }).unwrap();
    let due = |progress: Progress, policy: &Policy| progress.resolution_due_date(day(6), policy, &holidays);

    // Friday the 6th; Monday, Tuesday, a holiday on Wednesday, Thursday.
    assert_eq!(due(Progress::default(), &from(ResolutionPeriodStart::Submission)), Some(day(12)));

    let receipt = from(ResolutionPeriodStart::ReturnReceived);
    assert_eq!(due(Progress::default(), &receipt), None);
    assert_eq!(due(ReturnShipment::HandedOver { on: day(9) }.into(), &receipt), None);
    assert_eq!(due(ReturnShipment::Received { on: day(10) }.into(), &receipt), Some(day(16)));
    assert_eq!(due(ReturnShipment::Received { on: day(2) }.into(), &receipt), Some(day(12)));
}

#[test]
fn progress_travels_there_and_back() {
    let progress = after(&[Opened, LabelIssued, refunded(39_900)]).unwrap();
    let json = serde_json::to_value(&progress).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "investigation": {"state": "open", "since": "2026-11-01"},
            "return_shipment": {"state": "label_issued", "on": "2026-11-02"},
            "resolution": {
                "state": "refunded",
                "on": "2026-11-03",
                "amount": {"cents": 39_900, "currency": "EUR"},
            },
        }),
    );
    assert_eq!(serde_json::from_value::<Progress>(json).unwrap(), progress);
}

#[test]
fn every_event_travels_there_and_back() {
    for (event, json) in [
        (Opened, r#"{"type":"investigation_opened"}"#),
        (Concluded, r#"{"type":"investigation_concluded"}"#),
        (LabelIssued, r#"{"type":"return_label_issued"}"#),
        (HandedOver, r#"{"type":"return_handed_over"}"#),
        (Received, r#"{"type":"return_received"}"#),
        (sent("1Z999AA10123456784"), r#"{"type":"replacement_sent","tracking_number":"1Z999AA10123456784"}"#),
        (refunded(39_900), r#"{"type":"refunded","amount":{"cents":39900,"currency":"EUR"}}"#),
    ] {
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
        assert_eq!(serde_json::from_str::<Event>(json).unwrap(), event);
    }
}

#[test]
fn an_event_with_anything_unknown_is_refused() {
    for json in [
        r#"{"type":"return_label_issued","on":"2026-11-24"}"#,
        r#"{"type":"replacement_sent","tracking_number":"3SDEVC123456789","carrier":"PostNL"}"#,
        r#"{"type":"refunded","amount":{"cents":39900,"currency":"EUR","vat":0}}"#,
        r#"{"type":"refunded","amount":{"cents":39900,"currency":"EUR"},"status":"paid"}"#,
        r#"{"type":"refunded","amount":{"cents":0,"currency":"EUR"}}"#,
        r#"{"type":"refunded","amount":{"cents":-1,"currency":"EUR"}}"#,
        r#"{"type":"refunded","amount":{"cents":1.5,"currency":"EUR"}}"#,
        r#"{"type":"refunded","amount":{"cents":4294967296,"currency":"EUR"}}"#,
        r#"{"type":"refunded","amount":{"cents":100,"currency":"EURO"}}"#,
        r#"{"type":"refunded"}"#,
        r#"{"type":"refunded","type":"return_received"}"#,
        r#"{"type":"reopened"}"#,
        r#"{}"#,
        r#""return_received""#,
    ] {
        assert!(serde_json::from_str::<Event>(json).is_err(), "{json}");
    }
}

#[test]
fn a_claim_is_in_one_state_and_a_decision_ends_the_wait_for_evidence() {
    let asked = requested(&[Subject::Label], "", 30);
    for (events, state) in [
        (vec![], ClaimState::Open),
        (vec![Opened, LabelIssued, Received], ClaimState::Open),
        (vec![asked.clone()], ClaimState::WaitingForClaimant),
        (vec![asked.clone(), sent("3SDEVC123456789")], ClaimState::Replaced),
        (vec![asked.clone(), refunded(39_900)], ClaimState::Refunded),
        (vec![partially_refunded(5_000)], ClaimState::PartiallyRefunded),
        (vec![asked.clone(), declined("Repaired elsewhere")], ClaimState::Declined),
        (vec![declined("Repaired elsewhere"), asked], ClaimState::Declined),
        (vec![declined("Repaired elsewhere"), refunded(39_900)], ClaimState::Refunded),
    ] {
        let progress = after(&events).unwrap();
        assert_eq!(progress.state(), state, "{events:?}");
        assert_eq!(progress.state().is_decided(), progress.is_closed(), "{events:?}");
    }
}
