//! The root view: reads the order line, takes the draft in hand, and shows the report, or why there is none.
//!
//! One tab at a time has the draft in hand. Another that opens it is told so, and may take it over.

mod landing;
mod lazy;
mod page_switch;
mod refresh;
mod report;
mod submission;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use damage_report_rules::contract::OrderLine;
use js_sys::Function;
use leptos::prelude::Owner;

use self::{
    landing::front,
    lazy::{ReportCode, report_code},
    refresh::begin_or_renew,
    report::Report,
};
use crate::{
    api::Api,
    clock::Clock,
    failure::Failure,
    host_events::HostEvents,
    order::Order,
    persistence::{DraftPersistence, DraftStore},
    photos::prepare::PhotoProcessor,
    reactive::scope::{Scope, sleep},
    reactive::signal::{Signal, effect, memo},
    steps::frame::heading,
    text::Text,
    ui::{
        dom::{El, el},
        icon::{WARNING, icon},
    },
};

/// How often the order line, or the code of the report, is asked for before the customer is told that this page cannot reach
/// the service: about a minute and a half. A preflight that is refused does not pass by itself.
const OPENING_TRIES: u32 = 8;

/// How often the code of the report is asked for again while there is nothing else to show: longer than a second nobody should
/// look at nothing without a word.
const TRIES_OUT_OF_SIGHT: u32 = 2;

/// How long nothing may be seen before that is said, in milliseconds, whatever it is that does not answer: the backend, a log-in,
/// storage.
const SILENCE_MS: f64 = 8_000.0;

/// What the page around the widget gives it to work with.
#[derive(Clone)]
pub struct HostDeps {
    /// The shop's backend.
    pub api: Api,
    /// Where that is, for the shop when it cannot be reached.
    pub endpoint: String,
    /// Where the draft lies in this browser.
    pub draft_store: DraftStore,
    /// Whether the shop wants no draft kept in this browser.
    pub is_draft_off: bool,
    /// Promises the processor where photos are prepared, when the code of the report is there.
    pub get_photo_processor: Function,
    /// Tells the page.
    pub events: HostEvents,
    /// Counts how often the page wants the draft thrown away.
    pub discards: Signal<u32>,
}

/// The widget: nothing until the order line is read, then the page for it. `text` changes when the page around it
/// changes its language.
pub fn wizard(text: Signal<Text>, deps: HostDeps) -> El {
    // What is dropped and taken by nobody would be opened in place of the page.
    let here = el("div").keeps_back("dragover").keeps_back("drop");
    let scope = Scope::current();
    let opening = Opening { here: here.clone(), text, deps, scope, shown: Rc::default(), tries: Rc::default() };
    opening.begin(false);
    let watched = opening.clone();
    opening.scope.spawn(async move {
        sleep(SILENCE_MS).await;
        if watched.shown.borrow().is_none() {
            watched.deps.events.failed(&Failure::Unreachable);
            watched.show_retry(false, |text| text.say("failure.slow"));
        }
    });
    here
}

/// What it takes to open the widget, again where need be.
#[derive(Clone)]
struct Opening {
    here: El,
    text: Signal<Text>,
    deps: HostDeps,
    scope: Scope,
    /// What the page that is shown lives under.
    shown: Rc<RefCell<Option<Owner>>>,
    /// Counts the beginnings, and when another tab takes over: each ends what was before it. Every one but the first was asked for
    /// by the customer, whose focus was on the button that is gone then.
    tries: Rc<Cell<u32>>,
}

impl Opening {
    /// Opens the widget, taking the draft over from another tab if that is what the customer wants.
    fn begin(&self, takes_over: bool) {
        let this = self.clone();
        this.tries.set(this.tries.get() + 1);
        self.scope.spawn(async move { this.open(this.tries.get(), takes_over).await });
    }

