//! Elements that keep themselves up to date: with which signals they change, and when they stop.

use std::{any::Any, cell::Cell, rc::Rc};

use damage_report::ui::dom::{self, El, el, svg};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::{
    stubs::Errors,
    waiting::{eventually, settled, until},
};

/// A place in the page with something in it, until its owner ends.
struct Stage {
    place: HtmlElement,
    owner: Option<Box<dyn Any>>,
}

impl Stage {
    fn with(view: impl FnOnce() -> El + 'static) -> Self {
        let document = document();
        let place: HtmlElement = document.create_element("div").unwrap().unchecked_into();
        document.body().unwrap().append_child(&place).unwrap();
        let shown = place.clone();
        let owner = mount_to(place.clone(), move || dom::append_to(&shown, view()));
        Self { place, owner: Some(Box::new(owner)) }
    }

    /// The element that was put here.
    fn element(&self) -> HtmlElement {
        self.place.first_element_child().unwrap().unchecked_into()
    }

    fn html(&self) -> String {
        self.element().outer_html()
    }

    async fn shows(&self, html: &str) {
        if !eventually(|| self.html() == html).await {
            panic!("waited in vain for {html}; there is {}", self.html());
        }
    }

    fn end_owner(&mut self) {
        drop(self.owner.take());
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.place.remove();
    }
}

#[wasm_bindgen_test]
async fn reactive_text_follows_its_signal_until_its_owner_ends() {
    let words = ArcRwSignal::new("one".to_owned());
    let read = words.clone();
    let mut stage = Stage::with(move || el("p").text("say ").reactive_text(move || read.get()));
    stage.shows("<p>say one</p>").await;
    words.set("two <b>".to_owned());
    stage.shows("<p>say two &lt;b&gt;</p>").await;
    stage.end_owner();
    words.set("three".to_owned());
    settled().await;
    assert!(!stage.html().contains("three"), "{}", stage.html());
}

/// Does what translators do to every text of a page: replaces it with an element that holds the translation.
fn translate(element: &Element, words: &str) {
    let font = document().create_element("font").unwrap();
    font.set_text_content(Some(words));
    let text = element.first_child().unwrap();
    element.replace_child(&font, &text).unwrap();
}

#[wasm_bindgen_test]
async fn reactive_text_that_somebody_has_translated_is_said_anew_when_it_changes() {
    let words = ArcRwSignal::new("one photo".to_owned());
    let read = words.clone();
    let stage = Stage::with(move || el("p").reactive_text(move || read.get()));
    stage.shows("<p>one photo</p>").await;
    translate(&stage.element(), "bir");
    for said in ["two photos", "three photos"] {
        words.set(said.to_owned());
        stage.shows(&format!("<p>{said}</p>")).await;
    }
}

#[wasm_bindgen_test]
async fn reactive_children_come_on_a_page_whose_empty_texts_somebody_has_taken_away() {
    let names = ArcRwSignal::new(vec![]);
    let read = names.clone();
    let stage = Stage::with(move || {
        el("ul").reactive_content(move || read.get().into_iter().map(|name: &str| el("i").text(name)))
    });
    stage.shows("<ul></ul>").await;
    stage.element().normalize();
    assert_eq!(stage.element().child_nodes().length(), 0, "no node is left");
    names.set(vec!["a"]);
    stage.shows("<ul><i>a</i></ul>").await;
    names.set(vec!["b", "c"]);
    stage.shows("<ul><i>b</i><i>c</i></ul>").await;
}

#[wasm_bindgen_test]
async fn a_live_attribute_comes_and_goes_until_its_owner_ends() {
    let hidden = ArcRwSignal::new(false);
    let read = hidden.clone();
    let runs = Rc::new(Cell::new(0));
    let count = Rc::clone(&runs);
    let mut stage = Stage::with(move || {
        el("p").reactive_attr("hidden", move || {
            count.set(count.get() + 1);
            read.get().then(String::new)
        })
    });
    stage.shows("<p></p>").await;
    hidden.set(true);
    stage.shows("<p hidden=\"\"></p>").await;
    hidden.set(false);
    stage.shows("<p></p>").await;
    stage.end_owner();
    let before = runs.get();
    hidden.set(true);
    settled().await;
    assert_eq!(runs.get(), before, "an attribute was kept up to date after its owner ended");
}

