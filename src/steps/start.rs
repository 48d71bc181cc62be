//! The start: the device, how long there is left and how that was counted, and what will be needed.
//!
//! Accessible when: the deadline is a sentence, not a colour; the days counted are a list that reads well aloud; the
//! heading does not take the focus when the widget opens.

use damage_report_rules::{
    calendar::DayOff,
    evidence::Subject,
    window::{ReportingWindow, Standing},
};
use leptos::prelude::*;

use super::frame::Heading;
use crate::{
    draft::Draft,
    text::Text,
    ui::icon::{CAMERA, CLOCK, PARCEL, TICK, WARNING, icon},
};

/// Says what the customer is about to do, and by when.
#[component]
pub fn StartStep(
    /// The words.
    text: Text,
    /// The claim so far; this step only reads.
    draft: Draft,
    /// Whether the heading takes the focus: not on first load.
    takes_focus: bool,
    /// Called when the customer begins.
    #[prop(into)]
    on_done: UnsyncCallback<()>,
) -> impl IntoView {
    let order = draft.order();
    let (device, grade) = order.with(|line| (line.device.clone(), text.grade(line.grade)));
    let photos = order.with(|line| {
        Subject::ALL.map(|subject| {
            text.count(&["start.need.", subject.code()].concat(), line.policy.photos_min(subject).into(), &[])
        })
    });
    let needs = photos.map(|photo| view! { <li>{icon(CAMERA)}<span>{photo}</span></li> });
    view! {
        <section class="step">
            <Heading words=text.say("start.title") takes_focus />
            <p class="about-device">
                <strong><bdi>{device}</bdi></strong>
                <span>{text.fill("start.grade", &[("grade", &grade)])}</span>
            </p>
            {order.window().map(|window| view! { <Deadline text window standing=order.standing() /> })}
            <h3>{text.say("start.needs")}</h3>
            <ul class="needs">
                {needs.into_iter().collect_view()} <li>{icon(PARCEL)}<span>{text.say("start.keep_packaging")}</span></li>
            </ul>
            <p class="hint">{text.say("start.privacy")}</p>
            <div class="actions">
                <button type="button" class="primary" on:click=move |_| on_done.run(())>
                    {text.say("go_on.start")}
                </button>
            </div>
        </section>
    }
}

/// By when the damage must be reported, and how that was counted where a weekend or holiday lies between.
#[component]
fn Deadline(text: Text, window: ReportingWindow, standing: Option<Standing>) -> impl IntoView {
    let day = text.date(window.last_day());
    let weekday = text.weekday(window.last_day());
    let (urgency, words, left) = match standing {
        Some(Standing::Closed) => {
            ("late", text.say("deadline.late"), Some(text.fill("deadline.late_hint", &[("day", &day)])))
        }
        Some(Standing::ClosesToday) => {
            ("today", text.fill("deadline.today", &[("day", &day)]), Some(text.say("deadline.today_hint")))
        }
        Some(Standing::Open { working_days_left }) => {
            let left = text.count("deadline.left", working_days_left.into(), &[("day", &weekday)]);
            ("open", text.fill("deadline.open", &[("day", &day)]), Some(left))
        }
        None => ("open", text.fill("deadline.open", &[("day", &day)]), None),
    };
    let uncertain = (!window.is_certain()).then(|| view! { <p class="hint">{text.say("deadline.uncertain")}</p> });
    let counted = (!window.skipped().is_empty()).then(|| view! { <Counted text window /> });
    let sign = if urgency == "open" { CLOCK } else { WARNING };
    view! {
        <div class="deadline" data-urgency=urgency>
            <p class="by">{icon(sign)}<strong>{words}</strong></p>
            {left.map(|left| view! { <p class="left">{left}</p> })}
            {uncertain}
            {counted}
        </div>
    }
}

/// The days from delivery to the last day, one by one: which counted and which did not, and why.
#[component]
pub fn Counted(
    /// The words.
    text: Text,
    /// What was counted.
    window: ReportingWindow,
) -> impl IntoView {
    let first = (window.delivered_on(), "delivered", text.say("counted.delivered"));
    let counted = (1..).zip(window.counted()).map(|(n, &day)| {
        let key = if day == window.last_day() { "counted.last" } else { "counted.day" };
        (day, "counted", text.fill(key, &[("n", &n.to_string())]))
    });
    let skipped = window.skipped().iter().map(|&(day, reason)| match reason {
        DayOff::Weekend => (day, "skipped", text.say("counted.weekend")),
        DayOff::Holiday => (day, "skipped", text.say("counted.holiday")),
    });
    let mut days: Vec<_> = std::iter::once(first).chain(counted).chain(skipped).collect();
    days.sort_by_key(|(day, ..)| *day);
    let days = days.into_iter().map(|(day, kind, words)| {
        view! {
            <li data-day=kind>
                {(kind == "counted").then(|| icon(TICK))}
                <span>{text.short_date(day)}</span>
                <span>{words}</span>
            </li>
        }
    });
    view! {
        <details class="counted">
            <summary>{text.say("counted.title")}</summary>
            <p class="hint">{text.say("counted.rule")}</p>
            <ol>{days.collect_view()}</ol>
        </details>
    }
}
