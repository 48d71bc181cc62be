//! Elements, and the effects that keep them up to date.
//!
//! Leptos's signals, effects and owners drive every page, but its `view!` does not build them. `view!` gives each element its own
//! type, with its own code to build, rebuild, mount and erase it: 95 of the widget's first 230 KB of wasm (brotli). Here all
//! elements share one type, and a page calls the same few functions. No function parses markup, so Trusted Types refuse nothing.
//!
//! Effects and listeners that are created here live as long as the current reactive owner.

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::{UnwrapThrowExt, prelude::*};
use web_sys::{Element, Event, HtmlElement, Node, ShadowRoot};

use crate::reactive::{signal::effect, stored_value::keep_alive};

/// The classes that are also names of shadow parts, which the host page may style. `js/damage-report.js` documents each of them,
/// above the element's class.
const PARTS: [&str; 12] = [
    "banner", "step", "tape", "deadline", "summary", "primary", "choice", "field", "picker", "photo", "receipt",
    "tracks",
];

/// An element. Cloning it makes a second handle to the same element.
#[derive(Clone)]
pub struct El(Element);

/// Creates an HTML element.
#[inline(never)]
pub fn el(tag: &str) -> El {
    El(document().create_element(tag).expect_throw("the tag is one of our own"))
}

/// Listens to `event` on the whole host page, as long as the current owner lives.
pub fn listen_on_page(event: &str, listener: impl Fn(Event) + 'static) {
    if let Some(page) = document().document_element() {
        El(page).listen(event, Box::new(listener));
    }
}

/// Creates a slot for the content that the shop puts into its element under `name`.
pub fn slot(name: &str) -> El {
    el("slot").attr("name", name)
}

/// Creates an SVG element.
#[inline(never)]
pub fn svg(tag: &str) -> El {
    let namespace = Some("http://www.w3.org/2000/svg");
    El(document().create_element_ns(namespace, tag).expect_throw("the tag is one of our own"))
}

impl El {
    /// Sets an attribute.
    #[must_use]
    #[inline(never)]
    pub fn attr(self, name: &str, value: &str) -> Self {
        set_attribute(&self.0, name, Some(value));
        self
    }

    /// Sets the class. If the host page may style it, also sets the shadow part of the same name.
    #[must_use]
    #[inline(never)]
    pub fn class(self, class: &str) -> Self {
        let this = self.attr("class", class);
        if PARTS.contains(&class) { this.attr("part", class) } else { this }
    }

