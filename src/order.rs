//! The order line that the widget is about, and how its reporting window stands by the server's clock.

use std::cell::Cell;

use chrono::{NaiveDateTime, Timelike as _};
use damage_report_rules::{
    contract::{ClaimStatus, OrderLine, Timestamp},
    policy::LateRule,
    window::{ReportingWindow, Standing, Timing},
};

use crate::{
    clock::{self, Clock},
    reactive::signal::Signal,
    reactive::stored_value::StoredValue,
};

/// The order line, as it was read when the page opened, and what has become of it since. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct Order {
    known: StoredValue<Known>,
    clock: Signal<Option<Clock>>,
    latest: Signal<Option<OrderLine>>,
}

/// What is known of an order line, and from when.
struct Known {
    line: OrderLine,
    window: Option<ReportingWindow>,
    begun: Cell<Option<f64>>,
}

impl Order {
    /// The order line as the backend just gave it, whose `clock` it follows.
    pub(crate) fn new(line: OrderLine, clock: Signal<Option<Clock>>) -> Self {
        let delivery = line.delivery.as_ref();
        let delivered = delivery.and_then(|delivery| clock::local(clock::instant(&delivery.at)?, &delivery.zone));
        let window = delivered
            .map(|delivered| ReportingWindow::new(delivered.date(), line.policy.reporting_days, &line.holidays));
        let begun = Cell::new(line.draft_begun_at.as_ref().and_then(clock::instant));
        Self { known: StoredValue::new(Known { line, window, begun }), clock, latest: Signal::new(None) }
    }

    /// Reads something of the order line.
    pub(crate) fn with<T>(self, read: impl FnOnce(&OrderLine) -> T) -> T {
        read(&self.known.get().line)
    }

    /// The customer begins, or has begun and nobody knows when. Whether that is news: then the backend, which decides, is
    /// to be told.
    pub(crate) fn begin(self) -> bool {
        let known = self.known.get();
        let is_news = known.begun.get().is_none();
        if is_news {
            known.begun.set(self.now_untracked().filter(|_| known.window.is_some()));
        }
        is_news && known.begun.get().is_some()
    }

    /// The backend says when the customer began, which may be news of the time as well: it cannot be earlier now.
    pub(crate) fn was_begun(self, at: &Timestamp) {
        let known = self.known.get();
        known.begun.set(clock::instant(at));
        self.clock.update(|clock| {
            if let Some(least) = Clock::set(at)
                && clock.is_some_and(|clock| clock.now() < least.now())
            {
                *clock = Some(least);
            }
        });
    }

    /// The order line as the backend gives it by now.
    pub(crate) fn renew(self, line: OrderLine) {
        let known = self.known.get();
        if let Some(begun) = &line.draft_begun_at {
            known.begun.set(clock::instant(begun));
        }
        self.latest.set(Some(line));
    }

    /// Time has passed: whoever follows how the window stands looks again.
    pub(crate) fn look_again(self) {
        self.clock.update(|_| {});
    }

    /// Whether the device has slept since the backend said what time it is.
    pub(crate) fn is_stale(self) -> bool {
        self.clock.get_untracked().is_some_and(Clock::is_stale)
    }

    /// How many milliseconds of this day are left where the parcel was delivered, but for a change of its clocks.
    pub(crate) fn rest_of_day(self) -> Option<f64> {
        let seconds = 86_400 - self.known.get().local(self.now_untracked()?)?.num_seconds_from_midnight();
        Some(f64::from(seconds) * 1000.0)
    }

    /// The claim that was made meanwhile, if one was. Follows it.
    pub(crate) fn claim(self) -> Option<ClaimStatus> {
        self.latest.with(|line| line.as_ref()?.claim.clone())
    }

    /// Whether this page is about what is no longer so: it was reported meanwhile, or delivered. Follows it.
    pub(crate) fn is_outdated(self) -> bool {
        let known = self.known.get();
        let before = (&known.line.delivery, known.line.claim.is_some());
        self.latest.with(|line| line.as_ref().is_some_and(|line| before != (&line.delivery, line.claim.is_some())))
    }

    /// Whether the backend has nothing of a report yet.
    pub(crate) fn is_untouched(self) -> bool {
        self.with(|line| line.claim.is_none() && line.photos.is_empty())
    }

    /// Whether the parcel was handed over.
    pub(crate) fn is_delivered(self) -> bool {
        self.with(|line| line.delivery.is_some())
    }

    /// The reporting window, unless the delivery's date is not known here.
    pub(crate) fn window(self) -> Option<ReportingWindow> {
        self.known.get().window.clone()
    }

    /// How the window stands now, unless nobody here can know. Follows it.
    pub(crate) fn standing(self) -> Option<Standing> {
        let known = self.known.get();
        Some(known.window.as_ref()?.standing(known.local(self.now()?)?.date()))
    }

    /// Whether a report sent now is in time. Follows it.
    pub(crate) fn timing(self) -> Timing {
        let known = self.known.get();
        match (&known.window, self.now()) {
            (Some(window), Some(now)) => {
                let begun = known.begun.get().map(|begun| begun as i64);
                window.timing(begun, now as i64, |instant| Some(known.local(instant as f64)?.date()))
            }
            _ => Timing::Undecided,
        }
    }

    /// Whether a report can no longer be made here at all. Follows it.
    pub(crate) fn is_closed(self) -> bool {
        self.timing() == Timing::Late && self.with(|line| line.policy.late == LateRule::Refuse)
    }

    /// Milliseconds since 1970 on the server. Follows it.
    fn now(self) -> Option<f64> {
        self.clock.with(|_| {});
        self.now_untracked()
    }

    fn now_untracked(self) -> Option<f64> {
        Some(self.clock.get_untracked()?.now())
    }

    /// The zone in which days are counted.
    pub(crate) fn zone(self) -> String {
        self.with(|line| line.delivery.as_ref().map_or_else(|| "UTC".into(), |delivery| delivery.zone.clone()))
    }
}

impl Known {
    /// The date and time at the place of delivery at `instant`.
    fn local(&self, instant: f64) -> Option<NaiveDateTime> {
        clock::local(instant, &self.line.delivery.as_ref()?.zone)
    }
}
