//! `GET /seller/claims/{reference}/photos/{sha256}`

use std::sync::Arc;

use axum::{extract::State, response::IntoResponse};
use damage_report_rules::{
    contract::{Code, Problem},
    evidence::Digest,
};

use crate::{
    access::{PhotoDigestParam, ReferenceParam, Seller},
    app::App,
    claim_events, evidence,
    openapi::Bytes,
    problem::Refusal,
};

/// The clean copy of a photo of a claim. Photos that were not sent with the claim are not shown to the seller.
#[utoipa::path(
    get,
    path = "/seller/claims/{reference}/photos/{sha256}",
    operation_id = "show_photo_to_seller",
    tag = "seller",
    security(("seller" = [])),
    params(
        ("reference" = String, Path, description = "The claim's reference"),
        ("sha256" = Digest, Path, description = "The SHA-256 of the bytes as they were sent"),
    ),
    responses(
        (status = 200, description = "The clean copy", body = Bytes, content_type = "image/jpeg"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show_photo(
    State(app): State<Arc<App>>,
    _seller: Seller,
    PhotoDigestParam(digest): PhotoDigestParam,
    ReferenceParam(reference): ReferenceParam,
) -> Result<impl IntoResponse, Refusal> {
    let (claim, line) = claim_events::find_claim(&mut *app.store.read_connection().await?, &reference).await?;
    if !claim.content.photos.all().any(|(_, photo)| photo == digest) {
        return Err(Refusal::new(Code::PhotoUnknown));
    }
    evidence::photo_response(&app, &line.id, digest).await
}
