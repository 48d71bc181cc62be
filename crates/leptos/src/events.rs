//! What the element tells, in types.
//!
//! The words are those of the contract above the element's class (`js/damage-report.js`); a test holds the two against each
//! other. What this crate does not know, because the element on the page is of a later make, is not passed on.

use std::fmt;

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::JsValue;

/// Reads what goes with an event.
pub(crate) trait Told: Sized {
    /// Nothing where it is not of this shape.
    fn read(detail: &JsValue) -> Option<Self>;
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

            fn said(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
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
        /// What is damaged.
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
    /// What photos show.
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
    /// What became of a photo.
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
    /// What became of the draft.
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

/// A photo, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Photo {
    /// What it shows.
    pub subject: Subject,
    /// What became of it.
    pub state: PhotoState,
}

/// By when the damage must be reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The last day, YYYY-MM-DD, where the parcel was delivered; nothing where it was not.
    pub day: Option<String>,
    /// How that stands.
    pub standing: Standing,
}

/// What still keeps a draft from being sent; the codes are those of the backend's contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong.
    pub code: String,
    /// Which photos it is about.
    pub subject: Option<Subject>,
    /// How many there are.
    pub have: Option<u32>,
    /// How many there must be.
    pub need: Option<u32>,
    /// How many there may be.
    pub max: Option<u32>,
}

/// A claim that is about to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim(JsValue);

impl Claim {
    /// The claim as it is sent, in the shape of the backend's contract: to be read as the app reads its JSON.
    #[must_use]
    pub fn json(&self) -> String {
        JSON::stringify(&self.0).map(String::from).unwrap_or_default()
    }
}

/// What becomes of a claim that is about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// It is sent.
    GoesOn,
    /// It is not; the customer may press the button again. Say on the page why.
    HeldBack,
}

/// What is told by a word alone, under this name.
macro_rules! told_by_a_word {
    ($($name:ident by $key:literal,)+) => {
        $(impl Told for $name {
            fn read(detail: &JsValue) -> Option<Self> {
                Self::said(&text(detail, $key)?)
            }
        })+
    };
}

told_by_a_word! {
    Step by "step",
    Draft by "state",
    Reason by "reason",
}

impl Told for () {
    fn read(_: &JsValue) -> Option<Self> {
        Some(())
    }
}

/// Whether the report is open.
impl Told for bool {
    fn read(detail: &JsValue) -> Option<Self> {
        field(detail, "open")?.as_bool()
    }
}

/// The reference of a claim.
impl Told for String {
    fn read(detail: &JsValue) -> Option<Self> {
        text(detail, "reference")
    }
}

impl Told for Photo {
    fn read(detail: &JsValue) -> Option<Self> {
        let subject = Subject::said(&text(detail, "subject")?)?;
        Some(Self { subject, state: PhotoState::said(&text(detail, "state")?)? })
    }
}

impl Told for Deadline {
    fn read(detail: &JsValue) -> Option<Self> {
        let day = text(detail, "day").filter(|day| !day.is_empty());
        Some(Self { day, standing: Standing::said(&text(detail, "standing")?)? })
    }
}

impl Told for Vec<Violation> {
    fn read(detail: &JsValue) -> Option<Self> {
        let violations = field(detail, "violations")?;
        Array::is_array(&violations)
            .then(|| Array::from(&violations).iter().filter_map(|one| violation(&one)).collect())
    }
}

impl Told for Claim {
    fn read(detail: &JsValue) -> Option<Self> {
        field(detail, "claim").map(Self)
    }
}

fn violation(said: &JsValue) -> Option<Violation> {
    // Counts of photos and characters: far from where a float would lose one.
    let count = |key| field(said, key)?.as_f64().map(|count| count as u32);
    let subject = text(said, "subject").and_then(|word| Subject::said(&word));
    let code = text(said, "code")?;
    Some(Violation { code, subject, have: count("have"), need: count("need"), max: count("max") })
}

fn text(said: &JsValue, key: &str) -> Option<String> {
    field(said, key)?.as_string()
}

fn field(said: &JsValue, key: &str) -> Option<JsValue> {
    Reflect::get(said, &key.into()).ok().filter(|value| !value.is_undefined())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str = include_str!("../../../js/damage-report.js");

    /// The words that the contract has for `key` in what goes with `event`, in its order.
    fn contract(event: &str, key: &str) -> Vec<&'static str> {
        let line = CONTRACT.lines().find(|line| line.contains(&format!("damage-report-{event} - "))).unwrap();
        let choice = line.split_once(&format!(" {key}: ")).unwrap().1;
        let choice = choice.split([',', '}']).next().unwrap();
        choice.split('|').map(|word| word.trim().trim_matches('"')).collect()
    }

    #[test]
    fn the_words_are_those_of_the_contract() {
        let words = |all: &[Step]| all.iter().map(|step| step.word()).collect::<Vec<_>>();
        assert_eq!(words(Step::ALL), contract("step", "step"));
        assert_eq!(Subject::ALL.iter().map(|subject| subject.word()).collect::<Vec<_>>(), contract("photo", "subject"));
        assert_eq!(PhotoState::ALL.iter().map(|state| state.word()).collect::<Vec<_>>(), contract("photo", "state"));
        assert_eq!(Draft::ALL.iter().map(|state| state.word()).collect::<Vec<_>>(), contract("draft", "state"));
        let standings: Vec<_> = Standing::ALL.iter().map(|standing| standing.word()).collect();
        assert_eq!(standings, contract("deadline", "standing"));
        assert_eq!(Reason::ALL.iter().map(|reason| reason.word()).collect::<Vec<_>>(), contract("error", "reason"));
    }

    #[test]
    fn an_unknown_word_is_not_taken_for_another() {
        assert_eq!(Step::said("check"), Some(Step::Check));
        assert_eq!(Step::said("payment"), None);
    }

    #[test]
    fn every_event_of_the_contract_is_listened_to() {
        let component = include_str!("component.rs");
        let events: Vec<_> = CONTRACT.lines().filter_map(|line| line.split_once("@fires ")).collect();
        assert!(events.len() > 10, "{events:?}");
        for (_, event) in events {
            let name = event.split_once("} damage-report-").unwrap().1.split_once(" - ").unwrap().0;
            assert!(component.contains(&format!("\"damage-report-{name}\"")), "{name}");
        }
    }
}
