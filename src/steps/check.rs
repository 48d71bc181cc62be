//! Everything on one page before it is sent, each answer with a way to change it.
//!
//! Accessible when: the page says that the claim is not sent yet; each Change says what it changes; the button says what it does, and
//! that it waits while photos are under way; a failure takes the focus, and the shop's contact follows it if the customer needs the
//! shop's help.

use std::rc::Rc;

use damage_report_rules::{
    claim::{Violation, Wish},
    evidence::Subject,
    policy::Policy,
};

use super::{
    closed::{closed_heading, late_explanation, shop_contact_link},
    frame::{StepContext, control_id_for, quiet_paragraph},
};
use crate::{
    draft::Draft,
    failure::Failure,
    flow::{Phase, Step},
    photos::queue::UploadStatus,
    reactive::signal::{Reactive, Signal, memo},
    text::Text,
    ui::{
        choice::{ChoiceKind, choice},
        dom::{El, el},
        error_summary::{FieldError, error_summary},
        field::live_region,
        focus::Focus,
        picture::canvas_picture,
    },
};

/// Shows the whole draft, asks for the wish, and sends it.
///
/// `phase` says whether it is being sent, or why that failed; the attempts of `context` count the failures. `on_change` hears which
/// step the customer wants to change.
pub fn check_step(
    context: StepContext,
    phase: Signal<Phase>,
    on_send: impl Fn() + 'static,
    on_change: impl Fn(Step) + 'static,
) -> El {
    let StepContext { text, draft, attempts, .. } = context;
    let is_sending = memo(move || phase.with(|phase| phase.claim_being_sent().is_some()));
    let failure: Reactive<Option<Failure>> = Rc::new(move || failure(draft, phase, attempts));
    let failed = Rc::clone(&failure);
    let errors = move || failed().map(|failure| errors(text, draft, &failure)).unwrap_or_default();
    let needs_the_shop = memo(move || needs_the_shop(draft, failure()));
    let send = el("button")
        .attr("type", "submit")
        .attr("id", "send")
        .class("primary")
        .reactive_attr("aria-disabled", move || is_sending.get().then(|| "true".into()))
        .reactive_text(move || text.say(if is_sending.get() { "check.busy" } else { "go_on.check" }));
    let progress = live_region("waiting", move || upload_progress(text, draft, is_sending));
    el("form")
        .class("step")
        .attr("novalidate", "")
        .on("submit", move |event| {
            event.prevent_default();
            on_send();
        })
        .children(context.step_head())
        .child(error_summary(text.say("check.failed"), Rc::new(errors), attempts))
        .reactive_content(move || needs_the_shop.get().then(|| shop_contact_link(text, draft.order())))
        .child(quiet_paragraph(text.say("check.not_sent")))
        .child(answers(text, draft, Some(Rc::new(on_change))))
        .child(wish_choices(text, draft))
        .child(el("div").class("actions").child(send).child(progress))
}

/// Why the last attempt to send has failed, until the customer leaves the page. Reactive.
fn failure(draft: Draft, phase: Signal<Phase>, attempts: Signal<u32>) -> Option<Failure> {
    phase.with(|phase| match phase {
        Phase::Failed(_, failure) => Some(failure.clone()),
        Phase::Filling(_) if attempts.get() > 0 => {
            Some(Failure::Violations(draft.checked_claim().err().unwrap_or_default()))
        }
        Phase::Filling(_) | Phase::Sending(_) | Phase::Sent(_) => None,
    })
}

/// The errors of the summary after a failure: those of the claim, then the photos that the backend has refused. Reactive.
fn errors(text: Text, draft: Draft, failure: &Failure) -> Vec<FieldError> {
    let refused = draft.uploads.rejected_by_backend().into_iter();
    let refused = refused.map(|(subject, rejection)| (Step::of_subject(subject).name(), text.rejection(rejection)));
    let errors = draft.order().with_line_at_opening(|line| field_errors(text, failure, &line.policy));
    errors.into_iter().chain(refused).collect()
}

/// Whether the customer cannot repair the failure, so that they need a way to the shop. Reactive.
fn needs_the_shop(draft: Draft, failure: Option<Failure>) -> bool {
    match failure {
        Some(Failure::Refused(_) | Failure::PhotosUnknown(_) | Failure::ClaimExists) => true,
        Some(
            Failure::Unreachable
            | Failure::UnexpectedResponse
            | Failure::SignedOut
            | Failure::Later(_)
            | Failure::Violations(_),
        )
        | None => draft.uploads.needs_the_shop(),
    }
}

/// How far the uploads are, and whether the claim waits for them. Reactive.
fn upload_progress(text: Text, draft: Draft, is_sending: Signal<bool>) -> String {
    match draft.uploads.upload_status() {
        UploadStatus::UnderWay { kept, of } => {
            text.fill("check.photos_under_way", &[("kept", &kept.to_string()), ("of", &of.to_string())])
        }
        UploadStatus::AllKept if is_sending.get() => text.say("check.sending"),
        UploadStatus::AllKept => text.say("check.photos_kept"),
        UploadStatus::Failed(_) => text.say("check.photos_failed"),
    }
}

