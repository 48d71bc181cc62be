//! `GET /order-lines/{id}/claim`

use std::sync::Arc;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use damage_report_rules::contract::{ClaimStatus, Code, Problem};

use crate::{access::Claimant, app::App, problem::Refusal, store};

/// The status of the claim.
#[utoipa::path(
    get,
    path = "/order-lines/{id}/claim",
    tag = "claimant",
    security(("claimant" = [])),
    params(("id" = String, Path, description = "The order line's identifier")),
    responses(
        (status = 200, description = "The claim, its three tracks and the day on which the seller's time ends", body = ClaimStatus),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show_claim(State(app): State<Arc<App>>, claimant: Claimant) -> Result<impl IntoResponse, Refusal> {
    let claim = store::claims::of_order_line(&mut *app.store.read_connection().await?, &claimant.line.id).await?;
    let claim = claim.ok_or_else(|| Refusal::new(Code::ClaimUnknown))?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(claim.status(&claimant.line, &app.config))))
}
