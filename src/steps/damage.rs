//! The damage: its kinds, and an optional description.
//!
//! Accessible when: each group is a fieldset with its legend; Continue without a choice leads to the first choice, whose group then
//! says what to do.

use std::rc::Rc;

use damage_report_rules::{
    claim::{counted_length, is_allowed_character},
    damage::{Damage, DamageKind},
};

use super::frame::{StepContext, quiet_paragraph};
use crate::{
    draft::Draft,
    text::Text,
    ui::{
        choice::{ChoiceKind, choice},
        dom::{El, el},
        field::{TextField, field_error},
    },
};

/// The step mentions how many characters are left when there are fewer than this.
const ROOM_WORTH_SAYING: usize = 200;

/// Asks what is damaged; writes the draft's damage and description.
pub fn damage_step(context: StepContext) -> El {
    let StepContext { text, draft, .. } = context;
    let (max, grade) =
        draft.order().with_line_at_opening(|line| (usize::from(line.policy.description_max), line.grade));
    let room = move || {
        // Beyond the maximum, the error says what to do.
        let left = max.checked_sub(counted_length(draft.description.get().trim()))?;
        (left < ROOM_WORTH_SAYING).then(|| text.count("damage.room", left, &[]))
    };
    let description = TextField {
        id: "description",
        label: text.say("damage.description"),
        hint: Rc::new(move || text.say("damage.description_hint")),
        value: draft.description,
        allows: is_allowed_character,
        error: context.error_at("description"),
        advice: Rc::new(room),
    };
    let questions = [
        quiet_paragraph(text.say("damage.hint")),
        field_error("damage-0", context.error_at("damage-0")),
        damage_group(text, draft, DamageKind::Cosmetic, text.fill("damage.cosmetic", &[("grade", &text.grade(grade))]))
            .attr("aria-describedby", "damage-0-error"),
        damage_group(text, draft, DamageKind::Functional, text.say("damage.functional")),
        description.multi_line(),
    ];
    context.frame(questions)
}

/// The choices of one kind.
fn damage_group(text: Text, draft: Draft, kind: DamageKind, legend: String) -> El {
    let choices = Damage::ALL.into_iter().enumerate().filter(|(_, damage)| damage.kind() == kind);
    let choices = choices.map(|(n, damage)| {
        let id = ["damage-", &n.to_string()].concat();
        let is_chosen = move || draft.damage.get().contains(&damage);
        choice(ChoiceKind::Several, &id, "damage", text.damage(damage), is_chosen, move |chosen| {
            draft.damage.update(|all| {
                all.retain(|other| *other != damage);
                if chosen {
                    all.push(damage);
                }
            });
        })
    });
    el("fieldset").child(el("legend").text(legend)).children(choices)
}
