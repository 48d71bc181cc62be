//! The measured subjects: the widget, and the alternatives of a shop.
//!
//! Each has a folder of its own among the built pages, with the page and with the driver that knows its way around it.

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

/// All of them, in the order of the tables.
pub(crate) const SUBJECTS: [MeasuredPage; 7] = [
    MeasuredPage {
        name: "damage-report",
        title: "damage-report",
        folder: "damage-report",
        before: "",
        reach: PageExtent::Whole,
    },
    MeasuredPage {
        name: "damage-report-without-workers",
        title: "… where no worker may start",
        folder: "damage-report",
        before: NO_WORKERS,
        reach: PageExtent::Photos,
    },
    MeasuredPage { name: "preact", title: "Preact, by hand", folder: "preact", before: "", reach: PageExtent::Whole },
    MeasuredPage { name: "filepond", title: "FilePond", folder: "filepond", before: "", reach: PageExtent::Whole },
    MeasuredPage {
        name: "react-uppy",
        title: "React + Uppy",
        folder: "react-uppy",
        before: "",
        reach: PageExtent::Whole,
    },
    MeasuredPage { name: "surveyjs", title: "SurveyJS", folder: "surveyjs", before: "", reach: PageExtent::Whole },
    MeasuredPage {
        name: "static",
        title: "static page (floor)",
        folder: "static",
        before: "",
        reach: PageExtent::FirstStep,
    },
];
