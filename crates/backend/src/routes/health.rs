//! `GET /health`

use axum::http::StatusCode;
use damage_report_rules::contract::Problem;

/// Whether the process lives. It says nothing about what the process needs: see `/ready`.
#[utoipa::path(
    get,
    path = "/health",
    tag = "operation",
    responses(
        (status = 204, description = "It lives"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}
