//! The root view: reads the order line, then shows the page that its phase and step ask for.
//!
//! It holds what outlives a page: the order, the draft, the phase, and the key under which the claim is sent.

use damage_report_rules::{
    claim::Claim,
    contract::{ClaimStatus, OrderLine},
};
use leptos::{prelude::*, task::spawn_local_scoped_with_cancellation};

use crate::{
    api::Api,
    draft::Draft,
    failure::Failure,
    flow::{Phase, Step},
    order::Order,
    photos::{Shelf, prepare::PhotoDesk, queue},
    status::Status,
    steps::{
        check::CheckStep,
        closed::{NotDelivered, WindowClosed},
        damage::DamageStep,
        device::DeviceStep,
        frame::Passage,
        label::LabelStep,
        packaging::PackagingStep,
        start::StartStep,
    },
    text::Text,
};

/// What the page around the widget hears of.
#[derive(Clone, Copy)]
pub struct Announcements {
    /// The first page can be seen.
    pub ready: UnsyncCallback<()>,
    /// The widget cannot start, for now.
    pub failed: UnsyncCallback<()>,
    /// A claim was accepted, under this reference.
    pub submitted: UnsyncCallback<(String,)>,
}

/// The widget: nothing until the order line is read, then the page for it.
#[component]
pub fn Wizard(
    /// The words, which change when the page changes its language.
    #[prop(into)]
    text: Signal<Text>,
    /// The backend.
    api: Api,
    /// Where photos are prepared.
    desk: PhotoDesk,
    /// What the page around the widget hears of.
    announcements: Announcements,
) -> impl IntoView {
    let read = RwSignal::new(None::<Result<OrderLine, Failure>>);
    let load = move || {
        spawn_local_scoped_with_cancellation(async move {
            let line = api.order_line().await;
            match &line {
                Ok(_) => announcements.ready.run(()),
                Err(_) => announcements.failed.run(()),
            }
            read.set(Some(line));
        });
    };
    load();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let desk = StoredValue::new_local(desk);
    move || match read.get() {
        None => ().into_any(),
        Some(Err(failure)) => {
            let retry = move || owner.with_value(|owner| owner.with(load));
            view! { <Unavailable text failure on_retry=retry /> }.into_any()
        }
        Some(Ok(line)) => {
            view! { <Report text api desk=desk.with_value(Clone::clone) line announcements /> }.into_any()
        }
    }
}

