//! `POST /seller/claims/{reference}/events`

use std::{borrow::Cow, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use damage_report_rules::{
    codes,
    contract::{Code, Problem},
    lifecycle::Event,
};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{AdditionalProperties, ObjectBuilder, OneOf, SchemaType, Type},
    },
};

use super::show_claim::SellersClaim;
use crate::{
    access::{ReferenceParam, Seller},
    actor::Actor,
    app::App,
    claim_events::{self, ClaimChange},
    field_error::describe_value_kind,
    incoming_body::IncomingBody,
    json,
    problem::Refusal,
    return_label::{self, RETURN_LABEL_BYTES_MAX, ReturnLabel},
};

/// The largest body. A return label in base64 is a third longer than the PDF, and a sixth more with line breaks and escapes; all
/// other fields are small.
const BODY_BYTES_MAX: usize = 2 * RETURN_LABEL_BYTES_MAX;

/// The schema of the body: an [`Event`], with a `pdf` for one type and without other fields. The body itself is read in two steps.
struct EventBody;

impl ToSchema for EventBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Event")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Event::schemas(schemas);
    }
}

impl PartialSchema for EventBody {
    fn schema() -> RefOr<Schema> {
        let mut schema = Event::schema();
        if let RefOr::T(Schema::OneOf(OneOf { items, .. })) = &mut schema {
            for (item, kind) in items.iter_mut().zip(Event::TYPES) {
                let RefOr::T(Schema::Object(object)) = item else { continue };
                object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
                if kind == "return_label_issued" {
                    object.properties.insert("pdf".to_owned(), label_schema().into());
                }
            }
        }
        schema
    }
}

fn label_schema() -> Schema {
    let text = ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .description(Some(
            "The label in base64: either alphabet, with padding and line breaks or without, at most 2 MiB decoded",
        ))
        .content_encoding("base64")
        .content_media_type("application/pdf");
    text.into()
}

/// Records an event of the seller. The same event again changes nothing. A decision (a replacement, a refund in full or in part, a
/// declined claim, a request for evidence) names the version of the claim that it was made on; other events may.
#[utoipa::path(
    post,
    path = "/seller/claims/{reference}/events",
    tag = "seller",
    security(("seller" = [])),
    params(
        ("reference" = String, Path, description = "The claim's reference"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the claim as it was read: `\"3\"`"),
    ),
    request_body = EventBody,
    responses(
        (status = 200, description = "The claim as it stands now", body = SellersClaim, headers(("ETag" = String, description = "The version of the claim"))),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn record_event(
    State(app): State<Arc<App>>,
    _seller: Seller,
    ReferenceParam(reference): ReferenceParam,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Refusal> {
    let _permit = app.throttle.admit_large_body(&headers).await;
    let body = IncomingBody::new(body, &app.config.limits);
    let mut document: Value = json::read_body_as_value(&headers, body, BODY_BYTES_MAX).await?;
    // The label is removed first, because an event refuses fields that are not its own.
    let label = document.as_object_mut().and_then(|fields| fields.remove("pdf"));
    if let Some(Value::String(kind)) = document.get_mut("type")
        && let Some(known) = codes::find_word(kind, Event::TYPES)
    {
        known.clone_into(kind);
    }
    let event: Event = json::deserialize_value(document)?;
    if let Event::Refunded { amount } = &event
        && codes::parse_currency(amount.currency()).is_none()
    {
        let wanted = "a currency of ISO 4217, such as EUR";
        return Err(Refusal::invalid_field(Code::BodyShape, "/amount/currency", wanted, "three letters that are none"));
    }
    let label = label.filter(|label| !label.is_null()).map(|label| read_label(&event, &label)).transpose()?;
    let change = ClaimChange { event, label, version: claim_version(&headers)?, actor: Actor::Seller };
    let (claim, line) = claim_events::record_change(&app, &reference, change).await?;
    Ok(SellersClaim::answer(claim, &line, &app))
}

/// The version that `If-Match` names: one entity tag (RFC 9110, 8.8.3), or none.
fn claim_version(headers: &HeaderMap) -> Result<Option<u32>, Refusal> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let tag = value.to_str().ok().and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"'));
    let version = tag.and_then(|tag| tag.parse().ok()).filter(|_| values.next().is_none());
    version.map(Some).ok_or_else(|| {
        Refusal::new(Code::HeaderInvalid)
            .with_detail("If-Match is the ETag of the claim, a number between quotes: \"3\"")
    })
}

/// Reads the label that was sent with `event` as `pdf`.
fn read_label(event: &Event, pdf: &Value) -> Result<ReturnLabel, Refusal> {
    match (event, pdf) {
        (Event::ReturnLabelIssued, Value::String(text)) => ReturnLabel::from_base64(text),
        (Event::ReturnLabelIssued, other) => Err(return_label::invalid_label(&describe_value_kind(Some(other)))),
        _ => Err(Refusal::invalid_field(
            Code::FieldUnknown,
            "/pdf",
            "it with return_label_issued alone",
            "it with another type",
        )),
    }
}
