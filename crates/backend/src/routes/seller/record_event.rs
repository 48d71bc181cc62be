//! `POST /seller/claims/{reference}/events`

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use damage_report_rules::{
    contract::{ClaimStatus, Code, Problem},
    lifecycle::Event,
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    access::{Reference, Seller},
    app::App,
    follow_up::{self, RETURN_LABEL_BYTES_MAX},
    json,
    problem::Refusal,
};

/// A return label in base64 is a third longer than itself; everything else is small.
const BODY_BYTES_MAX: usize = RETURN_LABEL_BYTES_MAX / 3 * 4 + 4 * 1024;

/// An event as it travels. `pdf` belongs to `return_label_issued`, and to nothing else.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EventBody {
    /// What happened.
    #[serde(flatten)]
    #[expect(dead_code, reason = "it describes the body; the body itself is read strictly, in two steps")]
    event: Event,
    /// The return label, in base64.
    #[expect(dead_code, reason = "as above")]
    pdf: Option<String>,
}

/// Tells what the seller did. The same event again changes nothing.
#[utoipa::path(
    post,
    path = "/seller/claims/{reference}/events",
    tag = "seller",
    security(("seller" = [])),
    params(("reference" = String, Path, description = "The claim's reference")),
    request_body = EventBody,
    responses(
        (status = 200, description = "The claim as it stands now", body = ClaimStatus),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn record_event(
    State(app): State<Arc<App>>,
    _seller: Seller,
    Reference(reference): Reference,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Refusal> {
    let mut document: Value = json::read_document(&headers, body, BODY_BYTES_MAX, &app.config.limits).await?;
    // The label is taken out first: the event itself knows no field beside its own.
    let label = document.as_object_mut().and_then(|fields| fields.remove("pdf"));
    let event: Event = json::shape(document)?;
    let label = label.map(|label| json::shape::<String>(label).and_then(|text| decode(&text))).transpose()?;
    let status = follow_up::record(&app, &reference, &event, label).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(status)))
}

fn decode(base64: &str) -> Result<Vec<u8>, Refusal> {
    BASE64_STANDARD.decode(base64).map_err(|_| Refusal::new(Code::ReturnLabelInvalid).detail("pdf is not base64"))
}
