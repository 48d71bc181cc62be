//! The claim so far, as signals that the steps write; and the drafts made from them: one that `rules` checks, one that is saved.

use damage_report_rules::{
    claim::{Claim, ClaimDraft, Violation, Wish},
    damage::Damage,
    evidence::{Absence, Absences, Photos, Subject},
    tracking::{self, TrackingHint},
    window::Timing,
};
use leptos::prelude::untrack;

use crate::{
    flow::{Phase, Step},
    order::ReportedOrderLine,
    photos::PhotoUploads,
    reactive::signal::Signal,
    saved::{DraftVersion, SavedDraft},
};

/// The answers of the customer. Cheap to pass around. Each step writes only its own fields.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The kinds of damage.
    pub damage: Signal<Vec<Damage>>,
    /// The description of the damage.
    pub description: Signal<String>,
    /// The reason for the absence of the packaging.
    pub packaging_absence: Signal<Option<Absence>>,
    /// The reason for the absence of the shipping label.
    pub label_absence: Signal<Option<Absence>>,
    /// The tracking number, as typed.
    pub tracking_number: Signal<String>,
    /// The wish.
    pub wish: Signal<Option<Wish>>,
    /// The photos.
    pub uploads: PhotoUploads,
    order: ReportedOrderLine,
}

impl Draft {
    /// A draft for `order` with saved `answers`, or else with the tracking number that the shop knows.
    pub(crate) fn new(order: ReportedOrderLine, uploads: PhotoUploads, answers: Option<ClaimDraft>) -> Self {
        let answers = answers.unwrap_or_else(|| Self::blank_answers(order));
        Self {
            damage: Signal::new(answers.damage),
            description: Signal::new(answers.description),
            packaging_absence: Signal::new(answers.missing.packaging),
            label_absence: Signal::new(answers.missing.label),
            tracking_number: Signal::new(answers.tracking_number),
            wish: Signal::new(answers.wish),
            uploads,
            order,
        }
    }

    /// The answers before the customer has given any.
    pub(crate) fn blank_answers(order: ReportedOrderLine) -> ClaimDraft {
        let tracking_number = order.with_line_at_opening(|line| line.consignment.tracking_number.clone());
        ClaimDraft { tracking_number, ..ClaimDraft::default() }
    }

    /// Removes all answers and photos.
    pub(crate) fn clear(self) {
        // Every field by name: one that is added must be cleared as well.
        let Self { damage, description, packaging_absence, label_absence, tracking_number, wish, uploads, order } =
            self;
        let blank = Self::blank_answers(order);
        damage.set(blank.damage);
        description.set(blank.description);
        packaging_absence.set(None);
        label_absence.set(None);
        tracking_number.set(blank.tracking_number);
        wish.set(None);
        uploads.clear();
    }

    /// Whether the customer has given an answer or a photo.
    pub(crate) fn has_content(self) -> bool {
        let saved = untrack(|| self.to_saved(&Phase::Filling(Step::Start)));
        !saved.is_empty(&Self::blank_answers(self.order))
    }

    /// The step where a customer continues who had come to `step`. From the start, the first step with a violation.
    pub(crate) fn step_to_resume(self, step: Step) -> Step {
        match step {
            Step::Start => untrack(|| self.violations()).first().map_or(Step::Check, Step::of_violation),
            step => step,
        }
    }

    /// The tracking number that the shop knows, as it writes it; may be empty.
    pub(crate) fn shop_tracking_number(self) -> String {
        self.order.with_line_at_opening(|line| line.consignment.tracking_number.clone())
    }

    /// A tracking number of this carrier that was read from a photo. None if a photo shows the number in the field or the one that the
    /// shop knows. Reactive.
    pub(crate) fn photographed_tracking_number(self) -> Option<String> {
        let carrier = self.order.with_line_at_opening(|line| line.consignment.carrier.clone());
        let there =
            [self.shop_tracking_number(), self.tracking_number.get()].map(|number| tracking::normalise(&number));
        let mut read = None;
        for code in self.uploads.barcodes() {
            if there.iter().any(|number| tracking::barcode_contains(number, &code)) {
                return None;
            }
            if read.is_none() && tracking::tracking_hint(&code, &carrier) == TrackingHint::Fine {
                read = Some(code);
            }
        }
        read
    }

    /// The draft as it is saved in `phase`. Reactive.
    pub(crate) fn to_saved(self, phase: &Phase) -> SavedDraft {
        let step = match phase {
            Phase::Filling(step) => *step,
            Phase::Sending(_) | Phase::Sent(_) | Phase::Failed(..) => Step::Check,
        };
        let answers = ClaimDraft { photos: Photos::default(), advice: Vec::new(), ..self.to_claim_draft() };
        let is_sending = matches!(phase, Phase::Sending(_));
        self.uploads.queue().with(|queue| SavedDraft {
            version: DraftVersion,
            step,
            is_sending,
            answers,
            photos: queue.saved_photos(),
            removed: queue.removed_digests().to_vec(),
            next_photo: queue.next_number(),
        })
    }

    /// The order line that the draft is about.
    pub(crate) fn order(self) -> ReportedOrderLine {
        self.order
    }

    /// The reason for the absence of `subject`. The device cannot be absent.
    pub(crate) fn absence(self, subject: Subject) -> Option<Signal<Option<Absence>>> {
        match subject {
            Subject::Packaging => Some(self.packaging_absence),
            Subject::Label => Some(self.label_absence),
            Subject::Device => None,
        }
    }

    /// The violations so far, without those of the reporting window, which counts when the claim is sent. Reactive.
    pub(crate) fn violations(self) -> Vec<Violation> {
        self.check(Timing::Undecided).err().unwrap_or_default()
    }

    /// The claim, if it can be sent now. Reactive.
    pub(crate) fn checked_claim(self) -> Result<Claim, Vec<Violation>> {
        self.check(self.order.timing())
    }

    fn check(self, timing: Timing) -> Result<Claim, Vec<Violation>> {
        let content = self.to_claim_draft();
        self.order.with_line_at_opening(|line| content.check(&line.policy, timing))
    }

    /// The content of the claim as it is now. Reactive.
    pub(crate) fn to_claim_draft(self) -> ClaimDraft {
        ClaimDraft {
            damage: self.damage.get(),
            description: self.description.get(),
            photos: self.uploads.digests(),
            missing: Absences { packaging: self.packaging_absence.get(), label: self.label_absence.get() },
            tracking_number: self.tracking_number.get(),
            wish: self.wish.get(),
            advice: self.uploads.all_advice(),
        }
    }
}
