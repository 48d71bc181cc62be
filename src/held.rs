//! A value that lives as long as the widget, behind a handle that is cheap to copy into every closure that needs it.
//!
//! Leptos's `StoredValue` is that already, but compiles its machinery once for each type held: 1.2 KB each. Here
//! it holds one type, and only the last step back to the real one is generic.

use std::{any::Any, marker::PhantomData, rc::Rc};

use leptos::prelude::*;

/// A handle to a `T`, good until the reactive owner that it was made under is cleaned up.
pub(crate) struct Held<T> {
    value: StoredValue<Rc<dyn Any>, LocalStorage>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Held<T> {}

impl<T: 'static> Held<T> {
    /// Holds `value`.
    pub(crate) fn new(value: T) -> Self {
        Self { value: hold(Rc::new(value)), of: PhantomData }
    }

    /// The value.
    ///
    /// # Panics
    ///
    /// When its owner was cleaned up: work and listeners end with it, so nobody is left to ask.
    #[inline(never)]
    pub(crate) fn get(self) -> Rc<T> {
        held(self.value).downcast().unwrap_or_else(|_| unreachable!("what is held was a T when it was put in"))
    }
}

#[inline(never)]
fn hold(value: Rc<dyn Any>) -> StoredValue<Rc<dyn Any>, LocalStorage> {
    StoredValue::new_local(value)
}

#[inline(never)]
fn held(value: StoredValue<Rc<dyn Any>, LocalStorage>) -> Rc<dyn Any> {
    value.get_value()
}

/// Keeps `value` alive until the current reactive owner is cleaned up.
pub(crate) fn keep<T: 'static>(value: T) {
    hold(Rc::new(value));
}
