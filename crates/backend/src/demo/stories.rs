//! Tells the stories of claims: each happens at its own time, and all of them in the order of time, so that the log of events reads as
//! a real shop's. Every part goes through the code of a request.

use std::{collections::HashMap, sync::Arc};

use axum::body::Body;
use chrono::{DateTime, TimeDelta, Utc};
use damage_report_rules::{
    claim::ClaimDraft,
    contract::Code,
    evidence::{Digest, Photos, Subject},
    lifecycle::Event,
    policy::{LateRule, Policy, Terms},
};
use futures_util::future::try_join_all;

use super::{pictures::Pictures, return_label};
use crate::{
    actor::Actor,
    app::App,
    claim::ClaimRow,
    claim_events::{self, ClaimChange},
    digest::sha256,
    evidence,
    incoming_body::IncomingBody,
    order_line::OrderLine,
    photo::receive::receive_body,
    problem::Refusal,
    return_label::ReturnLabel,
    store, submission,
};

/// How long the customer takes photos before the claim is sent.
const TAKING_PHOTOS: TimeDelta = TimeDelta::minutes(6);

/// A claim, and all that happens to it.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) line: OrderLine,
    pub(super) reported_at: DateTime<Utc>,
    /// The claim without its photos: those are all of `pictures` but the missing ones.
    pub(super) draft: ClaimDraft,
    pub(super) pictures: Pictures,
    pub(super) steps: Vec<SellerStep>,
}

/// A seller's event, so long after the claim.
#[derive(Debug)]
pub(super) struct SellerStep {
    pub(super) after: TimeDelta,
    pub(super) event: Event,
    pub(super) actor: Actor,
}

/// A part of a story.
#[derive(Clone, Copy)]
enum Part<'s> {
    Report,
    Step(&'s SellerStep),
}

/// Tells `stories`. The clock is moved for this, because every date comes from it, and put back.
///
/// # Errors
///
/// A [`Refusal`] of a part that a request could not do either.
pub(super) async fn tell(app: &Arc<App>, stories: &[Story]) -> Result<(), Refusal> {
    let mut parts: Vec<(DateTime<Utc>, &Story, Part<'_>)> = Vec::new();
    for story in stories {
        parts.push((story.reported_at, story, Part::Report));
        parts.extend(story.steps.iter().map(|step| (story.reported_at + step.after, story, Part::Step(step))));
    }
    parts.sort_by_key(|&(at, ..)| at);
    let terms = Terms { late: LateRule::Accept, ..Terms::from(app.config.policy.clone()) };
    // The shop took late claims until this morning.
    let before = app.with_policy(Policy::try_from(terms).map_err(|_| Refusal::new(Code::Internal))?);
    let mut references = HashMap::new();
    for (at, story, part) in parts {
        match part {
            Part::Report => {
                app.clock.set(at - TAKING_PHOTOS);
                let photos = upload_all(&before, story).await?;
                app.clock.set(at);
                references.insert(&story.line.id, report(&before, story, photos).await?);
            }
            Part::Step(step) => {
                app.clock.set(at);
                let reference = references.get(&story.line.id).ok_or_else(|| Refusal::new(Code::Internal))?;
                take(app, &story.line, reference, step).await?;
            }
        }
    }
    app.clock.reset();
    Ok(())
}

/// Uploads the pictures of `story`, but for the subjects that are missing.
async fn upload_all(app: &Arc<App>, story: &Story) -> Result<Photos, Refusal> {
    let Pictures { packaging, label, device } = &story.pictures;
    let upload_some = async |subject: Subject, pictures: &[Vec<u8>]| -> Result<Vec<Digest>, Refusal> {
        if story.draft.missing.of(subject).is_some() {
            return Ok(Vec::new());
        }
        try_join_all(pictures.iter().map(|picture| upload(app, &story.line, subject, picture))).await
    };
    let (packaging, label, device) = tokio::try_join!(
        upload_some(Subject::Packaging, std::slice::from_ref(packaging)),
        upload_some(Subject::Label, std::slice::from_ref(label)),
        upload_some(Subject::Device, device),
    )?;
    Ok(Photos { packaging, label, device })
}

async fn upload(app: &Arc<App>, line: &OrderLine, subject: Subject, jpeg: &[u8]) -> Result<Digest, Refusal> {
    let digest = sha256(jpeg);
    let limits = &app.config.limits;
    let length_max = u64::from(app.config.policy.photo_bytes_max);
    let body = IncomingBody::new(Body::from(jpeg.to_vec()), limits);
    let received = receive_body(body, app.photos.incoming_folder(), length_max).await?;
    evidence::store_photo(app, &line.id, digest, Some(subject), received).await?;
    Ok(digest)
}

/// Sends the claim, and returns its reference.
async fn report(app: &App, story: &Story, photos: Photos) -> Result<String, Refusal> {
    let draft = ClaimDraft { photos, ..story.draft.clone() };
    submission::submit(app, &story.line, "demo", &draft).await?;
    let row = claim(app, &story.line.id).await?;
    Ok(row.ok_or_else(|| Refusal::new(Code::Internal))?.reference)
}

/// Records the event of `step`. A decision is made on the claim as it stands.
async fn take(app: &App, line: &OrderLine, reference: &str, step: &SellerStep) -> Result<(), Refusal> {
    let label = match step.event {
        Event::ReturnLabelIssued => Some(ReturnLabel::from_pdf(return_label::pdf(reference, line))?),
        _ => None,
    };
    let version = claim(app, &line.id).await?.map(|claim| claim.version);
    let change = ClaimChange { event: step.event.clone(), label, version, actor: step.actor.clone() };
    claim_events::record_change(app, reference, change).await.map(drop)
}

/// The claim about the order line called `id`.
pub(super) async fn claim(app: &App, id: &str) -> Result<Option<ClaimRow>, Refusal> {
    Ok(store::claims::of_order_line(&mut *app.store.read_connection().await?, id).await?)
}