/// Says that the widget cannot start, for now; the shop's own words follow it.
#[component]
fn Unavailable(
    text: Signal<Text>,
    failure: Failure,
    #[prop(into)] on_retry: UnsyncCallback<()>,
) -> impl IntoView {
    view! {
        <section class="step" role="alert">
            <p>{move || text.get().failure(&failure)}</p>
            <button type="button" on:click=move |_| on_retry.run(())>
                {move || text.get().say("try_again")}
            </button>
        </section>
    }
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
#[component]
fn Report(
    text: Signal<Text>,
    api: Api,
    desk: PhotoDesk,
    line: OrderLine,
    announcements: Announcements,
) -> impl IntoView {
    let phase = RwSignal::new(match line.claim.clone() {
        Some(claim) => Phase::Sent(Box::new(claim)),
        None => Phase::Filling(Step::Start),
    });
    let shelf = Shelf::new(api, desk, line.policy.clone());
    let order = Order::new(line);
    let draft = Draft::new(order, shelf);
    // Who came to a step by Change goes back to the check when it is done.
    let is_changing = RwSignal::new(false);
    let submission = Submission::new(api, draft, phase, announcements.submitted);

    // A memo, because a page built anew for the same step would lose the focus.
    let page = Memo::new(move |_| match &*phase.read() {
        Phase::Sent(_) => Page::Status,
        _ if !order.is_delivered() => Page::NotDelivered,
        Phase::Filling(Step::Start) if order.is_closed() => Page::Closed,
        Phase::Filling(step) => Page::Step(*step),
        Phase::Sending(_) | Phase::Failed(..) => Page::Step(Step::Check),
    });
    let go = move |step| phase.set(Phase::Filling(step));
    let go_on = move |from: Step| {
        let onward = if is_changing.get_untracked() { Step::Check } else { from.next() };
        is_changing.set(false);
        go(onward);
    };
    let go_back = move |from: Step| {
        let backward = if is_changing.get_untracked() { Step::Check } else { from.back() };
        is_changing.set(false);
        submission.failures.set(0);
        go(backward);
    };
    let change = move |step| {
        is_changing.set(true);
        submission.failures.set(0);
        go(step);
    };
    let shown = StoredValue::new(None::<Page>);

    move || {
        let (text, page) = (text.get(), page.get());
        let before = shown.try_update_value(|shown| shown.replace(page)).flatten();
        let takes_focus = before.is_some_and(|before| before != page);
        let passage = |step| {
            let on_done = UnsyncCallback::from(move || go_on(step));
            let on_back = UnsyncCallback::from(move || go_back(step));
            Passage::new(text, step, draft, takes_focus, on_done, on_back)
        };
        match page {
            Page::NotDelivered => view! { <NotDelivered text order /> }.into_any(),
            Page::Closed => view! { <WindowClosed text order takes_focus /> }.into_any(),
            Page::Step(step @ Step::Start) => {
                view! { <StartStep text draft takes_focus on_done=move || go_on(step) /> }.into_any()
            }
            Page::Step(step @ Step::Damage) => view! { <DamageStep passage=passage(step) draft /> }.into_any(),
            Page::Step(step @ Step::Packaging) => view! { <PackagingStep passage=passage(step) draft /> }.into_any(),
            Page::Step(step @ Step::Label) => view! { <LabelStep passage=passage(step) draft /> }.into_any(),
            Page::Step(step @ Step::Device) => view! { <DeviceStep passage=passage(step) draft /> }.into_any(),
            Page::Step(step @ Step::Check) => view! {
                <CheckStep
                    passage=passage(step)
                    draft
                    phase=phase.read_only()
                    failures=submission.failures.read_only()
                    on_send=move || submission.begin()
                    on_change=change
                />
            }
            .into_any(),
            Page::Status => {
                let claim = phase.with_untracked(|phase| match phase {
                    Phase::Sent(claim) => Some(ClaimStatus::clone(claim)),
                    _ => None,
                });
                claim.map(|claim| view! { <Status text order claim api takes_focus /> }).into_any()
            }
        }
    }
}

/// The one sending of a claim: waits for its photos, then posts it, as often as needed, under one key.
#[derive(Clone, Copy)]
struct Submission {
    api: Api,
    draft: Draft,
    phase: RwSignal<Phase>,
    key: StoredValue<String>,
    on_submitted: UnsyncCallback<(String,)>,
    owner: StoredValue<Owner>,
    is_posting: StoredValue<bool>,
    /// How often it came to nothing, for the summary that then takes the focus.
    failures: RwSignal<u32>,
}

impl Submission {
    fn new(api: Api, draft: Draft, phase: RwSignal<Phase>, on_submitted: UnsyncCallback<(String,)>) -> Self {
        let owner = StoredValue::new(Owner::current().unwrap_or_default());
        let (key, is_posting) = (StoredValue::new(String::new()), StoredValue::new(false));
        let this = Self { api, draft, phase, key, on_submitted, owner, is_posting, failures: RwSignal::new(0) };
        Effect::new(move |_| this.go_on());
        this
    }

    /// The customer sends it. A second press while it is under way is the same sending.
    fn begin(self) {
        match self.phase.get_untracked() {
            Phase::Filling(_) | Phase::Failed(..) => {}
            Phase::Sending(_) | Phase::Sent(_) => return,
        }
        match untrack(|| self.draft.claim()) {
            Ok(claim) => {
                let is_new = !matches!(&*self.phase.read_untracked(), Phase::Failed(failed, _) if *failed == claim);
                if is_new {
                    self.key.set_value(new_key());
                }
                self.draft.shelf.retry_all();
                self.phase.set(Phase::Sending(claim));
            }
            // There is no claim to send: the draft is what the customer sees and mends.
            Err(_) => self.fail(Phase::Filling(Step::Check)),
        }
    }

    fn fail(self, phase: Phase) {
        self.phase.set(phase);
        self.failures.update(|failures| *failures += 1);
    }

    /// Posts the claim once every photo is kept. Runs again whenever that or the phase changes.
    fn go_on(self) {
        let standing = self.draft.shelf.standing();
        let Phase::Sending(claim) = self.phase.get() else { return };
        match standing {
            queue::Standing::UnderWay { .. } => {}
            queue::Standing::Failed(failure) => self.fail(Phase::Failed(claim, failure)),
            queue::Standing::AllKept if self.is_posting.get_value() => {}
            // A photo that the backend refused on its way is no longer part of the claim: ask the customer.
            queue::Standing::AllKept if untrack(|| self.draft.claim()).as_ref() != Ok(&claim) => {
                self.fail(Phase::Filling(Step::Check));
            }
            queue::Standing::AllKept => {
                self.is_posting.set_value(true);
                self.owner.with_value(|owner| owner.with(|| spawn_local_scoped_with_cancellation(self.post(claim))));
            }
        }
    }

    async fn post(self, claim: Claim) {
        let key = self.key.get_value();
        let outcome = match self.api.submit(&claim, &key).await {
            Err(Failure::ClaimExists) => self.api.claim().await,
            outcome => outcome,
        };
        self.is_posting.set_value(false);
        match outcome {
            Ok(status) => {
                self.on_submitted.run((status.reference.clone(),));
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

/// A key of 128 random bits.
fn new_key() -> String {
    let mut bytes = [0; 16];
    let crypto = window().crypto();
    // Without randomness the key is all zeros, and the rule of one claim an order line still holds.
    let _ = crypto.and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
