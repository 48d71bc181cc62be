//! From the embedded element to the first page: requests the order line, locks its draft for this tab, and shows the landing or
//! the report.
//!
//! One tab at a time holds the lock of a draft. The customer can take it over in another tab.

mod retries;

use std::{cell::Cell, rc::Rc};

use damage_report_rules::contract::OrderLine;
use leptos::prelude::Owner;

use self::retries::{CodeRetries, LoadingView, OrderLineRetries, RetryOutlook};
use super::{
    host_deps::HostDeps,
    landing::landing_page,
    lazy::{ReportCode, code, load_report_code},
    notices::{cannot_open_notice, elsewhere_notice},
    page_slot::PageSlot,
    preview::{GivenOrderLine, PreviewHost},
    refresh::begin_or_refresh,
    session::{OpenOrderLine, ReportEntry},
};
use crate::{
    failure::Failure,
    order::ReportedOrderLine,
    persistence::DraftPersistence,
    photos::prepare::PhotoProcessor,
    reactive::{
        scope::{Scope, sleep},
        signal::{Signal, effect, memo},
    },
    retry::retry,
    text::Text,
    ui::{dom::El, focus::Focus},
};

/// How long the widget may be blank, in milliseconds, until it says that it is slow. The cause may be the backend, the page's
/// log-in, or the browser's storage.
const BLANK_MS: f64 = 8_000.0;

/// Why the widget is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpeningReason {
    /// The host page shows it.
    Mounted,
    /// The customer tries again, or the order line changed while the landing was shown.
    Retry,
    /// The customer takes the draft over from another tab.
    TakeOver,
}

impl OpeningReason {
    /// After the first time, the focus was on a button that has been removed.
    fn focus(self) -> Focus {
        match self {
            Self::Mounted => Focus::Leave,
            Self::Retry | Self::TakeOver => Focus::Take,
        }
    }
}

/// Numbers the openings, so that asynchronous work of an earlier one can tell that it is over.
#[derive(Clone, Default)]
struct Generation(Rc<Cell<u32>>);

impl Generation {
    /// Cancels the work of all earlier openings, and returns the number of the next.
    fn advance(&self) -> u32 {
        self.0.set(self.current() + 1);
        self.current()
    }

    fn current(&self) -> u32 {
        self.0.get()
    }
}

/// Opens the widget, and opens it again when necessary.
#[derive(Clone)]
pub(super) struct Opening {
    slot: PageSlot,
    deps: HostDeps,
    generation: Generation,
    /// The order line that the host page has given, until the first opening takes it.
    given: Rc<Cell<Option<GivenOrderLine>>>,
}

impl Opening {
    /// An opening that shows its pages in `container`.
    pub(super) fn new(container: El, text: Signal<Text>, deps: HostDeps, given: Option<GivenOrderLine>) -> Self {
        let slot = PageSlot::new(container, text);
        Self { slot, deps, generation: Generation::default(), given: Rc::new(Cell::new(given)) }
    }

    /// Opens the widget. An earlier opening that is still under way ends.
    pub(super) fn start(&self, reason: OpeningReason) {
        let (this, generation) = (self.clone(), self.generation.advance());
        self.slot.scope().spawn(async move {
            if let Some(given) = this.given.take() {
                (code().await.preview)(Box::new(this), &given, generation);
            } else if let Some(line) = this.request_order_line(generation, reason).await {
                this.open(line, generation, reason).await;
            }
        });
    }

    /// Says that the widget is slow, if it is still blank after a while.
    pub(super) fn warn_when_blank(&self) {
        let this = self.clone();
        self.slot.scope().spawn(async move {
            sleep(BLANK_MS).await;
            if this.slot.is_blank() {
                this.deps.events.announce_failure(&Failure::Unreachable);
                this.show_retry(Focus::Leave, |text| text.say("failure.slow"));
            }
        });
    }

    /// Requests the order line until it arrives, and shows the failure meanwhile. Returns `None` after a permanent failure, or when
    /// a later opening has begun.
    async fn request_order_line(&self, generation: u32, reason: OpeningReason) -> Option<OrderLine> {
        let (api, is_wanted) = (self.deps.api, || !self.is_over(generation));
        let policy = OrderLineRetries::new(api.connection(), |failure, outlook, attempt| {
            let is_first = attempt == 0;
            if is_first {
                self.deps.events.announce_failure(failure);
            }
            let focus = if is_first { reason.focus() } else { Focus::Leave };
            self.show_unavailable(failure.clone(), outlook, focus);
        });
        retry(&policy, || api.fetch_order_line(), is_wanted).await.ok().filter(|_| is_wanted())
    }

