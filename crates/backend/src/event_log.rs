//! The log of events as the shop's systems read it.
//!
//! An event is appended in the transaction of the change that it tells of: a change without its event, or an event without its change,
//! is never committed.

use axum::http::Uri;
use damage_report_rules::contract::{ClaimEvent, ClaimEventData, ClaimEventType};
use sqlx::SqliteConnection;

use crate::{
    app::App,
    clock::Clock,
    problem::Refusal,
    query,
    store::{
        self,
        events::{EventRow, NewEvent},
    },
};

/// The length of the number in an identifier, so that identifiers sort as texts: as many digits as the largest `u64` has.
const ID_DIGITS: usize = 20;

const ID_PREFIX: &str = "evt_";

/// The most events of one page, and as many as a page has where the query does not say.
const PAGE_MAX: u32 = 100;

/// Appends `event` in the transaction `db` of the change that it tells of, with its delivery to each endpoint that is told such events.
///
/// # Errors
///
/// A failure of the database.
pub async fn append_event(app: &App, db: &mut SqliteConnection, event: &NewEvent<'_>) -> Result<(), Refusal> {
    let place = store::events::append(db, event).await?;
    for endpoint in app.config.webhooks.iter().filter(|endpoint| endpoint.types.contains(&event.kind)) {
        store::webhooks::add_delivery(db, &endpoint.name, place, event.reference, event.at).await?;
    }
    // Before the commit, so that no caller can forget it: who is woken waits for the end of this transaction.
    app.webhook_signal.notify_one();
    Ok(())
}

/// The identifier of the event at the place `id` of the log.
///
/// # Example
///
/// ```
/// use damage_report_backend::event_log::{event_identifier, parse_event_identifier};
///
/// assert_eq!(event_identifier(42), "evt_00000000000000000042");
/// assert_eq!(parse_event_identifier("evt_00000000000000000042"), Some(42));
/// assert_eq!(parse_event_identifier("42"), None);
/// ```
#[must_use]
pub fn event_identifier(id: i64) -> String {
    format!("{ID_PREFIX}{id:0ID_DIGITS$}")
}

/// The place in the log of the event called `text`, if it is one that [`event_identifier`] makes.
#[must_use]
pub fn parse_event_identifier(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(ID_PREFIX)?;
    let is_number = digits.len() == ID_DIGITS && digits.bytes().all(|c| c.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// The page of events that the query of `uri` asks for: the place of the event before it, and the most events of it.
///
/// # Errors
///
/// `header_invalid` for a query that is not understood.
pub(crate) fn parse_page_query(uri: &Uri) -> Result<(i64, u32), Refusal> {
    let (mut after, mut limit) = (0, PAGE_MAX);
    for (name, value) in query::parse_parameters(uri)? {
        match name.as_str() {
            "after" => {
                after =
                    parse_event_identifier(&value).ok_or_else(|| query::invalid_query("after is the id of an event"))?
            }
            "limit" => {
                limit = query::parse_number(&value, 1..=PAGE_MAX)
                    .ok_or_else(|| query::invalid_query("limit is 1 to 100"))?;
            }
            _ => return Err(query::invalid_query("this address knows the parameters after and limit")),
        }
    }
    Ok((after, limit))
}

impl From<EventRow> for ClaimEvent {
    fn from(row: EventRow) -> Self {
        let url = (row.kind != ClaimEventType::Erased).then(|| format!("/seller/claims/{}", row.reference));
        Self {
            id: event_identifier(row.id),
            kind: row.kind,
            timestamp: Clock::to_timestamp(row.at),
            data: ClaimEventData { reference: row.reference, order_line: row.order_line, version: row.version, url },
        }
    }
}
