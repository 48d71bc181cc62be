//! The quality of a network link: how many bits a second go up, how long a round trip takes, how many segments are lost.
//!
//! A program between two others cannot lose a packet: the systems at both ends would not notice. It can do what TCP
//! makes of a lost packet, and that is all that a browser ever sees. So what comes is cut into segments; each is lost
//! with the given probability, and everything behind it on its connection waits until it has been sent again: after a
//! retransmission timeout, twice that when it is lost again, and so on. Its time on the line is spent each time, for all
//! connections, which share the line. Real TCP does better where later packets tell that one is missing; this is how
//! bad it gets when they do not.
//!
//! Up means from the browser. Downwards there is latency and loss, and as many bits as there are: answers are short.

use std::{sync::Mutex, time::Duration};

use tokio::time::{Instant, sleep, sleep_until};

use super::mutex::lock_ignoring_panics;

/// How many bytes a packet of TCP carries: Ethernet's 1500, less headers and what a mobile network wraps around them.
pub const SEGMENT: usize = 1400;

/// How long a sender waits at first for word of what it sent: Linux's least (`TCP_RTO_MIN`).
const RETRANSMISSION: Duration = Duration::from_millis(200);

/// How long it waits at most (RFC 6298, 2.5).
const RETRANSMISSION_MAX: Duration = Duration::from_secs(60);

/// The quality of a network link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Link {
    /// How many bits a second go up, over all connections together; as many as there are without.
    pub bits_up: Option<u32>,
    /// How long a round trip takes.
    pub round_trip: Duration,
    /// Which part of all segments is lost, from 0 to 1.
    pub loss: f64,
    /// How many times as fast as it is everything on it goes, timeouts too: for a page whose timers are in the same hurry.
    /// Neither can tell.
    pub hurry: u32,
}

impl Link {
    /// The hallway of a concrete building: 50 kbit/s up, and every fifth segment is lost.
    pub const HALLWAY: Self =
        Self { bits_up: Some(50_000), round_trip: Duration::from_millis(100), loss: 0.2, hurry: 1 };

    /// The same line, `times` as fast.
    #[must_use]
    pub fn sped_up(self, times: u32) -> Self {
        let bits_up = self.bits_up.map(|bits| bits * times);
        Self { bits_up, round_trip: self.round_trip / times, hurry: self.hurry.max(1) * times, ..self }
    }

    /// Whether it does nothing at all.
    fn is_perfect(self) -> bool {
        self == Self::default()
    }
}

/// The line that all connections share.
#[derive(Debug, Default)]
pub(super) struct SimulatedLink {
    line: Mutex<Link>,
    /// Until when what has been given to it keeps it busy.
    busy_until: Mutex<Option<Instant>>,
}

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// From the browser.
    Up,
    /// To the browser.
    Down,
}

impl SimulatedLink {
    pub(super) fn set_link(&self, line: Link) {
        *lock_ignoring_panics(&self.line) = line;
        // Bytes that wait for their time on the old link wait on; later ones do not wait behind them.
        *lock_ignoring_panics(&self.busy_until) = None;
    }

    fn line(&self) -> Link {
        *lock_ignoring_panics(&self.line)
    }

    /// Comes back when the first byte of a request or an answer has travelled.
    pub(super) async fn wait_for_latency(&self) {
        let line = self.line();
        if !line.round_trip.is_zero() {
            sleep(line.round_trip / 2).await;
        }
    }

    /// How many bytes may be carried at once: a segment, or as many as there are where nothing happens to them.
    pub(super) fn bytes_at_once(&self) -> usize {
        if self.line().is_perfect() { 16 * SEGMENT } else { SEGMENT }
    }

    /// Comes back when `bytes` have been carried; whether they are lost on the way is for `luck` to say.
    pub(super) async fn transmit(&self, bytes: usize, way: Direction, luck: &mut fastrand::Rng) {
        let mut timeout = RETRANSMISSION;
        loop {
            let line = self.line();
            if let (Direction::Up, Some(bits)) = (way, line.bits_up) {
                sleep_until(self.take_time(bytes, bits)).await;
            }
            if luck.f64() >= line.loss {
                return;
            }
            sleep(timeout / line.hurry.max(1)).await;
            timeout = (timeout * 2).min(RETRANSMISSION_MAX);
        }
    }

    /// Takes as much of the line's time as `bytes` need; says when that is over.
    fn take_time(&self, bytes: usize, bits_a_second: u32) -> Instant {
        let needed = Duration::from_secs_f64(bytes as f64 * 8.0 / f64::from(bits_a_second));
        let mut busy_until = lock_ignoring_panics(&self.busy_until);
        let now = Instant::now();
        let over = busy_until.map_or(now, |until| until.max(now)) + needed;
        *busy_until = Some(over);
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn time_of(wire: &SimulatedLink, segments: usize, seed: u64) -> Duration {
        let begun = Instant::now();
        let mut luck = fastrand::Rng::with_seed(seed);
        for _ in 0..segments {
            wire.transmit(SEGMENT, Direction::Up, &mut luck).await;
        }
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn at_50_kbit_a_segment_takes_224_milliseconds() {
        let wire = SimulatedLink::default();
        wire.set_link(Link { bits_up: Some(50_000), ..Link::default() });
        let time = time_of(&wire, 100, 1).await;
        assert!(time.abs_diff(Duration::from_millis(22_400)) < Duration::from_millis(5), "{time:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn two_connections_share_one_line() {
        let wire = SimulatedLink::default();
        wire.set_link(Link { bits_up: Some(50_000), ..Link::default() });
        let begun = Instant::now();
        tokio::join!(time_of(&wire, 50, 1), time_of(&wire, 50, 2));
        let time = begun.elapsed();
        assert!(time.abs_diff(Duration::from_millis(22_400)) < Duration::from_millis(5), "{time:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_segment_costs_timeouts_that_double() {
        let wire = SimulatedLink::default();
        wire.set_link(Link { loss: 0.2, ..Link::default() });
        // On average 0.2 s × (0.2 + 2 × 0.2² + 4 × 0.2³ + …) = 0.2 s × 0.2 / (1 − 0.4) a segment.
        let time = time_of(&wire, 10_000, 3).await.as_secs_f64() / 10_000.0;
        assert!((0.060..0.074).contains(&time), "{time} s a segment");
    }

    #[tokio::test(start_paused = true)]
    async fn a_good_line_takes_no_time() {
        assert_eq!(time_of(&SimulatedLink::default(), 1000, 1).await, Duration::ZERO);
    }
}
