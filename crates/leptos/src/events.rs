//! The events of the element, in types.
//!
//! A test compares them with the contract above the element's class (`js/damage-report.js`). The component does not pass on
//! an event that this crate does not know, which a newer element may send.

use std::marker::PhantomData;

use js_sys::{Array, JSON};
use wasm_bindgen::JsValue;

use crate::detail::{DetailField, EventDetail, detail_of_one_field, field, object, words};

/// An event of the element, whose detail is read as `D`.
pub(crate) struct HostEvent<D> {
    pub(crate) name: &'static str,
    detail: PhantomData<D>,
}

/// Declares the events, and lists them for the test.
macro_rules! events {
    ($($constant:ident = $name:literal: $detail:ty,)+) => {
        $(pub(crate) const $constant: HostEvent<$detail> = HostEvent { name: $name, detail: PhantomData };)+

        #[cfg(test)]
        fn all() -> Vec<(&'static str, String)> {
            vec![$(($name, <$detail>::shape())),+]
        }
    };
}

events! {
    READY = "damage-report-ready": (),
    TOGGLE = "damage-report-toggle": bool,
    STEP = "damage-report-step": Step,
    CHANGE = "damage-report-change": Vec<Violation>,
    PHOTO = "damage-report-photo": Photo,
    DRAFT = "damage-report-draft": Draft,
    DEADLINE = "damage-report-deadline": Deadline,
    BEFORE_SUBMIT = "damage-report-before-submit": Claim,
    SUBMITTED = "damage-report-submitted": String,
    AUTH_REQUIRED = "damage-report-auth-required": (),
    ERROR = "damage-report-error": Reason,
}

words! {
    /// A page of the report.
    Step {
        /// The device, the deadline, what will be needed.
        Start = "start",
        /// The kinds of damage.
        Damage = "damage",
        /// Photos of the packaging.
        Packaging = "packaging",
        /// Photos of the shipping label.
        Label = "label",
        /// Photos of the device.
        Device = "device",
        /// Everything on one page, before it is sent.
        Check = "check",
        /// A claim.
        Sent = "sent",
        /// It is too late to report.
        Closed = "closed",
        /// The parcel is still on its way.
        Undelivered = "undelivered",
    }
}

words! {
    /// The subject of a photo.
    Subject {
        /// The packaging.
        Packaging = "packaging",
        /// The shipping label.
        Label = "label",
        /// The device.
        Device = "device",
    }
}

words! {
    /// The state of a photo.
    PhotoState {
        /// It is being read.
        Reading = "reading",
        /// It is on its way.
        Sending = "sending",
        /// The backend has it.
        Kept = "kept",
        /// No such photo can be taken.
        Refused = "refused",
        /// It was not sent, and will not be by itself.
        Failed = "failed",
        /// The customer took it away.
        Removed = "removed",
    }
}

words! {
    /// The state of the draft.
    Draft {
        /// An earlier visit has left one in this browser.
        Found = "found",
        /// It is kept in this browser.
        Saved = "saved",
        /// Nothing is kept in this browser.
        Unsaved = "unsaved",
        /// The customer goes on with it.
        Resumed = "resumed",
        /// It was thrown away.
        Discarded = "discarded",
    }
}

words! {
    /// How the reporting window stands.
    Standing {
        /// There are days left.
        Open = "open",
        /// Today is the last day.
        Today = "today",
        /// It is too late.
        Closed = "closed",
        /// Nobody can say yet.
        Unknown = "unknown",
    }
}

words! {
    /// Why the report cannot start, or had to stop.
    Reason {
        /// The page is not on https.
        Insecure = "insecure",
        /// A file is missing, or is not the one that it should be.
        Files = "files",
        /// A fault in the widget.
        Stopped = "stopped",
        /// The backend does not answer.
        Unreachable = "unreachable",
        /// There is no token, or the backend takes none.
        SignedOut = "signed_out",
        /// The backend cannot now.
        Busy = "busy",
        /// The backend refuses.
        Refused = "refused",
    }
}

object! {
    /// A photo and its state.
    #[derive(Copy)]
    Photo {
        /// The subject that it shows.
        subject: Subject,
        /// Its state now.
        state: PhotoState,
    }
}

object! {
    /// The last day on which the damage can be reported.
    Deadline {
        /// The last day, YYYY-MM-DD at the place of delivery; `None` before the delivery.
        day: Option<String>,
        /// How the reporting window stands.
        standing: Standing,
    }
}

object! {
    /// A rule that the draft still breaks; the codes are those of the backend's contract.
    Violation {
        /// The code of the rule.
        code: String,
        /// The subject of the photos concerned.
        subject: Option<Subject>,
        /// How many there are.
        have: Option<u32>,
        /// How many there must be.
        need: Option<u32>,
        /// How many there may be.
        max: Option<u32>,
    }
}

/// A claim that is about to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim(JsValue);

impl Claim {
    /// The claim as it is sent, as JSON in the shape of the backend's contract.
    #[must_use]
    pub fn json(&self) -> String {
        JSON::stringify(&self.0).map(String::from).unwrap_or_default()
    }
}

/// The app's answer about a claim that is about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// The claim is sent.
    GoesOn,
    /// The claim is not sent; the customer can press the button again. Say on the page why.
    HeldBack,
}

detail_of_one_field! {
    bool: "open",
    Step: "step",
    Draft: "state",
    Reason: "reason",
    String: "reference",
    Vec<Violation>: "violations",
    Claim: "claim",
}

field! {
    Claim, "object": |value| Some(Claim(value)),
}

impl DetailField for Vec<Violation> {
    fn read(value: Option<JsValue>) -> Option<Self> {
        let value = value.filter(Array::is_array)?;
        Some(Array::from(&value).iter().filter_map(|one| Violation::read(&one)).collect())
    }

    #[cfg(test)]
    fn kind() -> String {
        [&Violation::shape(), "[]"].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ELEMENT: &str = include_str!("../../../js/damage-report.js");

    /// Each event of the contract above the element's class, with its detail.
    fn contract(element: &str) -> Vec<(String, String)> {
        let events = element.lines().filter_map(|line| line.split_once("@fires {CustomEvent<")?.1.split_once(" - "));
        let events = events.map(|(event, _)| event.split_once(">} ").unwrap());
        events.map(|(detail, name)| (name.to_owned(), detail.to_owned())).collect()
    }

    /// Each event that the component listens to, with its detail.
    fn known() -> Vec<(String, String)> {
        // A day that is not known is an empty text in the contract and `None` here.
        all().into_iter().map(|(name, detail)| (name.to_owned(), detail.replace("day?:", "day:"))).collect()
    }

    #[test]
    fn the_events_are_those_of_the_contract() {
        assert_eq!(contract(ELEMENT), known());
    }

    #[test]
    fn a_field_that_is_renamed_in_the_contract_is_noticed() {
        for (from, to) in
            [("standing:", "status:"), ("need?:", "wanted?:"), ("damage-report-step -", "damage-report-page -")]
        {
            assert!(ELEMENT.contains(from), "{from}");
            assert_ne!(contract(&ELEMENT.replace(from, to)), known(), "{from}");
        }
    }

    #[test]
    fn an_unknown_word_is_not_taken_for_another() {
        assert_eq!(Step::from_word("check"), Some(Step::Check));
        assert_eq!(Step::from_word("payment"), None);
    }
}
