//! Photos of the device, which show the damage. `rules` decides how many are enough.
//!
//! Accessible when: Continue with too few moves the focus to the summary; each photo can be removed by keyboard; the running count is
//! announced.

use damage_report_rules::evidence::Subject;

use super::{
    frame::StepContext,
    photos::{photo_example, photos_question},
};
use crate::ui::{dom::El, drawing::DEVICE};

/// Asks for photos of the device.
pub fn device_step(context: StepContext) -> El {
    let StepContext { text, draft, .. } = context;
    let need = draft.order().with_line_at_opening(|line| line.policy.photos_min(Subject::Device));
    let questions = [
        photo_example(DEVICE, text.count("device.hint", need.into(), &[])),
        photos_question(Subject::Device, &context),
    ];
    context.frame(questions)
}
