//! `GET /health`

use axum::http::StatusCode;

/// Whether the process lives. It says nothing about what the process needs: see `/ready`.
#[utoipa::path(get, path = "/health", tag = "operation", responses((status = 204, description = "It lives")))]
pub(crate) async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}
