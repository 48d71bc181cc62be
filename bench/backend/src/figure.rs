//! One figure from several rounds: its median, with the least and the most that there was.

use serde::Serialize;

/// A measurement over several rounds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Figure {
    /// As many rounds were below it as above.
    pub(crate) median: f64,
    /// The least of all rounds.
    pub(crate) min: f64,
    /// The most of all rounds.
    pub(crate) max: f64,
}

impl Figure {
    /// The figure of these rounds; all zero without rounds.
    pub(crate) fn from_rounds(rounds: impl IntoIterator<Item = f64>) -> Self {
        let mut rounds: Vec<f64> = rounds.into_iter().collect();
        rounds.sort_by(f64::total_cmp);
        let (Some(&min), Some(&max)) = (rounds.first(), rounds.last()) else {
            return Self { median: 0.0, min: 0.0, max: 0.0 };
        };
        let middle = rounds.len() / 2;
        let median = if rounds.len().is_multiple_of(2) {
            f64::midpoint(rounds[middle - 1], rounds[middle])
        } else {
            rounds[middle]
        };
        Self { median, min, max }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle_whatever_the_order() {
        let odd = Figure::from_rounds([3.0, 1.0, 20.0]);
        assert_eq!((odd.median, odd.min, odd.max), (3.0, 1.0, 20.0));
        assert_eq!(Figure::from_rounds([4.0, 1.0, 2.0, 3.0]).median, 2.5);
    }
}