#[wasm_bindgen_test]
async fn a_live_property_follows_its_signal_over_what_a_person_did() {
    let ticked = ArcRwSignal::new(false);
    let read = ticked.clone();
    let stage = Stage::with(move || {
        el("input").attr("type", "checkbox").reactive_property("checked", move || read.get().into())
    });
    let input: HtmlInputElement = stage.element().unchecked_into();
    input.click();
    assert!(input.checked());
    ticked.set(true);
    ticked.set(false);
    until("the box to be empty again", || !input.checked()).await;
}

#[wasm_bindgen_test]
async fn reactive_children_are_made_anew_between_their_neighbours() {
    let names = ArcRwSignal::new(vec!["a", "b"]);
    let read = names.clone();
    let mut stage = Stage::with(move || {
        el("ul")
            .child(el("li").text("first"))
            .reactive_content(move || read.get().into_iter().map(|name| el("i").text(name)))
            .child(el("li").text("last"))
    });
    stage.shows("<ul><li>first</li><i>a</i><i>b</i><li>last</li></ul>").await;
    names.set(vec!["b", "c", "d"]);
    stage.shows("<ul><li>first</li><i>b</i><i>c</i><i>d</i><li>last</li></ul>").await;
    names.set(vec![]);
    stage.shows("<ul><li>first</li><li>last</li></ul>").await;
    stage.end_owner();
    names.set(vec!["e"]);
    settled().await;
    assert!(!stage.html().contains('e'), "{}", stage.html());
}

#[wasm_bindgen_test]
async fn what_is_bound_in_a_child_ends_when_the_child_is_made_anew() {
    let (outer, inner) = (ArcRwSignal::new(0), ArcRwSignal::new(0));
    let (read_outer, read_inner) = (outer.clone(), inner.clone());
    let runs = Rc::new(Cell::new(0));
    let count = Rc::clone(&runs);
    let stage = Stage::with(move || {
        el("div").reactive_content(move || {
            let (read_inner, count) = (read_inner.clone(), Rc::clone(&count));
            let n = read_outer.get();
            Some(el("p").reactive_text(move || {
                count.set(count.get() + 1);
                format!("{n}.{}", read_inner.get())
            }))
        })
    });
    for n in 1..=5 {
        outer.set(n);
        stage.shows(&format!("<div><p>{n}.0</p></div>")).await;
    }
    let before = runs.get();
    inner.set(1);
    stage.shows("<div><p>5.1</p></div>").await;
    settled().await;
    assert_eq!(runs.get() - before, 1, "texts that were replaced are still kept up to date");
}

#[wasm_bindgen_test]
async fn a_listener_hears_until_its_owner_ends_and_is_silent_after() {
    let presses = Rc::new(Cell::new(0));
    let count = Rc::clone(&presses);
    let mut stage = Stage::with(move || el("button").on_click(move || count.set(count.get() + 1)));
    let button = stage.element();
    button.click();
    button.click();
    assert_eq!(presses.get(), 2);
    stage.end_owner();
    let errors = Errors::new();
    button.click();
    settled().await;
    errors.stop();
    assert_eq!(presses.get(), 2, "the listener outlived its owner");
    assert_eq!(errors.heard(), [""; 0], "a press on what is no longer there is an error in the page");
}

#[wasm_bindgen_test]
fn showing_a_page_shows_nothing_else() {
    let stage = Stage::with(|| {
        let place = el("div").text("before");
        place.replace_content(el("p").text("one"));
        place.replace_content(el("p").text("two"));
        place
    });
    assert_eq!(stage.html(), "<div><p>two</p></div>");
}

#[wasm_bindgen_test]
fn drawings_are_made_in_their_own_namespace() {
    let drawing = svg("svg").child(svg("path").attr("d", "M0 0h1"));
    let drawing: &Element = drawing.raw();
    assert_eq!(drawing.namespace_uri().as_deref(), Some("http://www.w3.org/2000/svg"));
    assert_eq!(drawing.first_element_child().unwrap().get_attribute("d").as_deref(), Some("M0 0h1"));
}
