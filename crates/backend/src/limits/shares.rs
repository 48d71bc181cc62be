//! What each of many may have of one thing at once: requests of an order line, decodes of one, connections of an address.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many at once for each key. A key costs nothing once nobody has or waits for a share of it.
#[derive(Debug)]
pub struct Shares<K> {
    each: usize,
    taken: Mutex<HashMap<K, Arc<Semaphore>>>,
}

impl<K: Eq + Hash> Shares<K> {
    /// `each` at once for every key.
    #[must_use]
    pub fn new(each: usize) -> Self {
        Self { each, taken: Mutex::default() }
    }

    /// A share of `key`, for as long as the permit is kept; nothing when all are taken.
    pub fn take(&self, key: K) -> Option<OwnedSemaphorePermit> {
        self.of(key).try_acquire_owned().ok()
    }

    /// A share of `key` when there is one, first come first served.
    pub async fn wait(&self, key: K) -> Option<OwnedSemaphorePermit> {
        self.of(key).acquire_owned().await.ok()
    }

    fn of(&self, key: K) -> Arc<Semaphore> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // A permit, and a wait for one, hold the semaphore: what only the map holds is nobody's.
        if !taken.contains_key(&key) {
            taken.retain(|_, shares| Arc::strong_count(shares) > 1);
        }
        Arc::clone(taken.entry(key).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_shares_and_what_nobody_has_is_forgotten() {
        let shares = Shares::new(2);
        let first = shares.take("a");
        let second = shares.take("a");
        assert!(first.is_some() && second.is_some());
        assert!(shares.take("a").is_none());
        assert!(shares.take("b").is_some(), "another is not touched by it");
        drop(first);
        assert!(shares.take("a").is_some(), "what was given back may be taken");
        drop(second);
        assert!(shares.take("c").is_some());
        assert_eq!(shares.taken.lock().unwrap().len(), 1, "only the last one is known");
    }
}
