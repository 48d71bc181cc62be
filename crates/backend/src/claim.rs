//! A claim that was accepted: the row in the database, and its status for claimant and seller.

use chrono::{DateTime, NaiveDate, Utc};
use damage_report_rules::{
    claim::{Claim, ClaimDraft},
    contract::ClaimStatus,
    lifecycle::Progress,
};

use crate::{clock::Clock, config::Config, order_line::OrderLine};

/// One claim as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRow {
    /// The reference that the customer quotes.
    pub reference: String,
    /// The identifier of its order line.
    pub order_line: String,
    /// When it was accepted.
    pub received_at: DateTime<Utc>,
    /// Whether it came after the window closed.
    pub late: bool,
    /// The claimant's report.
    pub content: ClaimDraft,
    /// The three tracks.
    pub progress: Progress,
    /// Whether there is a return label.
    pub has_return_label: bool,
    /// Counts its changes; 1 when it is accepted.
    pub version: u32,
    /// When it was decided last; none while it is open.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was put on hold; none while it is not.
    pub held_at: Option<DateTime<Utc>>,
    /// When its photos and texts were removed; none while they are there.
    pub expired_at: Option<DateTime<Utc>>,
}

impl ClaimRow {
    /// `claim` about the order line called `order_line`, as it is when it was just accepted.
    #[must_use]
    pub fn accepted(reference: String, order_line: String, claim: &Claim, received_at: DateTime<Utc>) -> Self {
        Self {
            reference,
            order_line,
            received_at,
            late: claim.is_late(),
            content: claim.content().clone(),
            progress: Progress::default(),
            has_return_label: false,
            version: 1,
            closed_at: None,
            held_at: None,
            expired_at: None,
        }
    }

    /// The last day for the seller to send a replacement or refund about `line`; none while the seller's time has not started.
    #[must_use]
    pub fn resolution_due_date(&self, line: &OrderLine, config: &Config) -> Option<NaiveDate> {
        let holidays = config.holidays.of_place(&line.place);
        self.progress.resolution_due_date(line.local_date(self.received_at), &config.policy, &holidays)
    }

    /// The status of the claim about `line`.
    #[must_use]
    pub fn status(self, line: &OrderLine, config: &Config) -> ClaimStatus {
        ClaimStatus {
            resolution_due: self.resolution_due_date(line, config),
            reference: self.reference,
            received_at: Clock::to_timestamp(self.received_at),
            late: self.late,
            claim: self.content,
            progress: self.progress,
            has_return_label: self.has_return_label,
            content_removed: self.expired_at.is_some(),
        }
    }
}
