//! Photos of the shipping label, and the tracking number on it.
//!
//! Accessible when: what is said of the tracking number is announced politely and never keeps anybody back.

use std::rc::Rc;

use damage_report_rules::{evidence::Subject, tracking};

use super::{example, frame::Passage, missing::missing, photos_of};
use crate::ui::{dom::El, drawing::LABEL, field::Field};

/// Asks for photos of the shipping label, or why there are none, and for the tracking number.
pub fn label_step(passage: Passage) -> El {
    let Passage { text, draft, .. } = passage;
    let subject = Subject::Label;
    let carrier = draft.order().with(|line| line.consignment.carrier.clone());
    let number = Field {
        id: "tracking-number",
        label: text.say("label.number"),
        hint: text.fill("label.number_hint", &[("carrier", &carrier)]),
        value: draft.tracking_number,
        error: passage.error_at("tracking-number"),
        advice: Rc::new(move || text.tracking_hint(tracking::hint(&draft.tracking_number.get(), &carrier), &carrier)),
    };
    let questions = [
        example(LABEL, text.say("label.hint")),
        photos_of(subject, &passage),
        missing(text, draft, subject, draft.label_absence),
        number.line(),
    ];
    passage.frame(questions)
}
