//! A request body on its way in, with time limits: how long it may pause, how slow it may be on average, and when its token
//! expires.
//!
//! A request occupies a permit and a connection while its body arrives. The slowest network that the widget supports gives
//! 50 kbit/s, shared by two photos; a body that arrives more slowly than that is given up.

use std::time::Duration;

use axum::body::{Body, Bytes};
use damage_report_rules::contract::Code;
use http_body_util::BodyExt as _;
use tokio::time::Instant;

use crate::{config::Limits, problem::Refusal};

/// A request body that is read piece by piece.
pub struct IncomingBody {
    body: Body,
    started: Instant,
    received: u64,
    pause_max: Duration,
    bytes_per_second_min: u32,
    grace: Duration,
    expires: Option<Instant>,
}

/// Why the rest of a body is not read.
#[derive(Debug)]
pub enum BodyError {
    /// The connection broke.
    Aborted,
    /// The body took too long; the refusal says why.
    TimedOut(Refusal),
}

impl IncomingBody {
    /// Starts the time of `body` now.
    #[must_use]
    pub fn new(body: Body, limits: &Limits) -> Self {
        Self {
            body,
            started: Instant::now(),
            received: 0,
            pause_max: limits.body_idle_timeout,
            bytes_per_second_min: limits.body_bytes_per_second_min,
            grace: limits.body_grace,
            expires: None,
        }
    }

    /// The same body, sent with a token that is valid for `remaining`.
    #[must_use]
    pub fn with_token_lifetime(mut self, remaining: Duration) -> Self {
        self.expires = Some(self.started + remaining);
        self
    }

    /// The next bytes; none at the end of the body.
    ///
    /// # Errors
    ///
    /// [`BodyError`]. Its refusal is `overloaded` when the body is too slow, and `token_expired` when its token expires first.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        loop {
            let (deadline, refusal) = self.deadline();
            let frame =
                tokio::time::timeout_at(deadline, self.body.frame()).await.map_err(|_| BodyError::TimedOut(refusal))?;
            let Some(frame) = frame else { return Ok(None) };
            let Ok(bytes) = frame.map_err(|_| BodyError::Aborted)?.into_data() else { continue };
            self.received += bytes.len() as u64;
            return Ok(Some(bytes));
        }
    }

    /// The instant at which the wait for the next bytes ends, and the refusal that then applies.
    fn deadline(&self) -> (Instant, Refusal) {
        let too_slow = |why| Refusal::new(Code::Overloaded).with_detail(why);
        let earned = Duration::from_millis(1000 * self.received / u64::from(self.bytes_per_second_min));
        let rate_deadline = self.started + self.grace + earned;
        let pause_deadline = Instant::now() + self.pause_max;
        match self.expires {
            Some(expires) if expires <= rate_deadline.min(pause_deadline) => {
                (expires, Refusal::new(Code::TokenExpired))
            }
            _ if rate_deadline < pause_deadline => {
                let why = format!("the body came with less than {} bytes a second in all", self.bytes_per_second_min);
                (rate_deadline, too_slow(why))
            }
            _ => (pause_deadline, too_slow("the body paused for too long".to_owned())),
        }
    }
}
