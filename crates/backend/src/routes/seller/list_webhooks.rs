//! `GET /seller/webhooks`

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{Uri, header},
    response::IntoResponse,
};
use damage_report_rules::contract::{ClaimEventType, Problem, Timestamp};
use serde::Serialize;
use sqlx::SqliteConnection;
use utoipa::ToSchema;

use crate::{
    access::Seller,
    app::App,
    clock::Clock,
    config::WebhookEndpoint,
    problem::Refusal,
    query,
    store::{self, StoreError, webhooks::EndpointState},
};

/// The endpoints that are told of changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookList {
    /// In the order of the configuration.
    endpoints: Vec<WebhookStatus>,
}

/// An endpoint that is told of changes, and how that goes. Its secrets are never part of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookStatus {
    /// Its name in the configuration.
    name: String,
    /// Its address.
    url: String,
    /// The types of events that it is told.
    types: Vec<ClaimEventType>,
    /// Since when it is switched off, because it answered 410; absent while it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    off_since: Option<Timestamp>,
    /// The events that wait for their turn or their next attempt.
    waiting: u32,
    /// The events that were given up, or came while it was off.
    parked: u32,
    /// Its last failure; absent where it never failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_failure: Option<WebhookFailure>,
}

/// A failure of an endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookFailure {
    /// When it failed.
    at: Timestamp,
    /// How, in one word: `timeout`, `status_500`.
    reason: String,
}

impl WebhookStatus {
    /// The status of `endpoint`.
    pub(super) async fn of(endpoint: &WebhookEndpoint, db: &mut SqliteConnection) -> Result<Self, StoreError> {
        let EndpointState { off_since, last_failure, waiting, parked } =
            store::webhooks::endpoint_state(db, &endpoint.name).await?;
        Ok(Self {
            name: endpoint.name.clone(),
            url: endpoint.url.to_string(),
            types: endpoint.types.clone(),
            off_since: off_since.map(Clock::to_timestamp),
            waiting,
            parked,
            last_failure: last_failure.map(|(reason, at)| WebhookFailure { at: Clock::to_timestamp(at), reason }),
        })
    }
}

/// The endpoints that are told of each change of a claim, with what waits for them and how they failed last.
#[utoipa::path(
    get,
    path = "/seller/webhooks",
    tag = "seller",
    security(("seller" = [])),
    responses(
        (status = 200, description = "The endpoints", body = WebhookList),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_webhooks(
    State(app): State<Arc<App>>,
    _seller: Seller,
    uri: Uri,
) -> Result<impl IntoResponse, Refusal> {
    if !query::parse_parameters(&uri)?.is_empty() {
        return Err(query::invalid_query("this address knows no parameter"));
    }
    let mut db = app.store.read_connection().await?;
    let mut endpoints = Vec::new();
    for endpoint in &app.config.webhooks {
        endpoints.push(WebhookStatus::of(endpoint, &mut db).await?);
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(WebhookList { endpoints })))
}
