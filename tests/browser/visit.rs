//! A customer's visit: mounts the widget in a shadow root as its element does, and acts like a customer.

use std::{cell::RefCell, rc::Rc};

use damage_report::{
    element::{HostConfig, MountedWidget, mount},
    photos::prepare::PhotoProcessor,
};
use js_sys::{Array, Function, Promise, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

use crate::{
    disk::{DraftStore, fresh},
    network::Network,
    orders::{order_line, photo_kept},
    pictures::Processor,
    stubs::{as_it_was, chance},
    waiting::{eventually, found, until},
    words::{NL, Words},
};

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = idleProcessor)]
    fn idle_processor() -> Processor;

    /// A loader of the report's code that fails or waits, as over a bad network.
    pub(crate) type Code;

    #[wasm_bindgen(constructor)]
    pub(crate) fn after(refusals: u32) -> Code;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn get(this: &Code) -> Function;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn asked(this: &Code) -> u32;
    #[wasm_bindgen(method)]
    pub(crate) fn arrive(this: &Code);

    #[wasm_bindgen(js_name = hostConfig)]
    fn host_config(
        lang: &str,
        messages: &str,
        processor: &PhotoProcessor,
        draft_store: &DraftStore,
        is_draft_off: bool,
        given: &str,
    ) -> HostConfig;
}

impl Network {
    /// A network with a backend that returns `line` and accepts every photo.
    pub(crate) fn with(line: &Value) -> Self {
        let network = Self::silent();
        network.answer("GET", 200, line);
        network.answer("PUT /photos", 201, &photo_kept());
        network
    }

    /// A network without answers, except to the request that begins a draft, because few tests are about it. The random part of
    /// the waits between retries is 0. Closes the visits of earlier tests.
    pub(crate) fn silent() -> Self {
        Visit::close_all();
        as_it_was();
        chance(0.0);
        let network = Self::new();
        network.answer("PUT /draft", 200, &json!({"begun_at": "2026-11-22T09:00:00Z"}));
        network
    }
}

thread_local! {
    /// The open visits. The next test closes those of a test that failed.
    static OPEN: RefCell<Vec<Visit>> = const { RefCell::new(Vec::new()) };
}

/// A customer's visit to one widget.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) network: Network,
    pub(crate) root: ShadowRoot,
    /// The name of the draft in this browser.
    pub(crate) line: String,
    host: HtmlElement,
    config: JsValue,
    mounted: Rc<RefCell<Option<MountedWidget>>>,
    processor: Processor,
    draft_store: DraftStore,
}

/// How the host page configures the widget.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) line: String,
    pub(crate) is_draft_off: bool,
    pub(crate) is_processor_idle: bool,
    pub(crate) get_token: Option<Function>,
    pub(crate) ahead: Option<Promise>,
    /// The JSON of the order line that the page gives.
    pub(crate) given: String,
    pub(crate) code: Option<Function>,
}

impl Visit {
    /// Opens the widget on an order line, in Dutch, and waits for its first page.
    pub(crate) async fn to(line: &Value) -> Self {
        let visit = Self::over(&Network::with(line), NL);
        visit.see("h2").await;
        visit
    }

    /// Opens the widget on an order line whose reporting window is open.
    pub(crate) async fn open() -> Self {
        Self::to(&order_line()).await
    }

    /// Opens a widget on `network`, without a saved draft and without waiting for its first page.
    pub(crate) fn over(network: &Network, words: Words) -> Self {
        Self::embedded(network, words, &Page { line: fresh(), ..Page::default() })
    }

    /// Opens the widget in a page whose tokens come from `get_token`.
    pub(crate) fn open_with_token(network: &Network, get_token: &Function) -> Self {
        Self::embedded(network, NL, &Page { line: fresh(), get_token: Some(get_token.clone()), ..Page::default() })
    }

    /// Opens the widget in a page that has prefetched the order line. `ahead` is the promise of the answer.
    pub(crate) fn open_prefetched(network: &Network, ahead: Promise) -> Self {
        Self::embedded(network, NL, &Page { line: fresh(), ahead: Some(ahead), ..Page::default() })
    }

