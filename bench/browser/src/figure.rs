//! The measures with their units, and how samples become a figure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::visit_kind::VisitKind;

/// Something that is measured. The order is that of the tables.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Measure {
    /// Bytes that the order page loads before the report is opened, brotli; files of the page itself included.
    BeforeBrotli,
    /// Bytes of the whole report, as the files lie there.
    WholeRaw,
    /// The same, gzip.
    WholeGzip,
    /// The same, brotli.
    WholeBrotli,
    /// Of these, what has come before the first step can be used.
    FirstBrotli,
    /// Requests until the first step can be used.
    Requests,
    /// From the beginning of the navigation until the first step can be used.
    Ready,
    /// The same over slow 4G, with a processor a quarter as fast.
    ReadySlow,
    /// There, what tasks take beyond 50 ms, until the first step can be used.
    BlockedSlow,
    /// There, from the press that opens the report until its first page is seen, when its files have come before.
    OpenedSlow,
    /// The same, of a page that had the order line asked for when the element came near.
    OpenedSlowPrefetched,
    /// The same, of a page that has the order line as data.
    OpenedSlowWithData,
    /// Cumulative layout shift until then.
    Shift,
    /// Memory of scripts and modules at the first step, collected.
    Heap,
    /// Five photos of 12 megapixels, from picking until all are seen.
    Thumbnails,
    /// … until all are accepted.
    Accepted,
    /// The longest that the page was busy meanwhile.
    Gap,
    /// Memory of the browser at its most meanwhile, above what it was.
    Memory,
    /// The five from picking until all are accepted, with a page a quarter as fast; workers cannot be slowed down.
    AcceptedSlow,
    /// The same with a browser that has one processor core to itself.
    AcceptedOneCore,
    /// One photo of 48 megapixels, from picking until it is seen.
    Large,
    /// Memory at its most meanwhile.
    LargeMemory,
    /// Bytes of the five as they were sent.
    Upload,
    /// How many that would be if all were as like the originals.
    UploadAlike,
    /// How like the originals they are (SSIM).
    Likeness,
    /// How many of the camera's secrets are left in a photo.
    Secrets,
    /// From a press to the next step on the screen, with a processor a quarter as fast.
    Step,
}

/// A unit, with how many digits are worth reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit {
    pub(crate) name: &'static str,
    pub(crate) digits: usize,
}

const KIBIBYTES: Unit = Unit { name: "KiB", digits: 1 };
const KILOBYTES: Unit = Unit { name: "kB", digits: 0 };
const MEGABYTES: Unit = Unit { name: "MB", digits: 0 };
const MILLISECONDS: Unit = Unit { name: "ms", digits: 0 };
const COUNT: Unit = Unit { name: "", digits: 0 };
const SHARE: Unit = Unit { name: "", digits: 3 };

impl Measure {
    /// All, in order.
    pub(crate) const ALL: [Self; 27] = [
        Self::BeforeBrotli,
        Self::WholeRaw,
        Self::WholeGzip,
        Self::WholeBrotli,
        Self::FirstBrotli,
        Self::Requests,
        Self::Ready,
        Self::ReadySlow,
        Self::BlockedSlow,
        Self::OpenedSlow,
        Self::OpenedSlowPrefetched,
        Self::OpenedSlowWithData,
        Self::Shift,
        Self::Heap,
        Self::Thumbnails,
        Self::Accepted,
        Self::Gap,
        Self::Memory,
        Self::AcceptedSlow,
        Self::AcceptedOneCore,
        Self::Large,
        Self::LargeMemory,
        Self::Upload,
        Self::UploadAlike,
        Self::Likeness,
        Self::Secrets,
        Self::Step,
    ];

    /// Its name in a table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::BeforeBrotli => "order page pays before opening, brotli",
            Self::WholeRaw => "whole report, raw",
            Self::WholeGzip => "whole report, gzip",
            Self::WholeBrotli => "whole report, brotli",
            Self::FirstBrotli => "… of it before the first step is ready",
            Self::Requests => "requests until the first step",
            Self::Ready => "first step ready",
            Self::ReadySlow => "first step ready, slow 4G, 4× CPU",
            Self::BlockedSlow => "blocking time there",
            Self::OpenedSlow => "from pressing to the first page there, files fetched",
            Self::OpenedSlowPrefetched => "… and the order line prefetched",
            Self::OpenedSlowWithData => "… and the order line in the page",
            Self::Shift => "layout shift (CLS)",
            Self::Heap => "heap at the first step",
            Self::Thumbnails => "five 12 MP photos to thumbnails",
            Self::Accepted => "… to accepted",
            Self::Gap => "longest gap on the page meanwhile",
            Self::Memory => "memory above the page meanwhile",
            Self::AcceptedSlow => "the five to accepted, page with 4× CPU",
            Self::AcceptedOneCore => "the five to accepted, browser on one core",
            Self::Large => "one 48 MP photo to its thumbnail",
            Self::LargeMemory => "memory above the page meanwhile",
            Self::Upload => "upload of the five",
            Self::UploadAlike => "… at the same likeness",
            Self::Likeness => "likeness to the originals (SSIM)",
            Self::Secrets => "camera's secrets sent along (of 7)",
            Self::Step => "press to next step, 4× CPU",
        }
    }

    /// The measure of the build of November 2026 that this one is compared with: it opened in one way only.
    pub(crate) fn in_baseline(self) -> Self {
        match self {
            Self::OpenedSlowPrefetched | Self::OpenedSlowWithData => Self::OpenedSlow,
            _ => self,
        }
    }

    pub(crate) fn unit(self) -> Unit {
        match self {
            Self::BeforeBrotli | Self::WholeRaw | Self::WholeGzip | Self::WholeBrotli | Self::FirstBrotli => KIBIBYTES,
            Self::Upload | Self::UploadAlike => KILOBYTES,
            Self::Heap => Unit { digits: 1, ..MEGABYTES },
            Self::Memory | Self::LargeMemory => MEGABYTES,
            Self::Requests | Self::Secrets => COUNT,
            Self::Shift | Self::Likeness => SHARE,
            _ => MILLISECONDS,
        }
    }
}

/// Several samples of one measure.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Figure {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) samples: usize,
}

impl Figure {
    /// The figure of `samples`, if there are any.
    pub(crate) fn from_samples(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median =
            if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) };
        Some(Self { median, min, max, samples: sorted.len() })
    }
}

/// The samples of one subject, and what went wrong.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    taken: BTreeMap<Measure, Vec<f64>>,
    pub(crate) troubles: Vec<(VisitKind, String)>,
}

impl Samples {
    pub(crate) fn add(&mut self, measure: Measure, sample: f64) {
        self.taken.entry(measure).or_default().push(sample);
    }

    pub(crate) fn figures(&self) -> BTreeMap<Measure, Figure> {
        self.taken.iter().filter_map(|(measure, samples)| Some((*measure, Figure::from_samples(samples)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_the_middle_with_the_spread_around_it() {
        let figure = Figure::from_samples(&[9.0, 1.0, 4.0]).unwrap();
        assert_eq!((figure.median, figure.min, figure.max, figure.samples), (4.0, 1.0, 9.0, 3));
        assert_eq!(Figure::from_samples(&[2.0, 1.0]).unwrap().median, 1.5);
        assert!(Figure::from_samples(&[]).is_none());
    }

    #[test]
    fn measures_are_listed_in_their_order() {
        assert!(Measure::ALL.is_sorted());
    }
}
