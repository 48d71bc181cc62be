//! What the demo's page asks besides the contract: the orders, a token, the clock. No shop has these routes.

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
use damage_report_rules::contract::{Code, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    orders::{self, ShownOrder},
    schedule::{Schedule, ZONE},
};
use crate::{app::App, clock::Clock, json, pace::Incoming, problem::Refusal, store};

const BODY_BYTES_MAX: usize = 1024;

/// How long the demo's tokens live.
const TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// The farthest the clock moves at once: a year each way shows every life of a claim.
const STEP_MINUTES_MAX: u64 = 366 * 24 * 60;

/// The years that the clock can be set to, and the demo be opened in.
pub(super) const YEARS: std::ops::Range<i32> = 2000..2100;

/// What these routes need.
#[derive(Clone)]
pub(super) struct Demo {
    pub(super) app: Arc<App>,
    pub(super) schedule: Arc<Schedule>,
    pub(super) seller_key: String,
}

/// The shop, for its page.
#[derive(Serialize)]
struct ShownShop {
    now: Timestamp,
    zone: &'static str,
    seller_key: String,
    /// The holiday that was made up for the long weekend, where the calendar had none: the page says so.
    made_up_holiday: Option<chrono::NaiveDate>,
    orders: Vec<ShownOrder>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenWanted {
    order_line: String,
}

#[derive(Serialize)]
struct Token {
    token: String,
}

/// A move of the clock; exactly one of its fields.
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

pub(super) fn routes(demo: Demo) -> Router {
    Router::new()
        .route("/demo/orders", get(show_orders))
        .route("/demo/token", post(issue_token))
        .route("/my-orders/{line}/damage-token", post(issue_text))
        .route("/demo/clock", post(move_clock))
        .with_state(demo)
}

async fn show_orders(State(demo): State<Demo>) -> Result<impl IntoResponse, Refusal> {
    let shop = ShownShop {
        now: Clock::timestamp(demo.app.clock.now()),
        zone: ZONE.name(),
        seller_key: demo.seller_key,
        made_up_holiday: demo.schedule.made_up,
        orders: orders::show(&demo.app).await?,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(shop)))
}

async fn issue_token(State(demo): State<Demo>, headers: HeaderMap, body: Body) -> Result<impl IntoResponse, Refusal> {
    let wanted: TokenWanted =
        json::read(&headers, Incoming::new(body, &demo.app.config.limits), BODY_BYTES_MAX).await?;
    let token = token_for(&demo.app, &wanted.order_line).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Token { token })))
}

/// As `docs/tokens.md` has it of a shop, so that its examples run on the demo as they stand. Here everybody is signed in.
async fn issue_text(State(demo): State<Demo>, Path(line): Path<String>) -> Result<impl IntoResponse, Refusal> {
    Ok(([(header::CACHE_CONTROL, "no-store")], token_for(&demo.app, &line).await?))
}

/// A token for any order line that is there: a developer may have put one in by hand.
async fn token_for(app: &App, line: &str) -> Result<String, Refusal> {
    if store::order_lines::find(&mut *app.store.read().await?, line).await?.is_none() {
        return Err(Refusal::new(Code::OrderUnknown));
    }
    app.tokens.issue(line, app.clock.now(), TOKEN_LIFETIME).ok_or_else(|| Refusal::new(Code::Internal))
}

async fn move_clock(State(demo): State<Demo>, headers: HeaderMap, body: Body) -> Result<impl IntoResponse, Refusal> {
    let clock = &demo.app.clock;
    let wanted: ClockMove = json::read(&headers, Incoming::new(body, &demo.app.config.limits), BODY_BYTES_MAX).await?;
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
        // As late as it would be had nobody moved it: the time has gone on since the demo opened.
        ClockMove { advance_minutes: None, now: None, reset: true } => clock.reset(),
        _ => return Err(Refusal::new(Code::BodyShape).detail("send one of advance_minutes, now, reset: true")),
    }
    Ok(Json(ClockMoved { now: Clock::timestamp(clock.now()) }))
}
