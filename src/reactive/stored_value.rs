//! A value that lives as long as the widget, behind a handle that is cheap to copy into every closure that needs it.
//!
//! Leptos's `StoredValue` is that already, but compiles its machinery once for each type held: 1.2 KB each. One that holds
//! `dyn Any` has to tell types apart when it is asked, by 32 bytes that nothing makes smaller. Here a handle is the address of
//! a slot; the value in it goes with its owner, and the empty slot, of eight bytes, stays until the page goes.

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;

/// A handle to a `T`, good until the reactive owner that it was made under is cleaned up.
pub(crate) struct StoredValue<T: 'static>(&'static Slot<T>);

type Slot<T> = RefCell<Option<Rc<T>>>;

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoredValue<T> {}

impl<T: 'static> StoredValue<T> {
    /// Holds `value`.
    pub(crate) fn new(value: T) -> Self {
        let slot: &'static Slot<T> = Box::leak(Box::new(RefCell::new(Some(Rc::new(value)))));
        keep_alive(Hold(slot));
        Self(slot)
    }

    /// The value.
    ///
    /// # Panics
    ///
    /// When its owner was cleaned up: work and listeners end with it, so nobody is left to ask.
    #[inline(never)]
    pub(crate) fn get(self) -> Rc<T> {
        self.0.borrow().clone().expect("what is asked for is held")
    }
}

/// Empties the slot when it is dropped.
struct Hold<T: 'static>(&'static Slot<T>);

impl<T> Drop for Hold<T> {
    fn drop(&mut self) {
        self.0.take();
    }
}

/// Keeps `value` alive until the current reactive owner is cleaned up.
pub(crate) fn keep_alive(value: impl AnyValue) {
    store_boxed(Box::new(value));
}

/// Leptos would keep it as well, but asks each time whether it is still on the thread that it came from.
#[inline(never)]
fn store_boxed(value: Box<dyn AnyValue>) {
    let place = STORED.with_borrow_mut(|stored| {
        let free = stored.iter().position(Option::is_none);
        let place = free.unwrap_or(stored.len());
        stored.resize_with(stored.len().max(place + 1), || None);
        stored[place] = Some(value);
        place
    });
    on_cleanup(move || {
        // Dropped when the list is free again: what it drops may look here.
        let _value = STORED.with_borrow_mut(|stored| stored[place].take());
    });
}

thread_local! {
    static STORED: RefCell<Vec<Option<Box<dyn AnyValue>>>> = const { RefCell::new(Vec::new()) };
}

/// Anything, of which nothing is known but how to drop it.
pub(crate) trait AnyValue: 'static {}

impl<T: 'static> AnyValue for T {}
