//! Everything on one page before it is sent, each answer with a way to change it.
//!
//! Accessible when: "not sent yet" is said; each Change says what it changes; the button says what it does, and while
//! photos are under way it says that it waits for them; what went wrong takes the focus.

use damage_report_rules::{
    claim::{Violation, Wish},
    evidence::Subject,
};
use leptos::prelude::*;

use super::{
    control_of,
    frame::{Passage, StepHead},
};
use crate::{
    draft::Draft,
    failure::Failure,
    flow::{Phase, Step},
    photos::queue::Standing,
    text::Text,
    ui::{
        choice::{Choice, ChoiceKind},
        error_summary::{ErrorSummary, Wrong},
        picture::Picture,
    },
};

/// Shows the whole draft and sends it.
#[component]
pub fn CheckStep(
    /// Where it stands and where it leads.
    passage: Passage,
    /// The claim so far; this step writes the wish.
    draft: Draft,
    /// Where the report stands: filling, sending, or failed and why.
    phase: ReadSignal<Phase>,
    /// Counts how often sending came to nothing.
    failures: ReadSignal<u32>,
    /// Called when the customer sends it.
    #[prop(into)]
    on_send: UnsyncCallback<()>,
    /// Called with the step that the customer wants to change.
    #[prop(into)]
    on_change: UnsyncCallback<(Step,)>,
) -> impl IntoView {
    let text = passage.text;
    let is_sending = Memo::new(move |_| matches!(*phase.read(), Phase::Sending(_)));
    let errors = move || match &*phase.read() {
        Phase::Failed(_, failure) => wrongs(text, failure),
        Phase::Filling(_) if failures.get() > 0 => {
            let violations = draft.claim().err().unwrap_or_default();
            let refused = draft.shelf.refused_by_backend().into_iter();
            let refused = refused.map(|(subject, refusal)| (Step::showing(subject).name(), text.refusal(refusal)));
            wrongs(text, &Failure::Violations(violations)).into_iter().chain(refused).collect()
        }
        _ => Vec::new(),
    };
    let waiting = move || match draft.shelf.standing() {
        Standing::UnderWay { kept, of } => {
            text.fill("check.photos_under_way", &[("kept", &kept.to_string()), ("of", &of.to_string())])
        }
        Standing::AllKept if is_sending.get() => text.say("check.sending"),
        Standing::AllKept => text.say("check.photos_kept"),
        Standing::Failed(_) => text.say("check.photos_failed"),
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        on_send.run(());
    };
    view! {
        <form class="step" novalidate=true on:submit=send>
            <StepHead passage />
            <ErrorSummary title=text.say("check.failed") errors attempts=failures />
            <p class="hint">{text.say("check.not_sent")}</p>
            <Answers text draft on_change />
            <WishGroup text draft />
            <div class="actions">
                <button
                    type="submit"
                    id="send"
                    class="primary"
                    aria-disabled=move || is_sending.get().then_some("true")
                    data-busy=move || is_sending.get().then_some("")
                >
                    {move || text.say(if is_sending.get() { "check.busy" } else { "go_on.check" })}
                </button>
                <p class="waiting" role="status">{waiting}</p>
            </div>
        </form>
    }
}

/// What to put right, and where.
fn wrongs(text: Text, failure: &Failure) -> Vec<Wrong> {
    match failure {
        Failure::Violations(violations) => {
            let line = |violation: &Violation| (control_on_this_page(violation), text.violation(violation));
            violations.iter().map(line).collect()
        }
        failure => vec![("send", text.failure(failure))],
    }
}

/// Violations are put right on other pages: from here, by the Change button of their step.
fn control_on_this_page(violation: &Violation) -> &'static str {
    match Step::of(violation) {
        Step::Start | Step::Check => control_of(violation),
        step => step.name(),
    }
}

/// The answers, one group a step.
#[component]
fn Answers(text: Text, draft: Draft, on_change: UnsyncCallback<(Step,)>) -> impl IntoView {
    let damage = move || {
        let kinds = draft.damage.get().into_iter().map(|damage| view! { <li>{text.damage(damage)}</li> });
        let words = draft.description.read().trim().to_owned();
        let words = (!words.is_empty()).then(|| view! { <p class="quoted" dir="auto">{words}</p> });
        view! { <ul class="plain">{kinds.collect_view()}</ul>{words} }
    };
    let number = move || {
        let number = draft.tracking_number.get();
        (!number.trim().is_empty()).then(|| {
            view! { <p>{text.say("label.number")}": "<bdi class="number">{number}</bdi></p> }
        })
    };
    view! {
        <dl class="answers">
            <Answer text step=Step::Damage on_change>{damage}</Answer>
            <Answer text step=Step::Packaging on_change><Shown text draft subject=Subject::Packaging /></Answer>
            <Answer text step=Step::Label on_change><Shown text draft subject=Subject::Label />{number}</Answer>
            <Answer text step=Step::Device on_change><Shown text draft subject=Subject::Device /></Answer>
        </dl>
    }
}

/// One answer, with a way to change it.
#[component]
fn Answer(text: Text, step: Step, on_change: UnsyncCallback<(Step,)>, children: Children) -> impl IntoView {
    let name = text.say(&["check.", step.name()].concat());
    view! {
        <div>
            <dt>{name.clone()}</dt>
            <dd>{children()}</dd>
            <button
                type="button"
                id=step.name()
                class="link"
                aria-label=text.fill("check.change_what", &[("what", &name)])
                on:click=move |_| on_change.run((step,))
            >
                {text.say("check.change")}
            </button>
        </div>
    }
}

/// The photos of one subject, or why there are none.
#[component]
fn Shown(text: Text, draft: Draft, subject: Subject) -> impl IntoView {
    let pictures = move || {
        let queue = draft.shelf.queue().read();
        let photos = queue.of(subject).filter(|photo| photo.state.digest().is_some()).enumerate();
        let pictures = photos.filter_map(|(n, photo)| {
            let bitmap = draft.shelf.thumbnail(photo.id)?;
            let alt = text.fill(&["photos.name.", subject.code()].concat(), &[("n", &(n + 1).to_string())]);
            Some(view! { <Picture bitmap alt /> })
        });
        pictures.collect_view()
    };
    let absence = move || draft.absence(subject)?.get().map(|reason| text.absence(reason));
    view! { <div class="pictures">{pictures}</div><p>{absence}</p> }
}

/// What the customer would like best.
#[component]
fn WishGroup(text: Text, draft: Draft) -> impl IntoView {
    let wishes = [(None, "none"), (Some(Wish::Replacement), "replacement"), (Some(Wish::Refund), "refund")];
    let choices = wishes.map(|(wish, name)| {
        view! {
            <Choice
                kind=ChoiceKind::One
                id=["wish-", name].concat()
                name="wish"
                label=text.say(&["wish.", name].concat())
                chosen=Signal::derive(move || draft.wish.get() == wish)
                on_choose=move |_: bool| draft.wish.set(wish)
            />
        }
    });
    view! {
        <fieldset>
            <legend>{text.say("wish.title")}</legend>
            <p class="hint">{text.say("wish.hint")}</p>
            {choices.into_iter().collect_view()}
        </fieldset>
    }
}