/// Builds the page that replaces the check once the window is closed: why, where to turn, and the answers so far.
pub fn too_late_page(text: Text, draft: Draft, focus: Focus) -> El {
    el("section")
        .class("step")
        .child(closed_heading(text, focus))
        .children(late_explanation(text, draft.order()))
        .child(quiet_paragraph(text.say("closed.not_sent")))
        .child(answers(text, draft, None))
}

/// The errors of a failure, each with the control where the customer can correct it.
fn field_errors(text: Text, failure: &Failure, policy: &Policy) -> Vec<FieldError> {
    match failure {
        Failure::Violations(violations) => {
            let line = |violation: &Violation| (control_on_this_page(violation), text.violation(violation, policy));
            violations.iter().map(line).collect()
        }
        failure => vec![("send", text.failure(failure))],
    }
}

/// The control on this page that leads to the correction of `violation`: the Change button of its step.
fn control_on_this_page(violation: &Violation) -> &'static str {
    match Step::of_violation(violation) {
        Step::Start | Step::Check => control_id_for(violation),
        step => step.name(),
    }
}

/// The answers, one group for each step that asks for some. With `on_change`, each has a Change button.
fn answers(text: Text, draft: Draft, on_change: Option<Rc<dyn Fn(Step)>>) -> El {
    let group = |step: Step| {
        let answers = answers_of(text, draft, step)?;
        let name = text.say(&["check.", step.name()].concat());
        let change = on_change.clone().map(|on_change| {
            let change = el("button")
                .attr("type", "button")
                .attr("id", step.name())
                .class("link")
                .attr("aria-label", &text.fill("check.change_what", &[("what", &name)]))
                .text(text.say("check.change"))
                .on_click(move || on_change(step));
            el("dd").class("change").child(change)
        });
        Some(el("div").child(el("dt").text(&name)).child(el("dd").children(answers)).children(change))
    };
    el("dl").class("answers").children(Step::ALL.into_iter().filter_map(group))
}

/// The answers of one step, if it asks for any.
fn answers_of(text: Text, draft: Draft, step: Step) -> Option<[El; 2]> {
    let subject = match step {
        Step::Start | Step::Check => return None,
        Step::Damage => {
            let damage = draft.damage.get_untracked().into_iter().map(|damage| el("li").text(text.damage(damage)));
            let words = draft.description.get_untracked();
            let words = el("p").class("quoted").attr("dir", "auto").text(words.trim());
            return Some([el("ul").class("plain").children(damage), words]);
        }
        Step::Packaging => Subject::Packaging,
        Step::Label => Subject::Label,
        Step::Device => Subject::Device,
    };
    let mut shown = pictures(text, draft, subject);
    if step == Step::Label {
        let number = draft.tracking_number.get_untracked();
        let number = match number.trim() {
            "" => String::new(),
            number => text.fill("check.number", &[("number", number)]),
        };
        shown = el("div").child(shown).child(el("p").text(number));
    }
    Some([shown, absence_reason(text, draft, subject)])
}

/// The photos of one subject.
fn pictures(text: Text, draft: Draft, subject: Subject) -> El {
    let shown = memo(move || {
        draft.uploads.queue().with(|queue| {
            let counting = queue.of(subject).filter(|photo| photo.state.digest().is_some());
            counting.map(|photo| photo.id).collect::<Vec<_>>()
        })
    });
    let pictures = move || {
        let photos = shown.get().into_iter().zip(1..);
        let pictures = photos.filter_map(|(photo, n): (_, usize)| {
            let alt = text.fill(&["photos.name.", subject.code()].concat(), &[("n", &n.to_string())]);
            Some(canvas_picture(&draft.uploads.thumbnail(photo)?, &alt))
        });
        pictures.collect::<Vec<_>>()
    };
    el("div").class("pictures").reactive_content(pictures)
}

/// Why there are no photos of one subject.
fn absence_reason(text: Text, draft: Draft, subject: Subject) -> El {
    let absence = draft.absence(subject).and_then(|absence| absence.get_untracked());
    el("p").text(absence.map(|reason| text.absence(reason)).unwrap_or_default())
}

/// Asks for the wish.
fn wish_choices(text: Text, draft: Draft) -> El {
    let wishes = [(None, "none"), (Some(Wish::Replacement), "replacement"), (Some(Wish::Refund), "refund")];
    let choices = wishes.map(|(wish, name)| {
        let (id, words) = (["wish-", name].concat(), text.wish(wish));
        let is_chosen = move || draft.wish.get() == wish;
        choice(ChoiceKind::One, &id, "wish", words, is_chosen, move |_| draft.wish.set(wish))
    });
    el("fieldset")
        .child(el("legend").text(text.say("wish.title")))
        .child(quiet_paragraph(text.say("wish.hint")))
        .children(choices)
}
