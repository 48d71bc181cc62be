//! The events of the element, in types.
//!
//! A test compares them with the contract above the element's class (`js/damage-report.js`). The component does not pass on
//! an event that this crate does not know, which a newer element may send.

use std::{fmt, marker::PhantomData};

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::JsValue;

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

/// The detail of an event.
pub(crate) trait Detail: Sized {
    /// Returns `None` for a detail of another shape, which a newer element may send.
    fn read(detail: &JsValue) -> Option<Self>;

    /// Its type in TypeScript, as in the contract.
    #[cfg(test)]
    fn shape() -> String;
}

/// The value of one field.
trait Field: Sized {
    /// The sign between the name of the field and its type in TypeScript.
    #[cfg(test)]
    const MARK: &str = ":";

    fn read(value: Option<JsValue>) -> Option<Self>;

    /// Its type in TypeScript, as in the contract.
    #[cfg(test)]
    fn kind() -> String;
}

/// A choice of words that the element says.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$meaning])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that the element says.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }

        impl Field for $name {
            fn read(value: Option<JsValue>) -> Option<Self> {
                Self::from_word(&value?.as_string()?)
            }

            #[cfg(test)]
            fn kind() -> String {
                Self::ALL.iter().map(|known| format!("{:?}", known.word())).collect::<Vec<_>>().join(" | ")
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
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

/// Declares a detail, or an object in one, whose fields have the names that they have in the contract.
macro_rules! object {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $field:ident: $type:ty,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$meaning])* pub $field: $type,)+
        }

        impl Detail for $name {
            fn read(detail: &JsValue) -> Option<Self> {
                Some(Self { $($field: Field::read(property(detail, stringify!($field)))?,)+ })
            }

            #[cfg(test)]
            fn shape() -> String {
                let fields = [$([stringify!($field), <$type as Field>::MARK, " ", &<$type as Field>::kind()].concat()),+];
                format!("{{ {} }}", fields.join(", "))
            }
        }
    };
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

/// Reads a detail that has one field as the value of that field.
macro_rules! detail_of_one_field {
    ($($type:ty: $field:literal,)+) => {
        $(impl Detail for $type {
            fn read(detail: &JsValue) -> Option<Self> {
                Field::read(property(detail, $field))
            }

            #[cfg(test)]
            fn shape() -> String {
                ["{ ", $field, <$type as Field>::MARK, " ", &<$type as Field>::kind(), " }"].concat()
            }
        })+
    };
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

impl Detail for () {
    fn read(_: &JsValue) -> Option<Self> {
        Some(())
    }

    #[cfg(test)]
    fn shape() -> String {
        "{}".to_owned()
    }
}

/// Declares how values are read from a field of this type in TypeScript.
macro_rules! field {
    ($($type:ty, $kind:literal: $read:expr,)+) => {
        $(impl Field for $type {
            fn read(value: Option<JsValue>) -> Option<Self> {
                value.and_then($read)
            }

            #[cfg(test)]
            fn kind() -> String {
                $kind.to_owned()
            }
        })+
    };
}

field! {
    bool, "boolean": |value| value.as_bool(),
    // Counts of photos and characters are far from where a float would lose one.
    u32, "number": |value| value.as_f64().map(|count| count as u32),
    // Where there is no day, the element sends an empty text.
    String, "string": |value| value.as_string().filter(|text| !text.is_empty()),
    Claim, "object": |value| Some(Claim(value)),
}

impl<T: Field> Field for Option<T> {
    #[cfg(test)]
    const MARK: &str = "?:";

    fn read(value: Option<JsValue>) -> Option<Self> {
        Some(T::read(value))
    }

    #[cfg(test)]
    fn kind() -> String {
        T::kind()
    }
}

impl Field for Vec<Violation> {
    fn read(value: Option<JsValue>) -> Option<Self> {
        let value = value.filter(Array::is_array)?;
        Some(Array::from(&value).iter().filter_map(|one| Violation::read(&one)).collect())
    }

    #[cfg(test)]
    fn kind() -> String {
        [&Violation::shape(), "[]"].concat()
    }
}

fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each event of the contract above the element's class, with its detail.
    fn contract() -> Vec<(String, String)> {
        let element = include_str!("../../../js/damage-report.js");
        let events = element.lines().filter_map(|line| line.split_once("@fires {CustomEvent<")?.1.split_once(" - "));
        let events = events.map(|(event, _)| event.split_once(">} ").unwrap());
        events.map(|(detail, name)| (name.to_owned(), detail.to_owned())).collect()
    }

    #[test]
    fn the_events_are_those_of_the_contract() {
        let known = all();
        let known: Vec<_> = known
            .iter()
            // A day that is not known is an empty text there and `None` here.
            .map(|(name, detail)| ((*name).to_owned(), detail.replace("day?:", "day:")))
            .collect();
        assert_eq!(contract(), known);
    }

    #[test]
    fn an_unknown_word_is_not_taken_for_another() {
        assert_eq!(Step::from_word("check"), Some(Step::Check));
        assert_eq!(Step::from_word("payment"), None);
    }
}
