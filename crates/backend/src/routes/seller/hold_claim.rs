//! `PUT /seller/claims/{reference}/hold`

use std::sync::Arc;

use axum::{extract::State, response::IntoResponse};
use damage_report_rules::contract::Problem;

use super::show_claim::SellersClaim;
use crate::{
    access::{Reference, Seller},
    actor::Actor,
    app::App,
    problem::Refusal,
    retention,
};

/// Puts the claim on hold: its photos and texts are kept although its time is over, and its order line is not erased. Asked again, it
/// changes nothing.
#[utoipa::path(
    put,
    path = "/seller/claims/{reference}/hold",
    tag = "seller",
    security(("seller" = [])),
    params(("reference" = String, Path, description = "The claim's reference")),
    responses(
        (status = 200, description = "The claim as it stands now", body = SellersClaim, headers(("ETag" = String, description = "The version of the claim"))),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn hold_claim(
    State(app): State<Arc<App>>,
    _seller: Seller,
    Reference(reference): Reference,
) -> Result<impl IntoResponse, Refusal> {
    let (claim, line) = retention::hold(&app, &reference, Actor::Seller).await?;
    Ok(SellersClaim::answer(claim, &line, &app))
}