    /// Shows the landing or the report of `line`, unless another tab holds its draft.
    async fn open(&self, line: OrderLine, generation: u32, reason: OpeningReason) {
        let (owner, open) = self.open_order_line(line);
        let OpenOrderLine { order, persistence, events, .. } = open;
        let is_sent = order.with_line_at_opening(|line| line.claim.is_some());
        let takes_over = reason == OpeningReason::TakeOver;
        if !is_sent && !persistence.lock(takes_over, self.on_wanted(persistence)).await {
            self.show_elsewhere(if takes_over { Focus::Take } else { Focus::Leave });
            return events.ready();
        }
        let is_saved = persistence.find_saved_draft().await;
        if is_sent {
            // The claim was sent, here or on another device: delete its draft from this browser.
            persistence.discard_draft().await;
        }
        // Another tab may have taken the draft over meanwhile.
        if self.is_over(generation) {
            return;
        }
        owner.with(|| announce_deadlines(open));
        let focus = reason.focus();
        if !is_saved && order.has_no_claim_or_photo() {
            let page = owner.with(Owner::new);
            self.follow_order_line(open, &page);
            let on_begin = self.begin_action(open, &owner, &page);
            self.slot.show_page(owner, || page.with(|| landing_page(open, focus, on_begin)));
        } else {
            let loaded = self.load_report(persistence, LoadingView::Blank, focus).await;
            let Some((code, processor)) = loaded else { return };
            let entry = if takes_over { ReportEntry::Resume } else { ReportEntry::Offer };
            self.slot.show_page(owner, || (code.report)(open, processor, entry, focus));
        }
        events.ready();
    }

    /// Loads the code of the report while the landing is shown, and opens the widget again when the order line changes. Ends with `page`,
    /// the landing's owner.
    fn follow_order_line(&self, open: OpenOrderLine, page: &Owner) {
        page.with(|| {
            let this = self.clone();
            effect(move || {
                if open.order.is_outdated() {
                    this.start(OpeningReason::Retry);
                }
            });
        });
        let (get_photo_processor, page_scope) = (self.deps.get_photo_processor.clone(), page.with(Scope::current));
        page.with(Scope::current).spawn(async move {
            // If the code cannot be loaded, the landing keeps the order line as it was when the widget opened.
            if let Ok((code, _)) = load_report_code(&get_photo_processor).await {
                page_scope.run(|| (code.keep_fresh)(open));
            }
        });
    }

    /// Loads the report's code, and replaces the landing with the report, which lives under `scope`.
    fn begin_report(&self, open: OpenOrderLine, landing: Owner, scope: Scope) {
        let this = self.clone();
        let open = OpenOrderLine { discards_done: open.discards.get_untracked(), ..open };
        scope.spawn(begin_or_refresh(open.order, open.api));
        scope.clone().spawn(async move {
            let loaded = this.load_report(open.persistence, LoadingView::Landing, Focus::Take).await;
            let Some((code, processor)) = loaded else { return };
            // The customer may have moved the focus elsewhere on the host page meanwhile: leave it there.
            let focus = this.slot.focus_if_free();
            landing.cleanup();
            this.slot.replace_page(scope.run(|| (code.report)(open, processor, ReportEntry::New, focus)));
        });
    }

    /// Loads the code of the report and the processor of its photos. Returns `None` after a permanent failure, with the draft's lock
    /// released and a notice shown (`focus` says whether that takes the focus). Also returns `None`, without a notice, when a later
    /// opening has begun.
    async fn load_report(
        &self,
        persistence: DraftPersistence,
        meanwhile: LoadingView,
        focus: Focus,
    ) -> Option<(ReportCode, PhotoProcessor)> {
        let generation = self.generation.current();
        let policy = CodeRetries { connection: self.deps.api.connection(), meanwhile };
        let request = || load_report_code(&self.deps.get_photo_processor);
        let loaded = retry(&policy, request, || !self.is_over(generation)).await;
        if self.is_over(generation) {
            return None;
        }
        if let Ok(loaded) = loaded {
            policy.connection.record_success();
            return Some(loaded);
        }
        // The next opening takes the draft's lock again, so unlock it now.
        persistence.unlock().await;
        if !self.is_over(generation) {
            self.deps.events.announce_files_unavailable();
            self.show_retry(focus, |text| text.failure_without_draft(&Failure::Unreachable));
        }
        None
    }

