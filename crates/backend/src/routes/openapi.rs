//! `GET /openapi.json`

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use damage_report_rules::contract::Problem;

/// The contract: this document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "operation",
    responses(
        (status = 200, description = "The contract as OpenAPI 3.1", content_type = "application/json"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], crate::openapi::document()).into_response()
}
