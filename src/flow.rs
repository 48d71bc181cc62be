//! The steps of the wizard, their order, and the phases of a report. Without signals and DOM, so that it is tested on the host.

use damage_report_rules::{
    claim::{Claim, Violation},
    contract::ClaimStatus,
    evidence::Subject,
};

use crate::failure::Failure;

/// One page of the wizard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// The device, the deadline, and the things that the customer will need.
    #[default]
    Start,
    /// The kinds of damage.
    Damage,
    /// Photos of the packaging.
    Packaging,
    /// Photos of the shipping label, and the tracking number.
    Label,
    /// Photos of the device.
    Device,
    /// Everything on one page, and the button that sends it.
    Check,
}

impl Step {
    /// The number of steps with a number.
    pub(crate) const COUNT: u8 = 5;

    /// Every step, in order.
    pub const ALL: [Self; 6] = [Self::Start, Self::Damage, Self::Packaging, Self::Label, Self::Device, Self::Check];

    /// The step's number as the customer sees it. The start is 0, which is never shown.
    pub(crate) fn number(self) -> u8 {
        self as u8
    }

    /// The step with this number; the start where no step has it.
    pub(crate) fn from_number(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or_default()
    }

    /// The step of this [`name`](Self::name); the start where no step bears it.
    pub(crate) fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|step| step.name() == name).unwrap_or_default()
    }

    /// The step after this one.
    pub(crate) fn next(self) -> Self {
        Self::ALL[(self as usize + 1).min(Self::ALL.len() - 1)]
    }

    /// The step before this one.
    pub(crate) fn previous(self) -> Self {
        Self::ALL[(self as usize).saturating_sub(1)]
    }

    /// The step where the customer can correct `violation`.
    pub(crate) fn of_violation(violation: &Violation) -> Self {
        match violation {
            Violation::WindowClosed => Self::Start,
            Violation::DamageMin
            | Violation::DamageRepeated
            | Violation::DescriptionMax { .. }
            | Violation::DescriptionChars => Self::Damage,
            Violation::PhotosMin { subject, .. }
            | Violation::PhotosNotDistinct { subject }
            | Violation::AbsenceNotAllowed { subject } => Self::of_subject(*subject),
            Violation::TrackingNumberMax { .. } | Violation::TrackingNumberChars => Self::Label,
            Violation::PhotosMax { .. } => Self::Device,
        }
    }

    /// The step that asks for photos of `subject`.
    pub(crate) fn of_subject(subject: Subject) -> Self {
        match subject {
            Subject::Packaging => Self::Packaging,
            Subject::Label => Self::Label,
            Subject::Device => Self::Device,
        }
    }

    /// The step's name, in message keys and in saved drafts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Damage => "damage",
            Self::Packaging => "packaging",
            Self::Label => "label",
            Self::Device => "device",
            Self::Check => "check",
        }
    }
}

/// The phase of a report in this browser.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The customer is filling it in.
    Filling(Step),
    /// The claim waits for its photos, or is on its way.
    Sending(Claim),
    /// The backend has the claim.
    Sent(Box<ClaimStatus>),
    /// The claim did not arrive. The draft is unchanged.
    Failed(Claim, Failure),
}

impl Phase {
    /// Whether the customer can still change everything.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Filling(_) | Self::Failed(..) => true,
            Self::Sending(_) | Self::Sent(_) => false,
        }
    }

    /// Whether the backend has refused the claim because it came too late.
    #[must_use]
    pub fn is_too_late(&self) -> bool {
        matches!(self, Self::Failed(_, Failure::Violations(violations)) if violations.contains(&Violation::WindowClosed))
    }

    /// The claim that is being sent, if one is.
    #[must_use]
    pub fn claim_being_sent(&self) -> Option<&Claim> {
        if let Self::Sending(claim) = self { Some(claim) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_follow_each_other_and_lead_back() {
        for pair in Step::ALL.windows(2) {
            assert_eq!(pair[0].next(), pair[1]);
            assert_eq!(pair[1].previous(), pair[0]);
        }
    }

    #[test]
    fn there_is_no_step_before_the_first_nor_after_the_last() {
        assert_eq!(Step::Start.previous(), Step::Start);
        assert_eq!(Step::Check.next(), Step::Check);
    }

    #[test]
    fn the_last_step_bears_the_last_number() {
        assert_eq!(Step::Check.number(), Step::COUNT);
    }

    #[test]
    fn violations_come_in_the_order_of_their_steps() {
        let in_page_order = [
            Violation::WindowClosed,
            Violation::DamageMin,
            Violation::PhotosMin { subject: Subject::Packaging, have: 0, need: 1 },
            Violation::PhotosMin { subject: Subject::Label, have: 0, need: 1 },
            Violation::TrackingNumberMax { max: 40 },
            Violation::PhotosMin { subject: Subject::Device, have: 0, need: 3 },
        ];
        assert!(in_page_order.is_sorted_by_key(|violation| Step::of_violation(violation).number()));
    }
}
