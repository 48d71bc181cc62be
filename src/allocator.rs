//! The allocator. The standard library's own is made for servers, and weighs 2 KB more over the wire; this one answers in
//! constant time as well.
//!
//! It takes its place only because nothing here asks which thread it runs on: where that is asked, the standard library
//! allocates the answer by its own, which then is in the module too. `SendWrapper` asks, and Leptos's `StoredValue` with it
//! (`reactive::stored_value` is why none is needed).

use rlsf::SmallGlobalTlsf;

#[global_allocator]
static MEMORY: SmallGlobalTlsf = SmallGlobalTlsf::new();
