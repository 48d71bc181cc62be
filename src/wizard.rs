//! The root view: reads the order line, then shows the page that its phase and step ask for.
//!
//! It holds what outlives a page: the order, the draft, the phase, and the key under which the claim is sent.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use damage_report_rules::{claim::Claim, contract::OrderLine};
use leptos::prelude::*;

use crate::{
    api::Api,
    background::Background,
    draft::Draft,
    failure::Failure,
    flow::{Phase, Step},
    order::Order,
    photos::{Shelf, prepare::PhotoDesk, queue},
    status::status,
    steps::{
        check::check_step,
        closed::{not_delivered, window_closed},
        damage::damage_step,
        device::device_step,
        frame::Passage,
        label::label_step,
        packaging::packaging_step,
        start::start_step,
    },
    text::Text,
    ui::dom::{El, bind, el},
    watched::{Watched, settled},
};

/// What the page around the widget hears of.
#[derive(Clone)]
pub struct Announcements {
    /// The first page can be seen.
    pub ready: Rc<dyn Fn()>,
    /// The widget cannot start, for now.
    pub failed: Rc<dyn Fn()>,
    /// A claim was accepted, under this reference.
    pub submitted: Rc<dyn Fn(String)>,
}

/// The widget: nothing until the order line is read, then the page for it. `text` changes when the page around it
/// changes its language.
pub fn wizard(text: Watched<Text>, api: Api, desk: PhotoDesk, announcements: Announcements) -> El {
    let here = el("div");
    Opening { here: here.clone(), text, api, desk, announcements, background: Background::here() }.try_now();
    here
}

/// What it takes to open the widget, again where need be.
#[derive(Clone)]
struct Opening {
    here: El,
    text: Watched<Text>,
    api: Api,
    desk: PhotoDesk,
    announcements: Announcements,
    background: Background,
}

impl Opening {
    fn try_now(self) {
        let background = self.background.clone();
        background.start(async move {
            match self.api.order_line().await {
                Ok(line) => {
                    (self.announcements.ready)();
                    let Self { here, text, api, desk, announcements, background } = self;
                    background.under(|| here.show(report(text, api, desk, line, &announcements)));
                }
                Err(failure) => {
                    (self.announcements.failed)();
                    let (here, text, background) = (self.here.clone(), self.text.get(), self.background.clone());
                    background.under(|| here.show(unavailable(text, &failure, move || self.clone().try_now())));
                }
            }
        });
    }
}

/// Says that the widget cannot start, for now; the shop's own words follow it.
fn unavailable(text: Text, failure: &Failure, on_retry: impl Fn() + 'static) -> El {
    let retry = el("button").attr("type", "button").text(&text.say("try_again")).on_click(on_retry);
    el("section").class("step").attr("role", "alert").child(el("p").text(&text.failure(failure))).child(retry)
}

/// One page of the widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    NotDelivered,
    Closed,
    Step(Step),
    Status,
}

/// The report of one order line, from its first page to its claim.
fn report(text: Watched<Text>, api: Api, desk: PhotoDesk, line: OrderLine, announcements: &Announcements) -> El {
    let phase = Watched::new(match line.claim.clone() {
        Some(claim) => Phase::Sent(Box::new(claim)),
        None => Phase::Filling(Step::Start),
    });
    let shelf = Shelf::new(api, desk, line.policy.clone());
    let order = Order::new(line);
    let draft = Draft::new(order, shelf);
    // Who came to a step by Change goes back to the check when it is done.
    let is_changing = Watched::new(false);
    let submission = Submission::new(api, draft, phase, Rc::clone(&announcements.submitted));

    // A memo, because a page built anew for the same step would lose the focus.
    let page = settled(move || phase.with(|phase| match phase {
        Phase::Sent(_) => Page::Status,
        _ if !order.is_delivered() => Page::NotDelivered,
        Phase::Filling(Step::Start) if order.is_closed() => Page::Closed,
        Phase::Filling(step) => Page::Step(*step),
        Phase::Sending(_) | Phase::Failed(..) => Page::Step(Step::Check),
    }));
    let failures = submission.failures;
    let leave_for = move |step: Step| {
        let to_check = is_changing.get_untracked();
        is_changing.set(false);
        failures.set(0);
        phase.set(Phase::Filling(if to_check { Step::Check } else { step }));
    };
    let change = move |step| {
        leave_for(step);
        is_changing.set(true);
    };
    let shown = Cell::new(None::<Page>);

    el("div").live(move || {
        let (text, page) = (text.get(), page.get());
        let takes_focus = shown.replace(Some(page)).is_some_and(|before| before != page);
        let passage = |step: Step| Passage {
            text,
            draft,
            step,
            takes_focus,
            on_done: Rc::new(move || leave_for(step.next())),
            on_back: Rc::new(move || leave_for(step.back())),
            attempts: if step == Step::Check { failures } else { Watched::new(0) },
        };
        Some(untrack(|| match page {
            Page::NotDelivered => not_delivered(text, order),
            Page::Closed => window_closed(text, order, takes_focus),
            Page::Step(step @ Step::Start) => start_step(text, draft, takes_focus, move || leave_for(step.next())),
            Page::Step(step @ Step::Damage) => damage_step(passage(step)),
            Page::Step(step @ Step::Packaging) => packaging_step(passage(step)),
            Page::Step(step @ Step::Label) => label_step(passage(step)),
            Page::Step(step @ Step::Device) => device_step(passage(step)),
            Page::Step(step @ Step::Check) => {
                let submission = submission.clone();
                check_step(passage(step), phase, move || submission.begin(), change)
            }
            Page::Status => phase.peek(|phase| match phase {
                Phase::Sent(claim) => status(text, order, claim, api, takes_focus),
                _ => el("div"),
            }),
        }))
    })
}