    async fn open(&self, this_try: u32, takes_over: bool) {
        let mut attempt = 0;
        // What was said last. A page of the same words made anew would be read out anew, and take the focus away.
        let mut said = None;
        loop {
            let outcome = self.deps.api.order_line().await;
            if self.tries.get() != this_try {
                return;
            }
            let failure = match outcome {
                Ok(line) => return self.take_in_hand(line, takes_over).await,
                Err(failure) => failure,
            };
            if attempt == 0 {
                self.deps.events.failed(&failure);
            }
            let connection = self.deps.api.connection();
            let is_last = match failure {
                Failure::Unreachable | Failure::UnexpectedResponse => {
                    attempt >= OPENING_TRIES && connection.is_online()
                }
                _ => failure.pause(attempt).is_none(),
            };
            let now = (failure.clone(), is_last);
            if said.as_ref() != Some(&now) {
                self.show_unavailable(failure.clone(), is_last, this_try > 1 && said.is_none());
                said = Some(now);
            }
            if is_last || connection.back_off(failure, &mut attempt).await.is_err() || self.tries.get() != this_try {
                return;
            }
        }
    }

    /// Shows the report of `line`, unless another tab has it in hand.
    async fn take_in_hand(&self, line: OrderLine, takes_over: bool) {
        let this_try = self.tries.get();
        let takes_focus = this_try > 1;
        let discarded = self.deps.discards.get_untracked();
        let owner = self.scope.run(Owner::new);
        let HostDeps { api, draft_store, is_draft_off, events, discards, .. } = self.deps.clone();
        let persistence =
            owner.with(|| DraftPersistence::new(draft_store, is_draft_off, Clock::set(&line.server_time)));
        let order = owner.with(|| Order::new(line, api.clock()));
        let has_claim = order.with(|line| line.claim.is_some());
        if !has_claim && !persistence.hold(takes_over, self.on_wanted(persistence)).await {
            self.show_elsewhere(takes_over);
            return self.deps.events.ready();
        }
        let saved = persistence.open().await;
        if has_claim {
            // It was sent, from here or from elsewhere: nothing of it is to stay in this browser.
            persistence.discard().await;
        }
        // Another tab may want the draft before there is anything to see here.
        if self.tries.get() != this_try {
            return;
        }
        owner.with(|| {
            let standing = memo(move || order.standing());
            effect(move || events.deadline(order.window().as_ref(), standing.get()));
        });
        let report = Report { order, text: self.text, api, persistence, events, discards, discarded };
        if saved.is_none() && order.is_untouched() {
            self.show_front(owner, report, takes_focus);
        } else {
            let Some((code, processor)) = self.fetch_report(persistence, false, takes_focus).await else { return };
            self.show_under(owner, || (code.view)(report, processor, saved, takes_over, takes_focus));
        }
        self.deps.events.ready();
    }

    /// Shows the page before the report, and the report when the customer begins.
    fn show_front(&self, owner: Owner, report: Report, takes_focus: bool) {
        let (this, scope) = (self.clone(), owner.with(Scope::current));
        let page = owner.with(Owner::new);
        let before = page.clone();
        let on_begin = move || {
            let (this, page, under) = (this.clone(), before.clone(), scope.clone());
            let report = Report { discarded: report.discards.get_untracked(), ..report };
            scope.spawn(begin_or_renew(report.order, report.api));
            scope.spawn(async move {
                let Some((code, processor)) = this.fetch_report(report.persistence, true, true).await else { return };
                // Who has gone elsewhere on the page meanwhile stays there.
                let takes_focus = this.here.may_take_focus();
                page.cleanup();
                this.here.show(under.run(|| (code.view)(report, processor, None, true, takes_focus)));
            });
        };
        let (this, order) = (self.clone(), report.order);
        page.with(|| {
            effect(move || {
                if order.is_outdated() {
                    this.begin(false);
                }
            });
        });
        let (get_photo_processor, here) = (self.deps.get_photo_processor.clone(), page.with(Scope::current));
        page.with(Scope::current).spawn(async move {
            // Without the code, what is true when the page opens stands until the customer begins.
            if let Ok((code, _)) = report_code(&get_photo_processor).await {
                here.run(|| (code.keep_current)(report));
            }
        });
        self.show_under(owner, || page.with(|| front(&report, takes_focus, on_begin)));
    }

