//! For who has no packaging or label any more: they say so and why, and the claim goes in, marked.
//!
//! Accessible when: the reasons follow the tick box that brings them up, in reading order.

use damage_report_rules::evidence::{Absence, Subject};
use leptos::prelude::*;

use crate::{
    draft::Draft,
    text::Text,
    ui::choice::{Choice, ChoiceKind},
};

/// Asks why there is no photo of `subject`, where the shop allows that and there is none.
#[component]
pub fn Missing(
    /// The words.
    text: Text,
    /// The claim so far.
    draft: Draft,
    /// What is missing.
    subject: Subject,
    /// Why; this part writes it.
    absence: RwSignal<Option<Absence>>,
) -> impl IntoView {
    let is_allowed = draft.order().with(|line| line.policy.absence_allowed);
    let is_shown = Memo::new(move |_| is_allowed && draft.shelf.digests().of(subject).is_empty());
    let is_open = RwSignal::new(absence.get_untracked().is_some());
    let code = subject.code();
    let reasons = move || {
        let choices = Absence::ALL.map(|reason| {
            view! {
                <Choice
                    kind=ChoiceKind::One
                    id=[code, "-", reason.code()].concat()
                    name="absence"
                    label=text.absence(reason)
                    chosen=Signal::derive(move || absence.get() == Some(reason))
                    on_choose=move |_: bool| absence.set(Some(reason))
                />
            }
        });
        view! {
            <fieldset class="reasons">
                <legend>{text.say("missing.why")}</legend>
                {choices.into_iter().collect_view()}
            </fieldset>
        }
    };
    let open = move |open: bool| {
        is_open.set(open);
        if !open {
            absence.set(None);
        }
    };
    view! {
        <Show when=move || is_shown.get()>
            <div class="missing">
                <Choice
                    kind=ChoiceKind::Several
                    id=[code, "-missing"].concat()
                    name="missing"
                    label=text.say(&["missing.", code].concat())
                    chosen=is_open
                    on_choose=open
                />
                <Show when=move || is_open.get()>{reasons}</Show>
            </div>
        </Show>
    }
}
