//! The place in the list at which the next page begins.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Entry;

/// A place in the list. In an address it is text without meaning to its reader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(String);

impl Cursor {
    pub(super) fn of(entry: &Entry) -> Self {
        let due = entry.due.map_or_else(|| "none".to_owned(), |due| due.to_string());
        Self(format!("{due} {:020} {}", entry.received_at.timestamp_millis(), entry.reference))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CursorError;

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError)?;
        String::from_utf8(bytes).map(Self).map_err(|_| CursorError)
    }
}
