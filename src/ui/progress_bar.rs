//! How far the customer has come: a strip of parcel tape that is rolled out over the page, a piece a step.
//!
//! Accessible when: the words beside it say the same, so it is hidden from screen readers; and in forced colours the
//! pieces rolled out still differ from the others.

use super::dom::{El, el};

/// A strip of `of` pieces, the first `done` of them rolled out.
pub fn progress_bar(done: u8, of: u8) -> El {
    let piece = |n| el("span").class(if n <= done { "done" } else { "" });
    el("div").class("tape").attr("aria-hidden", "true").children((1..=of).map(piece))
}
