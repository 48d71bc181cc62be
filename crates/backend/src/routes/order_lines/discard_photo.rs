//! `DELETE /order-lines/{id}/photos/{sha256}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use damage_report_rules::{contract::Problem, evidence::Digest};

use crate::{
    access::{Claimant, PhotoDigestParam},
    app::App,
    problem::Refusal,
    removal,
};

/// Removes a photo that the claimant does not want to send after all. Removing a photo that is not there succeeds too.
#[utoipa::path(
    delete,
    path = "/order-lines/{id}/photos/{sha256}",
    tag = "claimant",
    security(("claimant" = [])),
    params(
        ("id" = String, Path, description = "The order line's identifier"),
        ("sha256" = Digest, Path, description = "The SHA-256 of the bytes as they were sent"),
    ),
    responses(
        (status = 204, description = "It is not stored (any more)"),
        (status = "default", description = "A refusal: `claim_exists` when the claim includes it", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn discard_photo(
    State(app): State<Arc<App>>,
    claimant: Claimant,
    PhotoDigestParam(digest): PhotoDigestParam,
) -> Result<StatusCode, Refusal> {
    removal::discard_photo(&app, &claimant.line.id, digest).await?;
    Ok(StatusCode::NO_CONTENT)
}
