//! What the page around the widget hears of: the names of its events, and what each tells.
//!
//! No event tells anything personal but the claim itself, before it is sent. How they reach the page is in `element`.

use damage_report_rules::{
    claim::{Claim, Violation},
    date::iso,
    evidence::Subject,
    window::{ReportingWindow, Standing},
};

use serde::Serialize;

use crate::{
    failure::{Failure, Refusal},
    reactive::stored_value::StoredValue,
};

/// Tells the page. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct HostEvents(StoredValue<Box<Announce>>);

/// Announces an event of this name with up to two things to tell; gives whether the page lets it happen.
type Announce = dyn Fn(&str, &str, &str) -> bool;

impl HostEvents {
    /// One that announces by `announce`.
    pub(crate) fn new(announce: impl Fn(&str, &str, &str) -> bool + 'static) -> Self {
        Self(StoredValue::new(Box::new(announce)))
    }

    /// The first page can be seen.
    pub(crate) fn ready(self) {
        self.tell("ready", "", "");
    }

    /// The widget cannot start, for now.
    pub(crate) fn failed(self, failure: &Failure) {
        let reason = match failure {
            Failure::Unreachable | Failure::UnexpectedResponse | Failure::Refused(Refusal::RouteUnknown) => {
                "unreachable"
            }
            Failure::SignedOut => "signed_out",
            Failure::Later(_) => "busy",
            Failure::Violations(_)
            | Failure::PhotosUnknown(_)
            | Failure::ClaimExists
            | Failure::Refused(Refusal::Photo(_) | Refusal::OrderUnknown | Refusal::Other) => "refused",
        };
        self.tell("error", reason, "");
    }

    /// The widget cannot go on: some of its own files are not to be had.
    pub(crate) fn lacks_files(self) {
        self.tell("error", "files", "");
    }

    /// Another page is shown.
    pub(crate) fn shows(self, page: &str) {
        self.tell("step", page, "");
    }

    /// By when the damage must be reported.
    pub(crate) fn deadline(self, window: Option<&ReportingWindow>, standing: Option<Standing>) {
        let day = window.map(|window| iso(window.last_day())).unwrap_or_default();
        let standing = match standing {
            Some(Standing::Open { .. }) => "open",
            Some(Standing::ClosesToday) => "today",
            Some(Standing::Closed) => "closed",
            None => "unknown",
        };
        self.tell("deadline", &day, standing);
    }

    /// The customer changed something; these are still in the way of a claim.
    pub(crate) fn changed(self, violations: &[Violation]) {
        self.tell("change", &json(&violations), "");
    }

    /// A photo came to be in `state`.
    pub(crate) fn photo(self, subject: Subject, state: &str) {
        self.tell("photo", subject.code(), state);
    }

    /// The draft came to be in `state`.
    pub(crate) fn draft(self, state: &str) {
        self.tell("draft", state, "");
    }

    /// A claim is about to be sent. Whether the page lets it.
    pub(crate) fn before_submit(self, claim: &Claim) -> bool {
        self.tell("before-submit", &json(claim), "")
    }

    /// A claim was accepted.
    pub(crate) fn submitted(self, reference: &str) {
        self.tell("submitted", reference, "");
    }

    fn tell(self, name: &str, what: &str, more: &str) -> bool {
        (self.0.get())(name, what, more)
    }
}

/// `told` as the element reads it. What is of the contract can be written; saying so would bring along what errors look like.
fn json(told: &impl Serialize) -> String {
    serde_json::to_string(told).unwrap_or_default()
}
