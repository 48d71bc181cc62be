//! Turns at an order line's photos: many keep at once, who removes is alone.
//!
//! A photo that is sent again while it is removed would otherwise be acknowledged and gone. What is done in a turn is for
//! the callers to say.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use tokio::sync::RwLock;

/// How many turns there are, over which the order lines are spread: with the few photos that are at work at once, two
/// customers seldom share one, and who does waits for a photo or two.
const TURNS: usize = 64;

/// The turns of one data folder. Which of them is an order line's, its identifier says. Clones are the same turns.
#[derive(Clone, Debug)]
pub(super) struct Turns(Arc<[Arc<RwLock<()>>]>);

impl Default for Turns {
    fn default() -> Self {
        Self((0..TURNS).map(|_| Arc::default()).collect())
    }
}

impl Turns {
    pub(super) async fn to_keep(&self, order_line: &str) -> impl Drop + use<> {
        Arc::clone(self.of(order_line)).read_owned().await
    }

    pub(super) async fn to_remove(&self, order_line: &str) -> impl Drop + use<> {
        Arc::clone(self.of(order_line)).write_owned().await
    }

    pub(super) async fn to_remove_any(&self) -> Vec<impl Drop + use<>> {
        let mut all = Vec::with_capacity(TURNS);
        // Whoever else holds a turn holds only one: there is no circle to wait in.
        for turn in self.0.iter() {
            all.push(Arc::clone(turn).write_owned().await);
        }
        all
    }

    fn of(&self, order_line: &str) -> &Arc<RwLock<()>> {
        let mut hasher = DefaultHasher::new();
        order_line.hash(&mut hasher);
        let nth = usize::try_from(hasher.finish() % TURNS as u64).unwrap_or_default();
        &self.0[nth]
    }
}
