//! A receiver of webhooks that notes what comes, and answers as a test wants.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use damage_report_rules::contract::ClaimEvent;
use http_body_util::BodyExt as _;
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    task::JoinHandle,
};

/// How long a test waits before it counts as hanging.
pub(crate) const HANG: Duration = Duration::from_secs(60);

/// A webhook that came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) at: Instant,
    /// How often its event had come before.
    pub(crate) nth_of_its_id: usize,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn event(&self) -> ClaimEvent {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// How a receiver answers.
pub(crate) enum Answer {
    Status(u16),
    /// A status and its `Retry-After`.
    Later(u16, &'static str),
    Redirect(String),
    /// A success whose body never ends.
    Endless,
    /// A success, once it is notified.
    SuccessAfter(Arc<Notify>),
    /// No answer, ever.
    Never,
}

type Decide = dyn Fn(&Received) -> Answer + Send + Sync;

/// A running receiver.
pub(crate) struct Receiver {
    pub(crate) url: String,
    inner: Arc<Inner>,
    serving: JoinHandle<()>,
}

struct Inner {
    received: Mutex<Vec<Received>>,
    count: watch::Sender<usize>,
    decide: Box<Decide>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Receiver {
    /// A receiver on this machine.
    pub(crate) async fn start(decide: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let inner = Inner { received: Mutex::default(), count: watch::Sender::new(0), decide: Box::new(decide) };
        let inner = Arc::new(inner);
        let router = Router::new().fallback(receive).with_state(Arc::clone(&inner));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, inner, serving }
    }

    /// The webhooks that came so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.inner.received.lock().unwrap().clone()
    }

    /// Waits until so many webhooks have come, and gives all of them.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        let mut counting = self.inner.count.subscribe();
        let waiting = counting.wait_for(|&come| come >= count);
        if tokio::time::timeout(HANG, waiting).await.is_err() {
            panic!("{} of {count} have come", self.received().len());
        }
        self.received()
    }
}

async fn receive(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let at = Instant::now();
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let answer = {
        let mut received = inner.received.lock().unwrap();
        let id = &head.headers["webhook-id"];
        let nth_of_its_id = received.iter().filter(|earlier| earlier.headers["webhook-id"] == id).count();
        let request = Received { headers: head.headers, body, at, nth_of_its_id };
        let answer = (inner.decide)(&request);
        received.push(request);
        inner.count.send_replace(received.len());
        answer
    };
    let status = |status| StatusCode::from_u16(status).unwrap();
    match answer {
        Answer::Status(code) => (status(code), "no secret is here").into_response(),
        Answer::Later(code, after) => (status(code), [(header::RETRY_AFTER, after)]).into_response(),
        Answer::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Answer::Endless => {
            let drops = futures_util::stream::repeat_with(|| {
                Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b'.'; 4096]))
            });
            axum::body::Body::from_stream(drops).into_response()
        }
        Answer::SuccessAfter(release) => {
            release.notified().await;
            StatusCode::OK.into_response()
        }
        Answer::Never => std::future::pending().await,
    }
}
