//! The place in the widget where one page or notice is shown at a time.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::prelude::Owner;

use crate::{
    reactive::{scope::Scope, signal::Signal},
    text::Text,
    ui::{
        dom::{El, el},
        focus::Focus,
    },
};

/// The place where one page or notice is shown at a time. Cloning it makes a second handle to the same place.
#[derive(Clone)]
pub(super) struct PageSlot {
    container: El,
    messages: Signal<Text>,
    scope: Scope,
    /// The owner of what is shown.
    shown: Rc<RefCell<Option<Owner>>>,
}

impl PageSlot {
    /// The place in `container`, whose notices use these `messages`.
    pub(super) fn new(container: El, messages: Signal<Text>) -> Self {
        Self { container, messages, scope: Scope::current(), shown: Rc::default() }
    }

    /// The messages of the widget, in its current language.
    pub(super) fn messages(&self) -> Signal<Text> {
        self.messages
    }

    /// The scope of the widget.
    pub(super) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether no page was shown yet.
    pub(super) fn is_blank(&self) -> bool {
        self.shown.borrow().is_none()
    }

    /// Whether the page that is shown has the focus.
    pub(super) fn has_focus(&self) -> bool {
        self.container.has_focus()
    }

    /// Shows a page that lives under `owner`, and ends the one before it.
    pub(super) fn show_page(&self, owner: Owner, page: impl FnOnce() -> El) {
        if let Some(before) = self.shown.replace(Some(owner.clone())) {
            before.cleanup();
        }
        self.replace_page(owner.with(page));
    }

    /// Shows a notice, and rebuilds it in another language. Only the first time it gets the `focus`.
    pub(super) fn show_notice(&self, focus: Focus, notice: impl Fn(Text, Focus) -> El + 'static) {
        let (text, focus) = (self.messages, Cell::new(focus));
        self.show_page(self.scope.run(Owner::new), || {
            el("div").reactive_content(move || Some(notice(text.get(), focus.replace(Focus::Leave))))
        });
    }

    /// Shows another page under the same owner.
    pub(super) fn replace_page(&self, page: El) {
        self.container.replace_content(page);
    }

    /// Takes the focus for the next page, unless it is on something else of the host page.
    pub(super) fn focus_if_free(&self) -> Focus {
        if self.container.may_take_focus() { Focus::Take } else { Focus::Leave }
    }
}
