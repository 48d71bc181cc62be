//! The parts that the steps for photos share: the example, and the question with its picker.

use damage_report_rules::evidence::Subject;

use super::{
    closed::shop_contact_link,
    frame::{StepContext, quiet_paragraph},
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

/// Asks for photos of `subject`, as many as the shop's policy wants. If only the shop can help, its contact follows.
pub(super) fn photos_question(subject: Subject, context: &StepContext) -> El {
    let StepContext { text, draft, .. } = *context;
    let (order, uploads) = (draft.order(), draft.uploads);
    let need = order.with_line_at_opening(|line| line.policy.photos_min(subject));
    let needs_the_shop = memo(move || uploads.needs_the_shop());
    photo_picker(text, uploads, subject, need, move || not_added(text, uploads), context.error_at(subject.code()))
        .reactive_content(move || needs_the_shop.get().then(|| shop_contact_link(text, order)))
}

/// Says why the last file is not among the photos, and what to do.
fn not_added(text: Text, uploads: PhotoUploads) -> Option<String> {
    let max = uploads.photos_max().to_string();
    Some(match (uploads.not_added()?, uploads.surplus_subject()) {
        (NotAdded::NoFile, _) => text.say("photos.address"),
        (NotAdded::NoRoom, None) => text.fill("photos.overflow", &[("max", &max)]),
        (NotAdded::NoRoom, Some(surplus)) => {
            let step = Step::of_subject(surplus).number().to_string();
            text.fill("photos.full", &[("max", &max), ("n", &step)])
        }
    })
}

/// Shows how to take the photos of a step, by a drawing and by `words`.
pub(super) fn photo_example(shown: Drawing, words: String) -> El {
    el("div").class("example").child(drawing(shown)).child(quiet_paragraph(words))
}
