//! A progress bar that looks like a strip of parcel tape, one piece for each step.
//!
//! Accessible when: the text next to it says the same, so that screen readers skip it; in forced colours, the pieces that are done
//! still differ from the others.

use super::dom::{El, el};

/// A bar of `of` pieces, the first `done` of which are done.
pub fn progress_bar(done: u8, of: u8) -> El {
    let piece = |n| el("span").class(if n <= done { "done" } else { "" });
    el("div").class("tape").attr("aria-hidden", "true").children((1..=of).map(piece))
}
