//! Printing. The browser prints the whole host page; the style sheet says how the widget looks on paper.

use leptos::prelude::window;

/// Whether the browser can print. Browsers inside other apps often cannot.
pub fn can_print() -> bool {
    js_sys::Reflect::has(&window(), &"print".into()).unwrap_or(false)
}

/// Prints the page.
pub fn print() {
    // In a sandboxed frame the browser may refuse to print.
    let _ = window().print();
}