    /// Appends text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        // Takes the string by value, so that its drop is compiled once.
        self.with_text(text.into())
    }

    #[inline(never)]
    fn with_text(self, text: String) -> Self {
        append(&self.0, &document().create_text_node(&text));
        self
    }

    /// Appends a child.
    #[must_use]
    #[inline(never)]
    pub fn child(self, child: El) -> Self {
        append(&self.0, &child.0);
        self
    }

    /// Appends children.
    #[must_use]
    pub fn children(self, children: impl IntoIterator<Item = El>) -> Self {
        for child in children {
            append(&self.0, &child.0);
        }
        self
    }

    /// Keeps an attribute up to date; `None` removes it.
    #[must_use]
    pub fn reactive_attr(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        self.bind_attr(name, Box::new(value));
        self
    }

    #[inline(never)]
    fn bind_attr(&self, name: &'static str, value: Box<dyn Read<Option<String>>>) {
        let element = self.0.clone();
        effect(move || set_attribute(&element, name, value.read().as_deref()));
    }

    /// Keeps a property up to date. For properties whose attribute sets only the initial value (`value`, `checked`).
    #[must_use]
    pub fn reactive_property(self, name: &'static str, value: impl Fn() -> JsValue + 'static) -> Self {
        self.bind_property(name, Box::new(value));
        self
    }

    #[inline(never)]
    fn bind_property(&self, name: &'static str, value: Box<dyn Read<JsValue>>) {
        let element = self.0.clone();
        effect(move || {
            // The browser's own elements never throw here. They ignore an invalid value.
            let _ = Reflect::set(&element, &name.into(), &value.read());
        });
    }

    /// Appends text and keeps it up to date. The element must have no other content: a browser's page translation replaces the text
    /// node by its own elements, so when the text changes, all content is replaced.
    #[must_use]
    pub fn reactive_text(self, text: impl Fn() -> String + 'static) -> Self {
        self.bind_text(Box::new(text));
        self
    }

    #[inline(never)]
    fn bind_text(&self, text: Box<dyn Read<String>>) {
        let node = document().create_text_node("");
        append(&self.0, &node);
        let parent = self.0.clone();
        let mut shown = String::new();
        effect(move || {
            let now = text.read();
            // In a live region, a screen reader would read the same words again.
            if now != shown {
                node.set_data(&now);
                shown = now;
                if !is_child(&parent, &node) {
                    parent.set_text_content(None);
                    append(&parent, &node);
                }
            }
        });
    }

    /// Appends the elements that `view` returns, and rebuilds them whenever a signal that it read changes.
    #[must_use]
    pub fn reactive_content<V: IntoIterator<Item = El>>(self, view: impl Fn() -> V + 'static) -> Self {
        self.reactive_children(Box::new(move || view().into_iter().collect()));
        self
    }

    #[inline(never)]
    fn reactive_children(&self, view: Box<dyn Read<Vec<El>>>) {
        let end = document().create_text_node("");
        append(&self.0, &end);
        let parent = self.0.clone();
        let mut shown: Vec<El> = Vec::new();
        effect(move || {
            let next = view.read();
            for old in shown.drain(..) {
                old.remove();
            }
            // Some scripts of host pages remove empty text nodes.
            if !is_child(&parent, &end) {
                append(&parent, &end);
            }
            for new in &next {
                insert_before(&parent, &new.0, &end);
            }
            shown = next;
        });
    }

    /// Listens to `event`.
    #[must_use]
    pub fn on(self, event: &str, listener: impl Fn(Event) + 'static) -> Self {
        self.listen(event, Box::new(listener));
        self
    }

    #[inline(never)]
    fn listen(&self, event: &str, listener: Box<dyn Hear>) {
        let closure = Closure::<dyn Fn(Event)>::new(move |event| listener.hear(event));
        // Adding a listener to an element never fails.
        let _ = self.0.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        keep_alive(Listener { element: self.0.clone(), event: event.into(), closure });
    }

    /// Prevents the default action of the browser at `event`.
    #[must_use]
    pub fn prevent_default_of(self, event: &str) -> Self {
        self.on(event, |event| event.prevent_default())
    }

    /// Listens to clicks.
    #[must_use]
    pub fn on_click(self, listener: impl Fn() + 'static) -> Self {
        self.on("click", move |_| listener())
    }

    /// Moves the focus here once the element is in the page. That also scrolls it into view (`js/host-page.js`).
    #[inline(never)]
    pub fn take_focus(&self) {
        let this = self.clone();
        leptos::task::spawn_local(async move { this.focus() });
    }

    /// Moves the focus here once the element is in the page, unless another element of the host page has it.
    pub fn take_focus_if_free(&self) {
        let this = self.clone();
        leptos::task::spawn_local(async move {
            if this.may_take_focus() {
                this.take_focus();
            }
        });
    }

    /// Moves the focus here at once.
    pub fn focus(&self) {
        // If the element cannot take the focus, the focus stays where it was.
        let _ = self.0.unchecked_ref::<HtmlElement>().focus();
    }

    /// Whether this element or one in it has the focus.
    pub fn has_focus(&self) -> bool {
        self.0.matches(":focus-within").unwrap_or(false)
    }

    /// Whether the focus can move here without leaving another control: it is already here, or no control has it. A dialog around
    /// the widget that has the focus does not count as a control.
    pub fn may_take_focus(&self) -> bool {
        let document = document();
        let is_no_control = |focused: Element| {
            let is_body = document.body().is_some_and(|body| *focused == **body);
            // If this element is outside the document, `host` is `undefined`, and then `contains` returns `false`.
            let host = self.0.get_root_node().unchecked_into::<ShadowRoot>().host();
            is_body || focused != host && focused.contains(Some(&host))
        };
        document.active_element().is_none_or(is_no_control) || self.has_focus()
    }

    /// Moves the focus to the element in here that matches `selector`.
    pub fn focus_descendant(&self, selector: &str) {
        if let Ok(Some(found)) = self.0.query_selector(selector) {
            El(found).focus();
        }
    }

    /// Appends a child to an element that is already in the page.
    pub fn append(&self, child: El) {
        append(&self.0, &child.0);
    }

    /// Replaces the content by `page`.
    pub fn replace_content(&self, page: El) {
        self.0.set_text_content(None);
        append(&self.0, &page.0);
    }

    /// Removes the element from the page.
    pub fn remove(&self) {
        self.0.remove();
    }

    /// The element itself, for methods that only some elements have.
    pub fn raw<T: JsCast>(&self) -> &T {
        self.0.unchecked_ref()
    }
}

/// A listener that is removed when this is dropped, because the element may live longer: the host page can keep it.
struct Listener {
    element: Element,
    event: String,
    closure: Closure<dyn Fn(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Removing a listener never fails.
        let _ = self.element.remove_event_listener_with_callback(&self.event, self.closure.as_ref().unchecked_ref());
    }
}

/// Appends `child` to `parent`, which is in the page.
pub fn append_to(parent: &HtmlElement, child: El) {
    append(parent, &child.0);
}

/// A boxed closure that returns a `T`. It is smaller than `dyn Fn`, which also compiles `call_mut` and `call_once` for each of a few
/// hundred closures. The same is true of [`Hear`].
trait Read<T> {
    fn read(&self) -> T;
}

impl<T, F: Fn() -> T> Read<T> for F {
    fn read(&self) -> T {
        self()
    }
}

/// A boxed closure that listens.
trait Hear {
    fn hear(&self, event: Event);
}

impl<F: Fn(Event)> Hear for F {
    fn hear(&self, event: Event) {
        self(event);
    }
}

#[inline(never)]
fn set_attribute(element: &Element, name: &str, value: Option<&str>) {
    // Only an invalid name could fail, and all names are our own.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

#[inline(never)]
fn append(parent: &Element, child: &Node) {
    // Appending fails only if `child` contains `parent`, which never happens here.
    let _ = parent.append_child(child);
}

/// Whether `node` is still a child of `parent`. A browser's page translation may have wrapped it in another element.
#[inline(never)]
fn is_child(parent: &Element, node: &Node) -> bool {
    node.parent_node().is_some_and(|at| at == **parent)
}

#[inline(never)]
fn insert_before(parent: &Element, child: &Node, end: &Node) {
    // This fails only if `end` is not a child of `parent`. The caller has just made sure that it is.
    let _ = parent.insert_before(child, Some(end));
}
