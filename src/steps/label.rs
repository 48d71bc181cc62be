//! Photos of the shipping label, and the tracking number on it.
//!
//! Accessible when: what is said of the tracking number is announced politely and never keeps anybody back.

use damage_report_rules::{evidence::Subject, tracking};
use leptos::prelude::*;

use super::{
    frame::{Passage, StepFrame},
    missing::Missing,
};
use crate::{draft::Draft, photos::picker::PhotoPicker, ui::field::TextField};

/// Asks for photos of the shipping label, or why there are none, and for the tracking number.
#[component]
pub fn LabelStep(
    /// Where it stands and where it leads.
    passage: Passage,
    /// The claim so far; this step writes its label photos and tracking number.
    draft: Draft,
) -> impl IntoView {
    let text = passage.text;
    let subject = Subject::Label;
    let carrier = draft.order().with(|line| line.consignment.carrier.clone());
    let carrier_hint = text.fill("label.number_hint", &[("carrier", &carrier)]);
    let advice = move || text.tracking_hint(tracking::hint(&draft.tracking_number.read(), &carrier), &carrier);
    view! {
        <StepFrame passage>
            <p class="hint">{text.say("label.hint")}</p>
            <PhotoPicker
                text
                shelf=draft.shelf
                subject
                need=draft.order().with(|line| line.policy.photos_min(subject))
                error=passage.error_at(subject.code())
            />
            <Missing text draft subject absence=draft.label_absence />
            <TextField
                id="tracking-number"
                label=text.say("label.number")
                hint=carrier_hint
                value=draft.tracking_number
                error=passage.error_at("tracking-number")
                advice=Signal::derive(advice)
            />
        </StepFrame>
    }
}
