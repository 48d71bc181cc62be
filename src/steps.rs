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

use self::frame::{Passage, hint};
use crate::{
    photos::picker::photo_picker,
    ui::{
        dom::{El, el},
        drawing::{Drawing, drawing},
    },
};

/// Asks for photos of `subject`, as many as the shop's policy wants.
fn photos_of(subject: Subject, passage: &Passage) -> El {
    let need = passage.draft.order().with(|line| line.policy.photos_min(subject));
    photo_picker(passage.text, passage.draft.shelf, subject, need, passage.error_at(subject.code()))
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