    /// Opens the widget in a page that loads the report's code by `code`.
    pub(crate) fn whose_code(network: &Network, code: &Code) -> Self {
        Self::embedded(network, NL, &Page { line: fresh(), code: Some(code.get()), ..Page::default() })
    }

    /// Opens a second visit to the same order line, with working storage.
    pub(crate) async fn in_another_tab(&self) -> Self {
        let visit = Self::embedded(&self.network, NL, &Page { line: self.line.clone(), ..Page::default() });
        visit.see("h2").await;
        visit
    }

    /// Opens the widget in a page that has turned saving off. `line` is the name that the draft would have.
    pub(crate) async fn with_draft_off(network: &Network, line: &str) -> Self {
        let visit = Self::embedded(network, NL, &Page { line: line.into(), is_draft_off: true, ..Page::default() });
        visit.see("h2").await;
        visit
    }

    /// Opens the widget with a photo processor that never finishes.
    pub(crate) async fn with_idle_processor(network: &Network) -> Self {
        let visit = Self::embedded(network, NL, &Page { line: fresh(), is_processor_idle: true, ..Page::default() });
        visit.see("h2").await;
        visit
    }

    /// Opens the widget on the saved draft `line`, and waits for its first page.
    pub(crate) async fn on(network: &Network, line: &str) -> Self {
        let visit = Self::open_without_waiting(network, line);
        visit.see("h2").await;
        visit
    }

    /// Like [`on`](Self::on), without waiting for the first page.
    pub(crate) fn open_without_waiting(network: &Network, line: &str) -> Self {
        Self::embedded(network, NL, &Page { line: line.into(), ..Page::default() })
    }

    /// Unmounts the widget and opens it again, like a reload.
    pub(crate) async fn comes_back(&self) -> Self {
        self.unmount();
        Self::on(&self.network, &self.line).await
    }

