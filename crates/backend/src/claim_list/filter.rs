//! Which claims of the list are wanted.

use chrono::NaiveDate;
use damage_report_rules::{claim::counted_length, lifecycle::ClaimState};

use crate::{problem::Refusal, query, store::claim_list::ListConditions};

/// The most characters of a text that is looked for.
const TEXT_LENGTH_MAX: usize = 200;

/// Which claims are wanted: those that match all that is set. Without anything set, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimFilter {
    /// Claims in this state, or in a state of this group.
    pub state: Option<StateFilter>,
    /// Claims whose decision is due before this day.
    pub due_before: Option<NaiveDate>,
    /// Claims about a parcel of this carrier, as the shop calls it.
    pub carrier: Option<String>,
    /// Claims that came after the window closed, or the others.
    pub is_late: Option<bool>,
    /// Claims with a photo kept against advice, or the others.
    pub has_advice: Option<bool>,
    /// Claims without a photo of packaging or label, or the others.
    pub lacks_evidence: Option<bool>,
    /// The claim with this reference.
    pub reference: Option<String>,
    /// Claims about this order.
    pub order_number: Option<String>,
    /// Claims with all these words in the customer's description or the device's title, or with this reference or order number.
    pub text: Option<String>,
}

/// A state, or a group of states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateFilter {
    /// This state.
    One(ClaimState),
    /// Each state before a decision.
    Undecided,
    /// Each state after a decision.
    Decided,
}

impl StateFilter {
    /// The states that it stands for.
    pub fn states(self) -> impl Iterator<Item = ClaimState> {
        ClaimState::ALL.into_iter().filter(move |state| match self {
            Self::One(wanted) => *state == wanted,
            Self::Undecided => !state.is_decided(),
            Self::Decided => state.is_decided(),
        })
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            "undecided" => Some(Self::Undecided),
            "decided" => Some(Self::Decided),
            _ => ClaimState::ALL.into_iter().find(|state| state.code() == text).map(Self::One),
        }
    }
}

impl ClaimFilter {
    /// Reads the `parameters` of a query, all of which must be filters.
    ///
    /// # Errors
    ///
    /// `header_invalid`, which names the parameter and what is wanted there.
    pub fn parse(parameters: &[(String, String)]) -> Result<Self, Refusal> {
        let mut filter = Self::default();
        for (name, value) in parameters {
            match name.as_str() {
                "state" => {
                    filter.state = Some(StateFilter::parse(value).ok_or_else(|| query::invalid_query(&state_rule()))?)
                }
                "due_before" => filter.due_before = Some(date(value)?),
                "carrier" => filter.carrier = Some(text("carrier", value)?),
                "late" => filter.is_late = Some(yes_or_no("late", value)?),
                "advice" => filter.has_advice = Some(yes_or_no("advice", value)?),
                "evidence_missing" => filter.lacks_evidence = Some(yes_or_no("evidence_missing", value)?),
                "reference" => filter.reference = Some(text("reference", value)?),
                "order_number" => filter.order_number = Some(text("order_number", value)?),
                "text" => filter.text = Some(text("text", value)?),
                _ => {
                    return Err(query::invalid_query(
                        "this address knows the parameters state, due_before, carrier, late, advice, evidence_missing, \
                         reference, order_number, text, after and limit",
                    ));
                }
            }
        }
        Ok(filter)
    }

    /// The same without the text.
    pub(super) fn conditions(&self) -> ListConditions {
        ListConditions {
            states: self.state.map(|state| state.states().collect()),
            due_before: self.due_before,
            carrier: self.carrier.clone(),
            is_late: self.is_late,
            has_advice: self.has_advice,
            lacks_evidence: self.lacks_evidence,
            reference: self.reference.clone(),
            order_number: self.order_number.clone(),
        }
    }
}

fn state_rule() -> String {
    let states = ClaimState::ALL.map(ClaimState::code).join(", ");
    format!("state is one of {states}, undecided and decided")
}

fn date(text: &str) -> Result<NaiveDate, Refusal> {
    let is_plain = text.len() == 10;
    text.parse()
        .ok()
        .filter(|_| is_plain)
        .ok_or_else(|| query::invalid_query("due_before is a date such as 2026-11-25"))
}

fn yes_or_no(name: &str, text: &str) -> Result<bool, Refusal> {
    text.parse().map_err(|_| query::invalid_query(&format!("{name} is true or false")))
}

fn text(name: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || counted_length(text) > TEXT_LENGTH_MAX {
        return Err(query::invalid_query(&format!("{name} is a text of 1 to {TEXT_LENGTH_MAX} characters")));
    }
    Ok(text.to_owned())
}
