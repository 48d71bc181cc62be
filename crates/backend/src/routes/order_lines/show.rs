//! `GET /order-lines/{id}`

use std::sync::Arc;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use damage_report_rules::contract::{Delivery, OrderLine, Problem};

use crate::{access::Claimant, app::App, clock::Clock, evidence, order_line, problem::Refusal, store};

/// All that the widget needs to know of one order line.
#[utoipa::path(
    get,
    path = "/order-lines/{id}",
    tag = "claimant",
    security(("claimant" = [])),
    params(("id" = String, Path, description = "The order line's identifier, which is the token's subject")),
    responses(
        (status = 200, description = "The order line, the shop's policy, and the claim if there is one", body = OrderLine),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(State(app): State<Arc<App>>, claimant: Claimant) -> Result<impl IntoResponse, Refusal> {
    let order_line = describe_order_line(&app, claimant.line).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(order_line)))
}

/// The answer about `line`.
pub(crate) async fn describe_order_line(app: &App, line: order_line::OrderLine) -> Result<OrderLine, Refusal> {
    let mut db = app.store.read_connection().await?;
    let claim = store::claims::of_order_line(&mut db, &line.id).await?;
    let begun_at = store::drafts::begun_at(&mut db, &line.id).await?;
    let photos = match claim {
        None => evidence::draft_photos(app, &mut db, &line.id).await?,
        Some(_) => Vec::new(),
    };
    let handover = line.handover;
    Ok(OrderLine {
        policy: app.config.policy.clone(),
        holidays: app.config.holidays.of_place(&line.place),
        shop: app.config.shop.clone(),
        draft_begun_at: begun_at.map(Clock::to_timestamp),
        photos,
        server_time: Clock::to_timestamp(app.clock.now()),
        claim: claim.map(|claim| claim.status(&line, &app.config)),
        delivery: handover
            .map(|handover| Delivery { at: Clock::to_timestamp(handover.at), zone: handover.zone.name().to_owned() }),
        id: line.id,
        order_number: line.order_number,
        device: line.device,
        grade: line.grade,
        consignment: line.consignment,
    })
}
