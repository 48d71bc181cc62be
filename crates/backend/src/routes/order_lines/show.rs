//! `GET /order-lines/{id}`

use std::sync::Arc;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use damage_report_rules::contract::{OrderLine, Problem};

use crate::{access::Claimant, app::App, problem::Refusal};

/// All that the widget needs to know of one order line.
#[utoipa::path(
    get,
    path = "/order-lines/{id}",
    tag = "claimant",
    security(("claimant" = [])),
    params(("id" = String, Path, description = "The order line's identifier, which is the token's subject")),
    responses(
        (status = 200, description = "The order line, the shop's policy, and the claim if there is one", body = OrderLine),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(State(app): State<Arc<App>>, claimant: Claimant) -> Result<impl IntoResponse, Refusal> {
    let order_line = claimant.line.describe(&app).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(order_line)))
}
