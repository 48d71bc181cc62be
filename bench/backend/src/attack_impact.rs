//! A bad day: one order line does its worst within the limits, strangers hold what they can, and the others go on.
//!
//! The others are measured twice, on a quiet day and a moment later on the bad one, by the same process. The bounds on one order
//! line stand in `docs/backend.md`; this measures how much they leave to the others.

use std::{fmt, path::Path};

use anyhow::Result;
use hyper::StatusCode;
use serde::Serialize;

use crate::{
    attacker::RunningAttack,
    client::{LoadFigures, measure_load},
    figure::Figure,
    pictures::PhotoTemplate,
    program::RunningProgram,
    requests::{self, PHOTOS_A_LINE},
    unreported_lines,
};

/// How many ask at once, each over a connection of its own.
const CLIENTS: usize = 8;

/// Looks, half of them before and half of them during the bad day. Order lines with a draft are looked at.
const LOOKS: usize = 4_000;

/// The order lines that are looked at.
const LINES: usize = 100;

/// Photos, likewise: some seconds of them.
const PHOTOS: usize = 120;

/// How many times as long 99 of 100 looks may take on a bad day: both processors are busy then, and on a quiet day they are not.
const BOUND_OF_LOOKS: f64 = 3.0;

/// The same for photos: one of two decoders is taken, and most of one of two processors.
const BOUND_OF_PHOTOS: f64 = 5.0;

/// The most memory that the process may take: as much as a small machine has.
const BOUND_OF_MEMORY_MIB: f64 = 512.0;

const MIB: f64 = 1024.0 * 1024.0;

/// The outcome of some rounds.
#[derive(Debug, Serialize)]
pub(crate) struct AttackImpact {
    /// 99 of 100 looks took no longer, on a quiet day and on a bad one.
    pub(crate) looks_p99_ms: [Figure; 2],
    /// How many times as long that is.
    pub(crate) looks: Figure,
    /// 99 of 100 photos took no longer, likewise.
    pub(crate) photos_p99_ms: [Figure; 2],
    /// How many times as long that is.
    pub(crate) photos: Figure,
    /// The most memory that the process had.
    pub(crate) memory_mib: Figure,
    /// The photos of the one order line that were decoded meanwhile.
    pub(crate) large_photos: Figure,
    /// Whether the bounds hold.
    pub(crate) holds: bool,
}

/// One round of it.
struct RoundFigures {
    looks: [LoadFigures; 2],
    photos: [LoadFigures; 2],
    memory_mib: f64,
    large_photos: usize,
}

/// Measures several rounds with the backend `program` on the data folder `folder`.
///
/// # Errors
///
/// When somebody is refused who should not be, or anything else goes wrong.
pub(crate) async fn measure_attack_impact(
    program: &Path,
    folder: &Path,
    template: &PhotoTemplate,
    rounds: usize,
) -> Result<AttackImpact> {
    let large = PhotoTemplate::generate_costly_to_decode()?;
    let mut all = Vec::new();
    for round in 0..rounds {
        eprintln!("a bad day, round {} of {rounds}", round + 1);
        all.push(RoundFigures::of(program, folder, template, &large).await?);
    }
    let of = |figure: fn(&RoundFigures) -> f64| Figure::from_rounds(all.iter().map(figure));
    let looks = of(|round| round.looks[1].p99_ms / round.looks[0].p99_ms);
    let photos = of(|round| round.photos[1].p99_ms / round.photos[0].p99_ms);
    let memory_mib = of(|round| round.memory_mib);
    Ok(AttackImpact {
        looks_p99_ms: [of(|round| round.looks[0].p99_ms), of(|round| round.looks[1].p99_ms)],
        photos_p99_ms: [of(|round| round.photos[0].p99_ms), of(|round| round.photos[1].p99_ms)],
        holds: looks.median <= BOUND_OF_LOOKS
            && photos.median <= BOUND_OF_PHOTOS
            && memory_mib.max <= BOUND_OF_MEMORY_MIB,
        large_photos: of(|round| round.large_photos as f64),
        looks,
        photos,
        memory_mib,
    })
}

impl RoundFigures {
    async fn of(program: &Path, folder: &Path, template: &PhotoTemplate, large: &PhotoTemplate) -> Result<Self> {
        let lines_for_photos = PHOTOS.div_ceil(PHOTOS_A_LINE);
        unreported_lines::recreate_unreported_lines(folder, LINES, 1 + lines_for_photos).await?;
        let lines: Vec<String> = unreported_lines::unreported_line_ids(LINES + 1 + lines_for_photos).collect();
        let (drafts, [worst, empty @ ..]) = lines.split_at(LINES) else { anyhow::bail!("there are no open lines") };
        let running = RunningProgram::start_backend(program, folder).await?;
        let mut others = Others { running: &running, drafts, empty, template, photos_sent: 0 };
        let quiet = others.ask().await?;
        let attacker = RunningAttack::begin(running.address(), worst, large).await?;
        let bad = others.ask().await?;
        let large_photos = attacker.end().await?;
        let memory_mib = running.peak_memory_bytes() as f64 / MIB;
        running.stop().await?;
        Ok(Self { looks: [quiet.0, bad.0], photos: [quiet.1, bad.1], memory_mib, large_photos })
    }
}

/// Those who do nothing but what they came for.
struct Others<'a> {
    running: &'a RunningProgram,
    drafts: &'a [String],
    empty: &'a [String],
    template: &'a PhotoTemplate,
    photos_sent: usize,
}

impl Others<'_> {
    /// Half of the looks and half of the photos, one kind after the other: each has the processors to itself and the attacker.
    async fn ask(&mut self) -> Result<(LoadFigures, LoadFigures)> {
        let looks: Result<_> =
            self.drafts.iter().cycle().take(LOOKS / 2).map(|id| requests::order_line_request(id)).collect();
        let looks = measure_load(self.running.address(), CLIENTS, looks?, StatusCode::OK).await?;
        let numbers = self.photos_sent..self.photos_sent + PHOTOS / 2;
        self.photos_sent = numbers.end;
        let photo = |number: usize| {
            requests::upload_photo_request(
                &self.empty[number / PHOTOS_A_LINE],
                number,
                self.template.numbered_copy(number as u64),
            )
        };
        let photos: Result<_> = numbers.map(photo).collect();
        Ok((looks, measure_load(self.running.address(), CLIENTS, photos?, StatusCode::CREATED).await?))
    }
}

impl fmt::Display for AttackImpact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.holds { "holds" } else { "does NOT hold" };
        let [quiet, bad] = &self.looks_p99_ms;
        let [quiet_photos, bad_photos] = &self.photos_p99_ms;
        write!(
            f,
            "a bad day: of others' looks p99 {:.1} ms instead of {:.1}, {:.1} times; of photos {:.0} ms instead of {:.0}, \
             {:.1} times; {:.0} MiB (at most {:.0}), {:.0} photos of 50 megapixels; at most {BOUND_OF_LOOKS} times, \
             {BOUND_OF_PHOTOS} times and {BOUND_OF_MEMORY_MIB} MiB {verdict}",
            bad.median,
            quiet.median,
            self.looks.median,
            bad_photos.median,
            quiet_photos.median,
            self.photos.median,
            self.memory_mib.median,
            self.memory_mib.max,
            self.large_photos.median,
        )
    }
}
