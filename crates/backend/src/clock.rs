//! The time for the whole backend, and the local date of a place.
//!
//! Nothing else in this crate reads the time. The rules decide what follows from a date.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, NaiveDateTime, Offset as _, SecondsFormat, SubsecRound, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use damage_report_rules::contract::Timestamp;

/// The shop's clock. Clones share one clock: a shift of one shows in all.
///
/// # Example
///
/// ```
/// use chrono::{TimeDelta, TimeZone, Utc};
/// use damage_report_backend::clock::Clock;
///
/// let clock = Clock::stopped(Utc.with_ymd_and_hms(2026, 11, 25, 22, 59, 0).unwrap());
/// clock.advance(TimeDelta::minutes(1));
/// assert_eq!(Clock::to_timestamp(clock.now()).0, "2026-11-25T23:00:00Z");
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    base: Base,
    shift_ms: Arc<AtomicI64>,
}

#[derive(Clone, Copy, Debug)]
enum Base {
    /// Ahead of the machine's clock by this much.
    Running(TimeDelta),
    Stopped(DateTime<Utc>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self { base: Base::Running(TimeDelta::zero()), shift_ms: Arc::default() }
    }

    /// A clock that starts at `instant` and runs like the machine's.
    #[must_use]
    pub fn running_from(instant: DateTime<Utc>) -> Self {
        let system = Self::system();
        Self { base: Base::Running(instant - system.now()), shift_ms: Arc::default() }
    }

    /// A clock that stands still at `at` until it is set.
    #[must_use]
    pub fn stopped(at: DateTime<Utc>) -> Self {
        Self { base: Base::Stopped(at), shift_ms: Arc::default() }
    }

    /// The current time, to the millisecond.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let shift = TimeDelta::try_milliseconds(self.shift_ms.load(Ordering::Relaxed)).unwrap_or_default();
        // A shift beyond chrono's calendar leaves the clock as it was.
        self.base().checked_add_signed(shift).unwrap_or_else(|| self.base())
    }

    /// Moves the clock to `instant`.
    pub fn set(&self, instant: DateTime<Utc>) {
        self.shift_ms.store((instant - self.base()).num_milliseconds(), Ordering::Relaxed);
    }

    /// Moves the clock on by `step`, or back by a negative one.
    pub fn advance(&self, step: TimeDelta) {
        self.shift_ms.fetch_add(step.num_milliseconds(), Ordering::Relaxed);
    }

    /// Undoes every shift.
    pub fn reset(&self) {
        self.shift_ms.store(0, Ordering::Relaxed);
    }

    /// `instant` moved by `step`, at most to the end of chrono's calendar, where chrono's own arithmetic panics.
    #[must_use]
    pub fn saturating_add(instant: DateTime<Utc>, step: TimeDelta) -> DateTime<Utc> {
        let end = if step < TimeDelta::zero() { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
        instant.checked_add_signed(step).unwrap_or(end)
    }

    /// `instant` as the contract has it; in whole seconds where it has no fraction.
    #[must_use]
    pub fn to_timestamp(instant: DateTime<Utc>) -> Timestamp {
        Timestamp(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    /// The local date and time in `zone` at `instant`.
    #[must_use]
    pub fn to_local_time(instant: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
        let utc = instant.naive_utc();
        let offset = zone.offset_from_utc_datetime(&utc).fix();
        // At the ends of chrono's calendar the local date may not exist: any date near it will do.
        utc.checked_add_offset(offset).unwrap_or(utc)
    }

    fn base(&self) -> DateTime<Utc> {
        match self.base {
            Base::Running(ahead) => {
                let now = Utc::now().trunc_subsecs(3);
                now.checked_add_signed(ahead).unwrap_or(now)
            }
            Base::Stopped(at) => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn noon() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 24, 12, 0, 0).unwrap()
    }

    #[test]
    fn a_shift_shows_in_every_clone() {
        let clock = Clock::stopped(noon());
        clock.clone().advance(TimeDelta::days(1));
        assert_eq!(clock.now(), noon() + TimeDelta::days(1));
        clock.reset();
        assert_eq!(clock.now(), noon());
    }

    #[test]
    fn half_past_eleven_at_night_in_utc_is_the_next_day_in_amsterdam() {
        let late = Utc.with_ymd_and_hms(2026, 11, 24, 23, 30, 0).unwrap();
        assert_eq!(Clock::to_local_time(late, Tz::Europe__Amsterdam).to_string(), "2026-11-25 00:30:00");
    }

    #[test]
    fn a_shift_beyond_the_calendar_changes_nothing() {
        let clock = Clock::stopped(noon());
        clock.advance(TimeDelta::MAX);
        assert_eq!(clock.now(), noon());
        clock.reset();
        clock.advance(TimeDelta::MIN);
        clock.advance(TimeDelta::milliseconds(-1));
        assert_eq!(clock.now(), noon(), "the least number of milliseconds is no TimeDelta");
    }

    #[test]
    fn an_instant_is_moved_to_the_end_of_the_calendar_and_no_further() {
        let hour = TimeDelta::hours(1);
        assert_eq!(Clock::saturating_add(noon(), -hour), Utc.with_ymd_and_hms(2026, 11, 24, 11, 0, 0).unwrap());
        assert_eq!(Clock::saturating_add(DateTime::<Utc>::MAX_UTC, hour), DateTime::<Utc>::MAX_UTC);
        assert_eq!(Clock::saturating_add(DateTime::<Utc>::MIN_UTC, -hour), DateTime::<Utc>::MIN_UTC);
    }
}
