//! What is taken away because somebody asks: a photo by its claimant, all about an order line by the seller.
//!
//! Rows go first, inside a write transaction, and files after the commit: a file without a row is waste, a row without
//! a file would be a lie. Asked again, what a power cut left is removed; a start removes it too. What is merely old is
//! for [`retention`](crate::retention).

use std::sync::Arc;

use damage_report_rules::{contract::Code, evidence::Digest};

use crate::{app::App, problem::Refusal, store};

/// Takes the photo `digest` of `order_line` away. One that was never there, or is gone already, is gone.
///
/// # Errors
///
/// `claim_exists` when the claim rests on it; that the database or the file system fails.
pub async fn discard_photo(app: &Arc<App>, order_line: &str, digest: Digest) -> Result<(), Refusal> {
    let (work, order_line) = (Arc::clone(app), order_line.to_owned());
    app.to_the_end(async move {
        let app = work;
        let _turn = app.photos.turn_to_remove(&order_line).await;
        // Whoever submits a claim looks at the photos inside a write transaction too: one of the two comes first, and
        // the other sees what it did.
        let mut db = app.store.write().await?;
        if let Some(claim) = store::claims::of_order_line(&mut db, &order_line).await?
            && claim.content.photos.all().any(|(_, photo)| photo == digest)
        {
            return Err(Refusal::claim_exists(claim.reference).detail("the claim rests on this photo"));
        }
        store::photos::remove(&mut db, &order_line, digest).await?;
        store::drafts::go_on(&mut db, &order_line, app.clock.now()).await?;
        db.commit().await?;
        app.photos.remove(&order_line, digest).await.map_err(cannot_remove)
    })
    .await
}

/// Erases the order line called `id` with all that came of it: draft, photos, claim, events, return label, and the
/// answers to keys. One that is not there is erased already.
///
/// # Errors
///
/// That the database or the file system fails.
pub async fn erase_order_line(app: &Arc<App>, id: &str) -> Result<(), Refusal> {
    let (work, id) = (Arc::clone(app), id.to_owned());
    app.to_the_end(async move {
        let app = work;
        let _turn = app.photos.turn_to_remove(&id).await;
        let mut db = app.store.write().await?;
        let was_there = store::order_lines::erase(&mut db, &id).await?;
        db.commit().await?;
        app.photos.remove_all(&id).await.map_err(cannot_remove)?;
        app.store.fold_log().await?;
        if was_there {
            tracing::info!("an order line is erased, with all that came of it");
        }
        Ok(())
    })
    .await
}

/// Removes the file of the photo `digest` of `order_line` where no row knows it: what is left when keeping it failed.
///
/// What cannot be removed now is in the log, and is swept away within a day.
pub(crate) async fn remove_stray(app: &App, order_line: &str, digest: Digest) {
    // Nobody is between a file and its row in this turn.
    let _turn = app.photos.turn_to_remove(order_line).await;
    let removed = async {
        match store::photos::find(&mut *app.store.read().await?, order_line, digest).await? {
            Some(_) => Ok(()),
            None => app.photos.remove(order_line, digest).await.map_err(cannot_remove),
        }
    };
    if let Err::<(), Refusal>(refusal) = removed.await {
        tracing::warn!(code = ?refusal.code(), "a photo that was not kept is left to be swept away");
    }
}

fn cannot_remove(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "a photo cannot be removed");
    Refusal::new(Code::Storage)
}
