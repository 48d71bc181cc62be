//! How long a page of the list of claims takes, filter by filter: the first page, and one in the middle of the list.

use std::{collections::BTreeMap, fmt, path::Path, time::Instant};

use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use chrono::{Days, Utc};
use damage_report_backend::store::claim_list::ListPlace;
use hyper::StatusCode;
use serde::Serialize;
use serde_json::Value;

use crate::{
    client::Client,
    program::RunningProgram,
    requests,
    sample_data::stored::{COMMON, NEVER_TOGETHER, OCCASIONAL, RARE_CARRIER, rare_word},
    seed,
};

/// The bound of the 95th percentile, in milliseconds. A person who settles claims does not notice as much.
const BOUND_MS: f64 = 50.0;

/// The claims of a page, as many as the desk shows.
const PAGE: usize = 50;

/// How long a page of the list takes with one filter.
#[derive(Debug, Serialize)]
pub(crate) struct FilterFigures {
    /// The filter, as in the query.
    pub(crate) filter: String,
    /// The first page, and one in the middle of the list.
    pub(crate) first: PageFigures,
    pub(crate) deep: PageFigures,
    /// The bound of the 95th percentile of both, in milliseconds.
    pub(crate) bound_ms: f64,
    /// Whether it is kept.
    pub(crate) holds: bool,
}

/// How long one page took.
#[derive(Debug, Serialize)]
pub(crate) struct PageFigures {
    /// The claims on it.
    pub(crate) claims: usize,
    /// Half of the answers took no longer, in milliseconds.
    pub(crate) p50_ms: f64,
    /// 95 of 100 answers took no longer, in milliseconds.
    pub(crate) p95_ms: f64,
}

/// Asks the backend `program` on `folder`, which contains `claims` claims, for each page this `often`, in turns.
///
/// # Errors
///
/// When something is refused, or anything else goes wrong.
pub(crate) async fn measure(program: &Path, folder: &Path, claims: u64, often: usize) -> Result<Vec<FilterFigures>> {
    let running = RunningProgram::start_backend(program, folder).await?;
    let mut client = Client::connect(running.address()).await?;
    let middle = ListPlace::of_day(Utc::now().date_naive() - Days::new(365));
    let after = format!("&after={}", BASE64.encode(middle.0.to_be_bytes()));
    let queries: Vec<String> =
        filters(claims).iter().flat_map(|filter| [filter.clone(), filter.clone() + &after]).collect();
    let mut times: BTreeMap<&str, (usize, Vec<f64>)> = BTreeMap::new();
    for turn in 0..=often {
        for query in &queries {
            let request = requests::claim_list_request(&format!("{query}&limit={PAGE}"))?;
            let begun = Instant::now();
            let (status, body) = client.send(request).await?;
            let took = begun.elapsed().as_secs_f64() * 1e3;
            ensure!(status == StatusCode::OK, "{query} was answered {status}");
            let (claims, times) = times.entry(query).or_default();
            // The first turn warms the cache.
            if turn == 0 {
                *claims = serde_json::from_slice::<Value>(&body)?["claims"].as_array().context("no claims")?.len();
            } else {
                times.push(took);
            }
        }
    }
    running.stop().await?;
    let figures = |query: &str| {
        let (claims, mut times) = times.get(query).cloned().unwrap_or_default();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
        PageFigures { claims, p50_ms: at(0.5), p95_ms: at(0.95) }
    };
    let listed = queries.chunks(2).map(|pair| {
        let (first, deep) = (figures(&pair[0]), figures(&pair[1]));
        let holds = first.p95_ms.max(deep.p95_ms) <= BOUND_MS;
        FilterFigures { filter: pair[0].clone(), first, deep, bound_ms: BOUND_MS, holds }
    });
    Ok(listed.collect())
}

/// Each filter alone, and those that people set together.
fn filters(claims: u64) -> Vec<String> {
    let today = Utc::now().date_naive();
    let common = format!("text={COMMON}");
    let words = |words: &str| format!("text={}", words.replace(' ', "+"));
    let order = seed::order_line_id(claims / 2, claims);
    let order = order.trim_end_matches("-1");
    let alone = [
        String::new(),
        "state=open".to_owned(),
        "state=waiting_for_claimant".to_owned(),
        "state=refunded".to_owned(),
        "state=undecided".to_owned(),
        "state=decided".to_owned(),
        format!("due_before={today}"),
        "carrier=PostNL".to_owned(),
        format!("carrier={RARE_CARRIER}"),
        "carrier=Nobody".to_owned(),
        "late=true".to_owned(),
        "late=false".to_owned(),
        "advice=true".to_owned(),
        "evidence_missing=true".to_owned(),
        format!("reference={}", seed::claim_reference(claims / 2, claims)),
        format!("order_number={order}"),
        common.clone(),
        words(OCCASIONAL),
        words(&rare_word(4711)),
        words("nergens"),
        words(NEVER_TOGETHER),
        words(&format!("{COMMON} gebarsten camera")),
        words(&format!("{COMMON} {OCCASIONAL} iphone")),
        words(order),
    ];
    let pairs = [
        format!("state=undecided&due_before={today}"),
        "state=undecided&carrier=PostNL".to_owned(),
        format!("state=undecided&{common}"),
        format!("state=waiting_for_claimant&{common}"),
        format!("state=decided&{common}"),
        "late=true&evidence_missing=true&advice=true".to_owned(),
        format!("carrier={RARE_CARRIER}&state=declined"),
        format!("carrier={RARE_CARRIER}&{common}"),
        format!("carrier=GLS&{}", words(OCCASIONAL)),
        format!("late=true&{}", words(OCCASIONAL)),
        format!("advice=true&evidence_missing=true&late=true&{common}"),
        format!("advice=true&{}", words(&rare_word(4711))),
    ];
    alone.into_iter().chain(pairs).collect()
}

impl fmt::Display for FilterFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { filter, first, deep, bound_ms, holds } = self;
        let verdict = if *holds { "holds" } else { "does NOT hold" };
        write!(
            f,
            "the list with {filter:?}: p95 {:.1} ms, in the middle {:.1} ms; at most {bound_ms} ms {verdict}",
            first.p95_ms, deep.p95_ms
        )
    }
}