    /// The code of the report and the processor for its photos, when they are there. Where they are not to be had the customer is told:
    /// after a while where there `is_something` to see meanwhile, else soon. Nothing, where another tab has taken over.
    async fn fetch_report(
        &self,
        persistence: DraftPersistence,
        is_something: bool,
        takes_focus: bool,
    ) -> Option<(ReportCode, PhotoProcessor)> {
        let this_try = self.tries.get();
        let is_over = || self.tries.get() != this_try;
        let connection = self.deps.api.connection();
        let mut attempt = 0;
        loop {
            let outcome = report_code(&self.deps.get_photo_processor).await;
            if is_over() {
                return None;
            }
            let failure = match outcome {
                Ok(fetched) => {
                    connection.record_success();
                    return Some(fetched);
                }
                Err(failure) => failure,
            };
            let is_enough = if is_something {
                attempt >= OPENING_TRIES && connection.is_online()
            } else {
                attempt >= TRIES_OUT_OF_SIGHT
            };
            if failure == Failure::UnexpectedResponse
                || is_enough
                || connection.back_off(failure, &mut attempt).await.is_err()
            {
                break;
            }
        }
        // Who tries again asks for the draft anew.
        persistence.release().await;
        if !is_over() {
            self.deps.events.lacks_files();
            self.show_retry(takes_focus, |text| text.failure_alone(&Failure::Unreachable));
        }
        None
    }

    /// Gives the draft to another tab that wants it.
    fn on_wanted(&self, persistence: DraftPersistence) -> impl Fn() + 'static {
        let (this, is_wanted) = (self.clone(), Cell::new(false));
        move || {
            if !is_wanted.replace(true) {
                let this = this.clone();
                // Whatever is on its way to be shown is not to be shown any more.
                this.tries.set(this.tries.get() + 1);
                this.scope.clone().spawn(async move {
                    persistence.release().await;
                    let is_first = this.shown.borrow().is_none();
                    this.show_elsewhere(true);
                    if is_first {
                        this.deps.events.ready();
                    }
                });
            }
        }
    }

    /// Shows a page of nothing but words, anew when the language changes.
    fn show(&self, page: impl Fn(Text) -> El + 'static) {
        let text = self.text;
        self.show_under(self.scope.run(Owner::new), || el("div").reactive(move || Some(page(text.get()))));
    }

    /// Shows a page that lives under `owner`; the one before it ends.
    fn show_under(&self, owner: Owner, page: impl FnOnce() -> El) {
        if let Some(before) = self.shown.replace(Some(owner.clone())) {
            before.cleanup();
        }
        self.here.show(owner.with(page));
    }

    /// Says that the widget cannot start, for now; the shop's own words follow it.
    fn show_unavailable(&self, failure: Failure, is_last: bool, takes_focus: bool) {
        let endpoint = self.deps.endpoint.clone();
        self.show_retry(takes_focus, move |text| {
            if is_last && failure.is_elsewhere() {
                text.fill("failure.no_service", &[("endpoint", &endpoint)])
            } else {
                text.opening_failure(&failure)
            }
        });
    }

    /// Shows `words`, and a button to try again.
    fn show_retry(&self, takes_focus: bool, words: impl Fn(Text) -> String + 'static) {
        let (this, takes_focus) = (self.clone(), Cell::new(takes_focus));
        self.show(move |text| {
            let this = this.clone();
            let retry = el("button").attr("type", "button").text(text.say("try_again"));
            let retry = retry.on_click(move || this.begin(false));
            if takes_focus.take() {
                retry.take_focus();
            }
            let words = el("span").text(words(text));
            let words =
                el("p").class("notice").attr("tabindex", "-1").attr("role", "alert").child(icon(WARNING)).child(words);
            el("section").class("step").child(words).child(retry)
        });
    }

    /// Says that another tab has the draft in hand.
    fn show_elsewhere(&self, takes_focus: bool) {
        let this = self.clone();
        self.show(move |text| {
            let this = this.clone();
            let take = el("button").attr("type", "button").attr("id", "take-over").class("primary");
            let take = take.text(text.say("elsewhere.take_over")).on_click(move || this.begin(true));
            el("section")
                .class("step")
                .child(heading(text.say("elsewhere.title"), takes_focus))
                .child(el("p").text(text.say("elsewhere.why")))
                .child(el("div").class("actions").child(take))
        });
    }
}
