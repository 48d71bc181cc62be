//! The dependencies that the host page gives the widget.

use js_sys::Function;

use crate::{api::Api, host_events::HostEvents, persistence::DraftStore, reactive::signal::Signal};

/// The dependencies that the host page gives the widget.
#[derive(Clone)]
pub struct HostDeps {
    /// The shop's backend.
    pub api: Api,
    /// The address of the backend, for the message that it cannot be reached.
    pub endpoint: String,
    /// The store of drafts in this browser.
    pub draft_store: DraftStore,
    /// Whether the shop wants no draft kept in this browser.
    pub is_draft_off: bool,
    /// Promises the photo processor, once the code of the report is loaded.
    pub get_photo_processor: Function,
    /// The events that the host page hears.
    pub events: HostEvents,
    /// Counts how often the host page has discarded the draft.
    pub discards: Signal<u32>,
}
