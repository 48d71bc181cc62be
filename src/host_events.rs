//! The events that the widget sends to the host page. Only `before-submit` has personal data: the claim itself.
//!
//! `js/damage-report.js` documents the events above the element's class, and the tests below compare that contract with these
//! types. `element` passes the events to the script.

#[cfg(test)]
mod tests;

use damage_report_rules::{
    claim::{Claim, Violation},
    date::to_iso,
    evidence::Subject,
    window::{ReportingWindow, Standing},
};
use serde::Serialize;

use crate::{
    failure::{Failure, Refusal},
    reactive::stored_value::StoredValue,
};

/// Dispatches events to the host page. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct HostEvents(StoredValue<Box<Dispatch>>);

/// Dispatches one event. The first argument is its name and the names of its fields (`photo subject state`), the others are the
/// values of the fields. Returns whether the host page allows the default action. One argument of JSON would add 300 bytes to the
/// first module.
type Dispatch = dyn Fn(&str, &str, &str) -> bool;

/// Declares the events, each with at most two fields. Generates a method for each, and a list of all for the test.
macro_rules! events {
    ($($(#[$about:meta])* $method:ident = $name:literal {
        $($first:ident: $first_kind:ty $(, $second:ident: $second_kind:ty)?)?
    } $(-> $answer:ty)?;)+) => {
        impl HostEvents {
            $($(#[$about])*
            pub(crate) fn $method(self $(, $first: $first_kind $(, $second: $second_kind)?)?) $(-> $answer)? {
                let event = concat!($name $(, " ", stringify!($first) $(, " ", stringify!($second))?)?);
                $(let $first = $first.text(); $(let $second = $second.text();)?)?
                let values = [$($first.as_ref(), $($second.as_ref(),)?)? "", ""];
                answer!([$($answer)?] (self.0.get())(event, values[0], values[1]))
            })+
        }

        #[cfg(test)]
        fn all() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
            vec![$(($name, vec![$(
                (stringify!($first), <$first_kind as Value>::kind()),
                $((stringify!($second), <$second_kind as Value>::kind()),)?
            )?])),+]
        }
    };
}

macro_rules! answer {
    ([] $allowed:expr) => {
        _ = $allowed
    };
    ([$answer:ty] $allowed:expr) => {
        $allowed
    };
}

events! {
    /// The first page can be seen.
    ready = "ready" {};
    /// Another page is shown.
    step = "step" { step: StepName };
    /// The customer changed the draft. It still breaks these rules.
    changed = "change" { violations: &[Violation] };
    /// A photo has changed to `state`.
    photo = "photo" { subject: Subject, state: PhotoState };
    /// The draft has changed to `state`.
    draft = "draft" { state: DraftState };
    /// The last day is YYYY-MM-DD, or empty before the delivery.
    day_and_standing = "deadline" { day: &str, standing: StandingName };
    /// A claim is about to be sent. Returns whether the page allows that.
    before_submit = "before-submit" { claim: &Claim } -> bool;
    /// A claim was accepted.
    submitted = "submitted" { reference: &str };
    /// The widget cannot start, or had to stop.
    error = "error" { reason: ErrorReason };
}

impl HostEvents {
    /// Sends events by `dispatch`.
    pub(crate) fn new(dispatch: impl Fn(&str, &str, &str) -> bool + 'static) -> Self {
        Self(StoredValue::new(Box::new(dispatch)))
    }

    /// The widget cannot start, for now.
    pub(crate) fn announce_failure(self, failure: &Failure) {
        let reason = match failure {
            Failure::Unreachable | Failure::UnexpectedResponse | Failure::Refused(Refusal::RouteUnknown) => {
                ErrorReason::Unreachable
            }
            Failure::SignedOut => ErrorReason::SignedOut,
            Failure::Later(_) => ErrorReason::Busy,
            Failure::Violations(_)
            | Failure::PhotosUnknown(_)
            | Failure::ClaimExists
            | Failure::Refused(Refusal::Photo(_) | Refusal::OrderUnknown | Refusal::Other) => ErrorReason::Refused,
        };
        self.error(reason);
    }

    /// The widget cannot continue, because it cannot load some of its own files.
    pub(crate) fn announce_files_unavailable(self) {
        self.error(ErrorReason::Files);
    }

