//! How a photo comes to the backend: with which token, when it is sent again, and when it gives way to another photo. The network
//! is behind a trait, so that a test drives the same code.

use std::cell::Cell;

use crate::{
    failure::Failure,
    retry::{RetryPolicy, retry},
};

/// Gives tokens, and renews one that the backend does not take.
#[expect(async_fn_in_trait, reason = "one thread")]
pub trait TokenSource {
    /// The token at hand, or a new one to `renew` it.
    ///
    /// # Errors
    ///
    /// [`SignedOut`](Failure::SignedOut) or [`Unreachable`](Failure::Unreachable) where the page gives none.
    async fn token(&self, renew: bool) -> Result<String, Failure>;
}

/// The way of one photo to the backend.
#[expect(async_fn_in_trait, reason = "one thread")]
pub trait PhotoTransport: RetryPolicy<Failure = Failure> + TokenSource {
    /// Sends the photo once. [`SignedOut`](Failure::SignedOut) where the token is not taken.
    async fn put(&self, token: String) -> Result<UploadOutcome, Failure>;

    /// Whether the backend says that it has the photo.
    async fn has_arrived(&self) -> bool;

    /// Whether uploads stalled before.
    fn is_slow(&self) -> bool;

    /// An upload stalled.
    fn record_stall(&self);

    /// Whether the photo is still to be sent.
    fn is_wanted(&self) -> bool;
}

/// How an upload ended that met with no failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadOutcome {
    /// The backend has the photo.
    Kept,
    /// All of it left, and no answer came: the backend may have it.
    Unanswered,
    /// Nothing moved for too long.
    Stalled,
}

/// Sends a photo by `route`, for as long as it takes.
///
/// # Errors
///
/// The last failure, if a retry would not help or the photo is no longer wanted. [`Unreachable`](Failure::Unreachable) when the upload stalled, so that another photo has
/// its turn.
pub async fn send_photo(route: &impl PhotoTransport) -> Result<(), Failure> {
    // After a stall, the photo may have been among those that went on unseen. To ask costs less than to send it again.
    let may_have_arrived = Cell::new(route.is_slow());
    let has_stalled = Cell::new(false);
    let attempt = async || {
        if may_have_arrived.take() && route.has_arrived().await {
            return Ok(());
        }
        match with_token(route, async |token| route.put(token).await).await? {
            UploadOutcome::Kept => return Ok(()),
            UploadOutcome::Unanswered => may_have_arrived.set(true),
            UploadOutcome::Stalled => {
                route.record_stall();
                has_stalled.set(true);
            }
        }
        Err(Failure::Unreachable)
    };
    retry(route, attempt, || !has_stalled.get() && route.is_wanted()).await
}

/// Makes a request with the token at hand, and once more with a new one where the backend does not take that.
///
/// # Errors
///
/// Those of the request, and of [`TokenSource::token`].
pub async fn with_token<T>(
    tokens: &impl TokenSource,
    mut request: impl AsyncFnMut(String) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut is_renewed = false;
    loop {
        match request(tokens.token(is_renewed).await?).await {
            Err(Failure::SignedOut) if !is_renewed => is_renewed = true,
            outcome => return outcome,
        }
    }
}
