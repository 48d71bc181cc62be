//! `PUT /seller/order-lines/{id}`

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::StatusCode,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use damage_report_rules::contract::{Code, Consignment, Delivery, Grade, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    access::{Seller, path_param},
    app::App,
    json,
    order_line::{Handover, Line},
    problem::Refusal,
    store,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// The longest identifier and the longest name, in bytes.
const ID_LENGTH_MAX: usize = 64;
const NAME_LENGTH_MAX: usize = 200;

/// An order line as the shop's own system says it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopsLine {
    /// The number by which the customer knows the order.
    order_number: String,
    /// The device, as the shop calls it.
    device: String,
    /// The condition bought.
    grade: Grade,
    /// When it was handed over; null while it is on its way.
    delivery: Option<Delivery>,
    /// Whose holidays count: `NL`, or a part of a country as the configuration names it: `DE-BY`.
    country: String,
    /// The carrier, as the shop calls it.
    carrier: String,
    /// The consignment's identifier.
    tracking_number: String,
}

/// Puts an order line in, in place of what was there.
#[utoipa::path(
    put,
    path = "/seller/order-lines/{id}",
    tag = "seller",
    security(("seller" = [])),
    params(("id" = String, Path, description = "1 to 64 letters, digits, dots, hyphens and underscores")),
    request_body = ShopsLine,
    responses(
        (status = 204, description = "It stands as sent"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn keep_order_line(
    State(app): State<Arc<App>>,
    _seller: Seller,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let (mut parts, body): (_, Body) = request.into_parts();
    let id = path_param(&mut parts, &app, "id").await?;
    let line: ShopsLine = json::read(&parts.headers, body, BODY_BYTES_MAX, &app.config.limits).await?;
    let line = line.believe(id)?;
    let mut db = app.store.write().await?;
    store::order_lines::put(&mut db, &line).await?;
    db.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

impl ShopsLine {
    fn believe(self, id: String) -> Result<Line, Refusal> {
        let shape = |why: &str| Refusal::new(Code::BodyShape).detail(why);
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if id.is_empty() || id.len() > ID_LENGTH_MAX || !id.chars().all(sound) || id.starts_with('.') {
            return Err(shape("an identifier is 1 to 64 letters, digits, dots, hyphens and underscores"));
        }
        let names = [&self.order_number, &self.device, &self.country, &self.carrier, &self.tracking_number];
        if names.iter().any(|name| name.len() > NAME_LENGTH_MAX || name.chars().any(char::is_control)) {
            return Err(shape("names are at most 200 bytes, without control characters"));
        }
        let handover = self.delivery.map(|delivery| {
            let at: DateTime<Utc> =
                delivery.at.0.parse().map_err(|_| shape("at \"/delivery/at\": RFC 3339 is needed"))?;
            let zone: Tz = delivery.zone.parse().map_err(|_| shape("at \"/delivery/zone\": an IANA zone is needed"))?;
            Ok::<_, Refusal>(Handover { at, zone })
        });
        Ok(Line {
            id,
            order_number: self.order_number,
            device: self.device,
            grade: self.grade,
            handover: handover.transpose()?,
            place: self.country,
            consignment: Consignment { carrier: self.carrier, tracking_number: self.tracking_number },
        })
    }
}
