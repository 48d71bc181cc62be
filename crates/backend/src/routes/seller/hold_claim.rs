//! `PUT` and `DELETE /seller/claims/{reference}/hold`

use std::sync::Arc;

use axum::{extract::State, response::IntoResponse};
use damage_report_rules::contract::Problem;

use super::show_claim::SellersClaim;
use crate::{
    access::{ReferenceParam, Seller},
    actor::Actor,
    app::App,
    problem::Refusal,
    retention::{self, HoldChange},
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
    ReferenceParam(reference): ReferenceParam,
) -> Result<impl IntoResponse, Refusal> {
    change_hold(&app, &reference, HoldChange::Hold).await
}

/// Ends the hold on the claim. Asked again, it changes nothing. Photos and texts whose time is over are removed within an hour or so.
#[utoipa::path(
    delete,
    path = "/seller/claims/{reference}/hold",
    tag = "seller",
    security(("seller" = [])),
    params(("reference" = String, Path, description = "The claim's reference")),
    responses(
        (status = 200, description = "The claim as it stands now", body = SellersClaim, headers(("ETag" = String, description = "The version of the claim"))),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn release_claim(
    State(app): State<Arc<App>>,
    _seller: Seller,
    ReferenceParam(reference): ReferenceParam,
) -> Result<impl IntoResponse, Refusal> {
    change_hold(&app, &reference, HoldChange::Release).await
}

async fn change_hold(app: &App, reference: &str, change: HoldChange) -> Result<impl IntoResponse + use<>, Refusal> {
    let (claim, line) = retention::change_hold(app, reference, change, Actor::Seller).await?;
    Ok(SellersClaim::answer(claim, &line, app))
}
