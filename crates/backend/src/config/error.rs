//! Why a configuration cannot be used.

use std::path::Path;

/// Why a configuration cannot be used: a sentence that names the setting and says what to write.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    pub(super) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// The same, about this file.
    pub(super) fn in_file(self, path: &Path) -> Self {
        Self(format!("{}: {}", path.display(), self.0))
    }
}
