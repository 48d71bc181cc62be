//! The progress of a claim after it is sent: three independent tracks, moved by the seller's events.
//!
//! This module decides which event may follow which. The backend decides who may send events and stores them; the widget words the
//! progress for the customer.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::{
    event::{Event, EventRefused},
    money::{Money, MoneyError},
    track::{Investigation, Resolution, ReturnShipment},
};
use crate::{
    calendar::Holidays,
    policy::{Policy, ResolutionStart},
};

mod event;
mod money;
mod track;

/// The state of a claim: its three tracks.
///
/// The default is the state on submission. The tracks do not wait for each other: a seller may refund before the
/// carrier has answered, and a device may come back after its replacement was sent.
///
/// In JSON: `{"investigation": {"state": "open", "since": "2026-11-24"}, "return_shipment": …, "resolution": …}`.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use damage_report_rules::lifecycle::{Event, Progress, ReturnShipment};
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
/// let progress = Progress::default().apply(&Event::ReturnLabelIssued, day(24))?;
/// assert_eq!(progress.return_shipment, ReturnShipment::LabelIssued { on: day(24) });
/// assert!(progress.keep_packaging());
/// # Ok::<(), damage_report_rules::lifecycle::EventRefused>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// The inquiry with the carrier.
    pub investigation: Investigation,
    /// The device on its way back.
    pub return_shipment: ReturnShipment,
    /// The replacement or refund.
    pub resolution: Resolution,
}

impl Progress {
    /// The state after `event`, which happened `on` this day at the place of delivery.
    ///
    /// - A repeated event changes nothing, and the first date stays: a seller's system may send everything twice, or in the wrong
    ///   order.
    /// - A device may be received without a hand-over: carriers miss scans.
    /// - Investigation and return may continue after the claim is closed: a device can come back later.
    /// - A concluded investigation is not opened again.
    /// - No event is dated before the one that it follows, even when a clock was set back.
    ///
    /// # Errors
    ///
    /// [`EventRefused`] when the event does not fit the state of the claim, which then does not change.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::lifecycle::{Event, EventRefused, Progress};
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let start = Progress::default();
    /// assert_eq!(start.apply(&Event::ReturnHandedOver, day(24)), Err(EventRefused::NoReturnLabel));
    ///
    /// let issued = start.apply(&Event::ReturnLabelIssued, day(24))?;
    /// assert_eq!(issued.apply(&Event::ReturnLabelIssued, day(25)), Ok(issued));
    /// # Ok::<(), EventRefused>(())
    /// ```
    pub fn apply(&self, event: &Event, on: NaiveDate) -> Result<Self, EventRefused> {
        let mut next = self.clone();
        match event {
            Event::InvestigationOpened => next.investigation = self.investigation.opened(on),
            Event::InvestigationConcluded => next.investigation = self.investigation.concluded(on)?,
            Event::ReturnLabelIssued => next.return_shipment = self.return_shipment.label_issued(on),
            Event::ReturnHandedOver => next.return_shipment = self.return_shipment.handed_over(on)?,
            Event::ReturnReceived => next.return_shipment = self.return_shipment.received(on)?,
            Event::ReplacementSent { tracking_number } => {
                next.resolution = self.resolution.replaced(on, tracking_number)?;
            }
            Event::Refunded { amount } => next.resolution = self.resolution.refunded(on, amount)?,
        }
        Ok(next)
    }

    /// Whether the claim has its replacement or refund.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::lifecycle::{Event, Money, Progress};
    ///
    /// let refunded = Event::Refunded { amount: Money::new(39_900, "EUR")? };
    /// let progress = Progress::default().apply(&refunded, NaiveDate::from_ymd_opt(2026, 11, 26).unwrap())?;
    /// assert!(progress.is_closed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.resolution != Resolution::Pending
    }

    /// Whether the claimant should still keep the packaging: until the claim is closed, the carrier may ask for it.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::lifecycle::Progress;
    ///
    /// assert!(Progress::default().keep_packaging());
    /// ```
    #[must_use]
    pub fn keep_packaging(&self) -> bool {
        !self.is_closed()
    }

    /// The last day for the seller to send a replacement or refund, for a claim `submitted_on` this day.
    ///
    /// `None` before the seller's time starts: with some policies it starts when the return is received. The day of the start is not
    /// counted. The result does not change when the claim is closed.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use damage_report_rules::{calendar::Holidays, lifecycle::Progress, policy::*};
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    /// let holidays = Holidays::new(vec![2026], vec![])?;
    /// let progress = Progress::default();
    /// assert_eq!(progress.resolution_due(day(20), &Policy::default(), &holidays), Some(day(25)));
    ///
    /// let patient = Terms { resolution_from: ResolutionStart::ReturnReceived, ..Terms::default() };
    /// assert_eq!(progress.resolution_due(day(20), &Policy::try_from(patient)?, &holidays), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn resolution_due(&self, submitted_on: NaiveDate, policy: &Policy, holidays: &Holidays) -> Option<NaiveDate> {
        let start = match (policy.resolution_from, self.return_shipment) {
            (ResolutionStart::Submission, _) => submitted_on,
            // A device cannot come back for a claim before there is one.
            (ResolutionStart::ReturnReceived, ReturnShipment::Received { on }) => on.max(submitted_on),
            (ResolutionStart::ReturnReceived, _) => return None,
        };
        Some(holidays.working_day_after(start, policy.resolution_days))
    }
}

#[cfg(test)]
mod tests;
