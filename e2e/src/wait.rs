//! Polls until a condition holds, up to a time limit.

use std::{future::Future, time::Duration};

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// The time limit. It only ends a hang: two browsers on two busy processors need a while for a photo of 12 megapixels.
const WAIT_MAX: Duration = Duration::from_secs(90);

/// The time limit for a program to start.
pub(crate) const START: Duration = Duration::from_secs(120);

/// The time between two polls. A shorter time would mostly keep the driver busy.
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// Polls `look` until it returns a value, and returns that. `what` names the value in the error.
///
/// # Errors
///
/// When the time limit passes, with the last error of `look`.
pub async fn eventually<T, F>(what: &str, look: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    eventually_within(WAIT_MAX, what, look).await
}

/// Like [`eventually`], with a time limit of its own.
///
/// # Errors
///
/// As [`eventually`].
pub async fn eventually_within<T, F>(patience: Duration, what: &str, mut look: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let begun = Instant::now();
    loop {
        // A page that is being rendered again gives an error for a moment only.
        let failure = match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if begun.elapsed() > patience {
            match failure {
                Some(error) => return Err(error.context(format!("waited for {what}"))),
                None => bail!("waited {} seconds for {what}", patience.as_secs()),
            }
        }
        sleep(POLL_INTERVAL).await;
    }
}
