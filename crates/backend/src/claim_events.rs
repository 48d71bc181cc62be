//! The seller's events about a claim: each moves the claim's tracks as the rules allow, and is recorded.

use damage_report_rules::{
    contract::{ClaimStatus, Code},
    lifecycle::{Event, EventRefused},
};
use sqlx::SqliteConnection;

use crate::{
    app::App,
    claim::ClaimRow,
    order_line::OrderLine,
    problem::Refusal,
    return_label::{self, ReturnLabel},
    store,
};

/// The claim called `reference`, with its order line.
///
/// # Errors
///
/// `claim_unknown`, or a failure of the database.
pub async fn find(db: &mut SqliteConnection, reference: &str) -> Result<(ClaimRow, OrderLine), Refusal> {
    let claim = store::claims::find(db, reference).await?.ok_or_else(|| Refusal::new(Code::ClaimUnknown))?;
    let line = store::order_lines::find(db, &claim.order_line).await?.ok_or_else(|| Refusal::new(Code::Internal))?;
    Ok((claim, line))
}

/// The claim about the order line called `id`, with that order line.
///
/// # Errors
///
/// `order_unknown`, `claim_unknown`, or a failure of the database.
pub async fn find_by_order_line(db: &mut SqliteConnection, id: &str) -> Result<(ClaimRow, OrderLine), Refusal> {
    let line = store::order_lines::find(db, id).await?.ok_or_else(|| Refusal::new(Code::OrderUnknown))?;
    let claim = store::claims::of_order_line(db, id).await?.ok_or_else(|| Refusal::new(Code::ClaimUnknown))?;
    Ok((claim, line))
}

/// Records `event` about the claim called `reference`. The event that issues a return label comes with the `label`.
///
/// # Errors
///
/// `claim_unknown`, `return_label_invalid`, `event_refused` with the reason, or a failure of the database.
pub async fn record(
    app: &App,
    reference: &str,
    event: &Event,
    label: Option<ReturnLabel>,
) -> Result<ClaimStatus, Refusal> {
    if *event == Event::ReturnLabelIssued && label.is_none() {
        return Err(return_label::invalid("nothing"));
    }
    let mut db = app.store.write().await?;
    let (claim, line) = find(&mut db, reference).await?;
    let now = app.clock.now();
    let progress = claim.progress.apply(event, line.local_date(now)).map_err(refused)?;
    if let Some(label) = label {
        store_label(&mut db, reference, &line, &label, now).await?;
    }
    if progress != claim.progress {
        store::claims::record(&mut db, reference, event, &progress, now).await?;
        tracing::info!(reference, "claim moved on");
    }
    let (claim, line) = find(&mut db, reference).await?;
    db.commit().await?;
    Ok(claim.status(&line, &app.config))
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
        Some(_) => Err(Refusal::new(Code::EventRefused).detail("another return label was issued already")),
    }
}

fn refused(why: EventRefused) -> Refusal {
    Refusal::new(Code::EventRefused).detail(match why {
        EventRefused::TrackingNumber => format!("at \"/tracking_number\": {why}"),
        EventRefused::InvestigationNotOpened
        | EventRefused::NoReturnLabel
        | EventRefused::AlreadyReplaced
        | EventRefused::AlreadyRefunded => why.to_string(),
    })
}
