//! What the seller does about a claim: each event moves the claim's tracks as the rules allow, and is written down.

use damage_report_rules::{
    contract::{ClaimStatus, Code},
    lifecycle::{Event, EventRefused},
};
use sqlx::SqliteConnection;

use crate::{
    app::App,
    claim::KeptClaim,
    order_line::Line,
    problem::Refusal,
    return_label::{self, ReturnLabel},
    store,
};

/// The claim called `reference`, with its order line.
///
/// # Errors
///
/// `claim_unknown`, or that the database fails.
pub async fn find(db: &mut SqliteConnection, reference: &str) -> Result<(KeptClaim, Line), Refusal> {
    let claim = store::claims::find(db, reference).await?.ok_or_else(|| Refusal::new(Code::ClaimUnknown))?;
    let line = store::order_lines::find(db, &claim.order_line).await?.ok_or_else(|| Refusal::new(Code::Internal))?;
    Ok((claim, line))
}

/// The claim about the order line called `id`, with it.
///
/// # Errors
///
/// `order_unknown`, `claim_unknown`, or that the database fails.
pub async fn find_by_order_line(db: &mut SqliteConnection, id: &str) -> Result<(KeptClaim, Line), Refusal> {
    let line = store::order_lines::find(db, id).await?.ok_or_else(|| Refusal::new(Code::OrderUnknown))?;
    let claim = store::claims::of_order_line(db, id).await?.ok_or_else(|| Refusal::new(Code::ClaimUnknown))?;
    Ok((claim, line))
}

/// Records `event` about the claim called `reference`; an issued return label comes with it.
///
/// # Errors
///
/// `claim_unknown`, `return_label_invalid`, `event_refused` with the reason, or that the database fails.
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
    let refused = |why: String| Refusal::new(Code::EventRefused).detail(why);
    let progress = claim.progress.apply(event, line.local_date(now)).map_err(|why| match why {
        EventRefused::TrackingNumber => refused(format!("at \"/tracking_number\": {why}")),
        _ => refused(why.to_string()),
    })?;
    if let Some(label) = label {
        match store::claims::return_label(&mut db, &line.id).await? {
            None => store::claims::add_return_label(&mut db, reference, label.pdf(), now).await?,
            Some(issued) if issued == label.pdf() => {}
            Some(_) => return Err(refused("another return label was issued already".to_owned())),
        }
    }
    if progress != claim.progress {
        store::claims::record(&mut db, reference, event, &progress, now).await?;
        tracing::info!(reference, "claim moved on");
    }
    let (claim, line) = find(&mut db, reference).await?;
    db.commit().await?;
    Ok(claim.status(&line, &app.config))
}
