//! `GET /seller/events`

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{Uri, header},
    response::IntoResponse,
};
use damage_report_rules::contract::{ClaimEvent, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{access::Seller, app::App, event_log, problem::Refusal, store};

/// A page of the log of events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventPage {
    /// The events, in the order in which they happened.
    events: Vec<ClaimEvent>,
    /// Whether there are more events now.
    has_more: bool,
}

/// The changes of all claims, each once, in the order in which they happened. A system that missed webhooks reads here what came after
/// the last event that it knows.
#[utoipa::path(
    get,
    path = "/seller/events",
    tag = "seller",
    security(("seller" = [])),
    params(
        ("after" = Option<String>, Query, description = "The `id` of the last event that is known; from the first one on where it is left out"),
        ("limit" = Option<u32>, Query, description = "The most events to answer with: 1 to 100, and 100 where it is left out", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The events after it", body = EventPage),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_events(
    State(app): State<Arc<App>>,
    _seller: Seller,
    uri: Uri,
) -> Result<impl IntoResponse, Refusal> {
    let (after, limit) = event_log::parse_page_query(&uri)?;
    let mut events = store::events::events_after(&mut *app.store.read_connection().await?, after, limit + 1).await?;
    let has_more = events.len() > limit as usize;
    events.truncate(limit as usize);
    let page = EventPage { events: events.into_iter().map(ClaimEvent::from).collect(), has_more };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)))
}
