//! Holds: a claim on hold keeps its photos and texts although its time is over, and is not erased.

use damage_report_rules::contract::{ClaimEventType, Code};

use crate::{
    actor::Actor,
    app::App,
    claim::ClaimRow,
    claim_events, event_log,
    order_line::OrderLine,
    problem::Refusal,
    store::{claim_retention, events::NewEvent},
};

/// Puts the claim called `reference` on hold because `actor` asks for it, and returns it with its order line. Asked again, it changes
/// nothing.
///
/// # Errors
///
/// `claim_unknown`; `event_refused` when its photos and texts were removed already; a failure of the database.
pub async fn hold(app: &App, reference: &str, actor: Actor) -> Result<(ClaimRow, OrderLine), Refusal> {
    change(app, reference, &actor, ClaimEventType::Held).await
}

/// Ends the hold on the claim called `reference` because `actor` asks for it, and returns it with its order line. Asked again, it
/// changes nothing. A claim whose time is over expires within an hour or so.
///
/// # Errors
///
/// `claim_unknown`, or a failure of the database.
pub async fn release(app: &App, reference: &str, actor: Actor) -> Result<(ClaimRow, OrderLine), Refusal> {
    change(app, reference, &actor, ClaimEventType::Released).await
}

async fn change(
    app: &App,
    reference: &str,
    actor: &Actor,
    kind: ClaimEventType,
) -> Result<(ClaimRow, OrderLine), Refusal> {
    let mut db = app.store.write().await?;
    let (claim, line) = claim_events::find_claim(&mut db, reference).await?;
    let is_hold = kind == ClaimEventType::Held;
    if is_hold == claim.held_at.is_some() {
        return Ok((claim, line));
    }
    if is_hold && claim.expired_at.is_some() {
        return Err(Refusal::new(Code::EventRefused).detail("its photos and texts were removed already"));
    }
    let now = app.clock.now();
    claim_retention::hold(&mut db, reference, is_hold.then_some(now)).await?;
    let version = claim.version + 1;
    let told = NewEvent { kind, reference, order_line: &line.id, version, actor, at: now };
    event_log::append(app, &mut db, &told).await?;
    db.commit().await?;
    tracing::info!(reference, event = kind.name(), "claim moved on");
    Ok((ClaimRow { version, held_at: is_hold.then_some(now), ..claim }, line))
}
