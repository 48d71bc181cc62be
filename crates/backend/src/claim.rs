//! A claim that was accepted, as it is kept and as it is told.

use chrono::{DateTime, Utc};
use damage_report_rules::{claim::ClaimDraft, contract::ClaimStatus, lifecycle::Progress};

use crate::{clock::Clock, config::Config, order_line::Line};

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptClaim {
    /// What the customer quotes.
    pub reference: String,
    /// The order line it is about.
    pub order_line: String,
    /// When it was accepted.
    pub received_at: DateTime<Utc>,
    /// Whether it came after the window closed.
    pub late: bool,
    /// What the claimant reported.
    pub content: ClaimDraft,
    /// The three tracks.
    pub progress: Progress,
    /// Whether there is a return label.
    pub has_return_label: bool,
}

impl KeptClaim {
    /// How the claim stands, for claimant and seller alike.
    #[must_use]
    pub fn status(self, line: &Line, config: &Config) -> ClaimStatus {
        let holidays = config.holidays.of(&line.place);
        let submitted_on = line.local_date(self.received_at);
        ClaimStatus {
            resolution_due: self.progress.resolution_due(submitted_on, &config.policy, &holidays),
            reference: self.reference,
            received_at: Clock::timestamp(self.received_at),
            late: self.late,
            claim: self.content,
            progress: self.progress,
            has_return_label: self.has_return_label,
        }
    }
}
