//! `HEAD /order-lines/{id}/photos/{sha256}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use damage_report_rules::{contract::Code, evidence::Digest};

use crate::{
    access::{Claimant, PhotoDigestParam},
    app::App,
    problem::Refusal,
    store::{self, photos::PhotoRow},
};

/// Whether a photo is stored, so that the widget need not send it again after a lost answer.
#[utoipa::path(
    head,
    path = "/order-lines/{id}/photos/{sha256}",
    tag = "claimant",
    security(("claimant" = [])),
    params(
        ("id" = String, Path, description = "The order line's identifier"),
        ("sha256" = Digest, Path, description = "The SHA-256 of the bytes as they were sent"),
    ),
    responses(
        (status = 200, description = "It is stored"),
        (status = 404, description = "It is not, or the order line does not exist"),
        (status = "default", description = "Another refusal, without its problem document"),
    ),
)]
pub(crate) async fn find_photo(
    State(app): State<Arc<App>>,
    claimant: Claimant,
    PhotoDigestParam(digest): PhotoDigestParam,
) -> Result<StatusCode, Refusal> {
    let row = store::photos::find(&mut *app.store.read_connection().await?, &claimant.line.id, digest).await?;
    let files = row.iter().map(PhotoRow::file).collect();
    if app.photos.intact_photos(&claimant.line.id, files).await.is_empty() {
        return Err(Refusal::new(Code::PhotoUnknown));
    }
    Ok(StatusCode::OK)
}
