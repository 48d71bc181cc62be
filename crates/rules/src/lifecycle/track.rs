//! The three tracks, each with what may follow what on it.
//!
//! None of them looks at another: what must agree between them is decided in [`Progress`](super::Progress).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{EventRefused, Money};
use crate::{date::Day, tracking};

/// The inquiry with the carrier.
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::Investigation;
///
/// let open: Investigation = serde_json::from_str(r#"{"state": "open", "since": "2026-11-24"}"#)?;
/// assert_ne!(open, Investigation::NotStarted);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case", try_from = "Wire")]
pub enum Investigation {
    /// The carrier has not been asked yet.
    #[default]
    NotStarted,
    /// The carrier has been asked.
    Open {
        /// The day it was asked.
        #[serde(serialize_with = "crate::date::serialize")]
        since: NaiveDate,
    },
    /// The inquiry is over.
    Concluded {
        /// The day it ended.
        #[serde(serialize_with = "crate::date::serialize")]
        on: NaiveDate,
    },
}

/// The damaged device on its way back to the seller.
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::ReturnShipment;
///
/// assert_eq!(serde_json::to_string(&ReturnShipment::default())?, r#"{"state":"label_pending"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case", try_from = "Wire")]
pub enum ReturnShipment {
    /// There is no return label yet.
    #[default]
    LabelPending,
    /// The claimant has a return label.
    LabelIssued {
        /// The day it was issued.
        #[serde(serialize_with = "crate::date::serialize")]
        on: NaiveDate,
    },
    /// The claimant handed the parcel over to a carrier.
    HandedOver {
        /// The day of its first scan.
        #[serde(serialize_with = "crate::date::serialize")]
        on: NaiveDate,
    },
    /// The seller has the device.
    Received {
        /// The day it arrived.
        #[serde(serialize_with = "crate::date::serialize")]
        on: NaiveDate,
    },
}

/// What the claimant gets. A claim is closed when this is done.
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::Resolution;
///
/// let replaced: Resolution =
///     serde_json::from_str(r#"{"state": "replaced", "on": "2026-11-26", "tracking_number": "3SDEVC123456789"}"#)?;
/// assert!(matches!(replaced, Resolution::Replaced { tracking_number, .. } if tracking_number == "3SDEVC123456789"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case", try_from = "Wire")]
pub enum Resolution {
    /// Nothing was sent or refunded yet.
    #[default]
    Pending,
    /// Another device is on its way.
    Replaced {
        /// The day it was sent.
        #[serde(serialize_with = "crate::date::serialize")]
        on: NaiveDate,
        /// Its tracking number, normalised.
        tracking_number: String,
    },
    /// The money was paid back.
    Refunded {
        /// The day it was paid.
        #[serde(serialize_with = "crate::date::serialize")]
        on: NaiveDate,
        /// How much.
        amount: Money,
    },
}

/// Any of the three as it arrives. serde's own way to read a tagged enum keeps a copy of everything until it has seen
/// the tag: 21 KB of code for the three. A flat shape with the fields of all states needs no copy.
#[derive(Deserialize)]
struct Wire {
    state: State,
    #[serde(default)]
    since: Option<Day>,
    #[serde(default)]
    on: Option<Day>,
    #[serde(default)]
    tracking_number: Option<String>,
    #[serde(default)]
    amount: Option<Money>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    NotStarted,
    Open,
    Concluded,
    LabelPending,
    LabelIssued,
    HandedOver,
    Received,
    Pending,
    Replaced,
    Refunded,
}

impl Wire {
    fn on(&self) -> Result<NaiveDate, &'static str> {
        self.on.map(|day| day.0).ok_or("this state wants the field `on`")
    }
}

const OTHER_TRACK: &str = "this state is not one of this track";

impl TryFrom<Wire> for Investigation {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        match wire.state {
            State::NotStarted => Ok(Self::NotStarted),
            State::Open => Ok(Self::Open { since: wire.since.ok_or("this state wants the field `since`")?.0 }),
            State::Concluded => Ok(Self::Concluded { on: wire.on()? }),
            _ => Err(OTHER_TRACK),
        }
    }
}

