//! Photos of the packaging: they show the carrier how the damage came about.
//!
//! Accessible when: Continue with nothing shown and nothing said leads to the photo button; who has no packaging any
//! more gets through by keyboard as well.

use damage_report_rules::evidence::Subject;
use leptos::prelude::*;

use super::{
    frame::{Passage, StepFrame},
    missing::Missing,
};
use crate::{draft::Draft, photos::picker::PhotoPicker};

/// Asks for photos of the packaging, or why there are none.
#[component]
pub fn PackagingStep(
    /// Where it stands and where it leads.
    passage: Passage,
    /// The claim so far; this step writes its packaging photos, or why they are missing.
    draft: Draft,
) -> impl IntoView {
    let text = passage.text;
    let subject = Subject::Packaging;
    view! {
        <StepFrame passage>
            <p class="hint">{text.say("packaging.hint")}</p>
            <PhotoPicker
                text
                shelf=draft.shelf
                subject
                need=draft.order().with(|line| line.policy.photos_min(subject))
                error=passage.error_at(subject.code())
            />
            <Missing text draft subject absence=draft.packaging_absence />
        </StepFrame>
    }
}
