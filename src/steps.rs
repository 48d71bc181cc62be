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
    frame::{StepContext, hint},
};
use crate::{
    flow::Step,
    photos::{NotAdded, PhotoUploads, picker::photo_picker},
    reactive::signal::memo,
    text::Text,
    ui::{
        dom::{El, el},
        drawing::{Drawing, drawing},
    },
};

/// Asks for photos of `subject`, as many as the shop's policy wants. Where only its people can help, there is the way to them.
fn photos_of(subject: Subject, context: &StepContext) -> El {
    let StepContext { text, draft, .. } = *context;
    let (order, uploads) = (draft.order(), draft.uploads);
    let need = order.with(|line| line.policy.photos_min(subject));
    let needs_the_shop = memo(move || uploads.needs_the_shop());
    photo_picker(text, uploads, subject, need, move || not_added(text, uploads), context.error_at(subject.code()))
        .reactive(move || needs_the_shop.get().then(|| contact(text, order)))
}

/// Why something is not there that the customer gave last, and what to do.
fn not_added(text: Text, uploads: PhotoUploads) -> Option<String> {
    let max = uploads.photos_max().to_string();
    Some(match (uploads.not_added()?, uploads.surplus()) {
        (NotAdded::NoFile, _) => text.say("photos.address"),
        (NotAdded::NoRoom, None) => text.fill("photos.overflow", &[("max", &max)]),
        (NotAdded::NoRoom, Some(surplus)) => {
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
