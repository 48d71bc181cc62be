//! How far the customer has come: a strip of parcel tape that is rolled out over the page, a piece a step.
//!
//! Accessible when: the words beside it say the same, so it is hidden from screen readers; and in forced colours the
//! pieces rolled out still differ from the others.

use leptos::prelude::*;

/// A strip of `of` pieces, the first `done` of them rolled out.
#[component]
pub fn Tape(
    /// Pieces rolled out.
    done: u8,
    /// Pieces in all.
    of: u8,
) -> impl IntoView {
    let pieces = (1..=of).map(|n| view! { <span class:done=n <= done></span> }).collect_view();
    view! { <div class="tape" aria-hidden="true">{pieces}</div> }
}
