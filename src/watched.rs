//! Values that pages follow.
//!
//! What Leptos's `RwSignal` and `Memo` are, over one of its triggers: a signal of Leptos compiles its machinery once for
//! each type held, about 2 KB each, and there are a dozen types here. Only the value itself is generic.

use std::cell::RefCell;

use leptos::{
    prelude::{ArcTrigger, untrack},
    reactive::traits::{Notify as _, Track as _},
};

use crate::{held::Held, ui::dom::bind};

/// A value that effects follow: whoever reads it in one runs again when it changes. Cheap to pass around; lives as long
/// as the reactive owner that it was made under.
pub struct Watched<T: 'static> {
    inner: Held<Inner<T>>,
}

struct Inner<T> {
    value: RefCell<T>,
    changed: ArcTrigger,
}

impl<T> Clone for Watched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Watched<T> {}

impl<T: Default + 'static> Default for Watched<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: 'static> Watched<T> {
    /// Watches `value`.
    pub(crate) fn new(value: T) -> Self {
        Self { inner: Held::new(Inner { value: RefCell::new(value), changed: ArcTrigger::new() }) }
    }

    /// Reads it, and follows it.
    pub(crate) fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.follow();
        self.peek(read)
    }

    #[inline(never)]
    fn follow(self) {
        self.inner.get().changed.track();
    }

    /// Reads it, without following it.
    pub(crate) fn peek<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(&self.inner.get().value.borrow())
    }

    /// Changes it.
    pub(crate) fn update<U>(self, change: impl FnOnce(&mut T) -> U) -> U {
        let inner = self.inner.get();
        // The borrow must be over before anybody hears of the change.
        let outcome = change(&mut inner.value.borrow_mut());
        inner.changed.notify();
        outcome
    }

    /// Puts another value in its place.
    pub(crate) fn set(self, value: T) {
        self.update(|old| *old = value);
    }

    /// Puts another value in its place, unless it is the same.
    pub(crate) fn settle(self, value: T)
    where
        T: PartialEq,
    {
        if self.peek(|old| *old != value) {
            self.set(value);
        }
    }

    /// A copy of it; follows it.
    pub(crate) fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// A copy of it, without following it.
    pub(crate) fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.peek(T::clone)
    }
}

/// What `work` gives, for followers who want to hear only of what is different from before.
pub(crate) fn settled<T: PartialEq + 'static>(work: impl Fn() -> T + 'static) -> Watched<T> {
    let watched = Watched::new(untrack(&work));
    bind(move || watched.settle(work()));
    watched
}
