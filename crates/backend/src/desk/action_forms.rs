//! The forms of the actions on a claim, and what was typed into one that comes back.

use chrono::NaiveDate;

use super::{
    actions::{ClaimAction, FormMistake},
    form::Form,
    page::PageFrame,
};
use crate::claim::ClaimRow;

/// A form that could not be done.
pub(super) struct RejectedForm {
    pub(super) action: ClaimAction,
    /// The typed values.
    pub(super) form: Form,
    /// The version of the claim that the person saw.
    pub(super) seen: u32,
    /// The mistake in it; none where the claim has changed meanwhile.
    pub(super) mistake: Option<FormMistake>,
}

/// The kind of value that a field of a form takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldKind {
    Amount,
    Number,
    Text,
    Subjects,
    Day,
    File,
}

/// A field of a form.
pub(super) struct Field {
    pub(super) kind: FieldKind,
    pub(super) name: &'static str,
    pub(super) id: String,
    pub(super) label: &'static str,
    /// The typed values, or those that the desk proposes.
    pub(super) value: String,
    pub(super) checked: Vec<String>,
    pub(super) mistake: Option<&'static str>,
}

impl Field {
    /// The attributes of a field with a mistake: its words, and the focus.
    pub(super) fn attributes(&self) -> String {
        let mistaken = || format!(" aria-invalid=\"true\" aria-describedby=\"{}-mistake\" autofocus", self.id);
        self.mistake.map(|_| mistaken()).unwrap_or_default()
    }

    pub(super) fn has_checked(&self, code: &str) -> bool {
        self.checked.iter().any(|checked| checked == code)
    }
}

/// The form of an action.
pub(super) struct ActionView {
    pub(super) action: ClaimAction,
    pub(super) title: &'static str,
    /// The part of it that the customer sees.
    pub(super) effect: &'static str,
    pub(super) is_open: bool,
    pub(super) fields: Vec<Field>,
}

impl ActionView {
    /// The form of `action`, with what was typed where it comes back. `proposed` is the last day that is proposed for more evidence.
    fn new(frame: &PageFrame, action: ClaimAction, tried: Option<&RejectedForm>, proposed: &str) -> Self {
        let field = |&name: &&'static str| {
            let mistake = tried.and_then(|tried| tried.mistake).filter(|mistake| mistake.field == name);
            let typed = tried.map(|tried| tried.form.value(name));
            Field {
                kind: kind(name),
                name,
                id: format!("{}-{}", action.code(), name.trim_end_matches("[]")),
                label: frame.t(&format!("field_{}", name.trim_end_matches("[]"))),
                value: typed.unwrap_or(if name == "until" { proposed } else { "" }).to_owned(),
                checked: tried.iter().flat_map(|tried| tried.form.values(name)).map(str::to_owned).collect(),
                mistake: mistake.map(|mistake| frame.t(mistake.words)),
            }
        };
        Self {
            action,
            title: frame.t(&format!("action_{}", action.words_key())),
            effect: frame.t(&format!("effect_{}", action.words_key())),
            is_open: tried.is_some(),
            fields: action.form_fields().iter().map(field).collect(),
        }
    }
}

fn kind(field: &str) -> FieldKind {
    match field {
        "amount" => FieldKind::Amount,
        "tracking_number" => FieldKind::Number,
        "subjects[]" => FieldKind::Subjects,
        "until" => FieldKind::Day,
        "label" => FieldKind::File,
        _ => FieldKind::Text,
    }
}

/// A part of the actions.
pub(super) struct ActionGroup {
    pub(super) title: &'static str,
    pub(super) actions: Vec<ActionView>,
}

/// The actions that are possible on the day `today` of the place of delivery, by part. An attempt is shown in any case.
pub(super) fn possible(
    frame: &PageFrame,
    claim: &ClaimRow,
    today: NaiveDate,
    attempt: Option<&RejectedForm>,
    proposed: &str,
) -> Vec<ActionGroup> {
    if !frame.may_decide {
        return Vec::new();
    }
    let groups = [
        ("actions_decide", &ClaimAction::DECISIONS[..]),
        ("actions_return", &ClaimAction::RETURN[..]),
        ("actions_investigation", &ClaimAction::INVESTIGATION[..]),
    ];
    let view = |action: ClaimAction| {
        let tried = attempt.filter(|attempt| attempt.action == action);
        let is_shown = tried.is_some() || action.is_possible(&claim.progress, today);
        is_shown.then(|| ActionView::new(frame, action, tried, proposed))
    };
    let group = |(title, actions): (&str, &[ClaimAction])| {
        let actions: Vec<_> = actions.iter().copied().filter_map(view).collect();
        (!actions.is_empty()).then(|| ActionGroup { title: frame.t(title), actions })
    };
    groups.into_iter().filter_map(group).collect()
}
