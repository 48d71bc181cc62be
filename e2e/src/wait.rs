//! Waiting for what is about to be: looking again and again, for so long and no longer.

use std::{future::Future, time::Duration};

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// How long is waited for anything that does not come. No measure of speed: two browsers on two processors that others
/// keep busy need a while for a photo of 12 megapixels.
const WAIT_MAX: Duration = Duration::from_secs(90);

/// How long a program may take to start.
pub(crate) const START: Duration = Duration::from_secs(120);

/// How often is looked. Shorter would mostly keep the driver busy.
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// What `look` finds, once it finds something.
///
/// # Errors
///
/// That `what` did not come to be, with the last trouble in looking for it.
pub async fn eventually<T, F>(what: &str, look: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    eventually_within(WAIT_MAX, what, look).await
}

/// The same, for what takes longer than a customer would wait for it.
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
        // A page that is being built anew is trouble for a moment only.
        let trouble = match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if begun.elapsed() > patience {
            match trouble {
                Some(error) => return Err(error.context(format!("waited for {what}"))),
                None => bail!("waited {} seconds for {what}", patience.as_secs()),
            }
        }
        sleep(POLL_INTERVAL).await;
    }
}
