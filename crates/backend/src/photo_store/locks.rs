//! Locks on the photos of order lines: uploads share a lock, a removal holds it alone.
//!
//! Without them, a photo that is sent again during its removal would be acknowledged and then lost.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use tokio::sync::RwLock;

/// The number of locks that the order lines share. Few photos are processed at once, so two customers seldom share a lock, and then
/// one of them waits for a photo or two.
const STRIPES: usize = 64;

/// Striped locks: the hash of an order line's identifier selects its lock. Clones share the locks.
#[derive(Clone, Debug)]
pub(super) struct StripedLocks(Arc<[Arc<RwLock<()>>]>);

impl Default for StripedLocks {
    fn default() -> Self {
        Self((0..STRIPES).map(|_| Arc::default()).collect())
    }
}

impl StripedLocks {
    pub(super) async fn lock_shared(&self, order_line: &str) -> impl Drop + use<> {
        Arc::clone(self.lock(order_line)).read_owned().await
    }

    pub(super) async fn lock_exclusive(&self, order_line: &str) -> impl Drop + use<> {
        Arc::clone(self.lock(order_line)).write_owned().await
    }

    pub(super) async fn lock_all(&self) -> Vec<impl Drop + use<>> {
        let mut guards = Vec::with_capacity(STRIPES);
        // Every other task holds one lock at most, so this cannot deadlock.
        for lock in self.0.iter() {
            guards.push(Arc::clone(lock).write_owned().await);
        }
        guards
    }

    fn lock(&self, order_line: &str) -> &Arc<RwLock<()>> {
        let mut hasher = DefaultHasher::new();
        order_line.hash(&mut hasher);
        let stripe = usize::try_from(hasher.finish() % STRIPES as u64).unwrap_or_default();
        &self.0[stripe]
    }
}
