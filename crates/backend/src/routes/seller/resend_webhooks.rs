//! `POST /seller/webhooks/{name}/resend`

use std::sync::Arc;

use axum::{Json, body::Body, extract::State, http::HeaderMap, response::IntoResponse};
use damage_report_rules::contract::{Code, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::list_webhooks::WebhookStatus;
use crate::{
    access::{EndpointParam, Seller},
    app::App,
    event_log,
    incoming_body::IncomingBody,
    json,
    problem::Refusal,
    store, webhooks,
};

/// The largest body: an identifier, with room.
const BODY_BYTES_MAX: usize = 1024;

/// One event, or all parked events: exactly one of the fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResendRequest {
    /// The `id` of one event, which may also have been delivered.
    #[serde(default)]
    event: Option<String>,
    /// `true`: all parked events.
    #[serde(default)]
    all_parked: bool,
}

/// Sends an event, or all parked events, to an endpoint again, and switches the endpoint on where it had answered 410.
#[utoipa::path(
    post,
    path = "/seller/webhooks/{name}/resend",
    tag = "seller",
    security(("seller" = [])),
    params(("name" = String, Path, description = "The endpoint's name in the configuration")),
    request_body = ResendRequest,
    responses(
        (status = 200, description = "The endpoint as it stands now", body = WebhookStatus),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn resend_webhooks(
    State(app): State<Arc<App>>,
    _seller: Seller,
    EndpointParam(endpoint): EndpointParam,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Refusal> {
    let body = IncomingBody::new(body, &app.config.limits);
    match json::read_body(&headers, body, BODY_BYTES_MAX).await? {
        ResendRequest { event: Some(id), all_parked: false } => resend_one(&app, &endpoint.name, &id).await?,
        ResendRequest { event: None, all_parked: true } => {
            webhooks::resend_parked(&app, &endpoint.name).await?;
        }
        _ => return Err(Refusal::new(Code::BodyShape).with_detail("send one of event, all_parked: true")),
    }
    Ok(Json(WebhookStatus::of(&endpoint, &mut *app.store.read_connection().await?).await?))
}

async fn resend_one(app: &App, endpoint: &str, id: &str) -> Result<(), Refusal> {
    let unknown = || Refusal::new(Code::EventUnknown);
    let place = event_log::parse_event_identifier(id).ok_or_else(unknown)?;
    let event = store::events::find(&mut *app.store.read_connection().await?, place).await?.ok_or_else(unknown)?;
    webhooks::resend_event(app, endpoint, place, &event.reference).await
}
