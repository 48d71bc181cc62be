//! The facts of a claim: what was bought, how it came, and what the customer reports.

use chrono::NaiveDate;
use damage_report_rules::{claim::Wish, damage::Damage};

use super::page::PageFrame;
use crate::{app::App, claim::ClaimRow, config::DeskSettings, order_line::OrderLine};

/// One fact.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
    /// A short word behind it that asks for attention: late, overdue.
    pub(super) mark: &'static str,
    pub(super) is_number: bool,
}

/// How urgent a claim is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Urgency {
    Overdue,
    Today,
    Later,
}

impl Urgency {
    /// The urgency of an open claim that is due on `due`.
    pub(super) fn of(due: Option<NaiveDate>, is_open: bool, today: NaiveDate) -> Self {
        match due {
            Some(due) if is_open && due < today => Self::Overdue,
            Some(due) if is_open && due == today => Self::Today,
            _ => Self::Later,
        }
    }

    /// Its class in the style sheet.
    pub(super) fn css_class(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Later => "later",
        }
    }

    /// The key of its words; empty where it is not urgent.
    pub(super) fn words_key(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "due_today",
            Self::Later => "",
        }
    }
}

/// The facts of `claim` about `line`, on the day `today` of the desk.
pub(super) fn claim_facts(
    frame: &PageFrame,
    app: &App,
    desk: &DeskSettings,
    claim: &ClaimRow,
    line: &OrderLine,
    today: NaiveDate,
) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact { label: frame.t(key), value, mark: "", is_number: false };
    let number = |key: &str, value: &str| Fact { is_number: true, ..fact(key, value.to_owned()) };
    let moment = |at| frame.language.format_moment(crate::clock::Clock::to_local_time(at, desk.zone));
    let mut facts = vec![
        number("fact_order", &line.order_number),
        fact("fact_grade", frame.t(&format!("grade_{}", line.grade.code())).to_owned()),
    ];
    if let Some(handover) = line.handover {
        facts.push(fact("fact_delivered", moment(handover.at)));
    }
    facts.push(fact("fact_carrier", line.consignment.carrier.clone()));
    facts.push(number("fact_tracking_number", &line.consignment.tracking_number));
    let typed = claim.content.tracking_number.as_str();
    if !typed.is_empty() && typed != line.consignment.tracking_number {
        facts.push(number("fact_tracking_typed", typed));
    }
    let received = fact("fact_received", moment(claim.received_at));
    facts.push(Fact { mark: if claim.late { frame.t("late") } else { frame.t("in_time") }, ..received });
    facts.push(due(frame, app, claim, line, today));
    facts.push(fact("fact_wish", wish(frame, claim.content.wish).to_owned()));
    facts.retain(|fact| !fact.value.is_empty());
    facts
}

fn due(frame: &PageFrame, app: &App, claim: &ClaimRow, line: &OrderLine, today: NaiveDate) -> Fact {
    let due = claim.resolution_due_date(line, &app.config);
    let value = due.map_or_else(|| frame.t("due_after_return").to_owned(), |due| frame.language.format_day(due));
    let urgency = Urgency::of(due, !claim.progress.is_closed(), today).words_key();
    let mark = if urgency.is_empty() { "" } else { frame.t(urgency) };
    Fact { label: frame.t("fact_due"), value, mark, is_number: false }
}

fn wish(frame: &PageFrame, wish: Option<Wish>) -> &'static str {
    frame.t(match wish {
        Some(Wish::Replacement) => "wish_replacement",
        Some(Wish::Refund) => "wish_refund",
        None => "wish_none",
    })
}

/// The kinds of damage that the customer reports, in words.
pub(super) fn damage_words(frame: &PageFrame, damage: &[Damage]) -> Vec<&'static str> {
    damage.iter().map(|damage| frame.t(&format!("damage_{}", damage.code()))).collect()
}
