//! `GET /ready`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use damage_report_rules::contract::Problem;

use crate::{app::App, problem::Refusal, readiness};

/// Whether a photo and a claim could be kept now: a small file is kept and removed as photos are, and a row committed.
#[utoipa::path(
    get,
    path = "/ready",
    tag = "operation",
    responses(
        (status = 204, description = "It could"),
        (status = 503, description = "It could not", body = Problem, content_type = "application/problem+json"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<StatusCode, Refusal> {
    readiness::ask(&app).await?;
    Ok(StatusCode::NO_CONTENT)
}
