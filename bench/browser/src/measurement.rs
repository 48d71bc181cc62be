//! The visits, and what is read off each.

use std::{fs, sync::Arc};

use anyhow::{Context as _, Result};
use damage_report_e2e::{
    environment::Environment,
    photos::{Album, PhotoFile},
};

use crate::{
    figure::{Measure, Samples},
    memory::MemoryWatch,
    picture::ReferencePhotos,
    proxy::CompressedFiles,
    subject::MeasuredPage,
    visit::{Throttling, Visit},
    visit_kind::VisitKind,
};

/// The inputs that all visits share.
#[derive(Debug)]
pub(crate) struct VisitInputs {
    pub(crate) environment: Environment,
    pub(crate) files: Arc<CompressedFiles>,
    pub(crate) album: Album,
    pub(crate) large: PhotoFile,
    pub(crate) references: ReferencePhotos,
}

impl VisitKind {
    /// Makes the visit once.
    pub(crate) async fn measure(
        self,
        setup: &VisitInputs,
        subject: &MeasuredPage,
        samples: &mut Samples,
    ) -> Result<()> {
        let pace = if self == Self::SlowStart { Throttling::SlowPhone } else { Throttling::Machine };
        let visit = Visit::begin(&setup.environment, &setup.files, subject, pace, self.position()).await?;
        let outcome = match self {
            Self::Before => before(&visit, samples).await,
            Self::Start => start(&visit, samples).await,
            Self::SlowStart => slow_start(&visit, samples).await,
            Self::SlowOpening => slow_opening(&visit, Measure::OpenedSlow, samples).await,
            Self::SlowOpeningPrefetched => slow_opening(&visit, Measure::OpenedSlowPrefetched, samples).await,
            Self::SlowOpeningWithData => slow_opening(&visit, Measure::OpenedSlowWithData, samples).await,
            Self::Photos => photos(&visit, setup, samples).await,
            Self::SlowPhotos => slow_photos(&visit, setup, samples).await,
            Self::OneCorePhotos => one_core_photos(&visit, setup, samples).await,
            Self::LargePhoto => large_photo(&visit, setup, samples).await,
            Self::Whole => whole(&visit, setup, samples).await,
        };
        match outcome {
            Ok(()) => visit.close().await,
            Err(trouble) => return Err(visit.close_with_error(trouble).await),
        }
        Ok(())
    }
}

async fn before(visit: &Visit, samples: &mut Samples) -> Result<()> {
    visit.wait_for_quiet_network().await?;
    samples.add(Measure::BeforeBrotli, kibibytes(visit.proxy.traffic().brotli));
    Ok(())
}

async fn start(visit: &Visit, samples: &mut Samples) -> Result<()> {
    let ready = visit.evaluate("ready()").await?;
    samples.add(Measure::Ready, ready["ready"].as_f64().context("no time")?);
    samples.add(Measure::Shift, ready["shift"].as_f64().context("no shift")?);
    visit.wait_for_quiet_network().await?;
    let traffic = visit.proxy.traffic();
    samples.add(Measure::Requests, traffic.requests as f64);
    samples.add(Measure::WholeRaw, kibibytes(traffic.raw));
    samples.add(Measure::WholeGzip, kibibytes(traffic.gzip));
    samples.add(Measure::WholeBrotli, kibibytes(traffic.brotli));
    visit.send_devtools_command("HeapProfiler.collectGarbage", serde_json::json!({})).await?;
    let heap = visit.send_devtools_command("Runtime.getHeapUsage", serde_json::json!({})).await?;
    // A module's memory is backing storage, which older browsers count elsewhere.
    let bytes: f64 =
        ["usedSize", "embedderHeapUsedSize", "backingStorageSize"].iter().filter_map(|part| heap[part].as_f64()).sum();
    samples.add(Measure::Heap, bytes / 1e6);
    Ok(())
}

async fn slow_start(visit: &Visit, samples: &mut Samples) -> Result<()> {
    let ready = visit.evaluate("ready()").await?;
    samples.add(Measure::ReadySlow, ready["ready"].as_f64().context("no time")?);
    samples.add(Measure::BlockedSlow, ready["blocked"].as_f64().context("no time")?);
    samples.add(Measure::FirstBrotli, kibibytes(ready["arrived"].as_u64().context("no bytes")? as usize));
    Ok(())
}

async fn slow_opening(visit: &Visit, measure: Measure, samples: &mut Samples) -> Result<()> {
    visit.wait_for_quiet_network().await?;
    visit.set_throttling(Throttling::SlowPhone).await?;
    visit.evaluate("listen()").await?;
    visit.click("opening").await?;
    samples.add(measure, visit.evaluate_number("opened()").await?);
    Ok(())
}

