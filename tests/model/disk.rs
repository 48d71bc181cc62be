//! A browser's storage, which outlives the page.

use std::collections::BTreeMap;

use damage_report::saved::SavedDraft;

/// The bytes of a photo: as they were picked, or processed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bytes {
    /// The picture on it.
    pub(crate) picture: u8,
    /// How often it was prepared: each time makes other bytes of the same picture.
    pub(crate) generation: u8,
}

/// The storage of one order line.
#[derive(Default)]
pub(crate) struct Disk {
    /// The answers, as text.
    pub(crate) answers: Option<String>,
    pub(crate) photos: BTreeMap<u32, Bytes>,
}

impl Disk {
    pub(crate) fn saved(&self) -> Option<SavedDraft> {
        self.answers.as_deref().map(|answers| serde_json::from_str(answers).unwrap())
    }

    pub(crate) fn discard(&mut self) {
        *self = Self::default();
    }
}
