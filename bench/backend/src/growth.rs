//! Whether what a thing costs depends on how much is stored: the most that was stored against the least, round by round.

use std::fmt;

use serde::Serialize;

use crate::{figure::Figure, plan::MeasurementPlan, round::RoundFigures};

/// How much more something may cost with a thousand times as much stored. Measured is 1.0 to 1.25, and up to 1.35 for claims
/// where the disk syncs quickly: a look reads some eight pages from the system, one by one, that lie in SQLite's memory where
/// little is stored, a claim more of them. (With eight times as much of that memory, or with the database mapped, it is no
/// better, and the memory grows.) The bound is above that, so that it is broken for a reason only: what goes through all
/// that is stored costs hundreds of times as much.
const BOUND: f64 = 1.5;

/// The same for a start. It takes some ten milliseconds, of which a good part is when the system gives it a processor; what
/// goes through what is stored takes seconds.
const BOUND_OF_START: f64 = 2.0;

/// The cost with the most stored, as a multiple of the cost with the least.
#[derive(Debug, Serialize)]
pub(crate) struct CostGrowth {
    /// The measured cost.
    pub(crate) what: String,
    /// The claims stored where it should cost the least.
    pub(crate) claims_least: u64,
    /// The claims stored where it should cost the most.
    pub(crate) claims_most: u64,
    /// How many times as much it costs there.
    pub(crate) ratio: Figure,
    /// The bound of the median.
    pub(crate) bound: f64,
    /// Whether it is.
    pub(crate) holds: bool,
}

/// The growth of everything that was measured.
pub(crate) fn cost_growths(plan: &MeasurementPlan, backend: &[Vec<RoundFigures>]) -> Vec<CostGrowth> {
    let ([claims_least, .., claims_most], [least, .., most]) = (plan.stored, backend) else { return Vec::new() };
    let growth = |what: String, bound: f64, cost: &dyn Fn(&RoundFigures) -> Option<f64>| {
        let ratios = least.iter().zip(most).filter_map(|(least, most)| Some(cost(most)? / cost(least)?));
        let ratio = Figure::from_rounds(ratios);
        let holds = ratio.median <= bound;
        CostGrowth { what, claims_least: *claims_least, claims_most: *claims_most, ratio, bound, holds }
    };
    let figures = least.first().map(|round| round.figures.as_slice()).unwrap_or_default();
    let mut all: Vec<CostGrowth> = figures
        .iter()
        .map(|of| {
            let time = |round: &RoundFigures| Some(1.0 / round.load_figures(of.kind, of.clients)?.per_second);
            growth(format!("{}, {} clients", of.kind, of.clients), BOUND, &time)
        })
        .collect();
    all.push(growth("start".to_owned(), BOUND_OF_START, &|round| Some(round.start_ms)));
    all.push(growth("memory at rest".to_owned(), BOUND, &|round| Some(round.memory_at_rest_mib)));
    all.push(growth("memory with claims".to_owned(), BOUND, &|round| Some(round.memory_with_claims_mib)));
    all
}

impl fmt::Display for CostGrowth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, claims_least, claims_most, ratio, bound, holds } = self;
        let verdict = if *holds { "holds" } else { "does NOT hold" };
        write!(
            f,
            "{what}: {:.2} times ({:.2} to {:.2}) the cost with {claims_most} claims instead of {claims_least}; \
             at most {bound} {verdict}",
            ratio.median, ratio.min, ratio.max
        )
    }
}