    /// Ends this opening, whose page may not be shown yet, and says that another tab holds the draft.
    fn hand_over(&self, persistence: DraftPersistence) {
        self.generation.advance();
        let this = self.clone();
        self.slot.scope().spawn(async move {
            persistence.unlock().await;
            let is_first = this.slot.is_blank();
            this.show_elsewhere(Focus::Take);
            if is_first {
                this.deps.events.ready();
            }
        });
    }

    /// Says why the widget cannot start. The shop's fallback content stays visible below.
    fn show_unavailable(&self, failure: Failure, outlook: RetryOutlook, focus: Focus) {
        let endpoint = self.deps.endpoint.clone();
        self.show_retry(focus, move |text| match outlook {
            RetryOutlook::GaveUp if failure.is_backend_unreached() => {
                text.fill("failure.no_service", &[("endpoint", &endpoint)])
            }
            RetryOutlook::GaveUp | RetryOutlook::Retrying => text.opening_failure(&failure),
        });
    }

    /// Shows `words`, and a button to try again.
    fn show_retry(&self, focus: Focus, words: impl Fn(Text) -> String + 'static) {
        let this = self.clone();
        self.slot.show_notice(focus, move |text, focus| {
            let this = this.clone();
            cannot_open_notice(text, words(text), focus, move || this.start(OpeningReason::Retry))
        });
    }

    /// Says that another tab holds the draft.
    fn show_elsewhere(&self, focus: Focus) {
        let this = self.clone();
        self.slot.show_notice(focus, move |text, focus| {
            let this = this.clone();
            elsewhere_notice(text, focus, move || this.start(OpeningReason::TakeOver))
        });
    }
}

impl PreviewHost for Opening {
    fn slot(&self) -> &PageSlot {
        &self.slot
    }

    fn open_order_line(&self, line: OrderLine) -> (Owner, OpenOrderLine) {
        let owner = self.slot.scope().run(Owner::new);
        let HostDeps { api, draft_store, is_draft_off, events, discards, .. } = self.deps.clone();
        let open = owner.with(|| OpenOrderLine {
            order: ReportedOrderLine::new(line, api.clock()),
            text: self.slot.messages(),
            api,
            persistence: DraftPersistence::new(draft_store, is_draft_off, api.clock()),
            events,
            discards,
            discards_done: discards.get_untracked(),
        });
        (owner, open)
    }

    fn begin_action(&self, open: OpenOrderLine, owner: &Owner, page: &Owner) -> Rc<dyn Fn()> {
        let (this, scope, landing) = (self.clone(), owner.with(Scope::current), page.clone());
        Rc::new(move || this.begin_report(open, landing.clone(), scope.clone()))
    }

    /// Only its first call has an effect.
    fn on_wanted(&self, persistence: DraftPersistence) -> Box<dyn Fn()> {
        let (this, is_wanted) = (self.clone(), Cell::new(false));
        Box::new(move || {
            if !is_wanted.replace(true) {
                this.hand_over(persistence);
            }
        })
    }

    fn follow_confirmed(&self, open: OpenOrderLine, owner: &Owner, page: &Owner) {
        owner.with(|| announce_deadlines(open));
        self.follow_order_line(open, page);
    }

    fn is_over(&self, generation: u32) -> bool {
        self.generation.current() != generation
    }

    fn open_again(&self) {
        // Leaves the focus where the customer has gone on to something else of the host page.
        self.start(if self.slot.has_focus() { OpeningReason::Retry } else { OpeningReason::Mounted });
    }
}

/// Tells the host page the deadline, and again when its standing changes.
fn announce_deadlines(OpenOrderLine { order, events, .. }: OpenOrderLine) {
    let standing = memo(move || order.standing());
    effect(move || events.announce_deadline(order.window().as_ref(), standing.get()));
}
