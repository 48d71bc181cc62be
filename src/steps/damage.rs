//! What is damaged: kinds of damage, and words about it for whoever has some.
//!
//! Accessible when: each group is a fieldset with its legend; Continue with nothing chosen leads to the first choice.

use damage_report_rules::{
    claim::characters,
    damage::{Damage, DamageKind},
};
use leptos::prelude::*;

use super::frame::{Passage, StepFrame};
use crate::{
    draft::Draft,
    ui::{
        choice::{Choice, ChoiceKind},
        field::{FieldError, TextArea},
    },
};

/// Room for words is mentioned when less than this many characters are left.
const ROOM_WORTH_SAYING: usize = 200;

/// Asks what is damaged.
#[component]
pub fn DamageStep(
    /// Where it stands and where it leads.
    passage: Passage,
    /// The claim so far; this step writes its damage and description.
    draft: Draft,
) -> impl IntoView {
    let text = passage.text;
    let max = usize::from(draft.order().with(|line| line.policy.description_max));
    let room = move || {
        let left = max.saturating_sub(characters(draft.description.read().trim()));
        (left < ROOM_WORTH_SAYING).then(|| text.count("damage.room", left, &[]))
    };
    view! {
        <StepFrame passage>
            <p class="hint">{text.say("damage.hint")}</p>
            <FieldError id="damage-0" error=passage.error_at("damage-0") />
            <DamageGroup passage draft kind=DamageKind::Cosmetic />
            <DamageGroup passage draft kind=DamageKind::Functional />
            <TextArea
                id="description"
                label=text.say("damage.description")
                hint=text.say("damage.description_hint")
                value=draft.description
                error=passage.error_at("description")
                room=Signal::derive(room)
            />
        </StepFrame>
    }
}

/// The kinds of damage of one sort.
#[component]
fn DamageGroup(passage: Passage, draft: Draft, kind: DamageKind) -> impl IntoView {
    let text = passage.text;
    let legend = match kind {
        DamageKind::Cosmetic => {
            let grade = draft.order().with(|line| line.grade);
            text.fill("damage.cosmetic", &[("grade", &text.grade(grade))])
        }
        DamageKind::Functional => text.say("damage.functional"),
    };
    let choices = Damage::ALL.into_iter().enumerate().filter(|(_, damage)| damage.kind() == kind);
    let choices = choices.map(|(n, damage)| {
        let choose = move |chosen: bool| {
            draft.damage.update(|all| {
                all.retain(|other| *other != damage);
                if chosen {
                    all.push(damage);
                }
            });
        };
        view! {
            <Choice
                kind=ChoiceKind::Several
                id=["damage-", &n.to_string()].concat()
                name="damage"
                label=text.damage(damage)
                chosen=Signal::derive(move || draft.damage.read().contains(&damage))
                on_choose=choose
            />
        }
    });
    view! {
        <fieldset>
            <legend>{legend}</legend>
            {choices.collect_view()}
        </fieldset>
    }
}
