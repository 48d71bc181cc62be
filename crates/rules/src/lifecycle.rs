//! The progress of a claim after it is sent: three independent tracks, moved by the seller's events.
//!
//! This module decides which event may follow which. The backend decides who may send events and stores them; the widget words the
//! progress for the customer.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::{
    claim_state::ClaimState,
    event::{Event, EventRefused, SELLER_TEXT_LENGTH_MAX},
    evidence_request::{EVIDENCE_DAYS_MAX, EvidenceRequest},
    money::{Money, MoneyError},
    track::{Investigation, Resolution, ReturnShipment},
};
use crate::{
    calendar::Holidays,
    policy::{Policy, ResolutionPeriodStart},
};

mod claim_state;
mod event;
mod evidence_request;
mod money;
mod track;

/// The state of a claim: its three tracks.
///
/// The default is the state on submission. The tracks do not wait for each other: a seller may refund before the
/// carrier has answered, and a device may come back after its replacement was sent.
///
/// In JSON: `{"investigation": {"state": "open", "since": "2026-11-24"}, "return_shipment": …, "resolution": …}`.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use damage_report_rules::lifecycle::{Event, Progress, ReturnShipment};
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
/// let progress = Progress::default().apply(&Event::ReturnLabelIssued, day(24))?;
/// assert_eq!(progress.return_shipment, ReturnShipment::LabelIssued { on: day(24) });
/// assert!(progress.must_keep_packaging());
/// # Ok::<(), damage_report_rules::lifecycle::EventRefused>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// The inquiry with the carrier.
    pub investigation: Investigation,
    /// The device on its way back.
    pub return_shipment: ReturnShipment,
    /// The replacement or refund, or the decision against both.
    pub resolution: Resolution,
    /// The latest request for more evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_request: Option<EvidenceRequest>,
}

impl Progress {
    /// The state after `event`; `on` is its date at the place of delivery.
    ///
    /// - A repeated event changes nothing, and the first date stays: a seller's system may send everything twice, or in the wrong
    ///   order.
    /// - A device may be received without a hand-over: carriers miss scans.
    /// - Investigation and return may continue after the claim is closed: a device can come back later.
    /// - A concluded investigation is not opened again.
    /// - A declined claim may still be replaced or refunded, and the seller may ask for more evidence about it.
    /// - No event is dated before the one that it follows, even when a clock was set back.
    ///
    /// # Errors
    ///
    /// [`EventRefused`] when the event does not fit the state of the claim, which then does not change.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::lifecycle::{Event, EventRefused, Progress};
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let start = Progress::default();
    /// assert_eq!(start.apply(&Event::ReturnHandedOver, day(24)), Err(EventRefused::NoReturnLabel));
    ///
    /// let issued = start.apply(&Event::ReturnLabelIssued, day(24))?;
    /// assert_eq!(issued.apply(&Event::ReturnLabelIssued, day(25)), Ok(issued));
    /// # Ok::<(), EventRefused>(())
    /// ```
    pub fn apply(&self, event: &Event, on: NaiveDate) -> Result<Self, EventRefused> {
        let mut next = self.clone();
        match event {
            Event::InvestigationOpened => next.investigation = self.investigation.open(on),
            Event::InvestigationConcluded => next.investigation = self.investigation.conclude(on)?,
            Event::ReturnLabelIssued => next.return_shipment = self.return_shipment.issue_label(on),
            Event::ReturnHandedOver => next.return_shipment = self.return_shipment.hand_over(on)?,
            Event::ReturnReceived => next.return_shipment = self.return_shipment.receive(on)?,
            Event::ReplacementSent { tracking_number } => {
                next.resolution = self.resolution.replace(on, tracking_number)?;
            }
            Event::Refunded { amount } => next.resolution = self.resolution.refund(on, amount)?,
            Event::PartiallyRefunded { amount } => next.resolution = self.resolution.refund_partially(on, amount)?,
            Event::Declined { reason } => next.resolution = self.resolution.decline(on, reason)?,
            Event::EvidenceRequested { subjects, note, until } => {
                let request =
                    EvidenceRequest { subjects: subjects.clone(), note: note.trim().to_owned(), until: *until };
                next.evidence_request = Some(self.requested(request, on)?);
            }
        }
        Ok(next)
    }

    /// The request for evidence that counts after the seller made `request` on the day `on`. A repeat of the current request is accepted
    /// even after its last day, and changes nothing.
    fn requested(&self, request: EvidenceRequest, on: NaiveDate) -> Result<EvidenceRequest, EventRefused> {
        match &self.evidence_request {
            Some(made) if *made == request => Ok(request),
            _ if self.resolution.is_settled() => Err(EventRefused::EvidenceNotNeeded),
            _ => request.check(on).map(|()| request),
        }
    }

