//! The frame of every step: its heading, its place among the steps, the error summary, Continue and Back.
//!
//! Accessible when: the heading takes the focus when the step opens, but not when the widget does, and says how far the step is;
//! Continue that finds an error moves the focus to the summary; the step is not checked before the customer presses Continue.

use std::rc::Rc;

use damage_report_rules::claim::Violation;
use leptos::prelude::untrack;

use crate::{
    draft::Draft,
    flow::Step,
    photos::queue::PhotoQueue,
    reactive::signal::{Reactive, Signal, effect},
    text::Text,
    ui::{
        dom::{El, el},
        error_summary::{FieldError, error_summary},
        field::live_region,
        focus::Focus,
        icon::{BACK, icon},
        progress_bar::progress_bar,
    },
};

/// The draft that a step writes, and where the step leads. The wizard makes one for each step that it opens.
#[derive(Clone)]
pub struct StepContext {
    /// The words.
    pub text: Text,
    /// The claim so far.
    pub draft: Draft,
    /// The step.
    pub step: Step,
    /// Whether its heading takes the focus.
    pub focus: Focus,
    /// Called when the customer presses Continue and the step has no errors.
    pub on_done: Rc<dyn Fn()>,
    /// Called when the customer presses Back.
    pub on_back: Rc<dyn Fn()>,
    /// Counts how often Continue has found errors.
    pub attempts: Signal<u32>,
}

impl StepContext {
    /// The errors of this step, once the customer has pressed Continue. Reactive.
    fn errors(&self) -> Reactive<Vec<FieldError>> {
        let Self { text, draft, step, attempts, .. } = *self;
        Rc::new(move || {
            if attempts.get() == 0 {
                return Vec::new();
            }
            let violations = draft.violations().into_iter().filter(|violation| Step::of_violation(violation) == step);
            let words =
                |violation: &_| draft.order().with_line_at_opening(|line| text.violation(violation, &line.policy));
            violations.map(|violation| (control_id_for(&violation), words(&violation))).collect()
        })
    }

    /// The error of one control, if it has one. Reactive.
    pub(crate) fn error_at(&self, control: &'static str) -> Reactive<Option<String>> {
        let errors = self.errors();
        Rc::new(move || errors().into_iter().find(|(at, _)| *at == control).map(|(_, words)| words))
    }

    /// Leaves the step, or shows its errors.
    fn try_to_continue(&self) {
        let violations = untrack(|| self.draft.violations());
        if violations.iter().all(|violation| Step::of_violation(violation) != self.step) {
            (self.on_done)();
        } else {
            self.attempts.update(|attempts| *attempts += 1);
        }
    }

    /// The frame of a step that asks `questions`.
    pub(crate) fn frame(self, questions: impl IntoIterator<Item = El>) -> El {
        let text = self.text;
        let summary = error_summary(text.say("summary.title"), self.errors(), self.attempts);
        let go_on = el("button").attr("type", "submit").class("primary");
        let go_on = go_on.text(text.say(&["go_on.", self.step.name()].concat()));
        let queue = self.draft.uploads.queue();
        // If photos are still being read when the customer presses Continue, the step continues after that.
        let is_waiting = Signal::new(false);
        let waiting = move || if is_waiting.get() { text.say("photos.wait") } else { String::new() };
        let head = self.step_head();
        effect(move || {
            if is_waiting.get() && !queue.with(PhotoQueue::is_preparing) {
                is_waiting.set(false);
                self.try_to_continue();
            }
        });
        el("form")
            .class("step")
            .attr("novalidate", "")
            .on("submit", move |event| {
                event.prevent_default();
                is_waiting.set(true);
            })
            .children(head)
            .child(summary)
            .children(questions)
            .child(el("div").class("actions").child(go_on).child(live_region("waiting", waiting)))
    }

    /// The top of a step: the progress bar, Back, and the heading.
    pub(crate) fn step_head(&self) -> [El; 3] {
        let Self { text, step, .. } = *self;
        let place = text.fill("step", &[("n", &step.number().to_string()), ("of", &Step::COUNT.to_string())]);
        let on_back = Rc::clone(&self.on_back);
        let back = el("button").attr("type", "button").class("back").child(icon(BACK)).text(text.say("back"));
        let back = back.on_click(move || on_back());
        [
            progress_bar(step.number(), Step::COUNT),
            el("div").class("place").child(back).child(el("span").attr("id", "place").text(place)),
            // The place stands above the focused heading, so screen readers get it as the description of the heading.
            page_heading(text.say(&[step.name(), ".title"].concat()), self.focus).attr("aria-describedby", "place"),
        ]
    }
}

/// The heading of a page. It takes the focus when the page opens, so that keyboard and screen reader start there.
pub fn page_heading(words: String, focus: Focus) -> El {
    let heading = el("h2").attr("part", "heading").attr("tabindex", "-1").text(words);
    if focus == Focus::Take {
        heading.take_focus();
    }
    heading
}

/// A paragraph in small, grey type, for explanations.
pub fn quiet_paragraph(words: String) -> El {
    el("p").class("hint").text(words)
}

/// The identifier of the control where the customer can correct `violation`.
pub(super) fn control_id_for(violation: &Violation) -> &'static str {
    match violation {
        Violation::WindowClosed => "send",
        Violation::DamageMin | Violation::DamageRepeated => "damage-0",
        Violation::DescriptionMax { .. } | Violation::DescriptionChars => "description",
        Violation::PhotosMin { subject, .. }
        | Violation::PhotosNotDistinct { subject }
        | Violation::AbsenceNotAllowed { subject } => subject.code(),
        Violation::TrackingNumberMax { .. } | Violation::TrackingNumberChars => "tracking-number",
        Violation::PhotosMax { .. } => "device",
    }
}
