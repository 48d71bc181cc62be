//! Photos of the shipping label, and the tracking number on it.
//!
//! Accessible when: advice about the tracking number, and a number that was read from a photo, are announced politely and never block;
//! the button that takes that number over moves the focus to its field.

use std::rc::Rc;

use damage_report_rules::{claim::is_allowed_character, evidence::Subject, tracking};

use super::{
    absence::absence_question,
    frame::StepContext,
    photos::{photo_example, photos_question},
};
use crate::{
    draft::Draft,
    reactive::signal::memo,
    text::Text,
    ui::{
        dom::{El, el},
        drawing::LABEL,
        field::{TextField, live_region},
    },
};

/// Asks for photos of the shipping label or the reason for their absence, and for the tracking number.
pub fn label_step(context: StepContext) -> El {
    let StepContext { text, draft, .. } = context;
    let subject = Subject::Label;
    let questions = [
        photo_example(LABEL, text.say("label.hint")),
        photos_question(subject, &context),
        absence_question(text, draft, subject, draft.label_absence),
        tracking_number(&context),
    ];
    context.frame(questions)
}

fn tracking_number(context: &StepContext) -> El {
    let StepContext { text, draft, .. } = *context;
    let carrier = draft.order().with_line_at_opening(|line| line.consignment.carrier.clone());
    let (typed, told) = (draft.tracking_number, carrier.clone());
    let known = tracking::normalise(&draft.shop_tracking_number());
    let hint = move || {
        // The hint names the carrier as the source only if the number is the one that the carrier gave.
        if !known.is_empty() && tracking::normalise(&typed.get()) == known {
            text.fill("label.number_hint", &[("carrier", &told)])
        } else {
            text.say("label.number_ask")
        }
    };
    let field = TextField {
        id: "tracking-number",
        label: text.say("label.number"),
        hint: Rc::new(hint),
        value: typed,
        allows: |c| is_allowed_character(c) && !tracking::is_invisible(c),
        error: context.error_at("tracking-number"),
        advice: Rc::new(move || text.tracking_hint(tracking::tracking_hint(&typed.get(), &carrier), &carrier)),
    };
    with_photographed_number(text, draft, field.single_line())
}

/// The `field` of the tracking number, followed by the number that was read from a photo, with a button that writes it into the field.
fn with_photographed_number(text: Text, draft: Draft, field: El) -> El {
    let read = memo(move || draft.photographed_tracking_number());
    let words = move || read.get().map(|number| text.fill("label.read", &[("number", &number)])).unwrap_or_default();
    let control = field.clone();
    let take = move || {
        let (number, control) = (read.get()?, control.clone());
        let button = el("button").attr("type", "button").class("small").text(text.say("label.take"));
        Some(button.on_click(move || {
            draft.tracking_number.set(number.clone());
            control.focus_descendant("input");
        }))
    };
    field.child(live_region("advice", words)).reactive_content(take)
}
