//! When a delivery that failed is tried again.

use chrono::TimeDelta;

/// The pauses before the second attempt and the later ones. Those of the Standard Webhooks specification, up to more than a day: an outage
/// over night, and the morning until somebody has repaired it.
const PAUSES: [TimeDelta; 7] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(10),
];

/// A pause is longer by up to a fifth, so that the deliveries of an outage do not all come back at once.
const JITTER_DIVISOR: i64 = 5;

/// The pause after `attempts` failed attempts; `None` if the delivery is given up. `chance` is random.
pub(super) fn retry_pause(attempts: u32, chance: u16) -> Option<TimeDelta> {
    let pause = *PAUSES.get(usize::try_from(attempts.checked_sub(1)?).ok()?)?;
    let jitter = pause.num_milliseconds() * i64::from(chance) / (i64::from(u16::MAX) * JITTER_DIVISOR);
    Some(pause + TimeDelta::milliseconds(jitter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_tried_for_more_than_a_day_and_then_given_up() {
        let total = |chance| (1..).map_while(|attempts| retry_pause(attempts, chance)).sum::<TimeDelta>();
        assert_eq!(total(0), TimeDelta::seconds(5) + TimeDelta::minutes(35) + TimeDelta::hours(27));
        assert_eq!(total(u16::MAX), total(0) * 6 / 5);
        assert_eq!(retry_pause(8, 0), None);
        assert_eq!(retry_pause(0, 0), None);
    }

    #[test]
    fn each_pause_is_longer_by_a_fifth_at_most() {
        for attempts in 1..=7 {
            let (least, most) = (retry_pause(attempts, 0).unwrap(), retry_pause(attempts, u16::MAX).unwrap());
            assert_eq!(most, least * 6 / 5);
            assert!(retry_pause(attempts, 30_000).unwrap() > least);
        }
    }
}
