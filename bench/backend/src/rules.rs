//! The native cost of the rules: the deadline of one delivery, and the whole check of the largest claims there are.

use std::{
    fmt,
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use chrono::NaiveDate;
use damage_report_backend::config::Config;
use damage_report_rules::{
    advice::{Advice, PhotoAdvice},
    claim::{ClaimDraft, Wish},
    damage::Damage,
    evidence::{Absence, Absences, Digest, Photos},
    window::{ReportingWindow, Timing},
};
use serde::Serialize;

use crate::figure::Figure;

/// How many times each is measured.
const BATCHES: usize = 51;

/// How long one measurement takes, so that the clock's own steps do not count.
const BATCH: Duration = Duration::from_millis(20);

/// The cost of one rule.
#[derive(Debug, Serialize)]
pub(crate) struct RuleCost {
    /// Which.
    pub(crate) what: &'static str,
    /// How long it takes.
    pub(crate) microseconds: Figure,
    /// The bounds of the medians: so low that nobody notices a rule, and no cache pays.
    pub(crate) bound_microseconds: f64,
    /// Whether it is.
    pub(crate) holds: bool,
}

/// Measures them all, with the holidays and the policy of `config`.
///
/// # Errors
///
/// When what is measured does not do what it is measured for.
pub(crate) fn measure(config: &Config) -> Result<Vec<RuleCost>> {
    let holidays = config.holidays.of_place("NL");
    // The Thursday before Christmas: a holiday and two weekends lie in the way.
    let delivered_on = NaiveDate::from_ymd_opt(2026, 12, 24).context("a date")?;
    let sent = delivered_on.and_hms_opt(23, 30, 0).context("a time")?.and_utc().timestamp_millis();
    let policy = &config.policy;
    let whole = whole();
    let accepted = whole.check(policy, Timing::InTime);
    ensure!(accepted.is_ok(), "the whole claim is refused: {accepted:?}");
    let wrong = wrong();
    let refused = wrong.check(policy, Timing::Late);
    ensure!(refused.is_err_and(|violations| violations.len() >= 6), "the wrong claim is not wrong enough");
    Ok(vec![
        RuleCost::of("deadline", 1.0, || {
            let window = ReportingWindow::new(black_box(delivered_on), black_box(policy.reporting_days), &holidays);
            let in_utc = |instant| Some(chrono::DateTime::from_timestamp_millis(instant)?.date_naive());
            window.timing(Some(black_box(sent)), black_box(sent), in_utc)
        }),
        RuleCost::of("check of a claim that is accepted", 20.0, || black_box(&whole).check(policy, Timing::InTime)),
        RuleCost::of("check of a claim that is refused", 20.0, || black_box(&wrong).check(policy, Timing::Late)),
    ])
}

impl RuleCost {
    fn of<T>(what: &'static str, bound_microseconds: f64, mut once: impl FnMut() -> T) -> Self {
        let mut repeat = |times: u32| {
            let begun = Instant::now();
            for _ in 0..times {
                black_box(once());
            }
            begun.elapsed()
        };
        // As often as fills a batch, told from a first few.
        let few = repeat(1_000).max(Duration::from_nanos(1_000));
        let times = u32::try_from(BATCH.as_nanos() * 1_000 / few.as_nanos()).unwrap_or(u32::MAX).max(1);
        let batches = (0..BATCHES).map(|_| repeat(times).as_secs_f64() * 1e6 / f64::from(times));
        let microseconds = Figure::from_rounds(batches);
        Self { what, microseconds, bound_microseconds, holds: microseconds.median < bound_microseconds }
    }
}

impl fmt::Display for RuleCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figure { median, min, max } = self.microseconds;
        let verdict = if self.holds { "holds" } else { "does NOT hold" };
        let Self { what, bound_microseconds, .. } = self;
        write!(f, "{what}: {median:.3} µs ({min:.3} to {max:.3}); under {bound_microseconds} µs {verdict}")
    }
}

/// As much as a claim can have: every kind of damage, 2 000 characters of which many are two bytes or an emoji, twelve
/// photos, a reason for the label that is missing, and advice about every photo.
fn whole() -> ClaimDraft {
    let photo = |n: u8| Digest::new([n; 32]);
    let advice = |n| PhotoAdvice { photo: photo(n), advice: Advice::Alike, like: Some(photo(n % 12 + 1)) };
    let blurred = |n| PhotoAdvice { photo: photo(n), advice: Advice::Blurred, like: None };
    ClaimDraft {
        damage: Damage::ALL.to_vec(),
        description: "Gebarsten ë 👩🏽‍🔧 ".chars().cycle().take(2_000).collect::<String>() + "einde",
        photos: Photos { packaging: (1..4).map(photo).collect(), label: vec![], device: (4..13).map(photo).collect() },
        missing: Absences { label: Some(Absence::Discarded), ..Absences::default() },
        tracking_number: "jvgl 0612 3456 7890 1234".to_owned(),
        wish: Some(Wish::Refund),
        advice: (1..13).map(advice).chain((1..13).map(blurred)).collect(),
    }
}

/// The same with everything wrong that can be: late, damage and photos twice, too long, control characters.
fn wrong() -> ClaimDraft {
    let whole = whole();
    let twice = |photos: &[Digest]| [photos, photos].concat();
    ClaimDraft {
        damage: [&whole.damage[..], &whole.damage].concat(),
        description: format!("{}\0{}", whole.description, "te lang ".repeat(100)),
        photos: Photos {
            packaging: twice(&whole.photos.packaging),
            label: twice(&whole.photos.packaging),
            device: twice(&whole.photos.device),
        },
        tracking_number: "3SDEVC".repeat(10),
        ..whole
    }
}
