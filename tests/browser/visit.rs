//! A customer's visit: the widget in a shadow root as its element mounts it, and what the customer sees and does there.

use std::{cell::RefCell, rc::Rc};

use damage_report::{
    element::{Embedding, Mounted, mount},
    photos::prepare::PhotoDesk,
};
use js_sys::{Array, Function, Reflect};
use serde_json::Value;
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

use crate::{
    orders::{order_line, photo_kept},
    patience::{eventually, found, until},
    pictures::Desk,
    words::{NL, Words},
};

#[wasm_bindgen(module = "/tests/browser/network.js")]
extern "C" {
    /// The network of this page. See `network.js`.
    #[derive(Clone)]
    pub(crate) type Network;

    #[wasm_bindgen(constructor)]
    fn new() -> Network;
    #[wasm_bindgen(method, js_name = answer)]
    pub(crate) fn answer_with(this: &Network, what: &str, status: u16, body: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn hold(this: &Network, what: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn release(this: &Network, what: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn asked(this: &Network, what: &str) -> Vec<Asked>;

    /// A request that was made.
    pub(crate) type Asked;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn path(this: &Asked) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn token(this: &Asked) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn key(this: &Asked) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn body(this: &Asked) -> String;

    fn embedding(lang: &str, messages: &str, desk: &PhotoDesk) -> Embedding;
}

#[wasm_bindgen(module = "/tests/browser/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = shiftClock)]
    pub(crate) fn shift_clock(days: i32) -> Function;
    #[wasm_bindgen(js_name = forbidWorkers)]
    pub(crate) fn forbid_workers() -> Function;
    #[wasm_bindgen(js_name = forbidMarkup)]
    pub(crate) fn forbid_markup() -> Function;
    #[wasm_bindgen(js_name = pluralCategories)]
    pub(crate) fn plural_categories(lang: &str) -> Vec<String>;

    /// What the page's error handlers hear.
    pub(crate) type Errors;

    #[wasm_bindgen(constructor)]
    pub(crate) fn new() -> Errors;
    #[wasm_bindgen(method)]
    pub(crate) fn heard(this: &Errors) -> Vec<String>;
    #[wasm_bindgen(method)]
    pub(crate) fn stop(this: &Errors);
}

impl Network {
    /// A network on which a backend answers with `line`, and takes every photo.
    pub(crate) fn with(line: &Value) -> Self {
        let network = Self::silent();
        network.answer("GET", 200, line);
        network.answer("PUT /photos", 201, &photo_kept());
        network
    }

    /// A network on which nobody answers, until told otherwise.
    pub(crate) fn silent() -> Self {
        Visit::close_all();
        Self::new()
    }

    /// How `what` is answered; see `network.js`.
    pub(crate) fn answer(&self, what: &str, status: u16, body: &Value) {
        self.answer_with(what, status, &body.to_string());
    }
}

thread_local! {
    /// The visits that are not over: those of a test that failed must not disturb the next.
    static OPEN: RefCell<Vec<Visit>> = const { RefCell::new(Vec::new()) };
}

/// A customer's visit to one widget.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) network: Network,
    pub(crate) root: ShadowRoot,
    host: HtmlElement,
    embedding: JsValue,
    mounted: Rc<RefCell<Option<Mounted>>>,
    desk: Desk,
}

impl Visit {
    /// Opens the widget on an order line, in Dutch, and waits for its first page.
    pub(crate) async fn to(line: &Value) -> Self {
        let visit = Self::over(&Network::with(line), NL);
        visit.see("h2").await;
        visit
    }

    /// Opens the widget on an order line that is in time.
    pub(crate) async fn open() -> Self {
        Self::to(&order_line()).await
    }

    /// Opens the widget over this network, beside those that are there.
    pub(crate) fn over(network: &Network, words: Words) -> Self {
        Self::embedded(network, words, |_| {})
    }

    /// Opens the widget in a page that gives tokens by `get_token`.
    pub(crate) fn over_with_token(network: &Network, get_token: &Function) -> Self {
        Self::embedded(network, NL, |embedding| {
            Reflect::set(embedding, &"getToken".into(), get_token).unwrap();
        })
    }

    fn embedded(network: &Network, words: Words, change: impl FnOnce(&Embedding)) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let element = |tag| document.create_element(tag).unwrap().unchecked_into::<HtmlElement>();
        let (host, container) = (element("section"), element("div"));
        document.body().unwrap().append_child(&host).unwrap();
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).unwrap();
        root.append_child(&container).unwrap();
        let desk = Desk::new();
        let embedding = embedding(words.lang, words.json, AsRef::<JsValue>::as_ref(&desk).unchecked_ref());
        change(&embedding);
        let kept = JsValue::from(&embedding);
        let mounted = Rc::new(RefCell::new(Some(mount(container, embedding))));
        let visit = Self { network: network.clone(), root, host, embedding: kept, mounted, desk };
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
        self.mounted.borrow().as_ref().unwrap().speak(words.lang.to_owned(), messages.unchecked_into());
    }

    /// Takes the widget down, as the element does when it leaves the page.
    pub(crate) fn unmount(&self) {
        if let Some(mounted) = self.mounted.take() {
            mounted.unmount();
        }
        self.desk.close();
    }

    /// What the page around the widget heard of it.
    pub(crate) fn heard(&self) -> Vec<String> {
        let heard: Array = Reflect::get(&self.embedding, &"heard".into()).unwrap().unchecked_into();
        heard.iter().map(|event| event.as_string().unwrap()).collect()
    }

    /// The first element that `selector` picks, if any.
    pub(crate) fn find(&self, selector: &str) -> Option<HtmlElement> {
        self.root.query_selector(selector).unwrap().map(JsCast::unchecked_into)
    }

    /// Every element that `selector` picks.
    pub(crate) fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let list = self.root.query_selector_all(selector).unwrap();
        (0..list.length()).map(|n| list.item(n).unwrap().unchecked_into()).collect()
    }

    /// Waits for the element that `selector` picks.
    pub(crate) async fn see(&self, selector: &str) -> HtmlElement {
        found(selector, || self.find(selector)).await
    }

    /// All words on the page.
    pub(crate) fn words(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }

    /// Waits until the page says `words`.
    pub(crate) async fn reads(&self, words: &str) {
        if !eventually(|| self.words().contains(words)).await {
            panic!("waited in vain for {words:?}; the page says: {}", self.words());
        }
    }

    /// What the page's heading says.
    pub(crate) fn heading(&self) -> String {
        self.find("h2").map(|heading| text(&heading)).unwrap_or_default()
    }

    /// Waits for the page with the heading `words`.
    pub(crate) async fn reaches(&self, words: &str) {
        if !eventually(|| self.heading() == words).await {
            panic!("waited in vain for the page {words:?}; the page says: {}", self.words());
        }
    }

    /// The element that has the focus.
    pub(crate) fn focused(&self) -> Option<Element> {
        self.root.active_element()
    }

    /// Waits until the focus is on what `selector` picks.
    pub(crate) async fn focus_reaches(&self, selector: &str) {
        let is_there = || self.focused().is_some_and(|focused| focused.matches(selector).unwrap());
        until(&format!("the focus on {selector}"), is_there).await;
    }

    /// Presses what `selector` picks, once it is there.
    pub(crate) async fn press(&self, selector: &str) {
        self.see(selector).await.click();
    }

    /// Presses the button with these words, once it is there.
    pub(crate) async fn press_button(&self, words: &str) {
        let button = || self.all("button").into_iter().find(|button| text(button) == words);
        found(&format!("a button {words:?}"), button).await.click();
    }

    /// Types `words` into what `selector` picks, in place of what stands there.
    pub(crate) async fn types(&self, selector: &str, words: &str) {
        let control: HtmlInputElement = self.see(selector).await.unchecked_into();
        // A textarea is written to like an input.
        control.set_value(words);
        control.dispatch_event(&Event::new("input").unwrap()).unwrap();
    }

    /// What stands in the control that `selector` picks.
    pub(crate) fn value(&self, selector: &str) -> String {
        self.find(selector).unwrap().unchecked_into::<HtmlInputElement>().value()
    }

    /// Whether the choice that `selector` picks is ticked.
    pub(crate) fn is_ticked(&self, selector: &str) -> bool {
        self.find(selector).unwrap().unchecked_into::<HtmlInputElement>().checked()
    }
}

/// The words of an element, without the spaces around them.
pub(crate) fn text(element: &impl AsRef<Element>) -> String {
    element.as_ref().text_content().unwrap_or_default().trim().to_owned()
}
