//! The order line that the widget is about, and how its reporting window stands by the server's clock.

use std::cell::Cell;

use chrono::NaiveDateTime;
use damage_report_rules::{
    contract::OrderLine,
    policy::LateRule,
    window::{ReportingWindow, Standing, Timing},
};

use crate::{
    clock::{self, Clock},
    held::Held,
};

/// The order line, as read once. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct Order {
    known: Held<Known>,
}

/// What is known of an order line, and from when.
struct Known {
    line: OrderLine,
    window: Option<ReportingWindow>,
    begun: Cell<Option<NaiveDateTime>>,
    clock: Option<Clock>,
}

impl Order {
    /// The order line as the backend just gave it.
    pub(crate) fn new(line: OrderLine) -> Self {
        let clock = Clock::set(&line.server_time);
        let delivery = line.delivery.as_ref();
        let local = |at| clock::local(clock::instant(at)?, &delivery?.zone);
        let delivered = delivery.and_then(|delivery| local(&delivery.at));
        let window = delivered
            .map(|delivered| ReportingWindow::new(delivered.date(), line.policy.reporting_days, &line.holidays));
        let begun = Cell::new(line.draft_begun_at.as_ref().and_then(local));
        Self { known: Held::new(Known { line, window, begun, clock }) }
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
            known.begun.set(known.now());
        }
        is_news && known.begun.get().is_some()
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

    /// How the window stands now, unless nobody here can know.
    pub(crate) fn standing(self) -> Option<Standing> {
        let known = self.known.get();
        Some(known.window.as_ref()?.standing(known.now()?.date()))
    }

    /// Whether a report sent now is in time.
    pub(crate) fn timing(self) -> Timing {
        let known = self.known.get();
        match (&known.window, known.now()) {
            (Some(window), Some(now)) => window.timing(known.begun.get(), now),
            _ => Timing::Undecided,
        }
    }

    /// Whether a report can no longer be made here at all.
    pub(crate) fn is_closed(self) -> bool {
        self.timing() == Timing::Late && self.with(|line| line.policy.late == LateRule::Refuse)
    }

    /// The zone in which days are counted.
    pub(crate) fn zone(self) -> String {
        self.with(|line| line.delivery.as_ref().map_or_else(|| "UTC".into(), |delivery| delivery.zone.clone()))
    }
}

impl Known {
    fn now(&self) -> Option<NaiveDateTime> {
        self.clock?.local_now(&self.line.delivery.as_ref()?.zone)
    }
}
