//! The order line that the widget is about, and how its reporting window stands by the server's clock.

use std::cell::Cell;

use chrono::{NaiveDateTime, Timelike as _};
use damage_report_rules::{
    contract::{ClaimStatus, OrderLine, Timestamp},
    policy::LateRule,
    window::{ReportingWindow, Standing, Timing},
};

use crate::{
    clock::{self, ServerClock},
    reactive::{signal::Signal, stored_value::StoredValue},
};

/// The order line as it was when the widget opened, and what has changed since. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct Order {
    known: StoredValue<Known>,
    clock: ServerClock,
    latest: Signal<Option<OrderLine>>,
}

struct Known {
    line: OrderLine,
    window: Option<ReportingWindow>,
    /// When the customer began, in milliseconds since 1970 on the server.
    begun: Cell<Option<f64>>,
}

impl Order {
    /// The order line as the backend has just given it. The reporting window follows the backend's `clock`.
    pub(crate) fn new(line: OrderLine, clock: ServerClock) -> Self {
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

    /// Notes that the customer begins now, unless they have begun before. Gives whether the backend must be told: its time counts.
    pub(crate) fn begin(self) -> bool {
        let known = self.known.get();
        let is_first = known.begun.get().is_none();
        if is_first {
            known.begun.set(self.clock.now_untracked().filter(|_| known.window.is_some()));
        }
        is_first && known.begun.get().is_some()
    }

    /// Notes when the customer began by the backend's clock. It cannot be earlier now.
    pub(crate) fn set_begun(self, at: &Timestamp) {
        let known = self.known.get();
        known.begun.set(clock::instant(at));
        self.clock.set_to_at_least(at);
    }

    /// Notes how the backend gives the order line now.
    pub(crate) fn update(self, line: OrderLine) {
        let known = self.known.get();
        if let Some(begun) = &line.draft_begun_at {
            known.begun.set(clock::instant(begun));
        }
        self.latest.set(Some(line));
    }

    /// Time has passed: the standing of the reporting window is computed again.
    pub(crate) fn tick(self) {
        self.clock.tick();
    }

    /// Whether the device has slept since the backend said the time.
    pub(crate) fn is_stale(self) -> bool {
        self.clock.is_stale()
    }

    /// Milliseconds until midnight at the place of delivery. An hour off on the two days when its clocks change.
    pub(crate) fn ms_left_today(self) -> Option<f64> {
        let now = self.known.get().local(self.clock.now_untracked()?)?;
        let seconds = 86_400 - now.num_seconds_from_midnight();
        Some(f64::from(seconds) * 1000.0)
    }

    /// The claim that was sent since the widget opened, if one was. Reactive.
    pub(crate) fn claim(self) -> Option<ClaimStatus> {
        self.latest.with(|line| line.as_ref()?.claim.clone())
    }

    /// Whether a claim or the delivery has changed since the widget opened, so that it must open again. Reactive.
    pub(crate) fn is_outdated(self) -> bool {
        let known = self.known.get();
        let before = (&known.line.delivery, known.line.claim.is_some());
        self.latest.with(|line| line.as_ref().is_some_and(|line| before != (&line.delivery, line.claim.is_some())))
    }

    /// Whether the backend has neither a claim nor a photo.
    pub(crate) fn is_untouched(self) -> bool {
        self.with(|line| line.claim.is_none() && line.photos.is_empty())
    }

    /// Whether the parcel is delivered.
    pub(crate) fn is_delivered(self) -> bool {
        self.with(|line| line.delivery.is_some())
    }

    /// The reporting window. None before the delivery, or in a time zone that the browser does not know.
    pub(crate) fn window(self) -> Option<ReportingWindow> {
        self.known.get().window.clone()
    }

    /// The standing of the window now, if it can be known here. Reactive.
    pub(crate) fn standing(self) -> Option<Standing> {
        let known = self.known.get();
        Some(known.window.as_ref()?.standing(known.local(self.clock.now()?)?.date()))
    }

    /// Whether a claim that is sent now is in time. Reactive.
    pub(crate) fn timing(self) -> Timing {
        let known = self.known.get();
        match (&known.window, self.clock.now()) {
            (Some(window), Some(now)) => {
                let begun = known.begun.get().map(|begun| begun as i64);
                window.timing(begun, now as i64, |instant| Some(known.local(instant as f64)?.date()))
            }
            _ => Timing::Undecided,
        }
    }

    /// Whether the shop takes no claim any more. Reactive.
    pub(crate) fn is_closed(self) -> bool {
        self.timing() == Timing::Late && self.with(|line| line.policy.late == LateRule::Refuse)
    }

    /// The time zone in which days are counted.
    pub(crate) fn zone(self) -> String {
        self.with(|line| line.delivery.as_ref().map_or_else(|| "UTC".into(), |delivery| delivery.zone.clone()))
    }
}

impl Known {
    /// The date and time at the place of delivery at `instant`, in milliseconds since 1970.
    fn local(&self, instant: f64) -> Option<NaiveDateTime> {
        clock::local(instant, &self.line.delivery.as_ref()?.zone)
    }
}
