//! The start: the device, the deadline and how it was counted, and the list of things that the customer will need.
//!
//! Accessible when: the deadline is a sentence and not a colour alone; the counted days are a list that reads well aloud; the heading
//! does not take the focus when the widget opens.

use std::rc::Rc;

use damage_report_rules::{
    calendar::DayOff,
    evidence::Subject,
    window::{ReportingWindow, Standing},
};

use super::frame::{page_heading, quiet_paragraph};
use crate::{
    order::ReportedOrderLine,
    reactive::signal::{Reactive, Signal, memo},
    text::Text,
    ui::{
        dom::{El, el, slot},
        focus::Focus,
        icon::{CAMERA, CLOCK, Icon, PARCEL, TICK, WARNING, icon},
    },
};

/// Where the start leads.
#[derive(Clone)]
pub struct StartContext {
    /// The offer to continue an earlier visit, if there is one.
    pub resume: Reactive<Option<ResumeOffer>>,
    /// Whether the customer has begun, and the first step is not loaded yet.
    pub is_waiting: Signal<bool>,
    /// Called when the customer begins.
    pub on_begin: Rc<dyn Fn()>,
}

/// The offer to continue a report of an earlier visit.
pub struct ResumeOffer {
    /// How many photos there are.
    pub photos: usize,
    /// Whether its answers were saved in this browser. Its photos are with the backend too.
    pub has_answers: bool,
    /// Called when the customer continues where they were.
    pub on_go_on: Rc<dyn Fn()>,
    /// Called when the customer would rather start again.
    pub on_start_again: Rc<dyn Fn()>,
}

/// Says how to report damage, and until when.
pub fn start_step(text: Text, order: ReportedOrderLine, focus: Focus, start: StartContext) -> El {
    let StartContext { resume, is_waiting, on_begin } = start;
    let standing = memo(move || order.standing());
    let (device, grade) = order.with_line_at_opening(|line| (line.device.clone(), text.grade(line.grade)));
    let need = |sign: Icon, words: String| el("li").child(icon(sign)).child(el("span").text(words));
    let photos = Subject::ALL.map(|subject| {
        let least = order.with_line_at_opening(|line| line.policy.photos_min(subject));
        need(CAMERA, text.count(&["start.need.", subject.code()].concat(), least.into(), &[]))
    });
    let about = el("p")
        .class("about-device")
        .child(el("strong").child(el("bdi").text(&device)))
        .child(el("span").text(text.fill("start.grade", &[("grade", &grade)])));
    let is_begun = Rc::clone(&resume);
    let begin = el("button").attr("type", "button").class("primary").text(text.say("go_on.start"));
    let begin = begin.reactive_attr("aria-busy", move || is_waiting.get().then(|| "true".into()));
    let begin = el("div")
        .class("actions")
        .child(begin.on_click(move || on_begin()))
        .reactive_attr("hidden", move || is_begun().map(|_| String::new()));
    el("section")
        .class("step")
        .child(page_heading(text.say("start.title"), focus))
        .child(about)
        .reactive_content(move || resume().map(|resume| resume_offer(text, resume)))
        .reactive_content(move || {
            let standing = standing.get();
            order.window().map(|window| deadline(text, &window, standing))
        })
        .child(slot("intro"))
        .child(el("h3").text(text.say("start.needs")))
        .child(el("ul").class("needs").children(photos).child(need(PARCEL, text.say("start.keep_packaging"))))
        .child(slot("privacy").child(quiet_paragraph(text.say("start.privacy"))))
        .child(begin)
}

/// Offers to continue the earlier report.
fn resume_offer(text: Text, ResumeOffer { photos, has_answers, on_go_on, on_start_again }: ResumeOffer) -> El {
    let title = if photos == 0 { text.say("resume.title") } else { text.count("resume.title_photos", photos, &[]) };
    let button = |id: &str, key: &str| el("button").attr("type", "button").attr("id", id).text(text.say(key));
    let go_on = button("go-on", "resume.go_on").class("primary").on_click(move || on_go_on());
    let again = button("start-again", "resume.start_again").class("link").on_click(move || on_start_again());
    el("div")
        .class("resume")
        .child(el("p").child(el("strong").text(title)))
        .child(quiet_paragraph(text.say(if has_answers { "resume.hint" } else { "resume.photos_only" })))
        .child(el("div").class("actions").child(go_on).child(again))
}

/// The last day of the reporting window, and how it was counted if a weekend or holiday was skipped.
fn deadline(text: Text, window: &ReportingWindow, standing: Option<Standing>) -> El {
    let day = text.date(window.last_day());
    let day = [("day", day.as_str())];
    let weekday = text.weekday(window.last_day());
    let (urgency, words, left) = match standing {
        Some(Standing::Closed) => ("late", text.say("deadline.late"), Some(text.fill("deadline.late_hint", &day))),
        Some(Standing::ClosesToday) => {
            ("today", text.fill("deadline.today", &day), Some(text.say("deadline.today_hint")))
        }
        Some(Standing::Open { working_days_left }) => {
            let left = text.count("deadline.left", working_days_left.into(), &[("day", &weekday)]);
            ("open", text.fill("deadline.open", &day), Some(left))
        }
        None => ("open", text.fill("deadline.open", &day), None),
    };
    let sign = if urgency == "open" { CLOCK } else { WARNING };
    let by = el("p").class("by").child(icon(sign)).child(el("strong").text(words));
    el("div")
        .class("deadline")
        .attr("data-urgency", urgency)
        .child(by)
        .children(left.map(|left| el("p").class("left").text(left)))
        .children((!window.is_certain()).then(|| quiet_paragraph(text.say("deadline.uncertain"))))
        .children((!window.skipped_days().is_empty()).then(|| counted_days(text, window)))
}

/// The days from delivery to the last day, each with the reason why it counted or not.
pub fn counted_days(text: Text, window: &ReportingWindow) -> El {
    let day = |kind: &str, date, words: String| {
        let line = el("li").attr("data-day", kind).child(el("span").text(text.short_date(date)));
        line.children((kind == "counted").then(|| icon(TICK))).child(el("span").text(words))
    };
    let last = window.counted_days().len();
    let mut counted = window.counted_days().iter().zip(1..).peekable();
    let mut days = el("ol").child(day("delivered", window.delivered_on(), text.say("counted.delivered")));
    for &(skipped, reason) in window.skipped_days() {
        while let Some((&date, n)) = counted.next_if(|&(&date, _)| date < skipped) {
            days = days.child(day("counted", date, working_day(text, n, last)));
        }
        let reason = match reason {
            DayOff::Weekend => "counted.weekend",
            DayOff::Holiday => "counted.holiday",
        };
        days = days.child(day("skipped", skipped, text.say(reason)));
    }
    let days = days.children(counted.map(|(&date, n)| day("counted", date, working_day(text, n, last))));
    el("details")
        .class("counted")
        .child(el("summary").text(text.say("counted.title")))
        .child(quiet_paragraph(text.say("counted.rule")))
        .child(days)
}

fn working_day(text: Text, n: usize, last: usize) -> String {
    text.fill(if n == last { "counted.last" } else { "counted.day" }, &[("n", &n.to_string())])
}