impl TryFrom<Wire> for ReturnShipment {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        match wire.state {
            State::LabelPending => Ok(Self::LabelPending),
            State::LabelIssued => Ok(Self::LabelIssued { on: wire.on()? }),
            State::HandedOver => Ok(Self::HandedOver { on: wire.on()? }),
            State::Received => Ok(Self::Received { on: wire.on()? }),
            _ => Err(OTHER_TRACK),
        }
    }
}

impl TryFrom<Wire> for Resolution {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        let on = wire.on();
        match (wire.state, wire.tracking_number, wire.amount) {
            (State::Pending, ..) => Ok(Self::Pending),
            (State::Replaced, Some(tracking_number), _) => Ok(Self::Replaced { on: on?, tracking_number }),
            (State::Refunded, _, Some(amount)) => Ok(Self::Refunded { on: on?, amount }),
            (State::Replaced, None, _) => Err("this state wants the field `tracking_number`"),
            (State::Refunded, _, None) => Err("this state wants the field `amount`"),
            _ => Err(OTHER_TRACK),
        }
    }
}

impl Investigation {
    pub(super) fn opened(self, on: NaiveDate) -> Self {
        match self {
            Self::NotStarted => Self::Open { since: on },
            Self::Open { .. } | Self::Concluded { .. } => self,
        }
    }

    pub(super) fn concluded(self, on: NaiveDate) -> Result<Self, EventRefused> {
        match self {
            Self::NotStarted => Err(EventRefused::InvestigationNotOpened),
            Self::Open { since } => Ok(Self::Concluded { on: on.max(since) }),
            Self::Concluded { .. } => Ok(self),
        }
    }
}

impl ReturnShipment {
    pub(super) fn label_issued(self, on: NaiveDate) -> Self {
        match self {
            Self::LabelPending => Self::LabelIssued { on },
            Self::LabelIssued { .. } | Self::HandedOver { .. } | Self::Received { .. } => self,
        }
    }

    pub(super) fn handed_over(self, on: NaiveDate) -> Result<Self, EventRefused> {
        match self {
            Self::LabelPending => Err(EventRefused::NoReturnLabel),
            Self::LabelIssued { on: issued } => Ok(Self::HandedOver { on: on.max(issued) }),
            // After receipt this is a scan that comes late: it was handed over, and we know more than that.
            Self::HandedOver { .. } | Self::Received { .. } => Ok(self),
        }
    }

    pub(super) fn received(self, on: NaiveDate) -> Result<Self, EventRefused> {
        match self {
            Self::LabelPending => Err(EventRefused::NoReturnLabel),
            Self::LabelIssued { on: before } | Self::HandedOver { on: before } => {
                Ok(Self::Received { on: on.max(before) })
            }
            Self::Received { .. } => Ok(self),
        }
    }
}

impl Resolution {
    pub(super) fn replaced(&self, on: NaiveDate, number: &str) -> Result<Self, EventRefused> {
        let number = tracking::normalise(number);
        if number.is_empty() || number.chars().count() > tracking::LENGTH_MAX || number.chars().any(char::is_control) {
            return Err(EventRefused::TrackingNumber);
        }
        match self {
            Self::Pending => Ok(Self::Replaced { on, tracking_number: number }),
            Self::Replaced { tracking_number, .. } if *tracking_number == number => Ok(self.clone()),
            Self::Replaced { .. } => Err(EventRefused::AlreadyReplaced),
            Self::Refunded { .. } => Err(EventRefused::AlreadyRefunded),
        }
    }

    pub(super) fn refunded(&self, on: NaiveDate, amount: &Money) -> Result<Self, EventRefused> {
        match self {
            Self::Pending => Ok(Self::Refunded { on, amount: amount.clone() }),
            Self::Refunded { amount: paid, .. } if paid == amount => Ok(self.clone()),
            Self::Refunded { .. } => Err(EventRefused::AlreadyRefunded),
            Self::Replaced { .. } => Err(EventRefused::AlreadyReplaced),
        }
    }
}
