//! `GET /seller/claims/{reference}`

use std::sync::Arc;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use damage_report_rules::contract::{ClaimStatus, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::{Reference, Seller},
    app::App,
    claim::ClaimRow,
    claim_events,
    order_line::OrderLine,
    problem::Refusal,
};

/// A claim as the seller sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SellersClaim {
    /// The order line it is about.
    order_line: String,
    /// The number by which the customer knows the order.
    order_number: String,
    /// The claim, and how it stands.
    #[serde(flatten)]
    status: ClaimStatus,
}

impl SellersClaim {
    /// `claim` about `line`, as the seller sees it.
    pub(super) fn new(claim: ClaimRow, line: &OrderLine, app: &App) -> Self {
        Self {
            order_line: line.id.clone(),
            order_number: line.order_number.clone(),
            status: claim.status(line, &app.config),
        }
    }
}

/// A claim, for the seller.
#[utoipa::path(
    get,
    path = "/seller/claims/{reference}",
    operation_id = "show_claim_to_seller",
    tag = "seller",
    security(("seller" = [])),
    params(("reference" = String, Path, description = "The claim's reference")),
    responses(
        (status = 200, description = "The claim", body = SellersClaim),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show_claim(
    State(app): State<Arc<App>>,
    _seller: Seller,
    Reference(reference): Reference,
) -> Result<impl IntoResponse, Refusal> {
    let (claim, line) = claim_events::find(&mut *app.store.read().await?, &reference).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(SellersClaim::new(claim, &line, &app))))
}
