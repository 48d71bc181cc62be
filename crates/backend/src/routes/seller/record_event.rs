//! `POST /seller/claims/{reference}/events`

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use damage_report_rules::{
    codes,
    contract::{ClaimStatus, Code, Problem},
    lifecycle::Event,
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    access::{Reference, Seller},
    app::App,
    field::came,
    follow_up, json,
    problem::Refusal,
    return_label::{self, RETURN_LABEL_BYTES_MAX, ReturnLabel},
};

/// A return label in base64 is a third longer than itself, and a sixth more where its lines are broken and its signs escaped;
/// everything else is small.
const BODY_BYTES_MAX: usize = 2 * RETURN_LABEL_BYTES_MAX;

/// An event as it travels. `pdf` belongs to `return_label_issued`, and to nothing else.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EventBody {
    /// What happened.
    #[serde(flatten)]
    #[expect(dead_code, reason = "it describes the body; the body itself is read strictly, in two steps")]
    event: Event,
    /// The return label, in base64: either alphabet, with or without padding and line breaks, at most 2 MiB decoded.
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
    if let Some(Value::String(kind)) = document.get_mut("type")
        && let Some(known) = codes::one_of(kind, Event::TYPES)
    {
        known.clone_into(kind);
    }
    let event: Event = json::shape(document)?;
    if let Event::Refunded { amount } = &event
        && codes::currency(amount.currency()).is_none()
    {
        let wanted = "a currency of ISO 4217, such as EUR";
        return Err(Refusal::field(Code::BodyShape, "/amount/currency", wanted, "three letters that are none"));
    }
    let label = label.filter(|label| !label.is_null()).map(|label| read_label(&event, &label)).transpose()?;
    let status = follow_up::record(&app, &reference, &event, label).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(status)))
}

/// The label that came with `event` as `pdf`.
fn read_label(event: &Event, pdf: &Value) -> Result<ReturnLabel, Refusal> {
    match (event, pdf) {
        (Event::ReturnLabelIssued, Value::String(text)) => ReturnLabel::from_base64(text),
        (Event::ReturnLabelIssued, other) => Err(return_label::invalid(&came(Some(other)))),
        _ => {
            Err(Refusal::field(Code::FieldUnknown, "/pdf", "it with return_label_issued alone", "it with another type"))
        }
    }
}
