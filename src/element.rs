//! Where the widget meets the page: mounting into the element's shadow root, and what the element hears back.
//!
//! The element's class is JavaScript (`js/damage-report.js`, and `js/report.js` once it is opened), because Rust cannot
//! extend `HTMLElement`. Its contract, for pages that embed it, stands above that class.

use any_spawner::Executor;
use js_sys::{Function, Object, Promise};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::{
    api::Api,
    host_events::HostEvents,
    persistence::DraftStore,
    reactive::signal::Signal,
    text::Text,
    ui::dom,
    wizard::{GivenOrderLine, HostDeps, wizard},
};

#[wasm_bindgen]
extern "C" {
    /// The settings and functions that the element's class hands over when it mounts the widget.
    pub type HostConfig;

    /// Where the backend is.
    #[wasm_bindgen(method, getter)]
    fn endpoint(this: &HostConfig) -> String;
    /// The address there of the order line that the widget is about.
    #[wasm_bindgen(method, getter)]
    fn address(this: &HostConfig) -> String;
    /// The answer to a request that the runtime made ahead: see [`Api::new`].
    #[wasm_bindgen(method, getter)]
    fn ahead(this: &HostConfig) -> Promise;
    /// The order line as the page has it, which nobody has checked; `undefined` without one, or while the code of the report is
    /// not there.
    #[wasm_bindgen(method, getter)]
    fn given(this: &HostConfig) -> Option<GivenOrderLine>;
    /// The language's BCP 47 tag.
    #[wasm_bindgen(method, getter)]
    fn lang(this: &HostConfig) -> String;
    /// The language's messages.
    #[wasm_bindgen(method, getter)]
    fn messages(this: &HostConfig) -> Object;
    /// Where the draft lies in this browser.
    #[wasm_bindgen(method, getter, js_name = draftStore)]
    fn draft_store(this: &HostConfig) -> DraftStore;
    /// Whether the shop wants no draft kept in this browser.
    #[wasm_bindgen(method, getter, js_name = isDraftOff)]
    fn is_draft_off(this: &HostConfig) -> bool;
    /// Promises the photo processor, when the code of the report is there.
    #[wasm_bindgen(method, getter, js_name = getPhotoProcessor)]
    fn get_photo_processor(this: &HostConfig) -> Function;
    /// Gives a token for this order line, or a promise of one.
    #[wasm_bindgen(method, getter, js_name = getToken)]
    fn get_token(this: &HostConfig) -> Function;

    /// Dispatches an event to the host page, as `host_events` describes it. Gives whether the page allows its default action.
    #[wasm_bindgen(method)]
    fn announce(this: &HostConfig, event: &str, first: &str, second: &str) -> bool;

    /// Hears of a panic, after which nothing here works any more.
    #[wasm_bindgen(js_namespace = globalThis, js_name = reportError)]
    fn report_error(error: &JsValue);
}

/// A mounted widget.
#[wasm_bindgen]
pub struct MountedWidget {
    owner: Owner,
    text: Signal<Text>,
    /// Counts how often the page asked for the draft to be thrown away.
    discards: Signal<u32>,
}

/// Mounts the widget into `container`, which lies in the element's shadow root.
#[wasm_bindgen]
#[must_use]
pub fn mount(container: HtmlElement, config: HostConfig) -> MountedWidget {
    // The first widget of the page sets the executor for all.
    let _ = Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let (text, discards) = owner.with(|| {
        let text = Signal::new(Text::new(config.lang(), config.messages()));
        let discards = Signal::default();
        let given = config.given();
        let deps = HostDeps {
            api: Api::new(config.address(), config.get_token(), config.ahead()),
            endpoint: config.endpoint(),
            draft_store: config.draft_store(),
            is_draft_off: config.is_draft_off(),
            get_photo_processor: config.get_photo_processor(),
            events: HostEvents::new(move |event, first, second| config.announce(event, first, second)),
            discards,
        };
        dom::append_to(&container, wizard(text, deps, given));
        (text, discards)
    });
    MountedWidget { owner, text, discards }
}

#[wasm_bindgen]
impl MountedWidget {
    /// Changes the language; what the customer filled in stays.
    #[wasm_bindgen(js_name = speak)]
    pub fn set_language(&self, lang: String, messages: Object) {
        self.text.set(self.owner.with(|| Text::new(lang, messages)));
    }

    /// Throws away what was filled in, as the customer does who begins again.
    #[wasm_bindgen(js_name = discardDraft)]
    pub fn discard_draft(&self) {
        self.discards.update(|discards| *discards += 1);
    }

    /// Takes the widget down: work under way ends, listeners go.
    pub fn unmount(self) {}
}

impl Drop for MountedWidget {
    fn drop(&mut self) {
        // Said outright, because work under way holds on to the owner that it ends with.
        self.owner.cleanup();
    }
}

/// Runs once, when the module is loaded.
#[wasm_bindgen(start)]
fn start() {
    // A panic cannot be recovered from in wasm. The page's error handlers hear of it, and so does the element's class,
    // which puts the shop's own words back.
    std::panic::set_hook(Box::new(|panic| {
        report_error(&js_sys::Error::new(&["damage-report: ", &panic.to_string()].concat()));
    }));
}
