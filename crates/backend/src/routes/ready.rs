//! `GET /ready`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use damage_report_rules::contract::Problem;

use crate::{app::App, problem::Refusal};

/// Whether a photo and a claim can be stored now: the check stores and removes a small file in the way of a photo, and commits a row.
#[utoipa::path(
    get,
    path = "/ready",
    tag = "operation",
    responses(
        (status = 204, description = "They can"),
        (status = 503, description = "They cannot", body = Problem, content_type = "application/problem+json"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<StatusCode, Refusal> {
    app.readiness.check().await?;
    Ok(StatusCode::NO_CONTENT)
}
