//! Locks that a thread which panicked leaves usable: the journey has failed by then anyway.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Nothing panics while it holds one of these locks.
pub(super) fn lock_ignoring_panics<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
