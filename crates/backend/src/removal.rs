//! Removal on request: a photo by its claimant, an order line with everything about it by the seller.
//!
//! Rows are removed first, in a write transaction, and files after the commit: a file without a row is waste, a row without a
//! file would promise a photo that is lost. A repeated request removes what a power cut left behind, and so does a start.
//! [`retention`](crate::retention) removes what is old.

use std::sync::Arc;

use damage_report_rules::{
    contract::{ClaimEventType, Code},
    evidence::Digest,
};

use crate::{
    actor::Actor,
    app::App,
    event_log,
    problem::Refusal,
    store::{
        self,
        events::NewEvent,
        notes::{self, BackendNote, TRACES_DUE},
    },
};

/// Removes the photo `digest` of `order_line`, if it is there.
///
/// # Errors
///
/// `claim_exists` when the claim includes it; a failure of the database or the file system.
pub async fn discard_photo(app: &Arc<App>, order_line: &str, digest: Digest) -> Result<(), Refusal> {
    let (state, order_line) = (Arc::clone(app), order_line.to_owned());
    let removing = async move {
        let _lock = state.photos.lock_exclusive(&order_line).await;
        // A submission reads the photos in a write transaction too. The two run one after the other, and the second sees the
        // result of the first.
        let mut db = state.store.begin_write().await?;
        if let Some(claim) = store::claims::of_order_line(&mut db, &order_line).await?
            && claim.content.photos.all().any(|(_, photo)| photo == digest)
        {
            return Err(Refusal::claim_exists(claim.reference).with_detail("the claim rests on this photo"));
        }
        store::photos::remove(&mut db, &order_line, digest).await?;
        store::drafts::record_activity(&mut db, &order_line, state.clock.now()).await?;
        db.commit().await?;
        state.photos.remove(&order_line, digest).await.map_err(cannot_remove)
    };
    app.tasks.run_to_completion(removing).await
}

/// Erases the order line called `id` with its draft, photos, claim, return label and remembered answers, if it is there, because
/// `actor` asks for it. The log of events keeps that there was a claim, and that it is erased.
///
/// # Errors
///
/// `claim_held`, or a failure of the database or the file system.
pub async fn erase_order_line(app: &Arc<App>, id: &str, actor: Actor) -> Result<(), Refusal> {
    let (state, id) = (Arc::clone(app), id.to_owned());
    let erasing = async move {
        let _lock = state.photos.lock_exclusive(&id).await;
        let mut db = state.store.begin_write().await?;
        let claim = store::claims::of_order_line(&mut db, &id).await?;
        if claim.as_ref().is_some_and(|claim| claim.held_at.is_some()) {
            return Err(Refusal::new(Code::ClaimHeld));
        }
        let existed = store::order_lines::erase(&mut db, &id).await?;
        if let Some(claim) = claim {
            let erased = NewEvent {
                kind: ClaimEventType::Erased,
                reference: &claim.reference,
                order_line: &id,
                version: claim.version + 1,
                actor: &actor,
                at: state.clock.now(),
            };
            event_log::append_event(&state, &mut db, &erased).await?;
        }
        if existed {
            notes::write(&mut db, BackendNote::Traces, TRACES_DUE).await?;
        }
        db.commit().await?;
        state.photos.remove_all(&id).await.map_err(cannot_remove)?;
        // Where a backup still reads the log, the traces are due all the same, and the log with them.
        state.store.truncate_wal().await?;
        if existed {
            tracing::info!("an order line is erased, with all that came of it");
        }
        Ok(())
    };
    app.tasks.run_to_completion(erasing).await
}

/// Removes the file of the photo `digest` of `order_line` where it has no row, because storing the photo failed.
///
/// A file that cannot be removed now is logged, and the next sweep removes it within a day.
pub(crate) async fn remove_orphan(app: &App, order_line: &str, digest: Digest) {
    // Under this lock no upload is between its file and its row.
    let _lock = app.photos.lock_exclusive(order_line).await;
    let removed = async {
        match store::photos::find(&mut *app.store.read_connection().await?, order_line, digest).await? {
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
