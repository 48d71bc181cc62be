//! `GET /seller/order-lines/{id}/export`

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::IntoResponse,
};
use damage_report_rules::contract::Problem;

use crate::{
    access::{Seller, path_param},
    app::App,
    export, openapi,
    problem::Refusal,
};

/// All that is kept of an order line, as a ZIP file: documents in JSON, the photos as they are stored, and the return label.
#[utoipa::path(
    get,
    path = "/seller/order-lines/{id}/export",
    tag = "seller",
    security(("seller" = [])),
    params(("id" = String, Path, description = "The order line's identifier")),
    responses(
        (status = 200, description = "The ZIP file, as a download", body = openapi::Bytes, content_type = "application/zip"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn export_order_line(
    State(app): State<Arc<App>>,
    _seller: Seller,
    request: Request,
) -> Result<impl IntoResponse, Refusal> {
    let (mut parts, _) = request.into_parts();
    let id = path_param(&mut parts, &app, "id").await?;
    export::write_export(&app, &id).await
}
