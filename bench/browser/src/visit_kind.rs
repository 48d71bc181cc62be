//! The kinds of visits, and which subjects each tells something of.

use crate::{
    subject::{MeasuredPage, OrderSource, PageExtent},
    visit::InitialPosition,
};

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
    /// The same, of a page that had the order line asked for when the element came near.
    SlowOpeningPrefetched,
    /// The same, of a page that has the order line as data.
    SlowOpeningWithData,
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
    pub(crate) const ALL: [Self; 11] = [
        Self::Before,
        Self::Start,
        Self::SlowStart,
        Self::SlowOpening,
        Self::SlowOpeningPrefetched,
        Self::SlowOpeningWithData,
        Self::Photos,
        Self::SlowPhotos,
        Self::OneCorePhotos,
        Self::LargePhoto,
        Self::Whole,
    ];

    /// Whether it tells anything of `subject`.
    pub(crate) fn applies_to(self, subject: &MeasuredPage) -> bool {
        if let Some(source) = self.order_source() {
            return subject.openings.contains(&source);
        }
        match subject.reach {
            PageExtent::Whole => true,
            PageExtent::FirstStep => matches!(self, Self::Before | Self::Start | Self::SlowStart),
            PageExtent::Photos => {
                matches!(self, Self::Photos | Self::SlowPhotos | Self::OneCorePhotos | Self::LargePhoto)
            }
        }
    }

    /// Where the order line is from, in a visit that presses the button.
    fn order_source(self) -> Option<OrderSource> {
        match self {
            Self::SlowOpening => Some(OrderSource::Request),
            Self::SlowOpeningPrefetched => Some(OrderSource::Prefetch),
            Self::SlowOpeningWithData => Some(OrderSource::PageData),
            _ => None,
        }
    }

    /// The position of the report in such a visit.
    pub(crate) fn position(self) -> InitialPosition {
        match (self, self.order_source()) {
            (_, Some(source)) => InitialPosition::InSight(source),
            (Self::Before, _) => InitialPosition::OutOfSight,
            _ => InitialPosition::Opened,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::{BASELINE, SUBJECTS, TODAY};

    #[test]
    fn the_press_is_measured_in_three_ways_of_today_and_in_one_of_november() {
        let presses = |name: &str| {
            let subject = SUBJECTS.iter().find(|subject| subject.name == name).unwrap();
            let is_press = |kind: &VisitKind| kind.order_source().is_some() && kind.applies_to(subject);
            VisitKind::ALL.into_iter().filter(is_press).collect::<Vec<_>>()
        };
        assert_eq!(
            presses(TODAY),
            [VisitKind::SlowOpening, VisitKind::SlowOpeningPrefetched, VisitKind::SlowOpeningWithData]
        );
        assert_eq!(presses(BASELINE), [VisitKind::SlowOpening]);
        assert!(presses("preact").is_empty(), "it has no button");
    }

    #[test]
    fn november_is_measured_in_every_other_way_that_today_is() {
        let [today, november] = [TODAY, BASELINE].map(|name| SUBJECTS.iter().find(|one| one.name == name).unwrap());
        for kind in VisitKind::ALL.into_iter().filter(|kind| kind.order_source().is_none()) {
            assert!(kind.applies_to(today) && kind.applies_to(november), "{kind:?}");
        }
    }
}
