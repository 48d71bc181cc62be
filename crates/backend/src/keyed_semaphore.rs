//! A semaphore for each key: requests of an order line, photos of an order line, connections of an address.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A number of permits for each key. A key takes no memory once nobody holds or waits for a permit of it.
#[derive(Debug)]
pub struct KeyedSemaphore<K> {
    permits_per_key: usize,
    semaphores: Mutex<HashMap<K, Arc<Semaphore>>>,
}

impl<K: Eq + Hash> KeyedSemaphore<K> {
    /// `permits_per_key` permits for every key.
    #[must_use]
    pub fn new(permits_per_key: usize) -> Self {
        Self { permits_per_key, semaphores: Mutex::default() }
    }

    /// A permit of `key`; none when all are in use.
    pub fn try_acquire(&self, key: K) -> Option<OwnedSemaphorePermit> {
        self.semaphore(key).try_acquire_owned().ok()
    }

    /// A permit of `key` as soon as one is free, first come first served.
    pub async fn acquire(&self, key: K) -> Option<OwnedSemaphorePermit> {
        self.semaphore(key).acquire_owned().await.ok()
    }

    fn semaphore(&self, key: K) -> Arc<Semaphore> {
        let mut semaphores = self.semaphores.lock().unwrap_or_else(PoisonError::into_inner);
        // Permits and waiters keep a reference to their semaphore: one that only the map refers to is not in use.
        if !semaphores.contains_key(&key) {
            semaphores.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
        }
        Arc::clone(semaphores.entry(key).or_insert_with(|| Arc::new(Semaphore::new(self.permits_per_key))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_permits_and_unused_keys_are_forgotten() {
        let permits = KeyedSemaphore::new(2);
        let first = permits.try_acquire("a");
        let second = permits.try_acquire("a");
        assert!(first.is_some() && second.is_some());
        assert!(permits.try_acquire("a").is_none());
        assert!(permits.try_acquire("b").is_some(), "another key has permits of its own");
        drop(first);
        assert!(permits.try_acquire("a").is_some(), "a permit that was given back can be acquired");
        drop(second);
        assert!(permits.try_acquire("c").is_some());
        assert_eq!(permits.semaphores.lock().unwrap().len(), 1, "only the last key is left");
    }
}
