//! `PUT /order-lines/{id}/photos/{sha256}`

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::IntoResponse,
};
use damage_report_rules::{
    contract::{Code, Problem, UploadedPhoto},
    evidence::{Digest, Subject},
};

use crate::{
    access::{Claimant, PhotoDigestParam},
    app::App,
    evidence, json,
    openapi::Bytes,
    photo::receive::receive_body,
    problem::Refusal,
};

/// Stores one photo: the bytes of a JPEG, PNG or WebP, named by their SHA-256. Sending it again does no harm.
#[utoipa::path(
    put,
    path = "/order-lines/{id}/photos/{sha256}",
    operation_id = "keep_photo",
    tag = "claimant",
    security(("claimant" = [])),
    params(
        ("id" = String, Path, description = "The order line's identifier"),
        ("sha256" = Digest, Path, description = "The SHA-256 of the bytes in the body"),
        ("subject" = Option<Subject>, Query, description = "Its subject, for a page that is opened again; the last one counts"),
    ),
    request_body(
        description = "The photo's bytes. They decide its type, not the header",
        content((Bytes = "image/jpeg"), (Bytes = "image/png"), (Bytes = "image/webp")),
    ),
    responses(
        (status = 201, description = "It is stored now", body = UploadedPhoto),
        (status = 200, description = "It was stored already", body = UploadedPhoto),
        (status = "default", description = "A refusal; nothing is stored", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn upload_photo(
    State(app): State<Arc<App>>,
    claimant: Claimant,
    PhotoDigestParam(digest): PhotoDigestParam,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Refusal> {
    let order_line = &claimant.line.id;
    let subject = uri.query().map(subject).transpose()?;
    let length_max = u64::from(app.config.policy.photo_bytes_max);
    let declared = check_headers(&headers, length_max)?;
    evidence::check_quota(&app, order_line, digest, declared.unwrap_or_default()).await?;
    let received = receive_body(claimant.incoming_body(&app, body), app.photos.incoming_folder(), length_max).await?;
    let stored = evidence::store_photo(&app, order_line, digest, subject, received).await?;
    let status = if stored.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(UploadedPhoto::from(stored.photo))))
}

/// The subject that the query names. Any other query is refused: a misspelt subject would be lost silently.
fn subject(query: &str) -> Result<Subject, Refusal> {
    let code = query.strip_prefix("subject=");
    let found = Subject::ALL.into_iter().find(|subject| Some(subject.code()) == code);
    found.ok_or_else(|| {
        Refusal::new(Code::HeaderInvalid)
            .with_detail("in the query, subject is packaging, label or device, or is left out")
    })
}

/// Refuses a photo by its headers, before a byte is read. Its media type does not matter, because phones get it wrong; a form is
/// refused, because its bytes are not those of a photo.
fn check_headers(headers: &HeaderMap, length_max: u64) -> Result<Option<u64>, Refusal> {
    json::refuse_content_encoding(headers)?;
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media_type.trim_start().to_ascii_lowercase().starts_with("multipart/") {
        return Err(Refusal::new(Code::ContentType).with_detail("send the photo's bytes, not a form"));
    }
    let declared = json::declared_length(headers);
    if declared.is_some_and(|length| length > length_max) {
        return Err(Refusal::new(Code::PhotoTooLarge));
    }
    Ok(declared)
}
