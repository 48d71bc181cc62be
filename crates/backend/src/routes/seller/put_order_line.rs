//! `PUT /seller/order-lines/{id}`

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::StatusCode,
};
use damage_report_rules::{
    codes,
    contract::{Code, Consignment, DeviceGrade, Problem},
    seller,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    access::{Seller, path_param},
    app::App,
    claim_list,
    field_error::describe_text_length,
    incoming_body::IncomingBody,
    json,
    order_line::{Handover, OrderLine},
    problem::Refusal,
    store,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// The longest identifier.
const ID_LENGTH_MAX: usize = 64;

/// An order line as the shop's own system sends it. Codes are read in any case; an unknown one is refused, with its field.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ShopsLine)]
pub(crate) struct ShopOrderLine {
    /// The number by which the customer knows the order.
    #[schema(min_length = 1, max_length = 200)]
    order_number: String,
    /// The device, as the shop calls it. Control characters are read as spaces, and a text of more than 200 characters, as a person
    /// counts them, is cut.
    #[schema(min_length = 1)]
    device: String,
    /// The condition bought.
    #[schema(value_type = DeviceGrade)]
    grade: String,
    /// When it was handed over: from the year 2000 on, before 2100, and at most a day ahead. Null or absent while it is on its way.
    delivery: Option<ShopsDelivery>,
    /// The place whose holidays count: a country by its two letters (ISO 3166-1) such as `NL`, or a part of one with holidays in the
    /// configuration, such as `DE-BY`.
    #[schema(pattern = "^[A-Z]{2}(-[A-Z0-9-]{1,12})?$")]
    country: String,
    /// The carrier, as the shop calls it. It may be null or absent until the parcel is delivered.
    #[schema(min_length = 1, max_length = 200)]
    carrier: Option<String>,
    /// The consignment's identifier: at most 40 characters, without spaces, dots and hyphens. Null, absent or empty where it has none
    /// (yet).
    #[schema(max_length = 200)]
    tracking_number: Option<String>,
}

/// A delivery as the shop's own system sends it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShopsDelivery {
    /// The moment, with its offset from UTC (RFC 3339).
    #[schema(format = DateTime)]
    at: String,
    /// The name of the place's time zone (IANA), such as `Europe/Amsterdam`. Working days are counted there.
    #[schema(min_length = 1, pattern = "^[A-Za-z]")]
    zone: String,
}

