//! Paper. What stands on it is for the style sheet to say; that the whole page around the widget is printed, nobody here
//! can change.

use leptos::prelude::window;

/// Whether there is something here that prints: browsers inside other apps often have nothing.
pub fn can_print() -> bool {
    js_sys::Reflect::has(&window(), &"print".into()).unwrap_or(false)
}

/// Prints the page.
pub fn print() {
    // A page that may not print (a sandboxed frame) leaves the customer what is on the screen.
    let _ = window().print();
}
