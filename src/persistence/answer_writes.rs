//! When the answers are written, and which version of them, as plain data: `persistence` and the model test carry the writes out.

use std::mem;

use crate::saved::SavedDraft;

/// The answers of one draft on their way to the disk. One version is written at a time, so that an older one never overwrites a
/// newer one. After each write comes the newest version, and those in between are left out.
#[derive(Debug, Default)]
pub struct AnswerWrites {
    /// The answers as they were saved last, or are about to be. Empty where none are.
    latest: String,
    is_open: bool,
    is_writing: bool,
}

impl AnswerWrites {
    /// The storage was asked for the answers of an earlier visit, and gave these, if any. Until then nothing is written.
    pub fn open(&mut self, saved: Option<String>) {
        self.is_open = true;
        self.latest = saved.unwrap_or_default();
    }

    /// Whether the storage was asked.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// The answers as they were saved last, or are about to be. Empty where none are.
    pub(crate) fn latest(&self) -> &str {
        &self.latest
    }

    /// Forgets the answers: everything that is given later belongs to a new draft.
    pub fn forget_answers(&mut self) {
        self.latest.clear();
    }

    /// The draft is `saved` now; `is_empty` says that the customer has given nothing. Returns whether to begin to write: not if the same
    /// is saved already, if an empty draft would be the first, or if a write is under way.
    #[must_use]
    pub fn set_answers(&mut self, saved: &SavedDraft, is_empty: bool) -> bool {
        let Ok(answers) = serde_json::to_string(saved) else { return false };
        let is_blank = is_empty && saved.removed.is_empty() && self.latest.is_empty();
        if !self.is_open || is_blank || self.latest == answers {
            return false;
        }
        self.latest = answers;
        self.begin()
    }

    /// Whether to begin to write again, after a write has failed.
    #[must_use]
    pub(crate) fn retry_failed_write(&mut self) -> bool {
        !self.latest.is_empty() && self.begin()
    }

    /// The version to write after `written`, which is empty at the beginning. `None` ends the writing.
    #[must_use]
    pub fn next_write(&mut self, written: &str) -> Option<String> {
        self.is_writing = !self.latest.is_empty() && self.latest != written;
        self.is_writing.then(|| self.latest.clone())
    }

    fn begin(&mut self) -> bool {
        !mem::replace(&mut self.is_writing, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_is_thrown_away_during_a_write_is_not_written_again() {
        let mut writes = AnswerWrites::default();
        writes.open(None);
        assert!(writes.set_answers(&SavedDraft::default(), false));
        let version = writes.next_write("").unwrap();
        writes.forget_answers();
        assert_eq!(writes.next_write(&version), None);
        assert!(writes.set_answers(&SavedDraft::default(), false), "a new draft begins a write of its own");
    }

    #[test]
    fn a_write_that_failed_is_made_again_only_where_there_is_one() {
        let mut writes = AnswerWrites::default();
        writes.open(None);
        assert!(!writes.retry_failed_write());
        writes.open(Some("{}".to_owned()));
        assert!(writes.retry_failed_write());
        assert_eq!(writes.next_write("").as_deref(), Some("{}"));
        assert!(!writes.retry_failed_write(), "one is under way");
    }
}
