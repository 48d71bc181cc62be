//! The loop that retries a failed request. It is a plain future, so a browser or a test can drive it.

/// Decides whether and when to retry.
#[expect(async_fn_in_trait, reason = "one thread")]
pub trait Policy {
    /// The failure.
    type Failure;

    /// Waits after attempt number `attempt` (from 0) failed with `failure`. Returns `false` if a retry would not help.
    async fn wait(&self, failure: &Self::Failure, attempt: u32) -> bool;
}

/// Makes `request` until it succeeds, `policy` gives up, or `is_wanted` returns `false`.
///
/// # Errors
///
/// The last failure.
pub async fn retry<T, P: Policy>(
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
        if !is_wanted() || !policy.wait(&failure, attempt).await || !is_wanted() {
            return Err(failure);
        }
        attempt += 1;
    }
}
