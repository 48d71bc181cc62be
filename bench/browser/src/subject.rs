//! The measured subjects: the widget, the widget of November 2026, and the alternatives of a shop.
//!
//! Each has a folder among the built pages, with the page and with the driver that knows its way around it.

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MeasuredPage {
    /// Its name in figures and options.
    pub(crate) name: &'static str,
    /// Its name in tables.
    pub(crate) title: &'static str,
    /// Its folder among the pages.
    pub(crate) folder: &'static str,
    /// The script that runs first on its page.
    pub(crate) before: &'static str,
    /// How far it goes.
    pub(crate) reach: PageExtent,
    /// The ways to the order line that are measured from the press of its button, if it has one.
    pub(crate) openings: &'static [OrderSource],
}

/// Where the order line is from that is shown after the press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderSource {
    /// The backend, which is asked for it at the press.
    Request,
    /// The backend, which was asked for it when the element came near: the page has `prefetch`.
    Prefetch,
    /// The page, into which the shop's server wrote it.
    PageData,
}

/// How far a page goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageExtent {
    /// From the first step to the reference.
    Whole,
    /// It shows the first step, and no page that does so can be quicker.
    FirstStep,
    /// It is another subject in a worse place, where only photos differ.
    Photos,
}

/// A page on which no worker may start, as strict policies have it.
const NO_WORKERS: &str = "window.Worker = class { constructor() { throw new DOMException('no', 'SecurityError'); } };";

/// The name of today's widget.
pub(crate) const TODAY: &str = "damage-report";

/// The name of the build that today's is compared with. A checkout with a shallow history cannot build it.
pub(crate) const BASELINE: &str = "damage-report-november-2026";

/// All of them, in the order of the tables.
pub(crate) const SUBJECTS: [MeasuredPage; 8] = [
    MeasuredPage {
        name: TODAY,
        title: "damage-report",
        folder: "damage-report",
        before: "",
        reach: PageExtent::Whole,
        openings: &[OrderSource::Request, OrderSource::Prefetch, OrderSource::PageData],
    },
    MeasuredPage {
        name: BASELINE,
        title: "damage-report of November 2026",
        folder: BASELINE,
        before: "",
        reach: PageExtent::Whole,
        openings: &[OrderSource::Request],
    },
    MeasuredPage {
        name: "damage-report-without-workers",
        title: "… where no worker may start",
        folder: "damage-report",
        before: NO_WORKERS,
        reach: PageExtent::Photos,
        openings: &[],
    },
    peer("preact", "Preact, by hand"),
    peer("filepond", "FilePond"),
    peer("react-uppy", "React + Uppy"),
    peer("surveyjs", "SurveyJS"),
    MeasuredPage {
        name: "static",
        title: "static page (floor)",
        folder: "static",
        before: "",
        reach: PageExtent::FirstStep,
        openings: &[],
    },
];

/// An alternative of a shop. Its report is open from the start.
const fn peer(name: &'static str, title: &'static str) -> MeasuredPage {
    MeasuredPage { name, title, folder: name, before: "", reach: PageExtent::Whole, openings: &[] }
}
