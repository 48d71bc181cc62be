//! How fast a body must come: never silent for too long, not too slow in all, and not beyond the end of the token that it
//! came with.
//!
//! Whoever sends holds a seat and a place meanwhile. The slowest network that photos are to get through gives 50 kbit/s, which
//! two photos at once share; what comes more slowly than any of that is not waited for.

use std::time::Duration;

use axum::body::{Body, Bytes};
use damage_report_rules::contract::Code;
use http_body_util::BodyExt as _;
use tokio::time::Instant;

use crate::{config::Limits, problem::Refusal};

/// A body on its way in.
pub struct Incoming {
    body: Body,
    began: Instant,
    received: u64,
    silence_max: Duration,
    bytes_per_second_min: u32,
    grace: Duration,
    until: Option<Instant>,
}

/// Why there is nothing more of a body.
#[derive(Debug)]
pub enum Fault {
    /// It broke off.
    BrokenOff,
    /// It is not waited for any longer.
    TooSlow(Refusal),
}

impl Incoming {
    /// `body`, whose time begins now.
    #[must_use]
    pub fn new(body: Body, limits: &Limits) -> Self {
        Self {
            body,
            began: Instant::now(),
            received: 0,
            silence_max: limits.body_idle_timeout,
            bytes_per_second_min: limits.body_bytes_per_second_min,
            grace: limits.body_grace,
            until: None,
        }
    }

    /// The same, which came with a token that ends after `left`.
    #[must_use]
    pub fn until(mut self, left: Duration) -> Self {
        self.until = Some(self.began + left);
        self
    }

    /// The next bytes of it, or nothing at its end.
    ///
    /// # Errors
    ///
    /// [`Fault`]; it is `overloaded` when the body is too slow, `token_expired` when its token is no longer good.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        loop {
            let (deadline, refusal) = self.deadline();
            let frame =
                tokio::time::timeout_at(deadline, self.body.frame()).await.map_err(|_| Fault::TooSlow(refusal))?;
            let Some(frame) = frame else { return Ok(None) };
            let Ok(bytes) = frame.map_err(|_| Fault::BrokenOff)?.into_data() else { continue };
            self.received += bytes.len() as u64;
            return Ok(Some(bytes));
        }
    }

    /// When the next bytes are given up, and what is said then.
    fn deadline(&self) -> (Instant, Refusal) {
        let too_slow = |why| Refusal::new(Code::Overloaded).detail(why);
        let paid_for = Duration::from_millis(1000 * self.received / u64::from(self.bytes_per_second_min));
        let at_last = self.began + self.grace + paid_for;
        let silent = Instant::now() + self.silence_max;
        match self.until {
            Some(until) if until <= at_last.min(silent) => (until, Refusal::new(Code::TokenExpired)),
            _ if at_last < silent => {
                let why = format!("the body came with less than {} bytes a second in all", self.bytes_per_second_min);
                (at_last, too_slow(why))
            }
            _ => (silent, too_slow("the body paused for too long".to_owned())),
        }
    }
}