    pub(crate) fn embedded(network: &Network, words: Words, page: &Page) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let element = |tag| document.create_element(tag).unwrap().unchecked_into::<HtmlElement>();
        let (host, container) = (element("section"), element("div"));
        document.body().unwrap().append_child(&host).unwrap();
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).unwrap();
        root.append_child(&container).unwrap();
        let processor = if page.is_processor_idle { idle_processor() } else { Processor::new() };
        let draft_store = DraftStore::new(&page.line);
        let deps = AsRef::<JsValue>::as_ref(&processor).unchecked_ref();
        let config = host_config(words.lang, words.json, deps, &draft_store, page.is_draft_off, &page.given);
        if let Some(get_token) = &page.get_token {
            Reflect::set(&config, &"getToken".into(), get_token).unwrap();
        }
        if let Some(ahead) = &page.ahead {
            Reflect::set(&config, &"ahead".into(), ahead).unwrap();
        }
        if let Some(code) = &page.code {
            Reflect::set(&config, &"code".into(), code).unwrap();
        }
        let kept = JsValue::from(&config);
        let mounted = Rc::new(RefCell::new(Some(mount(container, config))));
        let (network, line) = (network.clone(), page.line.clone());
        let visit = Self { network, line, root, host, config: kept, mounted, processor, draft_store };
        OPEN.with_borrow_mut(|open| open.push(visit.clone()));
        visit
    }

    fn close_all() {
        for visit in OPEN.take() {
            visit.unmount();
            visit.host.remove();
        }
    }

    /// Changes the language, as the element does when the page's language changes.
    pub(crate) fn speak(&self, words: Words) {
        let messages = js_sys::JSON::parse(words.json).unwrap();
        self.mounted.borrow().as_ref().unwrap().set_language(words.lang.to_owned(), messages.unchecked_into());
    }

    /// Unmounts the widget, as the element does when it is removed from the page.
    pub(crate) fn unmount(&self) {
        if let Some(mounted) = self.mounted.take() {
            mounted.unmount();
            self.processor.close();
            self.draft_store.close();
        }
    }

    /// The `ready`, `error` and `submitted` events that the host page received.
    pub(crate) fn heard(&self) -> Vec<String> {
        let is_one = |event: &String| ["ready", "error", "submitted"].iter().any(|name| event.starts_with(name));
        self.heard_all().into_iter().filter(is_one).collect()
    }

    /// The details of the `name` events that the host page received.
    pub(crate) fn received_events(&self, name: &str) -> Vec<String> {
        let told = |event: String| Some(event.strip_prefix(name)?.trim_start().to_owned());
        self.heard_all().into_iter().filter_map(told).collect()
    }

    fn heard_all(&self) -> Vec<String> {
        let heard: Array = Reflect::get(&self.config, &"heard".into()).unwrap().unchecked_into();
        heard.iter().map(|event| event.as_string().unwrap()).collect()
    }

    /// Sets whether the host page cancels `before-submit`, so that no claim is sent.
    pub(crate) fn holds_claims_back(&self, is_held: bool) {
        Reflect::set(&self.config, &"holdsBack".into(), &is_held.into()).unwrap();
    }

    /// Discards the draft, as the element does when the page calls its method.
    pub(crate) fn discard_draft(&self) {
        self.mounted.borrow().as_ref().unwrap().discard_draft();
    }

    /// The first element that matches `selector`, if any.
    pub(crate) fn find(&self, selector: &str) -> Option<HtmlElement> {
        self.root.query_selector(selector).unwrap().map(JsCast::unchecked_into)
    }

    /// Every element that matches `selector`.
    pub(crate) fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let list = self.root.query_selector_all(selector).unwrap();
        (0..list.length()).map(|n| list.item(n).unwrap().unchecked_into()).collect()
    }

    /// Waits for an element that matches `selector`, and returns it.
    pub(crate) async fn see(&self, selector: &str) -> HtmlElement {
        found(selector, || self.find(selector)).await
    }

    /// The text of the whole page.
    pub(crate) fn words(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }

    /// Waits until the page shows `words`.
    pub(crate) async fn wait_until_shown(&self, words: &str) {
        if !eventually(|| self.words().contains(words)).await {
            panic!("{words:?} did not appear; the page shows: {}", self.words());
        }
    }

    /// The text of the page's heading.
    pub(crate) fn heading(&self) -> String {
        self.find("h2").map(|heading| text(&heading)).unwrap_or_default()
    }

    /// Waits for the page with the heading `words`.
    pub(crate) async fn reaches(&self, words: &str) {
        if !eventually(|| self.heading() == words).await {
            panic!("the page {words:?} did not appear; the page shows: {}", self.words());
        }
    }

    /// The element that has the focus.
    pub(crate) fn focused(&self) -> Option<Element> {
        self.root.active_element()
    }

    /// Waits until an element that matches `selector` has the focus.
    pub(crate) async fn focus_reaches(&self, selector: &str) {
        until(&format!("the focus on {selector}"), || self.focused().is_some_and(|at| at.matches(selector).unwrap()))
            .await;
    }

    /// Waits for an element that matches `selector`, and clicks it.
    pub(crate) async fn press(&self, selector: &str) {
        self.see(selector).await.click();
    }

    /// Waits for the button with this text, and clicks it.
    pub(crate) async fn press_button(&self, words: &str) {
        let button = || self.all("button").into_iter().find(|button| text(button) == words);
        found(&format!("a button {words:?}"), button).await.click();
    }

    /// Replaces the text of the control that matches `selector` with `words`.
    pub(crate) async fn types(&self, selector: &str, words: &str) {
        let control: HtmlInputElement = self.see(selector).await.unchecked_into();
        control.set_value(words);
        control.dispatch_event(&Event::new("input").unwrap()).unwrap();
    }

    /// The text of the control that matches `selector`.
    pub(crate) fn value(&self, selector: &str) -> String {
        self.find(selector).unwrap().unchecked_into::<HtmlInputElement>().value()
    }

    /// Whether the checkbox or radio button that matches `selector` is checked.
    pub(crate) fn is_ticked(&self, selector: &str) -> bool {
        self.find(selector).unwrap().unchecked_into::<HtmlInputElement>().checked()
    }
}

/// The text of an element, without surrounding spaces.
pub(crate) fn text(element: &impl AsRef<Element>) -> String {
    element.as_ref().text_content().unwrap_or_default().trim().to_owned()
}
