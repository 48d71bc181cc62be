//! `GET /openapi.json`

use axum::{
    Extension,
    http::header,
    response::{IntoResponse, Response},
};
use damage_report_rules::contract::Problem;

use crate::openapi::OpenApiDocument;

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
pub(crate) async fn openapi(Extension(OpenApiDocument(document)): Extension<OpenApiDocument>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}