/// The one sending of a claim: waits for its photos, then posts it, as often as needed, under one key.
#[derive(Clone)]
struct Submission {
    api: Api,
    draft: Draft,
    phase: Watched<Phase>,
    /// How often it came to nothing, for the summary that then takes the focus.
    failures: Watched<u32>,
    key: Rc<RefCell<String>>,
    is_posting: Rc<Cell<bool>>,
    on_submitted: Rc<dyn Fn(String)>,
    background: Background,
}

impl Submission {
    fn new(api: Api, draft: Draft, phase: Watched<Phase>, on_submitted: Rc<dyn Fn(String)>) -> Self {
        let this = Self {
            api,
            draft,
            phase,
            failures: Watched::new(0),
            key: Rc::default(),
            is_posting: Rc::default(),
            on_submitted,
            background: Background::here(),
        };
        let submission = this.clone();
        bind(Box::new(move || submission.go_on()));
        this
    }

    /// The customer sends it. A second press while it is under way is the same sending.
    fn begin(&self) {
        let is_under_way = |phase: &Phase| matches!(phase, Phase::Sending(_) | Phase::Sent(_));
        if self.phase.peek(is_under_way) {
            return;
        }
        let failed = self.phase.peek(|phase| if let Phase::Failed(claim, _) = phase { Some(claim.clone()) } else { None });
        match untrack(|| self.draft.claim()) {
            Ok(claim) => {
                if failed.as_ref() != Some(&claim) {
                    *self.key.borrow_mut() = new_key();
                }
                self.draft.shelf.retry_all();
                self.phase.set(Phase::Sending(claim));
            }
            // There is no claim to send: the draft is what the customer sees and mends.
            Err(_) => self.fail(Phase::Filling(Step::Check)),
        }
    }

    fn fail(&self, phase: Phase) {
        self.phase.set(phase);
        self.failures.update(|failures| *failures += 1);
    }

    /// Posts the claim once every photo is kept. Runs again whenever that or the phase changes.
    fn go_on(&self) {
        let standing = self.draft.shelf.standing();
        let sending = self.phase.with(|phase| if let Phase::Sending(claim) = phase { Some(claim.clone()) } else { None });
        let Some(claim) = sending else { return };
        match standing {
            queue::Standing::UnderWay { .. } => {}
            queue::Standing::Failed(failure) => self.fail(Phase::Failed(claim, failure)),
            queue::Standing::AllKept if self.is_posting.get() => {}
            // A photo that the backend refused on its way is no longer part of the claim: ask the customer.
            queue::Standing::AllKept if untrack(|| self.draft.claim()).as_ref() != Ok(&claim) => {
                self.fail(Phase::Filling(Step::Check));
            }
            queue::Standing::AllKept => {
                self.is_posting.set(true);
                let this = self.clone();
                self.background.start(async move { this.post(claim).await });
            }
        }
    }

    async fn post(&self, claim: Claim) {
        let key = self.key.borrow().clone();
        let outcome = match self.api.submit(&claim, &key).await {
            Err(Failure::ClaimExists) => self.api.claim().await,
            outcome => outcome,
        };
        self.is_posting.set(false);
        match outcome {
            Ok(status) => {
                (self.on_submitted)(status.reference.clone());
                self.phase.set(Phase::Sent(Box::new(status)));
            }
            // Sent again, they bring `go_on` back here.
            Err(Failure::PhotosUnknown(digests)) if self.draft.shelf.has_kept(&digests) => {
                self.draft.shelf.send_again(&digests);
            }
            Err(failure) => self.fail(Phase::Failed(claim, failure)),
        }
    }
}

/// A key of 128 random bits, four to a letter.
fn new_key() -> String {
    let mut bytes = [0; 32];
    let crypto = window().crypto();
    // Without randomness the key is all zeros, and the rule of one claim an order line still holds.
    let _ = crypto.and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    bytes.map(|byte| char::from(b'a' + byte % 16)).iter().collect()
}
