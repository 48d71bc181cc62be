//! `PUT /seller/order-lines/{id}`

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::StatusCode,
};
use damage_report_rules::{
    codes,
    contract::{Code, Consignment, Grade, Problem},
    seller,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    access::{Seller, path_param},
    app::App,
    field::text_that_came,
    json,
    order_line::{Handover, Line},
    pace::Incoming,
    problem::Refusal,
    store,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// The longest identifier.
const ID_LENGTH_MAX: usize = 64;

/// An order line as the shop's own system says it. Codes are read in whatever case; what is not understood is refused, with
/// the field.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopsLine {
    /// The number by which the customer knows the order.
    #[schema(min_length = 1, max_length = 200)]
    order_number: String,
    /// The device, as the shop calls it. Control characters are read as spaces; what is longer than 200 characters, as a
    /// person counts them, is cut.
    #[schema(min_length = 1)]
    device: String,
    /// The condition bought.
    #[schema(value_type = Grade)]
    grade: String,
    /// When it was handed over: from the year 2000 on and before 2100, and at most a day ahead. Null or absent while it is on its way.
    delivery: Option<ShopsDelivery>,
    /// Whose holidays count: a country by its two letters (ISO 3166-1), `NL`, or a part of one that the configuration has
    /// holidays for: `DE-BY`.
    #[schema(pattern = "^[A-Z]{2}(-[A-Z0-9-]{1,12})?$")]
    country: String,
    /// The carrier, as the shop calls it. It may be null or absent until the parcel was delivered.
    #[schema(min_length = 1, max_length = 200)]
    carrier: Option<String>,
    /// The consignment's identifier, at most 40 characters without spaces, dots and hyphens. Null, absent or empty where there
    /// is none (yet).
    #[schema(max_length = 200)]
    tracking_number: Option<String>,
}

/// A delivery as the shop's own system says it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShopsDelivery {
    /// The moment, with its offset from UTC (RFC 3339).
    #[schema(format = DateTime)]
    at: String,
    /// The name of the place's time zone (IANA): `Europe/Amsterdam`. Its days are counted.
    #[schema(min_length = 1, pattern = "^[A-Za-z]")]
    zone: String,
}

/// Puts an order line in, in place of what was there.
#[utoipa::path(
    put,
    path = "/seller/order-lines/{id}",
    tag = "seller",
    security(("seller" = [])),
    params(("id" = String, Path, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-][A-Za-z0-9._-]*$",
        description = "1 to 64 letters, digits, dots, hyphens and underscores, no dot first")),
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
    let line: ShopsLine = json::read(&parts.headers, Incoming::new(body, &app.config.limits), BODY_BYTES_MAX).await?;
    let line = line.believe(id, &app)?;
    let mut db = app.store.write().await?;
    store::order_lines::put(&mut db, &line).await?;
    db.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

impl ShopsLine {
    fn believe(self, id: String, app: &App) -> Result<Line, Refusal> {
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if id.is_empty() || id.len() > ID_LENGTH_MAX || !id.chars().all(sound) || id.starts_with('.') {
            let detail = "the identifier in the address is 1 to 64 letters, digits, dots, hyphens and underscores, and \
                          does not begin with a dot";
            return Err(Refusal::new(Code::BodyShape).detail(detail));
        }
        let handover = self.delivery.map(|delivery| delivery.believe(app)).transpose()?;
        Ok(Line {
            id,
            order_number: text("/order_number", &self.order_number, seller::order_number)?,
            device: text("/device", &self.device, seller::device)?,
            grade: grade(&self.grade)?,
            place: place(&self.country, app)?,
            consignment: Consignment {
                carrier: match (self.carrier, handover) {
                    (Some(carrier), _) => text("/carrier", &carrier, seller::carrier)?,
                    // Nothing is shipped yet, or it is not known by whom.
                    (None, None) => String::new(),
                    (None, Some(_)) => {
                        let wanted = "the carrier of what was delivered";
                        return Err(Refusal::field(Code::BodyShape, "/carrier", wanted, "nothing"));
                    }
                },
                tracking_number: match self.tracking_number {
                    Some(number) => text("/tracking_number", &number, seller::tracking_number)?,
                    None => String::new(),
                },
            },
            handover,
        })
    }
}

impl ShopsDelivery {
    fn believe(self, app: &App) -> Result<Handover, Refusal> {
        let shape = |pointer, wanted, came: &str| Refusal::field(Code::BodyShape, pointer, wanted, came);
        let at = Handover::instant(&self.at).ok_or_else(|| {
            let wanted = "an instant with its offset from UTC (RFC 3339), such as 2026-11-20T14:05:00+01:00";
            shape("/delivery/at", wanted, &text_that_came(&self.at))
        })?;
        if !seller::can_be_delivered(at.timestamp_millis(), app.clock.now().timestamp_millis()) {
            let wanted = "an instant from the year 2000 on and before 2100, at most a day ahead of now";
            return Err(shape("/delivery/at", wanted, "an instant outside of that"));
        }
        let zone = Handover::zone(&self.zone).ok_or_else(|| {
            let wanted = "the name of a place's time zone (IANA), such as Europe/Amsterdam";
            shape("/delivery/zone", wanted, &text_that_came(&self.zone))
        })?;
        Ok(Handover { at, zone })
    }
}

/// Applies `rule` to the text that `came` at `pointer`.
fn text(
    pointer: &str,
    came: &str,
    rule: impl Fn(&str) -> Result<String, seller::TextError>,
) -> Result<String, Refusal> {
    rule(came).map_err(|error| Refusal::field(Code::BodyShape, pointer, &error.to_string(), &text_that_came(came)))
}

fn grade(came: &str) -> Result<Grade, Refusal> {
    let code = codes::one_of(came, Grade::ALL.map(Grade::code));
    let grade = Grade::ALL.into_iter().find(|grade| Some(grade.code()) == code);
    grade.ok_or_else(|| {
        let wanted = format!("one of {}", Grade::ALL.map(Grade::code).join(", "));
        Refusal::field(Code::BodyShape, "/grade", &wanted, &text_that_came(came))
    })
}

/// The place whose holidays count. A part of a country must be configured: else none of its holidays would be known.
fn place(came: &str, app: &App) -> Result<String, Refusal> {
    let shape = |wanted| Refusal::field(Code::BodyShape, "/country", wanted, &text_that_came(came));
    let place = codes::place(came).ok_or_else(|| shape("the two letters of a country (ISO 3166-1), such as NL"))?;
    let is_known = app.config.holidays.has(&place.code);
    if place.is_part && !is_known {
        return Err(shape("a country, or a part of one that [holidays] in the configuration has"));
    }
    if !is_known {
        tracing::warn!(place = place.code, "no holidays are known there: windows stay open longer");
    }
    Ok(place.code)
}
