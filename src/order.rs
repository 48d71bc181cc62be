//! The order line of the report, and the standing of its reporting window by the server's clock.

use std::cell::Cell;

use chrono::{NaiveDate, NaiveDateTime, Timelike as _};
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
pub struct ReportedOrderLine {
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

impl ReportedOrderLine {
    /// The order line that the backend has just returned. `clock` is the backend's, and decides the standing of the reporting window.
    pub(crate) fn new(line: OrderLine, clock: ServerClock) -> Self {
        let delivery = line.delivery.as_ref();
        let delivered =
            delivery.and_then(|delivery| clock::local_time(clock::parse_instant(&delivery.at)?, &delivery.zone));
        let window = delivered
            .map(|delivered| ReportingWindow::new(delivered.date(), line.policy.reporting_days, &line.holidays));
        let begun = Cell::new(line.draft_begun_at.as_ref().and_then(clock::parse_instant));
        Self { known: StoredValue::new(Known { line, window, begun }), clock, latest: Signal::new(None) }
    }

    /// Calls `read` with the order line as it was when the widget was opened. Not reactive.
    pub(crate) fn with_line_at_opening<T>(self, read: impl FnOnce(&OrderLine) -> T) -> T {
        read(&self.known.get().line)
    }

    /// Records that the customer begins now, unless they began before. Returns whether to tell the backend, whose time is decisive.
    pub(crate) fn record_begin(self) -> bool {
        let known = self.known.get();
        let is_first = known.begun.get().is_none();
        if is_first {
            known.begun.set(self.clock.now_untracked().filter(|_| known.window.is_some()));
        }
        is_first && known.begun.get().is_some()
    }

    /// Records when the customer began by the backend's clock, and sets our copy of that clock to at least this time.
    pub(crate) fn set_begun(self, at: &Timestamp) {
        let known = self.known.get();
        known.begun.set(clock::parse_instant(at));
        self.clock.set_to_at_least(at);
    }

    /// Records the order line as the backend returns it now.
    pub(crate) fn set_line(self, line: OrderLine) {
        let known = self.known.get();
        if let Some(begun) = &line.draft_begun_at {
            known.begun.set(clock::parse_instant(begun));
        }
        self.latest.set(Some(line));
    }

    /// Computes the standing of the reporting window again, because time has passed.
    pub(crate) fn refresh_standing(self) {
        self.clock.tick();
    }

    /// Whether the device has slept since the backend last sent its time.
    pub(crate) fn has_device_slept(self) -> bool {
        self.clock.is_stale()
    }

    /// Milliseconds until midnight at the place of delivery. Wrong by an hour on the two days when its clocks change.
    pub(crate) fn ms_left_today(self) -> Option<f64> {
        let seconds = 86_400 - self.now()?.num_seconds_from_midnight();
        Some(f64::from(seconds) * 1000.0)
    }

    fn now(self) -> Option<NaiveDateTime> {
        self.known.get().local(self.clock.now_untracked()?)
    }

    /// The claim, if one was sent since the widget opened. Reactive.
    pub(crate) fn claim_status(self) -> Option<ClaimStatus> {
        self.latest.with(|line| line.as_ref()?.claim.clone())
    }

    /// Whether a claim or the delivery has changed since the widget opened, so that the widget must open again. Reactive.
    pub(crate) fn is_outdated(self) -> bool {
        let known = self.known.get();
        let before = (&known.line.delivery, known.line.claim.is_some());
        self.latest.with(|line| line.as_ref().is_some_and(|line| before != (&line.delivery, line.claim.is_some())))
    }

    /// Whether its landing can be shown before the backend has confirmed it: there is no claim and no photo, and the window was not
    /// closed at the time that it names. The backend's time can only be later.
    pub(crate) fn is_previewable(self) -> bool {
        let known = self.known.get();
        let standing = clock::parse_instant(&known.line.server_time).and_then(|at| known.standing(at));
        self.has_no_claim_or_photo() && standing.is_some_and(|standing| standing != Standing::Closed)
    }

    /// Whether `now`, as the backend returns it, is what the landing shows of this untouched order line.
    pub(crate) fn is_confirmed_by(self, now: &OrderLine) -> bool {
        self.with_line_at_opening(|shown| {
            // Written out so that the compiler names a new field here. The server's time does not count: the clock has the backend's.
            let OrderLine {
                id,
                order_number,
                device,
                grade,
                delivery,
                consignment,
                policy,
                holidays,
                shop,
                draft_begun_at,
                photos,
                server_time: _,
                claim,
            } = now;
            photos.is_empty()
                && claim.is_none()
                && (id, order_number, device, grade) == (&shown.id, &shown.order_number, &shown.device, &shown.grade)
                && (delivery, consignment, policy) == (&shown.delivery, &shown.consignment, &shown.policy)
                && (holidays, shop, draft_begun_at) == (&shown.holidays, &shown.shop, &shown.draft_begun_at)
        })
    }

    /// Whether the backend has neither a claim nor a photo for it.
    pub(crate) fn has_no_claim_or_photo(self) -> bool {
        self.with_line_at_opening(|line| line.claim.is_none() && line.photos.is_empty())
    }

    /// Whether the parcel is delivered.
    pub(crate) fn is_delivered(self) -> bool {
        self.with_line_at_opening(|line| line.delivery.is_some())
    }

    /// The reporting window. `None` before the delivery, or if the browser does not know the time zone.
    pub(crate) fn window(self) -> Option<ReportingWindow> {
        self.known.get().window.clone()
    }

    /// The day at the place of delivery. `None` before the delivery, or before the backend has sent its time.
    pub(crate) fn today(self) -> Option<NaiveDate> {
        Some(self.now()?.date())
    }

    /// The standing of the window now. `None` without a window, or before the backend has sent its time. Reactive.
    pub(crate) fn standing(self) -> Option<Standing> {
        self.known.get().standing(self.clock.now()?)
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

    /// Whether it is too late for a claim, and the shop refuses late claims. Reactive.
    pub(crate) fn is_closed(self) -> bool {
        self.timing() == Timing::Late && self.with_line_at_opening(|line| line.policy.late == LateRule::Refuse)
    }

    /// The time zone of the place of delivery, in which days are counted.
    pub(crate) fn time_zone(self) -> String {
        self.with_line_at_opening(|line| {
            line.delivery.as_ref().map_or_else(|| "UTC".into(), |delivery| delivery.zone.clone())
        })
    }
}

impl Known {
    /// The standing of the window at `instant`, in milliseconds since 1970.
    fn standing(&self, instant: f64) -> Option<Standing> {
        Some(self.window.as_ref()?.standing(self.local(instant)?.date()))
    }

    /// The date and time at the place of delivery at `instant`, in milliseconds since 1970.
    fn local(&self, instant: f64) -> Option<NaiveDateTime> {
        clock::local_time(instant, &self.line.delivery.as_ref()?.zone)
    }
}
