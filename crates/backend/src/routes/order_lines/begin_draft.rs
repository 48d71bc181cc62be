//! `PUT /order-lines/{id}/draft`

use std::sync::Arc;

use axum::{Json, extract::State};
use damage_report_rules::contract::{DraftBegun, Problem, Timestamp};

use crate::{access::Claimant, app::App, clock::Clock, evidence, problem::Refusal, store};

/// Records that the claimant begins a draft now. A draft begun in time may be sent for an hour after the window closes. Further
/// requests do not change the time.
#[utoipa::path(
    put,
    path = "/order-lines/{id}/draft",
    tag = "claimant",
    security(("claimant" = [])),
    params(("id" = String, Path, description = "The order line's identifier")),
    responses(
        (status = 200, description = "When the draft was begun", body = DraftBegun),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn begin_draft(State(app): State<Arc<App>>, claimant: Claimant) -> Result<Json<DraftBegun>, Refusal> {
    let order_line = &claimant.line.id;
    let mut db = app.store.begin_write().await?;
    // The time of the write transaction, as for all writes.
    let now = app.clock.now();
    evidence::ensure_not_erased(&mut db, order_line).await?;
    store::drafts::begin_or_record_activity(&mut db, order_line, now).await?;
    let begun_at: Timestamp = Clock::to_timestamp(store::drafts::begun_at(&mut db, order_line).await?.unwrap_or(now));
    db.commit().await?;
    Ok(Json(DraftBegun { begun_at }))
}
