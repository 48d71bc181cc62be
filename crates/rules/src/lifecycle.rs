//! What happens to a claim after it is sent: three tracks side by side, moved by what the seller says.
//!
//! What may follow what is decided here. Who may say it, and how it is kept, is the backend's; what the customer
//! reads about it is the widget's.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::{
    event::Event,
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

/// How a claim stands: its three tracks.
///
/// The default is the state on submission. The tracks do not wait for each other: a seller may refund before the
/// carrier has answered, and a device may come back after its replacement was sent.
///
/// On the wire: `{"investigation": {"state": "open", "since": "2026-11-24"}, "return_shipment": …, "resolution": …}`.
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
    /// What the claimant gets.
    pub resolution: Resolution,
}

impl Progress {
    /// How the claim stands after `event`, which happened `on` this day at the place of delivery.
    ///
    /// - What has already happened changes nothing, whatever day it is said to be this time: a seller's system may
    ///   send everything twice, or in the wrong order, and the first date stays.
    /// - A device may be received without having been seen to be handed over: carriers miss scans.
    /// - Investigation and return may go on after the claim is closed: a device can come back later.
    /// - An investigation that is concluded is not opened again.
    /// - No event is dated before the one it follows: a clock that was set back does not turn time around.
    ///
    /// # Errors
    ///
    /// [`EventRefused`] when this cannot happen as the claim stands; the claim then stays as it is.
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

    /// Whether the resolution is done.
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

    /// The day by the end of which the seller sends a replacement or refunds, for a claim `submitted_on` this day.
    ///
    /// `None` while the seller's time has not started, which is until the return is received where the policy says
    /// so. The day on which the time starts is not counted. It stays what it was when the claim is closed.
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

/// Why an [`Event`] cannot be, as a claim stands.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use damage_report_rules::lifecycle::{Event, EventRefused, Progress};
///
/// let refused = Progress::default().apply(&Event::InvestigationConcluded, NaiveDate::default()).unwrap_err();
/// assert_eq!(refused, EventRefused::InvestigationNotOpened);
/// assert_eq!(refused.to_string(), "an investigation that was not opened cannot be concluded");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventRefused {
    /// Concluded without having been opened.
    InvestigationNotOpened,
    /// Handed over or received without a return label.
    NoReturnLabel,
    /// Refunded, or replaced under another tracking number, after a replacement was sent.
    AlreadyReplaced,
    /// Replaced, or another amount refunded, after a refund.
    AlreadyRefunded,
    /// The replacement's tracking number is empty, longer than [`LENGTH_MAX`](crate::tracking::LENGTH_MAX) or holds control characters.
    TrackingNumber,
}

impl fmt::Display for EventRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvestigationNotOpened => "an investigation that was not opened cannot be concluded",
            Self::NoReturnLabel => "a return without a return label cannot be on its way",
            Self::AlreadyReplaced => "a replacement was sent already",
            Self::AlreadyRefunded => "a refund was made already",
            Self::TrackingNumber => "the tracking number must be 1 to 40 characters, none of them control characters",
        })
    }
}

impl std::error::Error for EventRefused {}

#[cfg(test)]
mod tests;
