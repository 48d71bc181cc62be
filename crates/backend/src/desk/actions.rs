//! The actions of a person on a claim. The rules say what is possible now.

use chrono::NaiveDate;
use damage_report_rules::{
    date,
    evidence::Subject,
    lifecycle::{Event, EventRefused, Money, Progress},
};

use super::{amount, form::Form};
use crate::config::DeskSettings;

/// Something that a person can do with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClaimAction {
    Refund,
    RefundPart,
    Replace,
    Decline,
    AskForEvidence,
    IssueLabel,
    HandedOver,
    Received,
    OpenInvestigation,
    ConcludeInvestigation,
}

/// A mistake in a form: the name of its field, `""` if it concerns no field, and the key of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FormMistake {
    pub(super) field: &'static str,
    pub(super) words: &'static str,
}

impl ClaimAction {
    /// The decisions about a claim, in the order of the page.
    pub(super) const DECISIONS: [Self; 5] =
        [Self::Refund, Self::RefundPart, Self::Replace, Self::Decline, Self::AskForEvidence];

    /// The steps of the return.
    pub(super) const RETURN: [Self; 3] = [Self::IssueLabel, Self::HandedOver, Self::Received];

    /// The steps of the investigation.
    pub(super) const INVESTIGATION: [Self; 2] = [Self::OpenInvestigation, Self::ConcludeInvestigation];

    /// Every action.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Self::DECISIONS.into_iter().chain(Self::RETURN).chain(Self::INVESTIGATION)
    }

    /// Its name in addresses. Its message keys are made from it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::RefundPart => "refund-part",
            Self::Replace => "replace",
            Self::Decline => "decline",
            Self::AskForEvidence => "ask-for-evidence",
            Self::IssueLabel => "issue-label",
            Self::HandedOver => "handed-over",
            Self::Received => "received",
            Self::OpenInvestigation => "open-investigation",
            Self::ConcludeInvestigation => "conclude-investigation",
        }
    }

    /// The key on the keyboard that opens its form, if the browser runs scripts.
    pub(super) fn shortcut_key(self) -> char {
        match self {
            Self::Refund => 'r',
            Self::RefundPart => 'p',
            Self::Replace => 's',
            Self::Decline => 'd',
            Self::AskForEvidence => 'e',
            Self::IssueLabel => 'l',
            Self::HandedOver => 'h',
            Self::Received => 't',
            Self::OpenInvestigation => 'o',
            Self::ConcludeInvestigation => 'c',
        }
    }

    /// The last part of its message keys.
    pub(super) fn words_key(self) -> String {
        self.code().replace('-', "_")
    }

    /// The fields of its form, apart from the common ones.
    pub(super) fn form_fields(self) -> &'static [&'static str] {
        match self {
            Self::Refund | Self::RefundPart => &["amount"],
            Self::Replace => &["tracking_number"],
            Self::Decline => &["reason"],
            Self::AskForEvidence => &["subjects[]", "note", "until"],
            Self::IssueLabel => &["label"],
            Self::HandedOver | Self::Received | Self::OpenInvestigation | Self::ConcludeInvestigation => &[],
        }
    }

    /// The action with this name in addresses.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|action| action.code() == code)
    }

    /// Whether the rules allow it on the day `today`, and it would change something. A label can be issued only if the claimant sends the
    /// device back then: otherwise no page shows it.
    pub(super) fn is_possible(self, progress: &Progress, today: NaiveDate) -> bool {
        let money = || Money::new(u32::MAX, "XXX").ok();
        let event = match self {
            Self::Refund => money().map(|amount| Event::Refunded { amount }),
            Self::RefundPart => money().map(|amount| Event::PartiallyRefunded { amount }),
            Self::Replace => Some(Event::ReplacementSent { tracking_number: "0".to_owned() }),
            Self::Decline => Some(Event::Declined { reason: ".".to_owned() }),
            Self::AskForEvidence => {
                Some(Event::EvidenceRequested { subjects: vec![Subject::Device], note: ".".to_owned(), until: today })
            }
            Self::IssueLabel => Some(Event::ReturnLabelIssued),
            Self::HandedOver => Some(Event::ReturnHandedOver),
            Self::Received => Some(Event::ReturnReceived),
            Self::OpenInvestigation => Some(Event::InvestigationOpened),
            Self::ConcludeInvestigation => Some(Event::InvestigationConcluded),
        };
        let next = event.and_then(|event| progress.apply(&event, today).ok());
        next.is_some_and(|next| next != *progress && (self != Self::IssueLabel || next.returns_device()))
    }

    /// The event that `form` asks for.
    ///
    /// # Errors
    ///
    /// The [`FormMistake`] in what was typed.
    pub(super) fn event_from_form(self, form: &Form, desk: &DeskSettings) -> Result<Event, FormMistake> {
        let mistake = |field, words| FormMistake { field, words };
        let money = || {
            let amount = amount::parse_amount(form.value("amount"), &desk.currency);
            let money = amount.and_then(|amount| Money::new(amount, &desk.currency).ok());
            money.ok_or(mistake("amount", "mistake_amount"))
        };
        Ok(match self {
            Self::Refund => Event::Refunded { amount: money()? },
            Self::RefundPart => Event::PartiallyRefunded { amount: money()? },
            Self::Replace => Event::ReplacementSent { tracking_number: form.value("tracking_number").to_owned() },
            Self::Decline => Event::Declined { reason: form.value("reason").to_owned() },
            Self::AskForEvidence => {
                let named = |code: &str| Subject::ALL.into_iter().find(|subject| subject.code() == code);
                let subjects: Option<Vec<Subject>> = form.values("subjects[]").map(named).collect();
                Event::EvidenceRequested {
                    subjects: subjects.ok_or(mistake("subjects[]", "mistake_subjects"))?,
                    note: form.value("note").to_owned(),
                    until: date::parse_iso(form.value("until")).ok_or(mistake("until", "mistake_until"))?,
                }
            }
            Self::IssueLabel => Event::ReturnLabelIssued,
            Self::HandedOver => Event::ReturnHandedOver,
            Self::Received => Event::ReturnReceived,
            Self::OpenInvestigation => Event::InvestigationOpened,
            Self::ConcludeInvestigation => Event::InvestigationConcluded,
        })
    }
}

impl From<EventRefused> for FormMistake {
    fn from(why: EventRefused) -> Self {
        let (field, words) = match why {
            EventRefused::TrackingNumber => ("tracking_number", "mistake_tracking_number"),
            EventRefused::Reason => ("reason", "mistake_reason"),
            EventRefused::EvidenceSubjects => ("subjects[]", "mistake_subjects"),
            EventRefused::EvidenceNote => ("note", "mistake_note"),
            EventRefused::EvidenceUntil => ("until", "mistake_until"),
            EventRefused::InvestigationNotOpened => ("", "mistake_not_opened"),
            EventRefused::NoReturnLabel => ("", "mistake_no_label"),
            EventRefused::AlreadyReplaced => ("", "mistake_replaced"),
            EventRefused::AlreadyRefunded => ("", "mistake_refunded"),
            EventRefused::EvidenceNotNeeded => ("", "mistake_settled"),
        };
        Self { field, words }
    }
}
