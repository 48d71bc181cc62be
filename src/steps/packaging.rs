//! Photos of the packaging, which show the carrier how the damage happened.
//!
//! Accessible when: Continue without a photo or a reason leads to the photo button; a customer without the packaging can continue by
//! keyboard.

use damage_report_rules::evidence::Subject;

use super::{
    absence::absence_question,
    frame::StepContext,
    photos::{photo_example, photos_question},
};
use crate::ui::{dom::El, drawing::BOX};

/// Asks for photos of the packaging or the reason for their absence.
pub fn packaging_step(context: StepContext) -> El {
    let StepContext { text, draft, .. } = context;
    let subject = Subject::Packaging;
    let questions = [
        photo_example(BOX, text.say("packaging.hint")),
        photos_question(subject, &context),
        absence_question(text, draft, subject, draft.packaging_absence),
    ];
    context.frame(questions)
}
