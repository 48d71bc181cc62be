//! `GET /health`

use axum::http::StatusCode;
use damage_report_rules::contract::Problem;

/// Whether the process is alive. `/ready` says whether it can work.
#[utoipa::path(
    get,
    path = "/health",
    tag = "operation",
    responses(
        (status = 204, description = "It is alive"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}
