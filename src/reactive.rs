//! Values that pages follow, handles to values, and work that ends with its page: the types of Leptos that this widget
//! needs, over Leptos's own owners, triggers and effects.
//!
//! Leptos compiles the machinery of a `RwSignal`, `Memo` or `StoredValue` once for each type held, 1 to 2 KB each. Here only
//! the value itself is generic. A name of Leptos stands for the behaviour of Leptos.

pub(crate) mod scope;
pub mod signal;
pub(crate) mod stored_value;
