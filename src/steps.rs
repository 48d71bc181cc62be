//! The pages of the wizard, one file each, and the frame that they share.

pub mod check;
pub mod closed;
pub mod damage;
pub mod device;
pub mod frame;
pub mod label;
pub mod missing;
pub mod packaging;
pub mod start;

use damage_report_rules::{claim::Violation, evidence::Subject};

use self::{
    closed::contact,
    frame::{Passage, hint},
};
use crate::{
    flow::Step,
    photos::{LeftOut, Shelf, picker::photo_picker},
    text::Text,
    ui::{
        dom::{El, el},
        drawing::{Drawing, drawing},
    },
    watched::settled,
};

/// Asks for photos of `subject`, as many as the shop's policy wants. Where only its people can help, there is the way to them.
fn photos_of(subject: Subject, passage: &Passage) -> El {
    let Passage { text, draft, .. } = *passage;
    let (order, shelf) = (draft.order(), draft.shelf);
    let need = order.with(|line| line.policy.photos_min(subject));
    let needs_the_shop = settled(move || shelf.needs_the_shop());
    photo_picker(text, shelf, subject, need, move || left_out(text, shelf), passage.error_at(subject.code()))
        .live(move || needs_the_shop.get().then(|| contact(text, order)))
}

/// Why something is not there that the customer gave last, and what to do.
fn left_out(text: Text, shelf: Shelf) -> Option<String> {
    let max = shelf.photos_max().to_string();
    Some(match (shelf.left_out()?, shelf.surplus()) {
        (LeftOut::NoFile, _) => text.say("photos.address"),
        (LeftOut::NoRoom, None) => text.fill("photos.overflow", &[("max", &max)]),
        (LeftOut::NoRoom, Some(surplus)) => {
            let step = Step::showing(surplus).number().to_string();
            text.fill("photos.full", &[("max", &max), ("n", &step)])
        }
    })
}

/// How to take the photos of a page: drawn, and in `words`.
fn example(shown: Drawing, words: String) -> El {
    el("div").class("example").child(drawing(shown)).child(hint(words))
}

/// The identifier of the control where `violation` is put right.
fn control_of(violation: &Violation) -> &'static str {
    match violation {
        Violation::WindowClosed => "send",
        Violation::DamageMin | Violation::DamageRepeated => "damage-0",
        Violation::DescriptionMax { .. } | Violation::DescriptionChars => "description",
        Violation::PhotosMin { subject, .. }
        | Violation::PhotosNotDistinct { subject }
        | Violation::AbsenceNotAllowed { subject } => subject.code(),
        Violation::TrackingNumberMax { .. } | Violation::TrackingNumberChars => "tracking-number",
        Violation::PhotosMax { .. } => "device",
    }
}
