//! The orders of the demo's customer, stored by the same code as a shop's.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use damage_report_rules::{
    advice::{Advice, PhotoAdvice},
    claim::{ClaimDraft, Wish},
    contract::{Code, Consignment, DeviceGrade, Timestamp},
    damage::Damage,
    lifecycle::Event,
};
use serde::Serialize;

use super::{
    pictures,
    schedule::{COUNTRY, DeliverySchedule, PLACE_OF_LONG_WEEKEND, ZONE, instant_at},
    stories::{SellerStep, Story, claim},
};
use crate::{
    actor::Actor,
    app::App,
    clock::Clock,
    digest::sha256,
    order_line::{Handover, OrderLine},
    problem::Refusal,
    store,
};

/// The situation that an order shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Scenario {
    DeliveredYesterday,
    LongWeekend,
    ClosesToday,
    Closed,
    OnItsWay,
    Reported,
}

/// One order with one line.
struct DemoOrder {
    scenario: Scenario,
    id: &'static str,
    number: &'static str,
    device: &'static str,
    grade: DeviceGrade,
    price_cents: u32,
    carrier: &'static str,
    tracking_number: &'static str,
}

/// The orders, the latest first, as on the page.
const ORDERS: [DemoOrder; 6] = [
    DemoOrder {
        scenario: Scenario::OnItsWay,
        id: "nogeen-2048",
        number: "NG-2048",
        device: "Google Pixel 8a 128 GB, zwart",
        grade: DeviceGrade::Premium,
        price_cents: 31_900,
        carrier: "PostNL",
        tracking_number: "3SNGEN204800016",
    },
    DemoOrder {
        scenario: Scenario::DeliveredYesterday,
        id: "nogeen-2041",
        number: "NG-2041",
        device: "iPhone 13 128 GB, blauw",
        grade: DeviceGrade::Excellent,
        price_cents: 32_900,
        carrier: "PostNL",
        tracking_number: "3SNGEN204100027",
    },
    DemoOrder {
        scenario: Scenario::LongWeekend,
        id: "nogeen-2037",
        number: "NG-2037",
        device: "Samsung Galaxy S22 128 GB, groen",
        grade: DeviceGrade::Good,
        price_cents: 25_400,
        carrier: "PostNL",
        tracking_number: "3SNGEN203700038",
    },
    DemoOrder {
        scenario: Scenario::ClosesToday,
        id: "nogeen-2029",
        number: "NG-2029",
        device: "MacBook Air 13\" (M1) 256 GB, zilver",
        grade: DeviceGrade::Good,
        price_cents: 57_900,
        carrier: "UPS",
        tracking_number: "1Z999AA10123456784",
    },
    DemoOrder {
        scenario: Scenario::Reported,
        id: "nogeen-2024",
        number: "NG-2024",
        device: "Nintendo Switch OLED 64 GB, wit",
        grade: DeviceGrade::Excellent,
        price_cents: 22_900,
        carrier: "PostNL",
        tracking_number: "3SNGEN202400049",
    },
    DemoOrder {
        scenario: Scenario::Closed,
        id: "nogeen-2011",
        number: "NG-2011",
        device: "iPad (9e generatie) 64 GB, spacegrijs",
        grade: DeviceGrade::Fair,
        price_cents: 19_900,
        carrier: "PostNL",
        tracking_number: "3SNGEN201100050",
    },
];

/// The order line that the demo also shows on a page of its own, with the data that a shop's server would write there.
pub(super) const LINE_IN_PAGE: &str = "nogeen-2041";

/// The days between an order and its delivery.
const DELIVERY_DAYS: u64 = 2;

/// An order, for the page.
#[derive(Serialize)]
pub(super) struct OrderView {
    number: &'static str,
    placed_on: NaiveDate,
    lines: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    id: &'static str,
    device: &'static str,
    grade: DeviceGrade,
    price_cents: u32,
    state: &'static str,
    delivered_at: Option<Timestamp>,
    scenario: Scenario,
    claim_reference: Option<String>,
    carrier: &'static str,
    tracking_number: &'static str,
}

