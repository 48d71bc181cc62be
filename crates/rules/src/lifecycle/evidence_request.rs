//! What the seller asks of the claimant once more.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::event::{Event, EventRefused, SELLER_TEXT_LENGTH_MAX};
use crate::{claim::counted_length, evidence::Subject};

/// How many days after it is made an evidence request may end: a claimant waits for nothing longer.
///
/// # Example
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use damage_report_rules::{evidence::Subject, lifecycle::*};
///
/// let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
/// let until = today + Days::new(EVIDENCE_DAYS_MAX + 1);
/// let request = EvidenceRequest { subjects: vec![Subject::Label], note: String::new(), until };
/// assert_eq!(Progress::default().apply(&request.into(), today), Err(EventRefused::EvidenceUntil));
/// ```
pub const EVIDENCE_DAYS_MAX: u64 = 90;

/// A request for more evidence: photos of these subjects, until the end of a day at the place of delivery.
///
/// In JSON: `{"subjects": ["label"], "note": "De barcode is niet leesbaar", "until": "2026-12-01"}`.
///
/// # Example
///
/// ```
/// use damage_report_rules::{evidence::Subject, lifecycle::EvidenceRequest};
///
/// let request: EvidenceRequest = serde_json::from_str(r#"{"subjects": ["label"], "until": "2026-12-01"}"#)?;
/// assert_eq!((request.subjects, request.note.as_str()), (vec![Subject::Label], ""));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EvidenceRequest {
    /// What the photos should show: one or more subjects, each once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub subjects: Vec<Subject>,
    /// What is wanted, in the claimant's language; may be empty.
    #[serde(default)]
    pub note: String,
    /// The last day.
    #[serde(with = "crate::date")]
    pub until: NaiveDate,
}

impl From<EvidenceRequest> for Event {
    fn from(EvidenceRequest { subjects, note, until }: EvidenceRequest) -> Self {
        Self::EvidenceRequested { subjects, note, until }
    }
}

impl EvidenceRequest {
    /// Whether its last day has passed on the day `today` at the place of delivery.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::{evidence::Subject, lifecycle::EvidenceRequest};
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 12, d).unwrap();
    /// let request = EvidenceRequest { subjects: vec![Subject::Label], note: String::new(), until: day(1) };
    /// assert!(!request.is_past_last_day(day(1)) && request.is_past_last_day(day(2)));
    /// ```
    #[must_use]
    pub fn is_past_last_day(&self, today: NaiveDate) -> bool {
        today > self.until
    }

    /// Refuses a request that cannot be made `on` this day.
    pub(super) fn check(&self, on: NaiveDate) -> Result<(), EventRefused> {
        let is_repeated = |(nth, subject)| self.subjects[..nth].contains(subject);
        if self.subjects.is_empty() || self.subjects.iter().enumerate().any(is_repeated) {
            return Err(EventRefused::EvidenceSubjects);
        }
        if validate_seller_text(&self.note).is_none() {
            return Err(EventRefused::EvidenceNote);
        }
        let last = on.checked_add_days(Days::new(EVIDENCE_DAYS_MAX)).unwrap_or(NaiveDate::MAX);
        if (on..=last).contains(&self.until) { Ok(()) } else { Err(EventRefused::EvidenceUntil) }
    }
}

/// `text` without spaces at its ends; none where it is too long or holds control characters other than line breaks.
pub(super) fn validate_seller_text(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = counted_length(text) <= SELLER_TEXT_LENGTH_MAX;
    let is_plain = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    (fits && is_plain).then(|| text.to_owned())
}
