//! The device photos: the customer shows what is damaged.
//!
//! How many are enough is for `rules` to say; this file asks, and repeats what is missing.
//!
//! Accessible when: Continue with too few moves focus to the summary; each photo can be removed by keyboard; the
//! running count is announced.

use damage_report_rules::evidence::Subject;
use leptos::prelude::*;

use super::frame::{Passage, StepFrame};
use crate::{draft::Draft, photos::picker::PhotoPicker};

/// Asks for photos of the device.
#[component]
pub fn DeviceStep(
    /// Where it stands and where it leads.
    passage: Passage,
    /// The claim so far; this step writes its device photos and nothing else.
    draft: Draft,
) -> impl IntoView {
    let text = passage.text;
    let subject = Subject::Device;
    let need = draft.order().with(|line| line.policy.photos_min(subject));
    view! {
        <StepFrame passage>
            <p class="hint">{text.count("device.hint", need.into(), &[])}</p>
            <PhotoPicker text shelf=draft.shelf subject need error=passage.error_at(subject.code()) />
        </StepFrame>
    }
}
