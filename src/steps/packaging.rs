//! Photos of the packaging: they show the carrier how the damage came about.
//!
//! Accessible when: Continue with nothing shown and nothing said leads to the photo button; who has no packaging any
//! more gets through by keyboard as well.

use damage_report_rules::evidence::Subject;

use super::{
    frame::StepContext,
    missing::missing,
    photos::{example, photos_of},
};
use crate::ui::{dom::El, drawing::BOX};

/// Asks for photos of the packaging, or why there are none.
pub fn packaging_step(context: StepContext) -> El {
    let StepContext { text, draft, .. } = context;
    let subject = Subject::Packaging;
    let questions = [
        example(BOX, text.say("packaging.hint")),
        photos_of(subject, &context),
        missing(text, draft, subject, draft.packaging_absence),
    ];
    context.frame(questions)
}