    /// Whether the claim is decided: replaced, refunded in full or in part, or declined.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::lifecycle::{Event, Money, Progress};
    ///
    /// let refunded = Event::Refunded { amount: Money::new(39_900, "EUR")? };
    /// let progress = Progress::default().apply(&refunded, NaiveDate::from_ymd_opt(2026, 11, 26).unwrap())?;
    /// assert!(progress.is_closed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.resolution != Resolution::Pending
    }

    /// Whether the claimant should still keep the packaging: until a replacement or refund, the carrier may ask for it. A claimant
    /// who contests a decision against them needs it too.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::lifecycle::Progress;
    ///
    /// assert!(Progress::default().must_keep_packaging());
    /// ```
    #[must_use]
    pub fn must_keep_packaging(&self) -> bool {
        !self.resolution.is_settled()
    }

    /// The evidence that the claimant should still send on the day `today` at the place of delivery.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::{evidence::Subject, lifecycle::{Event, EvidenceRequest, Progress}};
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let request = EvidenceRequest { subjects: vec![Subject::Label], note: String::new(), until: day(27) };
    /// let asked = Progress::default().apply(&request.clone().into(), day(24))?;
    /// assert_eq!(asked.wanted_evidence(day(27)), Some(&request));
    /// assert_eq!(asked.wanted_evidence(day(28)), None);
    /// # Ok::<(), damage_report_rules::lifecycle::EventRefused>(())
    /// ```
    #[must_use]
    pub fn wanted_evidence(&self, today: NaiveDate) -> Option<&EvidenceRequest> {
        self.open_evidence_request().filter(|request| !request.is_past_last_day(today))
    }

    /// The evidence request that the claimant can still answer or, once its last day has passed, ask about. A replacement or refund
    /// ends it.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::{evidence::Subject, lifecycle::{Event, EvidenceRequest, Progress}};
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let request = EvidenceRequest { subjects: vec![Subject::Label], note: String::new(), until: day(27) };
    /// let asked = Progress::default().apply(&request.clone().into(), day(24))?;
    /// assert_eq!(asked.open_evidence_request(), Some(&request));
    /// let replaced = asked.apply(&Event::ReplacementSent { tracking_number: "3SDEVC1".into() }, day(25))?;
    /// assert_eq!(replaced.open_evidence_request(), None);
    /// # Ok::<(), damage_report_rules::lifecycle::EventRefused>(())
    /// ```
    #[must_use]
    pub fn open_evidence_request(&self) -> Option<&EvidenceRequest> {
        self.evidence_request.as_ref().filter(|_| !self.resolution.is_settled())
    }

    /// Whether the device goes back to the seller, or has gone back. The claimant keeps it after a partial refund, and after a decision
    /// against them unless the seller issues a return label.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::lifecycle::{Event, Progress};
    ///
    /// let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    /// let declined = Progress::default().apply(&Event::Declined { reason: "The photos show no damage".into() }, today)?;
    /// assert!(!declined.returns_device());
    /// assert!(declined.apply(&Event::ReturnLabelIssued, today)?.returns_device());
    /// # Ok::<(), damage_report_rules::lifecycle::EventRefused>(())
    /// ```
    #[must_use]
    pub fn returns_device(&self) -> bool {
        let shipment = self.return_shipment;
        match self.resolution {
            Resolution::PartiallyRefunded { .. } => {
                !matches!(shipment, ReturnShipment::LabelPending | ReturnShipment::LabelIssued { .. })
            }
            Resolution::Declined { .. } => shipment != ReturnShipment::LabelPending,
            Resolution::Pending | Resolution::Replaced { .. } | Resolution::Refunded { .. } => true,
        }
    }

    /// The last day for the seller to send a replacement or refund; `submitted_on` is the day on which the claim was submitted.
    ///
    /// `None` before the seller's time starts: with some policies it starts when the return is received. The time is counted from the
    /// next day on. The result does not change when the claim is closed.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::{calendar::Holidays, lifecycle::Progress, policy::*};
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let holidays = Holidays::new(vec![2026], vec![])?;
    /// let progress = Progress::default();
    /// assert_eq!(progress.resolution_due_date(day(20), &Policy::default(), &holidays), Some(day(25)));
    ///
    /// let patient = Terms { resolution_from: ResolutionPeriodStart::ReturnReceived, ..Terms::default() };
    /// assert_eq!(progress.resolution_due_date(day(20), &Policy::try_from(patient)?, &holidays), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn resolution_due_date(
        &self,
        submitted_on: NaiveDate,
        policy: &Policy,
        holidays: &Holidays,
    ) -> Option<NaiveDate> {
        let start = match (policy.resolution_from, self.return_shipment) {
            (ResolutionPeriodStart::Submission, _) => submitted_on,
            // A return received before the claim was submitted counts from the day of submission.
            (ResolutionPeriodStart::ReturnReceived, ReturnShipment::Received { on }) => on.max(submitted_on),
            (ResolutionPeriodStart::ReturnReceived, _) => return None,
        };
        Some(holidays.working_day_after(start, policy.resolution_days))
    }
}

#[cfg(test)]
mod tests;
