//! Holds: a claim on hold keeps its photos and texts even after its retention period, and cannot be erased.

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

/// A change of a claim's hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldChange {
    /// Its photos and texts are kept even after its retention period.
    Hold,
    /// The hold ends. If the retention period is over, the claim expires within an hour or so.
    Release,
}

impl HoldChange {
    /// Every change.
    pub const ALL: [Self; 2] = [Self::Hold, Self::Release];

    fn event(self) -> ClaimEventType {
        match self {
            Self::Hold => ClaimEventType::Held,
            Self::Release => ClaimEventType::Released,
        }
    }
}

/// Changes the hold of the claim called `reference` because `actor` asks for it, and returns the claim with its order line. Asked again,
/// it changes nothing.
///
/// # Errors
///
/// `claim_unknown`; `event_refused` for a hold when its photos and texts were removed already; a failure of the database.
pub async fn change_hold(
    app: &App,
    reference: &str,
    change: HoldChange,
    actor: Actor,
) -> Result<(ClaimRow, OrderLine), Refusal> {
    let mut db = app.store.begin_write().await?;
    let (claim, line) = claim_events::find_claim(&mut db, reference).await?;
    let is_hold = change == HoldChange::Hold;
    if is_hold == claim.held_at.is_some() {
        return Ok((claim, line));
    }
    if is_hold && claim.expired_at.is_some() {
        return Err(Refusal::new(Code::EventRefused).with_detail("its photos and texts were removed already"));
    }
    let now = app.clock.now();
    claim_retention::set_hold(&mut db, reference, is_hold.then_some(now)).await?;
    let (kind, version) = (change.event(), claim.version + 1);
    let told = NewEvent { kind, reference, order_line: &line.id, version, actor: &actor, at: now };
    event_log::append_event(app, &mut db, &told).await?;
    db.commit().await?;
    tracing::info!(reference, event = kind.name(), "claim moved on");
    Ok((ClaimRow { version, held_at: is_hold.then_some(now), ..claim }, line))
}
