//! The personal part of a claim: what goes once a shop's retention is over.
//!
//! Each redaction names every field, so that a new one does not compile until somebody has decided whether it is personal. What
//! remains says how the claim ended: kinds of damage, dates, states and amounts.
//!
//! Only a backend uses this module.

use crate::{
    claim::ClaimDraft,
    lifecycle::{Event, EvidenceRequest, Progress, Resolution},
};

impl ClaimDraft {
    /// The claim without photos and without the claimant's own words.
    ///
    /// The digests go with the photos: a person who has the photo could recognise the claim by them.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::{claim::ClaimDraft, damage::Damage};
    ///
    /// let claim = ClaimDraft { damage: vec![Damage::Dent], description: "My son dropped it".into(), ..ClaimDraft::default() };
    /// assert_eq!(claim.redacted(), ClaimDraft { damage: vec![Damage::Dent], ..ClaimDraft::default() });
    /// ```
    #[must_use]
    pub fn redacted(&self) -> Self {
        let Self { damage, description: _, photos: _, missing, tracking_number: _, wish, advice: _ } = self;
        Self { damage: damage.clone(), missing: *missing, wish: *wish, ..Self::default() }
    }
}

impl Progress {
    /// The progress without what was written to the claimant, and without tracking numbers.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::lifecycle::{Event, Progress, Resolution};
    ///
    /// let on = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    /// let declined = Progress::default().apply(&Event::Declined { reason: "You dropped it".into() }, on)?;
    /// assert_eq!(declined.redacted().resolution, Resolution::Declined { on, reason: String::new() });
    /// # Ok::<(), damage_report_rules::lifecycle::EventRefused>(())
    /// ```
    #[must_use]
    pub fn redacted(&self) -> Self {
        let Self { investigation, return_shipment, resolution, evidence_request } = self;
        Self {
            investigation: *investigation,
            return_shipment: *return_shipment,
            resolution: resolution.redacted(),
            evidence_request: evidence_request.as_ref().map(EvidenceRequest::redacted),
        }
    }
}

impl Resolution {
    fn redacted(&self) -> Self {
        match self {
            Self::Pending => Self::Pending,
            Self::Replaced { on, tracking_number: _ } => Self::Replaced { on: *on, tracking_number: String::new() },
            Self::Refunded { on, amount } => Self::Refunded { on: *on, amount: amount.clone() },
            Self::PartiallyRefunded { on, amount } => Self::PartiallyRefunded { on: *on, amount: amount.clone() },
            Self::Declined { on, reason: _ } => Self::Declined { on: *on, reason: String::new() },
        }
    }
}

impl EvidenceRequest {
    fn redacted(&self) -> Self {
        let Self { subjects, note: _, until } = self;
        Self { subjects: subjects.clone(), note: String::new(), until: *until }
    }
}

impl Event {
    /// The event without what was written to the claimant, and without tracking numbers.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::lifecycle::Event;
    ///
    /// assert_eq!(Event::ReturnReceived.redacted(), Event::ReturnReceived);
    /// let declined = Event::Declined { reason: "You dropped it".into() };
    /// assert_eq!(declined.redacted(), Event::Declined { reason: String::new() });
    /// ```
    #[must_use]
    pub fn redacted(&self) -> Self {
        match self {
            Self::InvestigationOpened
            | Self::InvestigationConcluded
            | Self::ReturnLabelIssued
            | Self::ReturnHandedOver
            | Self::ReturnReceived => self.clone(),
            Self::ReplacementSent { tracking_number: _ } => Self::ReplacementSent { tracking_number: String::new() },
            Self::Refunded { amount } => Self::Refunded { amount: amount.clone() },
            Self::PartiallyRefunded { amount } => Self::PartiallyRefunded { amount: amount.clone() },
            Self::Declined { reason: _ } => Self::Declined { reason: String::new() },
            Self::EvidenceRequested { subjects, note: _, until } => {
                Self::EvidenceRequested { subjects: subjects.clone(), note: String::new(), until: *until }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::{
        advice::{Advice, PhotoAdvice},
        claim::Wish,
        damage::Damage,
        evidence::{Absence, Absences, Digest, Photos, Subject},
        lifecycle::Money,
    };

    const PERSONAL: &str = "personal";

    #[test]
    fn a_redacted_claim_has_no_text_and_no_digest() {
        let photo = Digest::new([0xab; 32]);
        let claim = ClaimDraft {
            damage: vec![Damage::Dent],
            description: PERSONAL.to_owned(),
            photos: Photos { packaging: vec![photo], label: vec![photo], device: vec![photo] },
            missing: Absences { packaging: Some(Absence::Discarded), label: None },
            tracking_number: PERSONAL.to_owned(),
            wish: Some(Wish::Refund),
            advice: vec![PhotoAdvice { photo, advice: Advice::Dark, like: Some(photo) }],
        };
        let left = serde_json::to_string(&claim.redacted()).unwrap();
        assert!(!left.contains(PERSONAL) && !left.contains("abab"), "{left}");
        assert!(left.contains("dent") && left.contains("discarded") && left.contains("refund"), "{left}");
    }

    #[test]
    fn a_redacted_history_says_how_it_ended_and_nothing_personal() {
        let on = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let amount = Money::new(39_900, "EUR").unwrap();
        let asked = EvidenceRequest { subjects: vec![Subject::Label], note: PERSONAL.to_owned(), until: on };
        let ways_to_end = [
            Event::ReplacementSent { tracking_number: PERSONAL.to_uppercase() },
            Event::Refunded { amount: amount.clone() },
            Event::PartiallyRefunded { amount },
            Event::Declined { reason: PERSONAL.to_owned() },
        ];
        for end in ways_to_end {
            let history = [Event::InvestigationOpened, Event::ReturnLabelIssued, asked.clone().into(), end];
            let progress =
                history.iter().fold(Progress::default(), |progress, event| progress.apply(event, on).unwrap());
            let left = serde_json::to_string(&(progress.redacted(), history.each_ref().map(Event::redacted))).unwrap();
            assert!(!left.to_lowercase().contains(PERSONAL), "{left}");
            assert!(progress.redacted().is_closed());
            assert_eq!(progress.redacted().redacted(), progress.redacted());
        }
    }
}
