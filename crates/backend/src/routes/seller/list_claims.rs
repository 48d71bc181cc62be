//! `GET /seller/claims`

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{Uri, header},
    response::IntoResponse,
};
use chrono::NaiveDate;
use damage_report_rules::{
    contract::{Problem, Timestamp},
    evidence::Digest,
    lifecycle::ClaimState,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::Seller,
    app::App,
    claim_list::{self, ClaimFilter, ListEntry},
    clock::Clock,
    problem::Refusal,
    query,
};

/// The most claims of one page, and as many as a page has where the query does not say.
const PAGE_MAX: u32 = 100;

/// A page of the list of claims.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimPage {
    /// The claims: by due date, those without one last, and the older first.
    claims: Vec<ListedClaim>,
    /// The `after` of the next page; null after the last claim.
    #[schema(required)]
    next: Option<String>,
}

/// A claim as the list shows it.
#[derive(Debug, Serialize, ToSchema)]
struct ListedClaim {
    /// The reference that the customer quotes.
    reference: String,
    /// The identifier of its order line.
    order_line: String,
    /// The number by which the customer knows the order.
    order_number: String,
    /// The device, as the shop calls it.
    device: String,
    /// Who carried the parcel, as the shop calls them.
    carrier: String,
    /// When it was accepted.
    received_at: Timestamp,
    /// Counts the changes of the claim.
    version: u32,
    /// Its state in one word.
    state: ClaimState,
    /// The last day for a replacement or refund; null while the seller's time has not started.
    #[schema(required)]
    resolution_due: Option<NaiveDate>,
    /// Whether it came after the window closed.
    late: bool,
    /// Whether the claimant kept a photo against the advice that they received.
    advice: bool,
    /// Whether the claimant had no packaging or no label to photograph.
    evidence_missing: bool,
    /// The first photo of the device.
    #[schema(required)]
    cover: Option<Digest>,
}

/// The claims that match every filter of the query, by the day on which a decision is due.
///
/// Whoever reads all pages, each with the `next` of the one before as `after`, reads each claim once, also while claims come in, are
/// decided or are erased.
#[utoipa::path(
    get,
    path = "/seller/claims",
    tag = "seller",
    security(("seller" = [])),
    params(
        ("state" = Option<String>, Query, description = "Claims in this state: `open`, `waiting_for_claimant`, `replaced`, `refunded`, `partially_refunded` or `declined`; or in one of the states before a decision (`undecided`) or after one (`decided`)"),
        ("due_before" = Option<NaiveDate>, Query, description = "Claims with a decision that is due before this day"),
        ("carrier" = Option<String>, Query, description = "Claims about a parcel of this carrier, as the shop wrote it"),
        ("late" = Option<bool>, Query, description = "Claims that came after the window closed, or the others"),
        ("advice" = Option<bool>, Query, description = "Claims with a photo that the claimant kept against advice, or the others"),
        ("evidence_missing" = Option<bool>, Query, description = "Claims without a photo of packaging or label, or the others"),
        ("reference" = Option<String>, Query, description = "The claim with this reference"),
        ("order_number" = Option<String>, Query, description = "Claims about this order"),
        ("text" = Option<String>, Query, description = "Claims with all these words in the customer's description or the device's title, or with this reference or order number"),
        ("after" = Option<String>, Query, description = "The `next` of the page before; from the first claim on where it is left out"),
        ("limit" = Option<u32>, Query, description = "The most claims to answer with: 1 to 100, and 100 where it is left out", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "A page of the list", body = ClaimPage),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_claims(
    State(app): State<Arc<App>>,
    _seller: Seller,
    uri: Uri,
) -> Result<impl IntoResponse, Refusal> {
    let (mut after, mut limit, mut filters) = (None, PAGE_MAX, Vec::new());
    for (name, value) in query::parse_parameters(&uri)? {
        match name.as_str() {
            "after" => {
                let cursor = value.parse().map_err(|_| query::invalid_query("after is the next of the page before"))?;
                after = Some(cursor);
            }
            "limit" => {
                limit = query::parse_number(&value, 1..=PAGE_MAX)
                    .ok_or_else(|| query::invalid_query("limit is 1 to 100"))?
            }
            _ => filters.push((name, value)),
        }
    }
    let page = claim_list::list_claims(&app, &ClaimFilter::parse(&filters)?, after, limit).await?;
    let page = ClaimPage {
        claims: page.entries.into_iter().map(ListedClaim::from).collect(),
        next: page.next.map(|cursor| cursor.to_string()),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)))
}

impl From<ListEntry> for ListedClaim {
    fn from(entry: ListEntry) -> Self {
        Self {
            reference: entry.reference,
            order_line: entry.order_line,
            order_number: entry.order_number,
            device: entry.device,
            carrier: entry.carrier,
            received_at: Clock::to_timestamp(entry.received_at),
            version: entry.version,
            state: entry.state,
            resolution_due: entry.due,
            late: entry.is_late,
            advice: entry.has_advice,
            evidence_missing: entry.lacks_evidence,
            cover: entry.cover,
        }
    }
}
