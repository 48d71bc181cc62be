//! `DELETE /seller/order-lines/{id}`

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use damage_report_rules::contract::Problem;

use crate::{
    access::{Seller, path_param},
    actor::Actor,
    app::App,
    problem::Refusal,
    removal,
};

/// Erases an order line with its claim and evidence. Erasing one that is not there succeeds too.
#[utoipa::path(
    delete,
    path = "/seller/order-lines/{id}",
    tag = "seller",
    security(("seller" = [])),
    params(("id" = String, Path, description = "The order line's identifier")),
    responses(
        (status = 204, description = "Nothing of it is stored (any more)"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn erase_order_line(
    State(app): State<Arc<App>>,
    _seller: Seller,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let (mut parts, _) = request.into_parts();
    let id = path_param(&mut parts, &app, "id").await?;
    removal::erase_order_line(&app, &id, Actor::Seller).await?;
    Ok(StatusCode::NO_CONTENT)
}
