//! The claim so far, as signals; and from them the draft that `rules` checks.

use damage_report_rules::{
    claim::{Claim, ClaimDraft, Violation, Wish},
    damage::Damage,
    evidence::{Absence, Absences, Subject},
    window::Timing,
};

use crate::{order::Order, photos::Shelf, watched::Watched};

/// What the customer has filled in. Cheap to pass around; each step writes its own fields and nothing else.
#[derive(Clone, Copy)]
pub struct Draft {
    /// What is damaged.
    pub damage: Watched<Vec<Damage>>,
    /// What the customer says about it.
    pub description: Watched<String>,
    /// Why there is no photo of the packaging.
    pub packaging_absence: Watched<Option<Absence>>,
    /// Why there is no photo of the shipping label.
    pub label_absence: Watched<Option<Absence>>,
    /// The tracking number, as typed.
    pub tracking_number: Watched<String>,
    /// What the customer would like best.
    pub wish: Watched<Option<Wish>>,
    /// The photos.
    pub shelf: Shelf,
    order: Order,
}

impl Draft {
    /// An empty draft for `order`, with the tracking number that the shop knows.
    pub(crate) fn new(order: Order, shelf: Shelf) -> Self {
        Self {
            damage: Watched::default(),
            description: Watched::default(),
            packaging_absence: Watched::default(),
            label_absence: Watched::default(),
            tracking_number: Watched::new(order.with(|line| line.consignment.tracking_number.clone())),
            wish: Watched::default(),
            shelf,
            order,
        }
    }

    /// The order line that this is about.
    pub(crate) fn order(self) -> Order {
        self.order
    }

    /// Why there is no photo of `subject`; the device cannot be absent.
    pub(crate) fn absence(self, subject: Subject) -> Option<Watched<Option<Absence>>> {
        match subject {
            Subject::Packaging => Some(self.packaging_absence),
            Subject::Label => Some(self.label_absence),
            Subject::Device => None,
        }
    }

    /// Everything that is wrong so far, apart from the time: that is judged when it is sent. Reactive.
    pub(crate) fn violations(self) -> Vec<Violation> {
        self.check(Timing::Undecided).err().unwrap_or_default()
    }

    /// The claim, if it may be sent now. Reactive.
    pub(crate) fn claim(self) -> Result<Claim, Vec<Violation>> {
        self.check(self.order.timing())
    }

    fn check(self, timing: Timing) -> Result<Claim, Vec<Violation>> {
        let content = ClaimDraft {
            damage: self.damage.get(),
            description: self.description.get(),
            photos: self.shelf.digests(),
            missing: Absences { packaging: self.packaging_absence.get(), label: self.label_absence.get() },
            tracking_number: self.tracking_number.get(),
            wish: self.wish.get(),
            advice: Vec::new(),
        };
        self.order.with(|line| content.check(&line.policy, timing))
    }
}
