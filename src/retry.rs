//! The loop that retries a failed request. It is a plain future, so a browser or a test can drive it.

/// Decides whether and when to retry.
pub trait RetryPolicy {
    /// The failure.
    type Failure;

    /// The wait after attempt number `attempt` (from 0) failed with `failure`. `None` if a retry would not help.
    fn wait(&self, failure: &Self::Failure, attempt: u32) -> Option<impl Future>;
}

/// Makes `request` until it succeeds, `policy` gives up, or `is_wanted` returns `false`.
///
/// # Errors
///
/// The last failure.
pub async fn retry<T, P: RetryPolicy>(
    policy: &P,
    mut request: impl AsyncFnMut() -> Result<T, P::Failure>,
    is_wanted: impl Fn() -> bool,
) -> Result<T, P::Failure> {
    let mut attempt = 0;
    loop {
        let failure = match request().await {
            Ok(done) => return Ok(done),
            Err(failure) => failure,
        };
        if !is_wanted() {
            return Err(failure);
        }
        let Some(wait) = policy.wait(&failure, attempt) else { return Err(failure) };
        wait.await;
        if !is_wanted() {
            return Err(failure);
        }
        attempt += 1;
    }
}
