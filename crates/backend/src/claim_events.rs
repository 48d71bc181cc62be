//! The seller's events about a claim: each moves the claim's tracks as the rules allow, and is recorded.

use damage_report_rules::{
    contract::{ClaimEventType, Code},
    lifecycle::{Event, EventRefused},
};
use sqlx::SqliteConnection;

use crate::{
    actor::Actor,
    app::App,
    claim::ClaimRow,
    claim_list, event_log,
    order_line::OrderLine,
    problem::Refusal,
    return_label::{self, ReturnLabel},
    store::{self, events::NewEvent},
};

/// The claim called `reference`, with its order line.
///
/// # Errors
///
/// `claim_unknown`, or a failure of the database.
pub async fn find_claim(db: &mut SqliteConnection, reference: &str) -> Result<(ClaimRow, OrderLine), Refusal> {
    let claim = store::claims::find(db, reference).await?.ok_or_else(|| Refusal::new(Code::ClaimUnknown))?;
    let line = store::order_lines::find(db, &claim.order_line).await?.ok_or_else(|| Refusal::new(Code::Internal))?;
    Ok((claim, line))
}

/// The claim about the order line called `id`, with that order line.
///
/// # Errors
///
/// `order_unknown`, `claim_unknown`, or a failure of the database.
pub async fn find_claim_by_order_line(db: &mut SqliteConnection, id: &str) -> Result<(ClaimRow, OrderLine), Refusal> {
    let line = store::order_lines::find(db, id).await?.ok_or_else(|| Refusal::new(Code::OrderUnknown))?;
    let claim = store::claims::of_order_line(db, id).await?.ok_or_else(|| Refusal::new(Code::ClaimUnknown))?;
    Ok((claim, line))
}

/// A change of a claim that somebody asks for.
#[derive(Clone, Debug)]
pub struct ClaimChange {
    /// The report of the seller.
    pub event: Event,
    /// The return label that comes with the event that issues one.
    pub label: Option<ReturnLabel>,
    /// The version of the claim that the change was made on. Decisions need one.
    pub version: Option<u32>,
    /// The actor that asks for it.
    pub actor: Actor,
}

/// Records `change` of the claim called `reference`, and returns the claim with its order line. An event that was recorded already
/// changes nothing.
///
/// # Errors
///
/// `claim_unknown`, `return_label_invalid`, `version_missing`, `version_stale`, `event_refused` with the reason, or a failure of the
/// database.
pub async fn record_change(app: &App, reference: &str, change: ClaimChange) -> Result<(ClaimRow, OrderLine), Refusal> {
    let mut db = app.store.begin_write().await?;
    let (claim, line) = find_claim(&mut db, reference).await?;
    check_version(&change, &claim)?;
    let ClaimChange { event, label, actor, .. } = change;
    let now = app.clock.now();
    let progress = claim.progress.apply(&event, line.local_date(now)).map_err(refused)?;
    let has_label = label.is_some();
    match (&event, label) {
        (Event::ReturnLabelIssued, None) => return Err(return_label::invalid_label("nothing")),
        (_, Some(label)) => store_label(&mut db, reference, &line, &label, now).await?,
        (_, None) => {}
    }
    if claim.expired_at.is_some() && (has_label || event.redacted() != event) {
        store::claim_retention::restart_retention(&mut db, reference, now).await?;
    }
    if progress != claim.progress {
        store::claims::record_event(&mut db, reference, &event, &progress, now).await?;
        let told = NewEvent {
            kind: ClaimEventType::from(&event),
            reference,
            order_line: &line.id,
            version: claim.version + 1,
            actor: &actor,
            at: now,
        };
        event_log::append_event(app, &mut db, &told).await?;
        tracing::info!(reference, event = event.type_name(), "claim moved on");
    }
    let (claim, line) = find_claim(&mut db, reference).await?;
    claim_list::refresh_entry(&mut db, &claim, &line, &app.config).await?;
    db.commit().await?;
    Ok((claim, line))
}

/// Refuses a change that was made on another version of `claim`, also where the claim stands as it asks: of two people who decide at
/// once, the second is told.
fn check_version(change: &ClaimChange, claim: &ClaimRow) -> Result<(), Refusal> {
    match change.version {
        None if change.event.is_decision() => Err(Refusal::new(Code::VersionMissing)),
        Some(version) if version != claim.version => {
            Err(Refusal::new(Code::VersionStale).with_detail(format!("the claim is at version {}", claim.version)))
        }
        _ => Ok(()),
    }
}

/// Stores the return label. The same label again changes nothing; another one is refused.
async fn store_label(
    db: &mut SqliteConnection,
    reference: &str,
    line: &OrderLine,
    label: &ReturnLabel,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), Refusal> {
    match store::claims::return_label(db, &line.id).await? {
        None => Ok(store::claims::add_return_label(db, reference, label.pdf(), now).await?),
        Some(issued) if issued == label.pdf() => Ok(()),
        Some(_) => Err(Refusal::new(Code::EventRefused).with_detail("another return label was issued already")),
    }
}

fn refused(why: EventRefused) -> Refusal {
    Refusal::new(Code::EventRefused).with_detail(match why {
        EventRefused::TrackingNumber => format!("at \"/tracking_number\": {why}"),
        EventRefused::Reason => format!("at \"/reason\": {why}"),
        EventRefused::EvidenceSubjects => format!("at \"/subjects\": {why}"),
        EventRefused::EvidenceNote => format!("at \"/note\": {why}"),
        EventRefused::EvidenceUntil => format!("at \"/until\": {why}"),
        EventRefused::InvestigationNotOpened
        | EventRefused::NoReturnLabel
        | EventRefused::AlreadyReplaced
        | EventRefused::AlreadyRefunded
        | EventRefused::EvidenceNotNeeded => why.to_string(),
    })
}
