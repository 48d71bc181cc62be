//! What every step has: its heading, where it stands in the whole, what is wrong, Continue and Back.
//!
//! Accessible when: the heading takes focus when the step opens, but not when the widget does; Continue that finds
//! something wrong moves the focus to the summary; nothing is checked before Continue is pressed.

use leptos::{html, prelude::*};

use super::control_of;
use crate::{
    draft::Draft,
    flow::Step,
    text::Text,
    ui::{
        error_summary::{ErrorSummary, Wrong},
        icon::{BACK, icon},
        tape::Tape,
    },
};

/// Where a step stands and where it leads. The wizard makes one for each step it opens.
#[derive(Clone, Copy)]
pub struct Passage {
    /// The words.
    pub text: Text,
    /// Which step.
    pub step: Step,
    /// Whether its heading takes the focus: not on first load.
    pub takes_focus: bool,
    /// Called when the customer may go on.
    pub on_done: UnsyncCallback<()>,
    /// Called when the customer wants to go back.
    pub on_back: UnsyncCallback<()>,
    attempts: RwSignal<u32>,
    draft: Draft,
}

impl Passage {
    /// The way through `step`.
    pub(crate) fn new(
        text: Text,
        step: Step,
        draft: Draft,
        takes_focus: bool,
        on_done: UnsyncCallback<()>,
        on_back: UnsyncCallback<()>,
    ) -> Self {
        Self { text, step, takes_focus, on_done, on_back, attempts: RwSignal::new(0), draft }
    }

    /// What is wrong with this step, once the customer tried to go on; with the control where it is put right.
    pub(crate) fn errors(self) -> Vec<Wrong> {
        if self.attempts.get() == 0 {
            return Vec::new();
        }
        let of_this_step = |violation: &_| Step::of(violation) == self.step;
        let violations = self.draft.violations().into_iter().filter(of_this_step);
        violations.map(|violation| (control_of(&violation), self.text.violation(&violation))).collect()
    }

    /// What is wrong with one control. Reactive.
    pub(crate) fn error_at(self, control: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.errors().into_iter().find(|(at, _)| *at == control).map(|(_, words)| words))
    }

    /// Goes on, if nothing is missing; else says what is.
    fn try_to_go_on(self) {
        let is_complete = untrack(|| self.draft.violations().iter().all(|violation| Step::of(violation) != self.step));
        if is_complete {
            self.on_done.run(());
        } else {
            self.attempts.update(|attempts| *attempts += 1);
        }
    }
}

/// The frame of a step that asks something.
#[component]
pub fn StepFrame(
    /// Where it stands and where it leads.
    passage: Passage,
    /// What it asks.
    children: Children,
) -> impl IntoView {
    let Passage { text, step, .. } = passage;
    let is_preparing = move || passage.draft.shelf.queue().read().is_preparing();
    // Who presses Continue while photos are still being read goes on when they are.
    let is_waiting = RwSignal::new(false);
    Effect::new(move |_| {
        if is_waiting.get() && !is_preparing() {
            is_waiting.set(false);
            passage.try_to_go_on();
        }
    });
    let go_on = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if untrack(is_preparing) { is_waiting.set(true) } else { passage.try_to_go_on() }
    };
    view! {
        <form class="step" novalidate=true on:submit=go_on>
            <StepHead passage />
            <ErrorSummary
                title=text.say("summary.title")
                errors=move || passage.errors()
                attempts=passage.attempts.read_only()
            />
            {children()}
            <div class="actions">
                <button type="submit" class="primary">{text.say(&["go_on.", step.name()].concat())}</button>
                <p class="waiting" role="status">{move || is_waiting.get().then(|| text.say("photos.wait"))}</p>
            </div>
        </form>
    }
}

/// The top of a step: the way back, how far it is, the heading.
#[component]
pub fn StepHead(
    /// Where it stands and where it leads.
    passage: Passage,
) -> impl IntoView {
    let Passage { text, step, .. } = passage;
    let place = text.fill("step", &[("n", &step.number().to_string()), ("of", &Step::COUNT.to_string())]);
    view! {
        <Tape done=step.number() of=Step::COUNT />
        <div class="place">
            <button type="button" class="back" on:click=move |_| passage.on_back.run(())>
                {icon(BACK)}
                {text.say("back")}
            </button>
            <span>{place}</span>
        </div>
        <Heading words=text.say(&[step.name(), ".title"].concat()) takes_focus=passage.takes_focus />
    }
}

/// The heading of a page. It takes the focus when the page opens, so that keyboard and screen reader start there.
#[component]
pub fn Heading(
    /// The words.
    words: String,
    /// Whether it takes the focus.
    takes_focus: bool,
) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if takes_focus && let Some(heading) = heading.get() {
            // A heading that is gone by now cannot take the focus, and need not.
            let _ = heading.focus();
            heading.scroll_into_view();
        }
    });
    view! { <h2 node_ref=heading tabindex="-1">{words}</h2> }
}
