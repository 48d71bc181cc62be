//! `GET /order-lines/{id}/photos/{sha256}`

use std::sync::Arc;

use axum::{extract::State, response::IntoResponse};
use damage_report_rules::{contract::Problem, evidence::Digest};

use crate::{
    access::{Claimant, PhotoDigestParam},
    app::App,
    evidence,
    openapi::Bytes,
    problem::Refusal,
};

/// The clean copy of the claimant's own photo, for a page that is opened again.
#[utoipa::path(
    get,
    path = "/order-lines/{id}/photos/{sha256}",
    tag = "claimant",
    security(("claimant" = [])),
    params(
        ("id" = String, Path, description = "The order line's identifier"),
        ("sha256" = Digest, Path, description = "The SHA-256 of the bytes as they were sent"),
    ),
    responses(
        (status = 200, description = "The clean copy", body = Bytes, content_type = "image/jpeg"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show_photo(
    State(app): State<Arc<App>>,
    claimant: Claimant,
    PhotoDigestParam(digest): PhotoDigestParam,
) -> Result<impl IntoResponse, Refusal> {
    let answer = evidence::photo_response(&app, &claimant.line.id, digest).await?;
    Ok(claimant.hold_permit_until_sent(answer))
}
