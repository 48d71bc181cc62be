//! The kinds of visits, and which subjects each tells something of.

use crate::subject::PageExtent;

/// A kind of visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VisitKind {
    /// The cost to the order page of a report that nobody opens.
    Before,
    /// The first step, as fast as the machine is.
    Start,
    /// The first step on a slow phone.
    SlowStart,
    /// Opened on a slow phone after its files have come.
    SlowOpening,
    /// Five photos at once.
    Photos,
    /// The same, on a page that is slow.
    SlowPhotos,
    /// The same, in a browser that has one processor core.
    OneCorePhotos,
    /// One that is very large.
    LargePhoto,
    /// From the first step to the reference, on a slow processor.
    Whole,
}

impl VisitKind {
    /// All, in the order in which they are made.
    pub(crate) const ALL: [Self; 9] = [
        Self::Before,
        Self::Start,
        Self::SlowStart,
        Self::SlowOpening,
        Self::Photos,
        Self::SlowPhotos,
        Self::OneCorePhotos,
        Self::LargePhoto,
        Self::Whole,
    ];

    /// Whether it tells anything of a subject that goes so far.
    pub(crate) fn applies_to(self, reach: PageExtent) -> bool {
        match reach {
            PageExtent::Whole => true,
            PageExtent::FirstStep => matches!(self, Self::Before | Self::Start | Self::SlowStart),
            PageExtent::Photos => {
                matches!(self, Self::Photos | Self::SlowPhotos | Self::OneCorePhotos | Self::LargePhoto)
            }
        }
    }
}