/// Adds an order line, or replaces the one with this identifier. Once the photos and texts of its claim were removed, its order number
/// and tracking number are not stored any more.
#[utoipa::path(
    put,
    path = "/seller/order-lines/{id}",
    operation_id = "keep_order_line",
    tag = "seller",
    security(("seller" = [])),
    params(("id" = String, Path, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-][A-Za-z0-9._-]*$",
        description = "1 to 64 letters, digits, dots, hyphens and underscores, no dot first")),
    request_body = ShopOrderLine,
    responses(
        (status = 204, description = "It is stored as sent"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn put_order_line(
    State(app): State<Arc<App>>,
    _seller: Seller,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let (mut parts, body): (_, Body) = request.into_parts();
    let id = path_param(&mut parts, &app, "id").await?;
    let line: ShopOrderLine =
        json::read_body(&parts.headers, IncomingBody::new(body, &app.config.limits), BODY_BYTES_MAX).await?;
    let line = line.validate(id, &app)?;
    let mut db = app.store.begin_write().await?;
    // A shop that sends all its order lines every night does not bring removed data back.
    let is_expired = store::claim_retention::has_expired_claim(&mut db, &line.id).await?;
    let line = if is_expired { line.redacted() } else { line };
    store::order_lines::put(&mut db, &line).await?;
    if let Some(claim) = store::claims::of_order_line(&mut db, &line.id).await? {
        claim_list::refresh_entry(&mut db, &claim, &line, &app.config).await?;
    }
    db.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

impl ShopOrderLine {
    fn validate(self, id: String, app: &App) -> Result<OrderLine, Refusal> {
        check_id(&id)?;
        let handover = self.delivery.map(|delivery| delivery.validate(app)).transpose()?;
        let carrier = match (self.carrier, handover) {
            (Some(carrier), _) => text("/carrier", &carrier, seller::clean_carrier)?,
            // Before the delivery the shop may not know the carrier.
            (None, None) => String::new(),
            (None, Some(_)) => {
                let wanted = "the carrier of what was delivered";
                return Err(Refusal::invalid_field(Code::BodyShape, "/carrier", wanted, "nothing"));
            }
        };
        let tracking_number = match self.tracking_number {
            Some(number) => text("/tracking_number", &number, seller::clean_tracking_number)?,
            None => String::new(),
        };
        Ok(OrderLine {
            id,
            order_number: text("/order_number", &self.order_number, seller::clean_order_number)?,
            device: text("/device", &self.device, seller::clean_device_title)?,
            grade: grade(&self.grade)?,
            place: place(&self.country, app)?,
            consignment: Consignment { carrier, tracking_number },
            handover,
        })
    }
}

impl ShopsDelivery {
    fn validate(self, app: &App) -> Result<Handover, Refusal> {
        let invalid =
            |pointer, expected, received: &str| Refusal::invalid_field(Code::BodyShape, pointer, expected, received);
        let at = Handover::parse_instant(&self.at).ok_or_else(|| {
            let wanted = "an instant with its offset from UTC (RFC 3339), such as 2026-11-20T14:05:00+01:00";
            invalid("/delivery/at", wanted, &describe_text_length(&self.at))
        })?;
        if !seller::is_plausible_delivery(at.timestamp_millis(), app.clock.now().timestamp_millis()) {
            let wanted = "an instant from the year 2000 on and before 2100, at most a day ahead of now";
            return Err(invalid("/delivery/at", wanted, "an instant outside of that"));
        }
        let zone = Handover::parse_zone(&self.zone).ok_or_else(|| {
            let wanted = "the name of a place's time zone (IANA), such as Europe/Amsterdam";
            invalid("/delivery/zone", wanted, &describe_text_length(&self.zone))
        })?;
        Ok(Handover { at, zone })
    }
}

fn check_id(id: &str) -> Result<(), Refusal> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if id.is_empty() || id.len() > ID_LENGTH_MAX || !id.chars().all(is_allowed) || id.starts_with('.') {
        let detail = "the identifier in the address is 1 to 64 letters, digits, dots, hyphens and underscores, and \
                      does not begin with a dot";
        return Err(Refusal::new(Code::BodyShape).with_detail(detail));
    }
    Ok(())
}

/// Applies `rule` to the `received` text at `pointer`.
fn text(
    pointer: &str,
    received: &str,
    rule: impl Fn(&str) -> Result<String, seller::TextError>,
) -> Result<String, Refusal> {
    rule(received).map_err(|error| {
        Refusal::invalid_field(Code::BodyShape, pointer, &error.to_string(), &describe_text_length(received))
    })
}

fn grade(received: &str) -> Result<DeviceGrade, Refusal> {
    let code = codes::find_word(received, DeviceGrade::ALL.map(DeviceGrade::code));
    let grade = DeviceGrade::ALL.into_iter().find(|grade| Some(grade.code()) == code);
    grade.ok_or_else(|| {
        let wanted = format!("one of {}", DeviceGrade::ALL.map(DeviceGrade::code).join(", "));
        Refusal::invalid_field(Code::BodyShape, "/grade", &wanted, &describe_text_length(received))
    })
}

/// The place whose holidays count. A part of a country must be configured, because there is no data for it otherwise.
fn place(received: &str, app: &App) -> Result<String, Refusal> {
    let invalid = |wanted| Refusal::invalid_field(Code::BodyShape, "/country", wanted, &describe_text_length(received));
    let place =
        codes::parse_place(received).ok_or_else(|| invalid("the two letters of a country (ISO 3166-1), such as NL"))?;
    let is_known = app.config.holidays.has_place(&place.code);
    if place.is_part && !is_known {
        return Err(invalid("a country, or a part of one that [holidays] in the configuration has"));
    }
    if !is_known {
        tracing::warn!(place = place.code, "no holidays are known there: windows stay open longer");
    }
    Ok(place.code)
}
