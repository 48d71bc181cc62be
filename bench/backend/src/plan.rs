//! How much is measured: everything, or what fits into a minute and a half.

use crate::requests::PHOTOS_A_LINE;

/// How much is measured.
#[derive(Clone, Debug)]
pub(crate) struct MeasurementPlan {
    /// How many claims are stored when a round begins, the fewest first.
    pub(crate) stored: &'static [u64],
    /// How often each is measured.
    pub(crate) rounds: usize,
    /// How many clients ask at once.
    pub(crate) clients: &'static [usize],
    /// Looks at order lines that have no claim, in each round by each number of clients, and as many at others. More than
    /// there are claims: each takes a fraction of a millisecond, and what comes between for as long must not count.
    pub(crate) looks: usize,
    /// Claims, likewise.
    pub(crate) claims: usize,
    /// Photos, likewise.
    pub(crate) photos: usize,
    /// How often each page of the list of claims is asked for.
    pub(crate) pages: usize,
    /// How often a bad day is measured, of some ten seconds each.
    pub(crate) bad_days: usize,
}

impl MeasurementPlan {
    /// Everything, which takes some minutes once the data folders are seeded.
    pub(crate) const WHOLE: Self = Self {
        stored: &[1_000, 100_000, 1_000_000],
        rounds: 7,
        clients: &[8, 32],
        looks: 5_000,
        claims: 1_000,
        photos: 40,
        pages: 200,
        bad_days: 5,
    };

    /// A quick plan, for work on a change.
    pub(crate) const QUICK: Self = Self {
        stored: &[1_000, 100_000],
        rounds: 5,
        clients: &[8, 32],
        looks: 2_500,
        claims: 500,
        photos: 16,
        pages: 50,
        bad_days: 3,
    };

    /// The claims of one round.
    pub(crate) fn claims_per_round(&self) -> usize {
        self.claims * self.clients.len()
    }

    /// The order lines that the photos of one round are about.
    pub(crate) fn photo_lines_per_round(&self) -> usize {
        (self.photos * self.clients.len()).div_ceil(PHOTOS_A_LINE)
    }
}
