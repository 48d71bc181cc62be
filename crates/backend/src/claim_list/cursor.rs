//! The place in the list at which the next page begins.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::store::claim_list::ListPlace;

/// A place in the list. In an address it is text without meaning to its reader. It belongs to no filter: with another filter the page
/// begins at the same place.
///
/// # Example
///
/// ```
/// use damage_report_backend::claim_list::Cursor;
///
/// let cursor: Cursor = "AAAAAAAAAAE".parse()?;
/// assert_eq!(cursor.to_string(), "AAAAAAAAAAE");
/// assert!("page 2".parse::<Cursor>().is_err());
/// # Ok::<(), damage_report_backend::claim_list::CursorError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(ListPlace);

impl Cursor {
    pub(super) fn after(place: ListPlace) -> Self {
        Self(place)
    }

    /// The place of `cursor`; without one, the beginning of the list.
    pub(super) fn place_or_start(cursor: Option<Self>) -> ListPlace {
        cursor.map_or(ListPlace::FIRST, |cursor| cursor.0)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0.0.to_be_bytes()))
    }
}

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the `next` of a page")]
pub struct CursorError;

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError)?;
        let place = i64::from_be_bytes(bytes.try_into().map_err(|_| CursorError)?);
        if place < 0 { Err(CursorError) } else { Ok(Self(ListPlace(place))) }
    }
}
