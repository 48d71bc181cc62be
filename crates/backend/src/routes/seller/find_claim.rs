//! `GET /seller/order-lines/{id}/claim`

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::IntoResponse,
};
use damage_report_rules::contract::Problem;

use super::show_claim::SellersClaim;
use crate::{
    access::{Seller, path_param},
    app::App,
    claim_events,
    problem::Refusal,
};

/// The claim about an order line, for a seller who does not know the reference.
#[utoipa::path(
    get,
    path = "/seller/order-lines/{id}/claim",
    tag = "seller",
    security(("seller" = [])),
    params(("id" = String, Path, description = "The order line's identifier")),
    responses(
        (status = 200, description = "The claim", body = SellersClaim, headers(("ETag" = String, description = "The version of the claim"))),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn find_claim(
    State(app): State<Arc<App>>,
    _seller: Seller,
    request: Request,
) -> Result<impl IntoResponse, Refusal> {
    let (mut parts, _) = request.into_parts();
    let id = path_param(&mut parts, &app, "id").await?;
    let (claim, line) = claim_events::find_claim_by_order_line(&mut *app.store.read_connection().await?, &id).await?;
    Ok(SellersClaim::answer(claim, &line, &app))
}
