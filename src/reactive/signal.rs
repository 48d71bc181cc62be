//! Values that pages follow.
//!
//! They stand for Leptos's `RwSignal` and `Memo`, over one of its triggers: Leptos compiles the machinery of a signal once
//! for each type held, about 2 KB each, and there are a dozen types here. Only the value itself is generic.

use std::{cell::RefCell, rc::Rc};

use leptos::{
    prelude::{ArcTrigger, RenderEffect, untrack},
    reactive::traits::{Notify as _, Track as _},
};

use super::stored_value::{StoredValue, keep_alive};

/// A value that effects follow: an effect that reads it runs again when it changes. Cheap to pass around; lives as long
/// as the reactive owner that it was made under.
pub struct Signal<T: 'static> {
    inner: StoredValue<Inner<T>>,
}

struct Inner<T> {
    value: RefCell<T>,
    changed: ArcTrigger,
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

impl<T: Default + 'static> Default for Signal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: 'static> Signal<T> {
    /// Watches `value`.
    pub(crate) fn new(value: T) -> Self {
        Self { inner: StoredValue::new(Inner { value: RefCell::new(value), changed: ArcTrigger::new() }) }
    }

    /// Reads it, and follows it.
    pub(crate) fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.track();
        self.with_untracked(read)
    }

    #[inline(never)]
    fn track(self) {
        self.inner.get().changed.track();
    }

    /// Reads it, without following it.
    pub(crate) fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
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
    pub(crate) fn set_if_changed(self, value: T)
    where
        T: PartialEq,
    {
        if self.with_untracked(|old| *old != value) {
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
        self.with_untracked(T::clone)
    }
}

/// The value of `work`, computed again when a signal in it changes. Followers run only when the value differs.
pub(crate) fn memo<T: PartialEq + 'static>(work: impl Fn() -> T + 'static) -> Signal<T> {
    let watched = Signal::new(untrack(&work));
    effect(move || watched.set_if_changed(work()));
    watched
}

/// A value that is computed anew whenever the signals that it reads change.
pub type Reactive<T> = Rc<dyn Fn() -> T>;

/// Runs `work` now, and again whenever a signal that it read changes, as long as the current owner lives.
pub fn effect(work: impl FnMut() + 'static) {
    effect_boxed(Box::new(work));
}

#[inline(never)]
fn effect_boxed(mut work: Box<dyn Work>) {
    keep_alive(RenderEffect::new(move |_| work.work()));
}

/// A closure behind a pointer. `dyn FnMut` would bring along another way of calling it as well, for each of a hundred closures.
trait Work {
    fn work(&mut self);
}

impl<F: FnMut()> Work for F {
    fn work(&mut self) {
        self();
    }
}
