//! Instants as the database stores them.

use chrono::{DateTime, Utc};

use super::error::StoreError;

/// The instant that is stored as `milliseconds` since 1970.
pub(super) fn instant_from_milliseconds(milliseconds: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(milliseconds).ok_or(StoreError::Unreadable("an instant"))
}
