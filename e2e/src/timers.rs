//! The timers of a page: made to run faster, and looked at. A page's calls of its timers tell how long it
//! waits, which is the same on a busy machine.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::browser::Browser;

/// How much faster timers run on a page that is in a hurry: half a minute of a customer's patience is a second and a half.
pub const TIMER_SPEED: u32 = 20;

impl Browser {
    /// Lets the timers of the page that is open run [`TIMER_SPEED`] times as fast, until it is loaded again. For what is only to
    /// be waited for: the rest of the world stays as slow as it is.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn speed_up_timers(&self) -> Result<()> {
        let script = "const [times] = arguments, honest = window.setTimeout; \
                      window.setTimeout = (work, ms, ...rest) => honest(work, ms / times, ...rest);";
        self.run_script(script, vec![TIMER_SPEED.into()]).await.map(drop)
    }

    /// Notes from now on what the page that is open asks of its timers, until it is loaded again.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn record_timeouts(&self) -> Result<()> {
        let script = "const waits = (window.notedWaits = []), honest = window.setTimeout; \
                      window.setTimeout = (work, ms = 0, ...rest) => (waits.push(ms), honest(work, ms, ...rest));";
        self.run_script(script, Vec::new()).await.map(drop)
    }

    /// How long the page asked its timers to wait, each time since that is [noted](Self::record_timeouts).
    ///
    /// # Errors
    ///
    /// When the driver does not tell, or nothing is noted.
    pub async fn recorded_timeouts(&self) -> Result<Vec<Duration>> {
        let waits = self.run_script("return window.notedWaits;", Vec::new()).await?;
        let waits = waits.as_array().context("waits are not noted on this page")?;
        Ok(waits.iter().filter_map(Value::as_f64).map(|ms| Duration::from_secs_f64(ms.max(0.0) / 1000.0)).collect())
    }
}
