//! The measurements, in the shape of the JSON file: units are in the names, and every figure has its median
//! with the least and the most of all rounds.

use serde::Serialize;

use crate::{
    attack_impact::AttackImpact,
    claim_list::FilterFigures,
    figure::Figure,
    growth::{self, CostGrowth},
    machine::MachineDescription,
    plan::MeasurementPlan,
    round::{RequestKind, RoundFigures},
    rules::RuleCost,
};

/// The whole of it: one JSON document.
#[derive(Debug, Serialize)]
pub(crate) struct BenchmarkReport {
    /// Where it was measured, with what.
    pub(crate) machine: MachineDescription,
    /// How often each was measured.
    pub(crate) rounds: usize,
    /// A bare server that syncs as the backend does, and does nothing else.
    pub(crate) baseline: Vec<RequestFigures>,
    /// The backend, by how much is stored.
    pub(crate) backend: Vec<BackendFigures>,
    /// Whether what it costs depends on what is stored.
    pub(crate) growth: Vec<CostGrowth>,
    /// The costs of the rules.
    pub(crate) rules: Vec<RuleCost>,
    /// How long a page of the list of claims takes, with the most claims stored.
    pub(crate) list: Vec<FilterFigures>,
    /// How others fare when one does its worst.
    pub(crate) bad_day: AttackImpact,
}

/// The backend with so much stored.
#[derive(Debug, Serialize)]
pub(crate) struct BackendFigures {
    /// How many claims there were when each round began.
    pub(crate) claims_stored: u64,
    /// From the start of the process to its first answer.
    pub(crate) start_ms: Figure,
    /// Resident memory before anything was asked of it.
    pub(crate) memory_at_rest_mib: Figure,
    /// The most resident memory it had while claims came and order lines were looked at.
    pub(crate) memory_with_claims_mib: Figure,
    /// The most it had in the end, with photos: mostly what two of them take that are decoded at once.
    pub(crate) memory_with_photos_mib: Figure,
    /// The requests that it got.
    pub(crate) figures: Vec<RequestFigures>,
}

/// One kind of request, sent by several clients at once. Each client has its own connection, which stays open.
#[derive(Debug, Serialize)]
pub(crate) struct RequestFigures {
    /// The request.
    pub(crate) kind: RequestKind,
    /// By how many at once.
    pub(crate) clients: usize,
    /// Answers a second, of all clients together.
    pub(crate) per_second: Figure,
    /// Half of the answers took no longer.
    pub(crate) p50_ms: Figure,
    /// 99 of 100 answers took no longer.
    pub(crate) p99_ms: Figure,
    /// The slowest answer.
    pub(crate) max_ms: Figure,
    /// How many times as long as the baseline it takes, round by round; nothing where the baseline does no such thing.
    pub(crate) times_the_baseline: Option<Figure>,
}

impl BenchmarkReport {
    /// The outcome of these rounds: of the baseline, and of the backend by how much is stored, the least first.
    pub(crate) fn from_rounds(
        plan: &MeasurementPlan,
        baseline: &[RoundFigures],
        backend: &[Vec<RoundFigures>],
        rules: Vec<RuleCost>,
        list: Vec<FilterFigures>,
        bad_day: AttackImpact,
        machine: MachineDescription,
    ) -> Self {
        let stored = plan.stored.iter().zip(backend);
        Self {
            machine,
            rounds: plan.rounds,
            baseline: figures(baseline, &[]),
            backend: stored.map(|(&claims, rounds)| BackendFigures::of(claims, rounds, baseline)).collect(),
            growth: growth::cost_growths(plan, backend),
            rules,
            list,
            bad_day,
        }
    }

    /// The bounds that do not hold, a sentence each.
    pub(crate) fn broken_bounds(&self) -> Vec<String> {
        let growth = self.growth.iter().filter(|growth| !growth.holds).map(ToString::to_string);
        let rules = self.rules.iter().filter(|rule| !rule.holds).map(ToString::to_string);
        let list = self.list.iter().filter(|listed| !listed.holds).map(ToString::to_string);
        growth.chain(rules).chain(list).chain((!self.bad_day.holds).then(|| self.bad_day.to_string())).collect()
    }
}

impl BackendFigures {
    fn of(claims_stored: u64, rounds: &[RoundFigures], baseline: &[RoundFigures]) -> Self {
        let figure = |of: fn(&RoundFigures) -> f64| Figure::from_rounds(rounds.iter().map(of));
        Self {
            claims_stored,
            start_ms: figure(|round| round.start_ms),
            memory_at_rest_mib: figure(|round| round.memory_at_rest_mib),
            memory_with_claims_mib: figure(|round| round.memory_with_claims_mib),
            memory_with_photos_mib: figure(|round| round.memory_with_photos_mib),
            figures: figures(rounds, baseline),
        }
    }
}

fn figures(rounds: &[RoundFigures], baseline: &[RoundFigures]) -> Vec<RequestFigures> {
    let Some(first) = rounds.first() else { return Vec::new() };
    let figures = first.figures.iter().map(|of| {
        let seen: Vec<_> = rounds.iter().filter_map(|round| round.load_figures(of.kind, of.clients)).collect();
        let baseline: Vec<_> = baseline.iter().filter_map(|round| round.load_figures(of.kind, of.clients)).collect();
        let times = baseline.iter().zip(&seen).map(|(baseline, seen)| baseline.per_second / seen.per_second);
        RequestFigures {
            kind: of.kind,
            clients: of.clients,
            per_second: Figure::from_rounds(seen.iter().map(|seen| seen.per_second)),
            p50_ms: Figure::from_rounds(seen.iter().map(|seen| seen.p50_ms)),
            p99_ms: Figure::from_rounds(seen.iter().map(|seen| seen.p99_ms)),
            max_ms: Figure::from_rounds(seen.iter().map(|seen| seen.max_ms)),
            times_the_baseline: (!baseline.is_empty()).then(|| Figure::from_rounds(times)),
        }
    });
    figures.collect()
}
