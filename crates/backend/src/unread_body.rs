//! Bodies that were refused before they were read whole: read off and forgotten, so that the refusal is heard.
//!
//! hyper ends a connection whose request body nobody wants (<https://github.com/hyperium/hyper/issues/2384>). Browsers
//! look for the answer only once they have sent everything: one that is still sending finds the connection broken, and
//! whether it finds the answer as well is up to its system. So the answer goes out at once, and what is still coming is
//! taken off the wire beside it, within bounds; the connection serves the next request after.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};
use tokio::{sync::Notify, task::AbortHandle};

use crate::{access, app::App, json};

/// As many bytes are read off at least: an original of a phone's camera, the largest that somebody may send in earnest.
/// A shop that takes larger photos has them read off whole too.
const BYTES_MIN: u64 = 16 * 1024 * 1024;

/// As long is read off at most, for whoever came with a token or a key. Others have `unread_seconds`. On the slowest network that photos are to get through, 50 kbit/s, two of 400 kB at once
/// take 128 seconds.
const TIME_MAX: Duration = Duration::from_secs(180);

/// Answers as the rest does, and reads off what the rest left of the body.
pub(crate) async fn read_off(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let waits_for_a_word = parts.headers.contains_key(header::EXPECT);
    let declared = json::declared_length(&parts.headers);
    let credentials = parts.headers.get(header::AUTHORIZATION).cloned();
    let (lent, returned) = lend(body);
    let mut response = next.run(Request::from_parts(parts, Body::new(lent))).await;
    let Some(left) = returned.lock().unwrap_or_else(PoisonError::into_inner).take() else { return response };
    // Whoever expects a word before sending the body must not be given it: to ask for the body now is to say "go on".
    if waits_for_a_word && !left.is_begun {
        return response;
    }
    let bytes_max = u64::from(app.config.policy.photo_bytes_max).max(BYTES_MIN);
    if declared.is_some_and(|length| length > bytes_max) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let silence_max = app.config.limits.body_idle_timeout;
    let is_known = credentials.is_some_and(|credentials| access::is_known(&app, &credentials));
    let time_max = if is_known { TIME_MAX } else { app.config.limits.unread_timeout };
    let reading = tokio::spawn(tokio::time::timeout(time_max, forget(left.body, bytes_max, silence_max)));
    app.read_offs.add(reading.abort_handle());
    response
}

/// What is read off at the moment. Nobody waits for it, and it gives way to whoever finds no place.
#[derive(Debug, Default)]
pub(crate) struct ReadOffs {
    running: Mutex<VecDeque<AbortHandle>>,
    added: Notify,
}

impl ReadOffs {
    fn add(&self, reading: AbortHandle) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|reading| !reading.is_finished());
        running.push_back(reading);
        self.added.notify_one();
    }

    /// Ends the oldest, once there is one: its connection, which has had its answer, is closed.
    pub(crate) async fn end_oldest(&self) {
        while !self.end_one() {
            self.added.notified().await;
        }
    }

    fn end_one(&self) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = std::iter::from_fn(|| running.pop_front()).find(|reading| !reading.is_finished());
        oldest.inspect(AbortHandle::abort).is_some()
    }
}

async fn forget(mut body: Body, bytes_max: u64, silence_max: Duration) {
    let mut read = 0;
    while let Ok(Some(Ok(frame))) = tokio::time::timeout(silence_max, body.frame()).await {
        read += frame.data_ref().map_or(0, |bytes| bytes.len() as u64);
        if read > bytes_max {
            break;
        }
    }
}

/// A body that comes back when whoever has it lets go of it before its end.
struct Lent {
    body: Body,
    is_begun: bool,
    is_over: bool,
    returned: Returned,
}

/// What is left of a body.
struct Left {
    body: Body,
    is_begun: bool,
}

type Returned = Arc<Mutex<Option<Left>>>;

fn lend(body: Body) -> (Lent, Returned) {
    let returned = Returned::default();
    (Lent { body, is_begun: false, is_over: false, returned: Arc::clone(&returned) }, returned)
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.is_begun = true;
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.is_over = true;
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

impl Drop for Lent {
    fn drop(&mut self) {
        if self.is_over || self.body.is_end_stream() {
            return;
        }
        let left = Left { body: std::mem::take(&mut self.body), is_begun: self.is_begun };
        *self.returned.lock().unwrap_or_else(PoisonError::into_inner) = Some(left);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};
    use tokio::time::Instant;

    use super::*;

    /// A body of pieces of a kilobyte, one every `pause`.
    fn trickle(pieces: usize, pause: Duration) -> Body {
        Body::from_stream(stream::iter(0..pieces).then(move |_| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, std::io::Error>(vec![0; 1024])
        }))
    }

    async fn seconds(body: Body) -> u64 {
        let began = Instant::now();
        let _ = tokio::time::timeout(TIME_MAX, forget(body, 16 * 1024, Duration::from_secs(30))).await;
        began.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_is_read_off_than_the_bounds_say() {
        assert_eq!(seconds(trickle(10, Duration::from_secs(1))).await, 10, "to its end");
        assert_eq!(seconds(trickle(100, Duration::from_secs(1))).await, 17, "until it is too much");
        assert_eq!(seconds(trickle(100, Duration::from_secs(31))).await, 30, "until it is silent for too long");
        assert_eq!(seconds(trickle(100, Duration::from_secs(29))).await, TIME_MAX.as_secs(), "until it takes too long");
    }

    #[tokio::test]
    async fn a_body_that_was_read_whole_or_broke_off_does_not_come_back() {
        let broken = stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("broken"))]);
        for body in [Body::from("bytes"), Body::from_stream(broken)] {
            let (lent, returned) = lend(body);
            let _ = Body::new(lent).collect().await;
            assert!(returned.lock().unwrap().is_none());
        }
        let (lent, returned) = lend(Body::from("bytes"));
        drop(lent);
        let left = returned.lock().unwrap().take().unwrap();
        assert!(!left.is_begun);
    }
}