async fn photos(visit: &Visit, setup: &VisitInputs, samples: &mut Samples) -> Result<()> {
    let all: Vec<&PhotoFile> = setup.album.all().collect();
    let memory = pick_and_watch(visit, setup, &all).await?;
    let watched = visit.evaluate("picked()").await?;
    samples.add(Measure::Memory, memory.end() as f64 / 1e6);
    for (name, measure) in [("thumbnails", Measure::Thumbnails), ("accepted", Measure::Accepted), ("gap", Measure::Gap)]
    {
        samples.add(measure, watched[name].as_f64().context("no time")?);
    }
    let sent = visit.proxy.traffic().photos;
    samples.add(Measure::Upload, sent.values().map(|photo| photo.len()).sum::<usize>() as f64 / 1e3);
    let compared = setup.references.compare(sent.values().map(AsRef::as_ref))?;
    samples.add(Measure::UploadAlike, compared.bytes_alike / 1e3);
    samples.add(Measure::Likeness, compared.likeness);
    samples.add(Measure::Secrets, compared.secrets as f64);
    Ok(())
}

async fn slow_photos(visit: &Visit, setup: &VisitInputs, samples: &mut Samples) -> Result<()> {
    visit.evaluate("ready()").await?;
    visit.set_throttling(Throttling::SlowProcessor).await?;
    samples.add(Measure::AcceptedSlow, accepted(visit, setup).await?);
    Ok(())
}

async fn one_core_photos(visit: &Visit, setup: &VisitInputs, samples: &mut Samples) -> Result<()> {
    visit.evaluate("ready()").await?;
    visit.limit_to_one_core().await?;
    samples.add(Measure::AcceptedOneCore, accepted(visit, setup).await?);
    Ok(())
}

/// How long the five take until they are accepted.
async fn accepted(visit: &Visit, setup: &VisitInputs) -> Result<f64> {
    let all: Vec<&PhotoFile> = setup.album.all().collect();
    pick_and_watch(visit, setup, &all).await?.end();
    visit.evaluate("picked()").await?["accepted"].as_f64().context("no time")
}

async fn large_photo(visit: &Visit, setup: &VisitInputs, samples: &mut Samples) -> Result<()> {
    let memory = pick_and_watch(visit, setup, &[&setup.large]).await?;
    let watched = visit.evaluate("picked()").await?;
    samples.add(Measure::LargeMemory, memory.end() as f64 / 1e6);
    samples.add(Measure::Large, watched["thumbnails"].as_f64().context("no time")?);
    Ok(())
}

/// Goes to the first step that takes photos, and picks these there.
async fn pick_and_watch(visit: &Visit, setup: &VisitInputs, photos: &[&PhotoFile]) -> Result<MemoryWatch> {
    visit.evaluate("ready()").await?;
    visit.fill_in_up_to("packaging", &setup.album).await?;
    visit.wait_for_quiet_network().await?;
    visit.evaluate(&format!("watch({})", photos.len())).await?;
    let memory = MemoryWatch::begin(&visit.browser.process_ids()?);
    visit.pick_photos(photos).await?;
    Ok(memory)
}

async fn whole(visit: &Visit, setup: &VisitInputs, samples: &mut Samples) -> Result<()> {
    visit.evaluate("ready()").await?;
    visit.set_throttling(Throttling::SlowProcessor).await?;
    for took in visit.fill_in_up_to("check", &setup.album).await? {
        samples.add(Measure::Step, took);
    }
    visit.evaluate("driver.fill()").await?;
    visit.go_to_next_step().await?;
    let reference = visit.evaluate("driver.reference()").await?;
    reference.as_str().filter(|reference| !reference.is_empty()).context("there is no reference in the end").map(drop)
}

fn kibibytes(bytes: usize) -> f64 {
    bytes as f64 / 1024.0
}

impl VisitInputs {
    /// Makes or finds the photos.
    pub(crate) fn prepare(environment: Environment, pages: &std::path::Path) -> Result<Self> {
        let album = Album::of_a_damaged_phone()?;
        let files: Vec<Vec<u8>> =
            album.all().map(|photo| fs::read(photo.path()).context("a photo is gone")).collect::<Result<_>>()?;
        Ok(Self {
            environment,
            files: Arc::new(CompressedFiles::read(pages)?),
            large: PhotoFile::plain(7, 8000, 6000)?,
            references: ReferencePhotos::read(files.iter().map(Vec::as_slice))?,
            album,
        })
    }
}
