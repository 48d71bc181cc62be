//! The events that the host page hears: their names, and the details of each. `element` dispatches them.
//!
//! Only `before-submit` has personal data: the claim itself.

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

/// Dispatches events to the host page. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct HostEvents(StoredValue<Box<Dispatch>>);

/// Dispatches an event of this name with up to two details. Gives whether the host page allows its default action.
type Dispatch = dyn Fn(&str, &str, &str) -> bool;

impl HostEvents {
    /// Events that `dispatch` dispatches.
    pub(crate) fn new(dispatch: impl Fn(&str, &str, &str) -> bool + 'static) -> Self {
        Self(StoredValue::new(Box::new(dispatch)))
    }

    /// The first page is shown.
    pub(crate) fn ready(self) {
        self.dispatch("ready", "", "");
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
        self.dispatch("error", reason, "");
    }

    /// The widget cannot continue, because it cannot load some of its own files.
    pub(crate) fn files_unavailable(self) {
        self.dispatch("error", "files", "");
    }

    /// Another page is shown.
    pub(crate) fn step(self, page: &str) {
        self.dispatch("step", page, "");
    }

    /// The last day of the reporting window, and its standing.
    pub(crate) fn deadline(self, window: Option<&ReportingWindow>, standing: Option<Standing>) {
        let day = window.map(|window| iso(window.last_day())).unwrap_or_default();
        let standing = match standing {
            Some(Standing::Open { .. }) => "open",
            Some(Standing::ClosesToday) => "today",
            Some(Standing::Closed) => "closed",
            None => "unknown",
        };
        self.dispatch("deadline", &day, standing);
    }

    /// The customer changed an answer. These violations remain.
    pub(crate) fn changed(self, violations: &[Violation]) {
        self.dispatch("change", &json(&violations), "");
    }

    /// The state of a photo has changed.
    pub(crate) fn photo(self, subject: Subject, state: &str) {
        self.dispatch("photo", subject.code(), state);
    }

    /// The state of the draft has changed.
    pub(crate) fn draft(self, state: &str) {
        self.dispatch("draft", state, "");
    }

    /// A claim is about to be sent. Gives whether the host page allows it.
    pub(crate) fn before_submit(self, claim: &Claim) -> bool {
        self.dispatch("before-submit", &json(claim), "")
    }

    /// The backend has accepted a claim.
    pub(crate) fn submitted(self, reference: &str) {
        self.dispatch("submitted", reference, "");
    }

    fn dispatch(self, name: &str, what: &str, more: &str) -> bool {
        (self.0.get())(name, what, more)
    }
}

/// `detail` as the element reads it. Types of the contract always serialise; `expect` would compile the formatting of errors.
fn json(detail: &impl Serialize) -> String {
    serde_json::to_string(detail).unwrap_or_default()
}
