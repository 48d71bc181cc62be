//! The widget as its host page embeds it: reads the order line, holds its draft, and shows the landing or the report.
//!
//! `opening` decides what to show. `session` has the state of a report; `report` shows its pages. The other files each change
//! that state for one purpose.

mod announcing;
mod host_deps;
mod landing;
mod lazy;
mod navigation;
mod notices;
mod opening;
mod page_slot;
mod page_switch;
mod preview;
mod refresh;
mod report;
mod saving;
mod session;
mod submission;

use self::opening::{Opening, OpeningReason};
pub use self::{host_deps::HostDeps, preview::GivenOrderLine};
use crate::{
    reactive::signal::Signal,
    text::Text,
    ui::dom::{El, el},
};

/// Builds the widget, which is empty until the order line is read, or shows at once the landing of the one that the host page has
/// `given`: only where the code of the report is there. `text` changes when the host page changes the language.
pub fn wizard(text: Signal<Text>, deps: HostDeps, given: Option<GivenOrderLine>) -> El {
    // The browser would leave the host page for a file that is dropped where no photo is asked for.
    let container = el("div").prevent_default_of("dragover").prevent_default_of("drop");
    let opening = Opening::new(container.clone(), text, deps, given);
    opening.start(OpeningReason::Mounted);
    opening.warn_when_blank();
    container
}
