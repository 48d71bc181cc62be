//! One round of one program: started, asked for everything, ended.

use std::{fmt, fs, path::Path, time::Duration};

use anyhow::Result;
use hyper::StatusCode;
use serde::Serialize;
use tokio::time::sleep;

use crate::{
    client::{LoadFigures, RequestWithBody, measure_load},
    pictures::PhotoTemplate,
    plan::MeasurementPlan,
    program::RunningProgram,
    requests::{self, PHOTOS_A_LINE},
    sample_data, seed, unreported_lines,
};

/// How long the backend is left alone before it is weighed at rest.
const REST: Duration = Duration::from_millis(500);

const MIB: f64 = 1024.0 * 1024.0;

/// The kinds of requests to a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RequestKind {
    /// A claim is sent.
    Claim,
    /// A photo is sent.
    Photo,
    /// An order line is looked at: half of them have a claim, half a draft.
    Look,
}

impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Claim => "claim",
            Self::Photo => "photo",
            Self::Look => "look",
        })
    }
}

/// The measurements of one kind of request, by several clients at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestFigures {
    pub(crate) kind: RequestKind,
    pub(crate) clients: usize,
    pub(crate) seen: LoadFigures,
}

/// The figures of one round of measurements.
#[derive(Clone, Debug)]
pub(crate) struct RoundFigures {
    pub(crate) start_ms: f64,
    pub(crate) memory_at_rest_mib: f64,
    pub(crate) memory_with_claims_mib: f64,
    pub(crate) memory_with_photos_mib: f64,
    pub(crate) figures: Vec<RequestFigures>,
}

impl RoundFigures {
    /// Measures a round with the backend `program` on the data folder `folder`, which contains `claims` claims.
    ///
    /// # Errors
    ///
    /// When something is refused, or anything else goes wrong.
    pub(crate) async fn measure_backend(
        program: &Path,
        folder: &Path,
        claims: u64,
        plan: &MeasurementPlan,
        template: &PhotoTemplate,
    ) -> Result<Self> {
        unreported_lines::recreate_unreported_lines(folder, plan.claims_per_round(), plan.photo_lines_per_round())
            .await?;
        let running = RunningProgram::start_backend(program, folder).await?;
        let looks = |nth: usize| {
            let open = unreported_lines::unreported_line_ids(plan.claims_per_round())
                .skip(nth * plan.claims)
                .take(plan.claims);
            let open: Vec<String> = open.collect();
            let open = open.into_iter().cycle().take(plan.looks);
            open.flat_map(|open| [open, seed::order_line_id(fastrand::u64(0..claims), claims)]).collect()
        };
        Self::of(running, plan, template, looks).await
    }

    /// A round of the baseline in the folder `folder`.
    ///
    /// # Errors
    ///
    /// When something is refused, or anything else goes wrong.
    pub(crate) async fn measure_baseline(
        folder: &Path,
        plan: &MeasurementPlan,
        template: &PhotoTemplate,
    ) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        Self::of(RunningProgram::start_baseline(folder).await?, plan, template, |_| Vec::new()).await
    }

    /// The measurements of requests of `kind` by `clients` clients at once.
    pub(crate) fn load_figures(&self, kind: RequestKind, clients: usize) -> Option<LoadFigures> {
        self.figures.iter().find(|of| (of.kind, of.clients) == (kind, clients)).map(|of| of.seen)
    }

    async fn of(
        running: RunningProgram,
        plan: &MeasurementPlan,
        template: &PhotoTemplate,
        looks: impl Fn(usize) -> Vec<String>,
    ) -> Result<Self> {
        sleep(REST).await;
        let mut round = Self {
            start_ms: running.startup_time().as_secs_f64() * 1e3,
            memory_at_rest_mib: running.memory_bytes() as f64 / MIB,
            memory_with_claims_mib: 0.0,
            memory_with_photos_mib: 0.0,
            figures: Vec::new(),
        };
        let lines: Vec<String> =
            unreported_lines::unreported_line_ids(plan.claims_per_round() + plan.photo_lines_per_round()).collect();
        let (with_photos, empty) = lines.split_at(plan.claims_per_round());
        for (nth, (&clients, with_photos)) in plan.clients.iter().zip(with_photos.chunks(plan.claims)).enumerate() {
            let looks: Result<_> = looks(nth).iter().map(|id| requests::order_line_request(id)).collect();
            round.ask(&running, RequestKind::Look, clients, looks?).await?;
            let claims: Result<_> = with_photos
                .iter()
                .map(|id| requests::submit_claim_request(id, &sample_data::claim_draft(id)))
                .collect();
            round.ask(&running, RequestKind::Claim, clients, claims?).await?;
        }
        round.memory_with_claims_mib = running.peak_memory_bytes() as f64 / MIB;
        for (nth, &clients) in plan.clients.iter().enumerate() {
            let photo = |number: usize| {
                requests::upload_photo_request(
                    &empty[number / PHOTOS_A_LINE],
                    number,
                    template.numbered_copy(number as u64),
                )
            };
            let photos: Result<_> = (nth * plan.photos..).take(plan.photos).map(photo).collect();
            round.ask(&running, RequestKind::Photo, clients, photos?).await?;
        }
        round.memory_with_photos_mib = running.peak_memory_bytes() as f64 / MIB;
        running.stop().await?;
        Ok(round)
    }

    async fn ask(
        &mut self,
        running: &RunningProgram,
        kind: RequestKind,
        clients: usize,
        requests: Vec<RequestWithBody>,
    ) -> Result<()> {
        if requests.is_empty() {
            return Ok(());
        }
        let expected = if kind == RequestKind::Look { StatusCode::OK } else { StatusCode::CREATED };
        let seen = measure_load(running.address(), clients, requests, expected).await?;
        self.figures.push(RequestFigures { kind, clients, seen });
        Ok(())
    }
}
