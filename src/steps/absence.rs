//! For customers who no longer have the packaging or the label. If the shop allows it, they say why and the claim is marked; else
//! they are led to the shop.
//!
//! Accessible when: in reading order, the reasons follow the tick box that shows them.

use damage_report_rules::evidence::{Absence, Subject};

use super::{closed::shop_contact_link, frame::quiet_paragraph};
use crate::{
    draft::Draft,
    reactive::signal::{Signal, memo},
    text::Text,
    ui::{
        choice::{ChoiceKind, choice},
        dom::{El, el},
    },
};

/// Asks why `subject` cannot be photographed, as long as it has no photo, and writes `absence`.
pub fn absence_question(text: Text, draft: Draft, subject: Subject, absence: Signal<Option<Absence>>) -> El {
    let is_allowed = draft.order().with_line_at_opening(|line| line.policy.absence_allowed);
    let is_shown = memo(move || draft.uploads.digests().of(subject).is_empty());
    let here = el("div").class("missing").reactive_attr("hidden", move || (!is_shown.get()).then(String::new));
    if !is_allowed {
        // Without it the customer cannot continue here.
        return here
            .child(quiet_paragraph(text.absence_checkbox_label(subject)))
            .child(shop_contact_link(text, draft.order()));
    }
    let is_open = Signal::new(absence.get_untracked().is_some());
    let code = subject.code();
    let reason = move |reason: Absence| {
        let id = [code, "-", reason.code()].concat();
        let is_chosen = move || absence.get() == Some(reason);
        choice(ChoiceKind::One, &id, "absence", text.absence(reason), is_chosen, move |_| absence.set(Some(reason)))
    };
    let reasons = move || {
        let legend = || el("legend").text(text.say("missing.why"));
        is_open
            .get()
            .then(|| el("fieldset").class("reasons").child(legend()).children(Absence::ALL.into_iter().map(reason)))
    };
    let opened = move |open| {
        is_open.set(open);
        if !open {
            absence.set(None);
        }
    };
    let (id, words) = ([code, "-missing"].concat(), text.absence_checkbox_label(subject));
    here.child(choice(ChoiceKind::Several, &id, "missing", words, move || is_open.get(), opened))
        .reactive_content(reasons)
}