    /// The reporting window is known, or its standing changed.
    pub(crate) fn announce_deadline(self, window: Option<&ReportingWindow>, standing: Option<Standing>) {
        let day = window.map(|window| to_iso(window.last_day())).unwrap_or_default();
        let standing = match standing {
            Some(Standing::Open { .. }) => StandingName::Open,
            Some(Standing::ClosesToday) => StandingName::Today,
            Some(Standing::Closed) => StandingName::Closed,
            None => StandingName::Unknown,
        };
        self.day_and_standing(&day, standing);
    }
}

/// The value of a field.
trait Value {
    /// The value as the runtime reads it: a word unchanged, an object as JSON.
    fn text(self) -> impl AsRef<str>;

    /// Its type in TypeScript, as in the contract.
    #[cfg(test)]
    fn kind() -> String;
}

/// Declares the words that a field can have.
macro_rules! words {
    ($(#[$about:meta])* $vis:vis enum $name:ident { $($(#[$meaning:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$meaning])* $variant,)+
        }

        impl Value for $name {
            fn text(self) -> impl AsRef<str> {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            #[cfg(test)]
            fn kind() -> String {
                [$(concat!("\"", $word, "\"")),+].join(" | ")
            }
        }
    };
}

words! {
    /// The page of the report that is shown.
    pub(crate) enum StepName {
        /// The device, the deadline and a list of what will be needed.
        Start = "start",
        /// The kinds of damage.
        Damage = "damage",
        /// Photos of the packaging.
        Packaging = "packaging",
        /// Photos of the shipping label.
        Label = "label",
        /// Photos of the device.
        Device = "device",
        /// Everything once more, before it is sent.
        Check = "check",
        /// The claim, after it is sent.
        Sent = "sent",
        /// The reporting window is closed.
        Closed = "closed",
        /// The parcel is not delivered yet.
        Undelivered = "undelivered",
    }
}

words! {
    /// The state of one photo.
    pub enum PhotoState {
        /// The browser reads and prepares it.
        Reading = "reading",
        /// It waits to be uploaded, or is being uploaded.
        Sending = "sending",
        /// The backend has it.
        Kept = "kept",
        /// The widget or the backend does not accept it.
        Refused = "refused",
        /// The upload failed, and is not retried until the customer asks.
        Failed = "failed",
        /// The customer removed it.
        Removed = "removed",
    }
}

words! {
    /// The state of the draft in this browser. The element itself announces `found`, which is not in this list.
    pub(crate) enum DraftState {
        /// It is saved.
        Saved = "saved",
        /// It cannot be saved, or the shop does not want it to be.
        Unsaved = "unsaved",
        /// The customer continues a saved one.
        Resumed = "resumed",
        /// It was deleted.
        Discarded = "discarded",
    }
}

words! {
    /// How the reporting window stands.
    pub(crate) enum StandingName {
        /// Today is not the last day.
        Open = "open",
        /// Today is the last day.
        Today = "today",
        /// The window is closed.
        Closed = "closed",
        /// The parcel is not delivered, or the time is not known yet.
        Unknown = "unknown",
    }
}

words! {
    /// Why the widget cannot start, or had to stop. The element itself announces `insecure` and `stopped`.
    pub(crate) enum ErrorReason {
        /// Some of the widget's own files cannot be loaded.
        Files = "files",
        /// The backend does not answer.
        Unreachable = "unreachable",
        /// The customer is not signed in any more.
        SignedOut = "signed_out",
        /// The backend asks to come back later.
        Busy = "busy",
        /// The backend refuses the order line.
        Refused = "refused",
    }
}

impl Value for Subject {
    fn text(self) -> impl AsRef<str> {
        self.code()
    }

    #[cfg(test)]
    fn kind() -> String {
        Self::ALL.map(|subject| format!("{:?}", subject.code())).join(" | ")
    }
}

impl Value for &str {
    fn text(self) -> impl AsRef<str> {
        self
    }

    #[cfg(test)]
    fn kind() -> String {
        "string".to_owned()
    }
}

impl Value for &[Violation] {
    fn text(self) -> impl AsRef<str> {
        json(&self)
    }

    #[cfg(test)]
    fn kind() -> String {
        tests::violations()
    }
}

impl Value for &Claim {
    fn text(self) -> impl AsRef<str> {
        json(self)
    }

    #[cfg(test)]
    fn kind() -> String {
        "object".to_owned()
    }
}

/// Serializing these types cannot fail. `unwrap_or_default` instead of `expect` keeps the texts of serde's errors out of the module.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
