//! `GET /ready`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use damage_report_rules::contract::{Code, Problem};

use crate::{app::App, problem::Refusal};

/// Whether a claim could be kept now: the database takes a writer, the folder takes a file.
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
    app.store.write().await?.rollback().await?;
    app.photos.probe().await.map_err(|error| {
        tracing::error!(%error, "the data folder cannot be written");
        Refusal::new(Code::Storage)
    })?;
    Ok(StatusCode::NO_CONTENT)
}
