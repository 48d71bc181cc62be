//! The one accepted sending of a claim.
//!
//! Everything from the look at the key to the commit is one write transaction. A second request with the same key
//! waits for the first and is then given its answer; nothing can be half done, so nothing can be stuck. Only accepted
//! claims are remembered under their key: what was refused may be put right and sent again.

use axum::http::StatusCode;
use damage_report_rules::{
    claim::{Claim, ClaimDraft},
    contract::Code,
    evidence::{Digest, Photos},
};
use sqlx::SqliteConnection;

use crate::{
    app::App,
    claim::KeptClaim,
    evidence,
    order_line::Line,
    photo,
    problem::Refusal,
    random,
    store::{self, idempotency::Answer, photos::KeptPhoto},
};

/// The answer to a claim that was accepted, now or before.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The status and body to answer with.
    pub answer: Answer,
    /// Whether this is the answer that the key was given before.
    pub replayed: bool,
}

/// Submits `draft` for `line` under the idempotency key `key`.
///
/// # Errors
///
/// A [`Refusal`]: the key was used for another claim, there is a claim already, or the draft is not one that this
/// shop takes now.
pub async fn submit(app: &App, line: &Line, key: &str, draft: &ClaimDraft) -> Result<Submitted, Refusal> {
    let fingerprint = fingerprint(draft)?;
    let mut db = app.store.write().await?;
    // The time of the turn, not of the arrival: who waits past the close was begun in time, and has the hour after.
    let now = app.clock.now();
    if let Some(answer) = store::idempotency::find(&mut db, &line.id, key, now).await? {
        if answer.fingerprint != fingerprint {
            return Err(Refusal::new(Code::IdempotencyKeyReused));
        }
        return Ok(Submitted { answer, replayed: true });
    }
    if let Some(claim) = store::claims::of_order_line(&mut db, &line.id).await? {
        return Err(Refusal::claim_exists(claim.reference));
    }
    let claim = match check(app, &mut db, line, draft, now).await {
        Ok(claim) => claim,
        Err(refusal) => {
            // The seller may have erased it, photos and all, since the request came.
            evidence::check_order_line(&mut db, &line.id).await?;
            return Err(refusal);
        }
    };
    let reference = random::reference();
    store::claims::add(&mut db, &reference, &line.id, &claim, now).await?;
    let kept = store::claims::find(&mut db, &reference).await?.ok_or_else(|| Refusal::new(Code::Internal))?;
    let status = KeptClaim::status(kept, line, &app.config);
    let body = serde_json::to_string(&status).map_err(|_| Refusal::new(Code::Internal))?;
    let answer = Answer { fingerprint, status: StatusCode::CREATED.as_u16(), body };
    store::idempotency::remember(&mut db, &line.id, key, &answer, now).await?;
    db.commit().await?;
    tracing::info!(reference, late = claim.is_late(), "claim accepted");
    Ok(Submitted { answer, replayed: false })
}

/// Checks every rule again, and what only the backend can know: the photos that it has, and their pixels.
async fn check(
    app: &App,
    db: &mut SqliteConnection,
    line: &Line,
    draft: &ClaimDraft,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Claim, Refusal> {
    let kept = store::photos::all(db, &line.id).await?;
    let begun = store::drafts::begun_at(db, &line.id).await?;
    let timing = line.timing(&app.config, begun, now).ok_or_else(|| Refusal::new(Code::NotDelivered))?;
    let claim = draft.check(&app.config.policy, timing).map_err(Refusal::violations)?;
    let unknown = missing(app, line, &claim.content().photos, &kept).await;
    if !unknown.is_empty() {
        return Err(Refusal::unknown_photos(unknown));
    }
    // One picture under two names is one picture: the same rule, asked of the pixels.
    let by_pixels = ClaimDraft { photos: by_pixels(&draft.photos, &kept), ..draft.clone() };
    by_pixels.check(&app.config.policy, timing).map_err(Refusal::violations)?;
    Ok(claim)
}

/// Those of `photos` that have no row among `kept`, or no whole file.
async fn missing(app: &App, line: &Line, photos: &Photos, kept: &[KeptPhoto]) -> Vec<Digest> {
    let named: Vec<Digest> = photos.all().map(|(_, photo)| photo).collect();
    let copies = kept.iter().filter(|kept| named.contains(&kept.digest)).map(KeptPhoto::copy).collect();
    let whole = app.photos.whole(&line.id, copies).await;
    named.into_iter().filter(|photo| !whole.contains(photo)).collect()
}

/// The same photos, each named by its pixels.
fn by_pixels(photos: &Photos, kept: &[KeptPhoto]) -> Photos {
    let pixels = |names: &[Digest]| {
        names
            .iter()
            .map(|&name| kept.iter().find(|kept| kept.digest == name).map_or(name, |kept| kept.pixels))
            .collect()
    };
    Photos { packaging: pixels(&photos.packaging), label: pixels(&photos.label), device: pixels(&photos.device) }
}

/// A digest over the parsed claim: other spaces or another order of fields make no other claim.
fn fingerprint(draft: &ClaimDraft) -> Result<String, Refusal> {
    let canonical = serde_json::to_vec(draft).map_err(|_| Refusal::new(Code::Internal))?;
    Ok(photo::digest(&canonical).to_string())
}
