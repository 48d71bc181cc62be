//! The photos and claims of one order line that the backend acknowledged, and those that it may have stored without an answer.

use std::collections::BTreeMap;

use serde_json::Value;

/// Whether something is there, as far as anybody was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It was acknowledged.
    Kept,
    /// Somebody left before the answer.
    Perhaps,
}

/// A claim that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) key: String,
    pub(crate) body: String,
    pub(crate) photos: Vec<String>,
    /// The answer, once there was one.
    pub(crate) accepted: Option<Accepted>,
}

/// An answer to a claim: the whole of it, and what must be the same for ever.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) reference: String,
    pub(crate) answer: Vec<u8>,
    /// The three tracks, as they were told last.
    pub(crate) progress: Value,
}

/// One order line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) id: String,
    pub(crate) begun_at: Option<Value>,
    pub(crate) photos: BTreeMap<String, Told>,
    pub(crate) claim: Option<Sent>,
    pub(crate) has_label: bool,
    pub(crate) is_erased: bool,
}

impl Ledger {
    /// The claim, if it was acknowledged and is not erased.
    pub(crate) fn accepted(&self) -> Option<(&Sent, &Accepted)> {
        let sent = self.claim.as_ref().filter(|_| !self.is_erased)?;
        Some((sent, sent.accepted.as_ref()?))
    }

    /// The photos that were acknowledged.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &String> {
        self.photos.iter().filter(|(_, told)| **told == Told::Kept && !self.is_erased).map(|(name, _)| name)
    }

    /// Checks `there` as the photos of this order line. Faults are an acknowledged photo that is missing, and a photo that nobody sent or
    /// that was removed.
    pub(crate) fn wrong_photos<'a>(&self, there: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
        let missing = self.kept().find(|name| !there.clone().any(|there| there == *name));
        let strange = there.clone().find(|there| self.is_erased || !self.photos.contains_key(*there));
        match (missing, strange) {
            (None, None) => None,
            (missing, strange) => Some(format!("{}: missing {missing:?}, strange {strange:?}", self.id)),
        }
    }
}