/// Stores the orders, and returns the customer's own claim that is still to be made. An order line with a claim stays as it is. The
/// others get new days of delivery, so that each shows its situation today.
pub(super) async fn insert_orders(app: &App, schedule: &DeliverySchedule) -> Result<Option<Story>, Refusal> {
    let mut story = None;
    for order in &ORDERS {
        if claim(app, order.id).await?.is_some() {
            continue;
        }
        let line = order.line(schedule);
        let mut db = app.store.begin_write().await?;
        store::order_lines::put(&mut db, &line).await?;
        db.commit().await?;
        if let (Scenario::Reported, Some(handover)) = (order.scenario, line.handover) {
            story = Some(reported(line, handover));
        }
    }
    Ok(story)
}

/// The orders with their current state.
pub(super) async fn list_orders(app: &App) -> Result<Vec<OrderView>, Refusal> {
    let mut orders = Vec::new();
    for order in &ORDERS {
        let line = store::order_lines::find(&mut *app.store.read_connection().await?, order.id).await?;
        let line = line.ok_or_else(|| Refusal::new(Code::Internal))?;
        let delivered_at = line.handover.map(|handover| handover.at);
        let shipped_until = delivered_at.unwrap_or_else(|| app.clock.now());
        orders.push(OrderView {
            number: order.number,
            placed_on: Clock::to_local_time(shipped_until, ZONE).date() - Days::new(DELIVERY_DAYS),
            lines: vec![LineView {
                id: order.id,
                device: order.device,
                grade: order.grade,
                price_cents: order.price_cents,
                state: if delivered_at.is_some() { "delivered" } else { "on_its_way" },
                delivered_at: delivered_at.map(Clock::to_timestamp),
                scenario: order.scenario,
                claim_reference: claim(app, order.id).await?.map(|claim| claim.reference),
                carrier: order.carrier,
                tracking_number: order.tracking_number,
            }],
        });
    }
    Ok(orders)
}

impl DemoOrder {
    fn line(&self, schedule: &DeliverySchedule) -> OrderLine {
        let (day, place) = match self.scenario {
            Scenario::DeliveredYesterday => (Some(schedule.yesterday), COUNTRY),
            Scenario::LongWeekend => (Some(schedule.long_weekend), PLACE_OF_LONG_WEEKEND),
            Scenario::ClosesToday => (Some(schedule.closes_today), COUNTRY),
            Scenario::Closed => (Some(schedule.closed), COUNTRY),
            Scenario::OnItsWay => (None, COUNTRY),
            Scenario::Reported => (Some(schedule.reported), COUNTRY),
        };
        // Parcels arrive around noon.
        let noon = NaiveTime::MIN + TimeDelta::minutes(12 * 60 + 24);
        OrderLine {
            id: self.id.to_owned(),
            order_number: self.number.to_owned(),
            device: self.device.to_owned(),
            grade: self.grade,
            handover: day.map(|day| Handover { at: instant_at(day, noon), zone: ZONE }),
            place: place.to_owned(),
            consignment: Consignment {
                carrier: self.carrier.to_owned(),
                tracking_number: self.tracking_number.to_owned(),
            },
        }
    }
}

/// The device is reported in the afternoon after the delivery; the next morning the seller opens an investigation.
fn reported(line: OrderLine, handover: Handover) -> Story {
    let pictures = pictures::large();
    let [front, _, edge] = &pictures.device;
    // The front and the edge are drawn much alike, and the customer kept both.
    let advice = vec![PhotoAdvice { photo: sha256(edge), advice: Advice::Alike, like: Some(sha256(front)) }];
    Story {
        reported_at: handover.at + TimeDelta::minutes(101),
        draft: ClaimDraft {
            damage: vec![Damage::ScreenBroken, Damage::Display],
            description:
                "Het scherm is linksboven gebarsten en blijft daar zwart. De doos had een deuk aan dezelfde kant."
                    .to_owned(),
            tracking_number: line.consignment.tracking_number.clone(),
            wish: Some(Wish::Replacement),
            advice,
            ..ClaimDraft::default()
        },
        line,
        pictures,
        steps: vec![SellerStep {
            after: TimeDelta::hours(18),
            event: Event::InvestigationOpened,
            actor: Actor::Seller,
        }],
    }
}
