//! The one loop that tries again after a failure. Plain futures, driven by the browser or by a test.

/// Whether and when something is tried again.
#[expect(async_fn_in_trait, reason = "one thread")]
pub trait Policy {
    /// The failure.
    type Failure;

    /// Waits after the attempt number `attempt`, from 0, came to `failure`; `false` where it does not pass by itself.
    async fn wait(&self, failure: &Self::Failure, attempt: u32) -> bool;
}

/// Makes `request` until it succeeds, as long as `policy` goes on and it `is_wanted`.
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
