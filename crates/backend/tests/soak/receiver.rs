//! The shop's receiver of webhooks. It outlives every backend, and remembers all that it was told.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::faults::Faults;

/// How long the last backend may take to deliver what the killed ones left. It only ends a hang.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// What was told: each identifier with its body, in the order in which they came, also twice.
type Told = Arc<Mutex<Vec<(String, Value)>>>;

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    told: Told,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let told = Told::default();
        let router = Router::new().route("/", post(remember)).with_state(Arc::clone(&told));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, told }
    }

    /// Waits until every event in `log` was told. Faults are an event that is not told, one that nobody logged, another body under the
    /// same identifier, and the events of a claim out of order.
    pub(crate) async fn check(&self, log: &[Value], faults: &Faults) {
        let begun = Instant::now();
        let is_told = |event: &Value| self.told.lock().unwrap().iter().any(|(id, _)| event["id"] == id.as_str());
        while !log.iter().all(is_told) && begun.elapsed() < WAIT_MAX {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let told = self.told.lock().unwrap().clone();
        let logged: BTreeMap<&str, &Value> = log.iter().map(|event| (event["id"].as_str().unwrap(), event)).collect();
        let mut first: BTreeMap<&str, &Value> = BTreeMap::new();
        let mut latest: BTreeMap<&str, &str> = BTreeMap::new();
        for (id, body) in &told {
            let same = first.entry(id).or_insert(body);
            faults.check(*same == body, || format!("{id} was told as {same} and as {body}"));
            faults.check(logged.get(id.as_str()) == Some(&body), || format!("{body} was told and is not in the log"));
            let latest = latest.entry(body["data"]["reference"].as_str().unwrap_or_default()).or_insert(id);
            faults.check(*latest <= id.as_str(), || format!("{id} was told after {latest}"));
            *latest = id;
        }
        for (id, event) in logged.iter().filter(|(id, _)| !first.contains_key(*id)) {
            faults.add(format!("{id} was never told: {event}"));
        }
    }
}

async fn remember(State(told): State<Told>, headers: HeaderMap, body: Bytes) {
    let id = headers["webhook-id"].to_str().unwrap_or_default().to_owned();
    told.lock().unwrap().push((id, serde_json::from_slice(&body).unwrap_or_default()));
}
