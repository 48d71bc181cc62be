//! `GET /seller/claims/{reference}`

use std::sync::Arc;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use damage_report_rules::contract::{ClaimStatus, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::{ReferenceParam, Seller},
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
    /// Counts the changes of the claim. It is the `ETag` of the answer, and a decision names it in `If-Match`.
    version: u32,
    /// Whether it is on hold: its photos and texts are kept although its time is over.
    held: bool,
    /// The claim, and how it stands.
    #[serde(flatten)]
    status: ClaimStatus,
}

impl SellersClaim {
    /// `claim` about `line`, as the seller sees it.
    fn new(claim: ClaimRow, line: &OrderLine, app: &App) -> Self {
        Self {
            order_line: line.id.clone(),
            order_number: line.order_number.clone(),
            version: claim.version,
            held: claim.held_at.is_some(),
            status: claim.status(line, &app.config),
        }
    }

    /// The answer with `claim` about `line`, and its version as the `ETag`.
    pub(super) fn answer(claim: ClaimRow, line: &OrderLine, app: &App) -> impl IntoResponse + use<> {
        let headers =
            [(header::CACHE_CONTROL, "no-store".to_owned()), (header::ETAG, format!("\"{}\"", claim.version))];
        (headers, Json(Self::new(claim, line, app)))
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
        (status = 200, description = "The claim", body = SellersClaim, headers(("ETag" = String, description = "The version of the claim"))),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show_claim(
    State(app): State<Arc<App>>,
    _seller: Seller,
    ReferenceParam(reference): ReferenceParam,
) -> Result<impl IntoResponse, Refusal> {
    let (claim, line) = claim_events::find_claim(&mut *app.store.read_connection().await?, &reference).await?;
    Ok(SellersClaim::answer(claim, &line, &app))
}
