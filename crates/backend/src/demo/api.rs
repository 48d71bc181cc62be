//! The demo's own routes: its orders, tokens and clock. A real backend does not have them.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::IntoResponse,
    routing::{get, post},
};
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use damage_report_rules::contract::{Code, OrderLine, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    orders::{self, LINE_IN_PAGE, OrderView},
    schedule::{DeliverySchedule, ZONE},
};
use crate::{
    app::App, clock::Clock, incoming_body::IncomingBody, json, problem::Refusal,
    routes::order_lines::show::describe_order_line, store,
};

const BODY_BYTES_MAX: usize = 1024;

/// The lifetime of the demo's tokens.
const TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// The largest step of the clock. A year each way shows every state of a claim.
const STEP_MINUTES_MAX: u64 = 366 * 24 * 60;

/// The years to which the clock can be set, and in which the demo can open.
pub(super) const YEARS: std::ops::Range<i32> = 2000..2100;

/// The state of these routes.
#[derive(Clone)]
pub(super) struct DemoState {
    pub(super) app: Arc<App>,
    pub(super) schedule: Arc<DeliverySchedule>,
    pub(super) seller_key: String,
}

/// The shop, for its page.
#[derive(Serialize)]
struct ShopView {
    now: Timestamp,
    zone: &'static str,
    seller_key: String,
    /// The holiday that was made up for the long weekend, where the calendar has none. The page says so.
    made_up_holiday: Option<chrono::NaiveDate>,
    orders: Vec<OrderView>,
    page_data: PageData,
}

/// The data that the order's own page writes into the element, as in `docs/tokens.md`.
#[derive(Serialize)]
struct PageData {
    token: String,
    order_line: OrderLine,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    order_line: String,
}

#[derive(Serialize)]
struct Token {
    token: String,
}

/// A request to move the clock, with exactly one of its fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    advance_minutes: Option<i64>,
    now: Option<DateTime<Utc>>,
    #[serde(default)]
    reset: bool,
}

#[derive(Serialize)]
struct ClockMoved {
    now: Timestamp,
}

pub(super) fn routes(demo: DemoState) -> Router {
    Router::new()
        .route("/demo/orders", get(show_orders))
        .route("/demo/token", post(issue_token))
        .route("/my-orders/{line}/damage-token", post(issue_text))
        .route("/demo/clock", post(move_clock))
        .with_state(demo)
}

async fn show_orders(State(demo): State<DemoState>) -> Result<impl IntoResponse, Refusal> {
    let shop = ShopView {
        now: Clock::to_timestamp(demo.app.clock.now()),
        zone: ZONE.name(),
        seller_key: demo.seller_key,
        made_up_holiday: demo.schedule.made_up,
        orders: orders::list_orders(&demo.app).await?,
        page_data: page_data(&demo.app).await?,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(shop)))
}

async fn page_data(app: &App) -> Result<PageData, Refusal> {
    let line = store::order_lines::find(&mut *app.store.read_connection().await?, LINE_IN_PAGE).await?;
    let line = line.ok_or_else(|| Refusal::new(Code::OrderUnknown))?;
    Ok(PageData { token: token_for(app, LINE_IN_PAGE).await?, order_line: describe_order_line(app, line).await? })
}

async fn issue_token(
    State(demo): State<DemoState>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Refusal> {
    let wanted: TokenRequest =
        json::read_body(&headers, IncomingBody::new(body, &demo.app.config.limits), BODY_BYTES_MAX).await?;
    let token = token_for(&demo.app, &wanted.order_line).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Token { token })))
}

/// The token route of a shop in `docs/tokens.md`, so that its examples run on the demo unchanged. Here everybody is signed in.
async fn issue_text(State(demo): State<DemoState>, Path(line): Path<String>) -> Result<impl IntoResponse, Refusal> {
    Ok(([(header::CACHE_CONTROL, "no-store")], token_for(&demo.app, &line).await?))
}

/// A token for any stored order line: a developer may have added one by hand.
async fn token_for(app: &App, line: &str) -> Result<String, Refusal> {
    if store::order_lines::find(&mut *app.store.read_connection().await?, line).await?.is_none() {
        return Err(Refusal::new(Code::OrderUnknown));
    }
    app.tokens.issue(line, app.clock.now(), TOKEN_LIFETIME).ok_or_else(|| Refusal::new(Code::Internal))
}

async fn move_clock(
    State(demo): State<DemoState>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Refusal> {
    let clock = &demo.app.clock;
    let wanted: ClockMove =
        json::read_body(&headers, IncomingBody::new(body, &demo.app.config.limits), BODY_BYTES_MAX).await?;
    match wanted {
        ClockMove { advance_minutes: Some(minutes), now: None, reset: false }
            if minutes.unsigned_abs() <= STEP_MINUTES_MAX
                && YEARS.contains(&(clock.now() + TimeDelta::minutes(minutes)).year()) =>
        {
            clock.advance(TimeDelta::minutes(minutes));
        }
        ClockMove { advance_minutes: None, now: Some(now), reset: false } if YEARS.contains(&now.year()) => {
            clock.set(now);
        }
        // The time continued while the clock was moved, so a reset shows the time that has passed since the demo opened.
        ClockMove { advance_minutes: None, now: None, reset: true } => clock.reset(),
        _ => return Err(Refusal::new(Code::BodyShape).with_detail("send one of advance_minutes, now, reset: true")),
    }
    Ok(Json(ClockMoved { now: Clock::to_timestamp(clock.now()) }))
}
