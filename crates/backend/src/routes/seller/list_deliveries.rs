//! `GET /seller/webhooks/{name}/deliveries`

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{Uri, header},
    response::IntoResponse,
};
use damage_report_rules::contract::{ClaimEvent, Problem, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::{EndpointParam, Seller},
    app::App,
    clock::Clock,
    event_log,
    problem::Refusal,
    store::{self, webhooks::ParkedDelivery},
};

/// A page of the parked deliveries of an endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryPage {
    /// The deliveries, in the order of their events.
    deliveries: Vec<WebhookDelivery>,
    /// Whether there are more now.
    has_more: bool,
}

/// An event that an endpoint was not told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookDelivery {
    /// The event.
    event: ClaimEvent,
    /// How often it was sent.
    attempts: u32,
    /// When it was given up.
    parked_at: Timestamp,
    /// Why the last attempt failed, in one word; absent where it was not tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

impl From<ParkedDelivery> for WebhookDelivery {
    fn from(ParkedDelivery { delivery, parked_at, failure }: ParkedDelivery) -> Self {
        Self {
            event: delivery.event.into(),
            attempts: delivery.attempts,
            parked_at: Clock::to_timestamp(parked_at),
            failure,
        }
    }
}

/// The parked deliveries of an endpoint: those that were given up after more than a day, and those that came while it was switched off.
#[utoipa::path(
    get,
    path = "/seller/webhooks/{name}/deliveries",
    tag = "seller",
    security(("seller" = [])),
    params(
        ("name" = String, Path, description = "The endpoint's name in the configuration"),
        ("after" = Option<String>, Query, description = "The `id` of the last event of the page before"),
        ("limit" = Option<u32>, Query, description = "The most deliveries to answer with: 1 to 100, and 100 where it is left out", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The deliveries", body = DeliveryPage),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_deliveries(
    State(app): State<Arc<App>>,
    _seller: Seller,
    EndpointParam(endpoint): EndpointParam,
    uri: Uri,
) -> Result<impl IntoResponse, Refusal> {
    let (after, limit) = event_log::parse_page_query(&uri)?;
    let mut parked =
        store::webhooks::parked_deliveries(&mut *app.store.read_connection().await?, &endpoint.name, after, limit + 1)
            .await?;
    let has_more = parked.len() > limit as usize;
    parked.truncate(limit as usize);
    let page = DeliveryPage { deliveries: parked.into_iter().map(WebhookDelivery::from).collect(), has_more };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)))
}
