//! Who did what with a claim, and when: the log of events and the log of the desk, as one.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::page::PageFrame;
use crate::{
    actor::Actor,
    clock::Clock,
    config::DeskSettings,
    store::{self, StoreError, desk::LogEntry, events::EventRow},
};

/// One line of the history.
pub(super) struct HistoryLine {
    pub(super) at: DateTime<Utc>,
    pub(super) moment: String,
    pub(super) who: String,
    pub(super) what: String,
    /// The claim that it is about; empty for none.
    pub(super) reference: String,
    /// Whether it changed the claim.
    pub(super) is_change: bool,
}

/// The history of the claim called `reference`, the newest first.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub(super) async fn claim_history(
    db: &mut SqliteConnection,
    frame: &PageFrame,
    desk: &DeskSettings,
    reference: &str,
) -> Result<Vec<HistoryLine>, StoreError> {
    let events = store::events::events_of_claim(db, reference).await?;
    let looks = store::desk::log_of_claim(db, reference).await?;
    let mut lines: Vec<HistoryLine> = events.iter().map(|event| event_line(frame, desk, event)).collect();
    lines.extend(looks.into_iter().map(|entry| log_entry_line(frame, desk, entry)));
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    Ok(lines)
}

/// The line of a change.
pub(super) fn event_line(frame: &PageFrame, desk: &DeskSettings, event: &EventRow) -> HistoryLine {
    HistoryLine {
        at: event.at,
        moment: frame.language.format_moment(Clock::to_local_time(event.at, desk.zone)),
        who: actor(frame, &event.actor),
        what: frame.t(&event.kind.name().replace("claim.", "event_")).to_owned(),
        reference: event.reference.clone(),
        is_change: true,
    }
}

/// The line of an entry in the log of the desk.
pub(super) fn log_entry_line(frame: &PageFrame, desk: &DeskSettings, entry: LogEntry) -> HistoryLine {
    let what = frame.t(&format!("log_{}", entry.action.code()));
    let photo = entry.photo.as_deref().and_then(|photo| photo.split_once('/'));
    let what = match photo {
        Some((subject, nth)) => format!("{what}: {} {nth}", frame.t(&format!("subject_{subject}"))),
        None => what.to_owned(),
    };
    HistoryLine {
        at: entry.at,
        moment: frame.language.format_moment(Clock::to_local_time(entry.at, desk.zone)),
        who: entry.person.unwrap_or_else(|| frame.t("nobody").to_owned()),
        what,
        reference: entry.reference.unwrap_or_default(),
        is_change: false,
    }
}

fn actor(frame: &PageFrame, actor: &Actor) -> String {
    match actor {
        Actor::Claimant => frame.t("actor_claimant").to_owned(),
        Actor::Seller => frame.t("actor_seller").to_owned(),
        Actor::Retention => frame.t("actor_retention").to_owned(),
        Actor::Person(name) => name.clone(),
    }
}
