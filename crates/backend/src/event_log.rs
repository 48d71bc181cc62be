//! The log of events as the shop's systems read it.
//!
//! An event is appended in the transaction of the change that it tells of: a change without its event, or an event without its change,
//! is never committed.

use damage_report_rules::contract::{ClaimEvent, ClaimEventData, ClaimEventType};
use sqlx::SqliteConnection;

use crate::{
    app::App,
    clock::Clock,
    problem::Refusal,
    store::{
        self,
        events::{EventRow, NewEvent},
    },
};

/// The length of the number in an identifier, so that identifiers sort as texts: as many digits as the largest `u64` has.
const ID_DIGITS: usize = 20;

const ID_PREFIX: &str = "evt_";

/// Appends `event` in the transaction `db` of the change that it tells of.
///
/// # Errors
///
/// A failure of the database.
pub async fn append(_app: &App, db: &mut SqliteConnection, event: &NewEvent<'_>) -> Result<(), Refusal> {
    store::events::append(db, event).await?;
    Ok(())
}

/// The identifier of the event at the place `id` of the log.
///
/// # Example
///
/// ```
/// use damage_report_backend::event_log::{identifier, place};
///
/// assert_eq!(identifier(42), "evt_00000000000000000042");
/// assert_eq!(place("evt_00000000000000000042"), Some(42));
/// assert_eq!(place("42"), None);
/// ```
#[must_use]
pub fn identifier(id: i64) -> String {
    format!("{ID_PREFIX}{id:0ID_DIGITS$}")
}

/// The place in the log of the event called `identifier`, if it is one that [`identifier`] makes.
#[must_use]
pub fn place(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(ID_PREFIX)?;
    let is_number = digits.len() == ID_DIGITS && digits.bytes().all(|c| c.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

impl From<EventRow> for ClaimEvent {
    fn from(row: EventRow) -> Self {
        let url = (row.kind != ClaimEventType::Erased).then(|| format!("/seller/claims/{}", row.reference));
        Self {
            id: identifier(row.id),
            kind: row.kind,
            timestamp: Clock::timestamp(row.at),
            data: ClaimEventData { reference: row.reference, order_line: row.order_line, version: row.version, url },
        }
    }
}
