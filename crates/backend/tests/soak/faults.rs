//! The faults that a soak has found.

use std::sync::{Arc, Mutex};

/// The faults. All are reported at the end, because one fault seldom comes alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Arc<Mutex<Vec<String>>>);

impl Faults {
    pub(crate) fn add(&self, fault: impl Into<String>) {
        self.0.lock().unwrap().push(fault.into());
    }

    pub(crate) fn check(&self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.add(fault());
        }
    }

    pub(crate) fn list(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}
