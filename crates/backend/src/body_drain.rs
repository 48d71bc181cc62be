//! Draining request bodies that were refused before they were read in full, so that the client receives the refusal.
//!
//! hyper closes a connection whose request body is not read (<https://github.com/hyperium/hyper/issues/2384>). Browsers
//! read the answer only after they have sent the whole body: a browser that is still sending finds the connection broken,
//! and may never see the answer. So the answer is sent at once, and the rest of the body is read and dropped at the same
//! time, within limits. The connection then serves the next request.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};
use tokio::{sync::Notify, task::AbortHandle};

/// The limits of one drain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DrainLimits {
    /// The most bytes that are read.
    pub(crate) bytes_max: u64,
    /// The longest pause between two pieces.
    pub(crate) pause_max: Duration,
    /// The most time in all.
    pub(crate) time_max: Duration,
}

/// The drains that are running. Nobody waits for them; they give way to clients that find no free connection.
#[derive(Debug, Default)]
pub(crate) struct BodyDrains {
    running: Mutex<VecDeque<AbortHandle>>,
    added: Notify,
}

impl BodyDrains {
    /// Drains `body` in a task of its own.
    pub(crate) fn start(&self, body: Body, limits: DrainLimits) {
        let task = tokio::spawn(drain(body, limits)).abort_handle();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|task| !task.is_finished());
        running.push_back(task);
        self.added.notify_one();
    }

    /// Aborts the oldest drain, and waits for one where none is running. Its connection is closed; the answer on it was sent
    /// before.
    pub(crate) async fn abort_oldest(&self) {
        while !self.try_abort_oldest() {
            self.added.notified().await;
        }
    }

    fn try_abort_oldest(&self) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = std::iter::from_fn(|| running.pop_front()).find(|task| !task.is_finished());
        oldest.inspect(AbortHandle::abort).is_some()
    }
}

async fn drain(mut body: Body, limits: DrainLimits) {
    let reading = async {
        let mut bytes = 0;
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(limits.pause_max, body.frame()).await {
            bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
            if bytes > limits.bytes_max {
                break;
            }
        }
    };
    // A drain that takes too long ends like any other.
    let _ = tokio::time::timeout(limits.time_max, reading).await;
}

/// A body that leaves its unread rest behind when it is dropped.
pub(crate) struct RecoverableBody {
    body: Body,
    is_started: bool,
    is_finished: bool,
    rest: UnreadRestHandle,
}

/// The unread rest of a body.
pub(crate) struct UnreadRest {
    /// The body from its first unread byte on.
    pub(crate) body: Body,
    /// Whether any of it was read.
    pub(crate) is_started: bool,
}

/// The unread rest of a [`RecoverableBody`], once that was dropped before its end.
#[derive(Clone, Default)]
pub(crate) struct UnreadRestHandle(Arc<Mutex<Option<UnreadRest>>>);

impl UnreadRestHandle {
    /// Takes the rest; none where the body was read in full, or broke.
    pub(crate) fn take(&self) -> Option<UnreadRest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl RecoverableBody {
    /// `body`, and the place where its unread rest will be.
    pub(crate) fn new(body: Body) -> (Self, UnreadRestHandle) {
        let rest = UnreadRestHandle::default();
        (Self { body, is_started: false, is_finished: false, rest: rest.clone() }, rest)
    }
}

impl HttpBody for RecoverableBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.is_started = true;
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.is_finished = true;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for RecoverableBody {
    fn drop(&mut self) {
        if self.is_finished || self.body.is_end_stream() {
            return;
        }
        let rest = UnreadRest { body: std::mem::take(&mut self.body), is_started: self.is_started };
        *self.rest.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(rest);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};
    use tokio::time::Instant;

    use super::*;

    const LIMITS: DrainLimits =
        DrainLimits { bytes_max: 16 * 1024, pause_max: Duration::from_secs(30), time_max: Duration::from_secs(180) };

    /// A body of pieces of a kilobyte, one after every `pause`.
    fn trickle(pieces: usize, pause: Duration) -> Body {
        Body::from_stream(stream::iter(0..pieces).then(move |_| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, std::io::Error>(vec![0; 1024])
        }))
    }

    async fn seconds(body: Body) -> u64 {
        let started = Instant::now();
        drain(body, LIMITS).await;
        started.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_drained_within_its_limits() {
        assert_eq!(seconds(trickle(10, Duration::from_secs(1))).await, 10, "to its end");
        assert_eq!(seconds(trickle(100, Duration::from_secs(1))).await, 17, "until it is too large");
        assert_eq!(seconds(trickle(100, Duration::from_secs(31))).await, 30, "until it pauses for too long");
        assert_eq!(seconds(trickle(100, Duration::from_secs(29))).await, 180, "until it takes too long");
    }

    #[tokio::test]
    async fn a_body_that_was_read_in_full_or_broke_leaves_no_rest() {
        let broken = stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("broken"))]);
        for body in [Body::from("bytes"), Body::from_stream(broken)] {
            let (body, rest) = RecoverableBody::new(body);
            let _ = Body::new(body).collect().await;
            assert!(rest.take().is_none());
        }
        let (body, rest) = RecoverableBody::new(Body::from("bytes"));
        drop(body);
        assert!(!rest.take().unwrap().is_started);
    }
}
