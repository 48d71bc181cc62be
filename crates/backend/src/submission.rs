//! Accepts a claim once.
//!
//! The lookup of the key, the checks and the commit are one write transaction. A second request with the same key waits for the first
//! and gets the same answer. Only accepted claims are remembered under their key: a refused claim can be corrected and sent
//! again.

use axum::http::StatusCode;
use damage_report_rules::{
    claim::{Claim, ClaimDraft},
    contract::{ClaimEventType, Code},
    evidence::{Digest, Photos},
};
use sqlx::SqliteConnection;

use crate::{
    actor::Actor,
    app::App,
    claim::ClaimRow,
    digest::sha256,
    event_log, evidence,
    order_line::OrderLine,
    problem::Refusal,
    random,
    store::{self, events::NewEvent, idempotency::RememberedAnswer, photos::PhotoRow},
};

/// The answer to an accepted claim.
#[derive(Clone, Debug)]
pub struct SubmissionAnswer {
    /// The status and body to answer with.
    pub answer: RememberedAnswer,
    /// Whether an earlier request with the same key got this answer.
    pub is_replayed: bool,
}

/// Submits `draft` for `line` under the idempotency key `key`.
///
/// # Errors
///
/// A [`Refusal`]: the key was used for another claim, there is a claim already, or the draft is not one that this
/// shop takes now.
pub async fn submit(app: &App, line: &OrderLine, key: &str, draft: &ClaimDraft) -> Result<SubmissionAnswer, Refusal> {
    let fingerprint = fingerprint(draft)?;
    let mut db = app.store.begin_write().await?;
    // The time of the write transaction. A claimant who waited past the close has begun in time, and has the hour of grace.
    let now = app.clock.now();
    if let Some(answer) = store::idempotency::find_answer(&mut db, &line.id, key, now).await? {
        if answer.fingerprint != fingerprint {
            return Err(Refusal::new(Code::IdempotencyKeyReused));
        }
        return Ok(SubmissionAnswer { answer, is_replayed: true });
    }
    if let Some(claim) = store::claims::of_order_line(&mut db, &line.id).await? {
        return Err(Refusal::claim_exists(claim.reference));
    }
    let claim = match check(app, &mut db, line, draft, now).await {
        Ok(claim) => claim,
        Err(refusal) => {
            // The seller may have erased the order line and its photos since the request arrived.
            evidence::ensure_not_erased(&mut db, &line.id).await?;
            return Err(refusal);
        }
    };
    let row = ClaimRow::accepted(random::random_reference(), line.id.clone(), &claim, now);
    store::claims::insert_claim(&mut db, &row).await?;
    let reference = row.reference.clone();
    let submitted = NewEvent {
        kind: ClaimEventType::Submitted,
        reference: &reference,
        order_line: &line.id,
        version: 1,
        actor: &Actor::Claimant,
        at: now,
    };
    event_log::append_event(app, &mut db, &submitted).await?;
    let status = row.status(line, &app.config);
    let body = serde_json::to_string(&status).map_err(|_| Refusal::new(Code::Internal))?;
    let answer = RememberedAnswer { fingerprint, status: StatusCode::CREATED.as_u16(), body };
    store::idempotency::remember_answer(&mut db, &line.id, key, &answer, now).await?;
    db.commit().await?;
    app.list_signal.notify_one();
    tracing::info!(reference, late = claim.is_late(), "claim accepted");
    Ok(SubmissionAnswer { answer, is_replayed: false })
}

/// Checks every rule again, and the facts that only the backend has: which photos are stored, and their pixels.
async fn check(
    app: &App,
    db: &mut SqliteConnection,
    line: &OrderLine,
    draft: &ClaimDraft,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Claim, Refusal> {
    let rows = store::photos::photos_of_order_line(db, &line.id).await?;
    let begun = store::drafts::begun_at(db, &line.id).await?;
    let timing = line.timing(&app.config, begun, now).ok_or_else(|| Refusal::new(Code::NotDelivered))?;
    let claim = draft.check(&app.config.policy, timing).map_err(Refusal::violations)?;
    let unknown = missing(app, line, &claim.content().photos, &rows).await;
    if !unknown.is_empty() {
        return Err(Refusal::unknown_photos(unknown));
    }
    // The same picture under two digests counts once: the rules are checked again with the digests of the pixels.
    let by_pixels = ClaimDraft { photos: by_pixels(&draft.photos, &rows), ..draft.clone() };
    by_pixels.check(&app.config.policy, timing).map_err(Refusal::violations)?;
    Ok(claim)
}

/// The photos of a claim that have no row among `rows`, or no intact file.
async fn missing(app: &App, line: &OrderLine, photos: &Photos, rows: &[PhotoRow]) -> Vec<Digest> {
    let named: Vec<Digest> = photos.all().map(|(_, photo)| photo).collect();
    let files = rows.iter().filter(|row| named.contains(&row.digest)).map(PhotoRow::file).collect();
    let intact = app.photos.intact_photos(&line.id, files).await;
    named.into_iter().filter(|photo| !intact.contains(photo)).collect()
}

/// The same photos, each named by the digest of its pixels.
fn by_pixels(photos: &Photos, rows: &[PhotoRow]) -> Photos {
    photos.map_digests(|photo| rows.iter().find(|row| row.digest == photo).map_or(photo, |row| row.pixels))
}

/// A digest of the parsed claim, so that spaces and the order of fields do not matter.
fn fingerprint(draft: &ClaimDraft) -> Result<String, Refusal> {
    let canonical = serde_json::to_vec(draft).map_err(|_| Refusal::new(Code::Internal))?;
    Ok(sha256(&canonical).to_string())
}
