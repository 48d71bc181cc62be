//! The folders of many order lines, in little memory.

use std::collections::HashSet;

use super::files::folder_name;

/// The folders of many order lines, in eight bytes each: the names of a million would take a hundred megabytes. Names that share
/// their first eight bytes are practically impossible, and would only leave an orphaned folder in place.
#[derive(Debug, Default)]
pub struct KnownFolders(HashSet<u64>);

impl KnownFolders {
    /// Adds the folder of `order_line`.
    pub fn insert(&mut self, order_line: &str) {
        self.0.insert(Self::prefix(&folder_name(order_line)));
    }

    /// Whether the folder called `name` was added.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.contains(&Self::prefix(name))
    }

    /// The first 64 bits of a name, which is a digest in hexadecimal. Any other name belongs to no order line.
    fn prefix(name: &str) -> u64 {
        name.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
    }
}
