//! One report from its order line to the refund, once for each call that stores something: the process ends at that call, and another
//! starts on what it left.
//!
//! A library that is loaded into the program counts its calls, so this runs where there is glibc.

use std::{path::Path, process::Command};

use fastrand::Rng;
use futures_util::future;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    backend::Backend,
    configuration::SELLER_KEY,
    customer::LABEL,
    faults::Faults,
    number,
    order_line::{Answer, JSON, Line, token},
    pictures::{Picture, Pictures},
    receiver::Receiver,
};

/// Every how many calls the program is ended where nobody says. `DAMAGE_REPORT_CRASH_POINTS_STEP=1` ends it at each.
const STEP: u64 = 16;

/// Programs at once.
const AT_ONCE: u64 = 4;

/// More calls than the report makes: a program that is never ended is a fault of this test.
const CALLS_MAX: u64 = 5_000;

const ORDER_LINES: [&str; 2] = ["kept", "erased"];

/// The log of events after the whole report, each with its order line.
const EVENTS: [(&str, &str); 7] = [
    ("kept", "claim.submitted"),
    ("erased", "claim.submitted"),
    ("kept", "claim.investigation_opened"),
    ("kept", "claim.return_label_issued"),
    ("kept", "claim.return_received"),
    ("kept", "claim.refunded"),
    ("erased", "claim.erased"),
];

/// One request of the report. Each may be sent again.
#[derive(Clone, Debug)]
enum Request {
    PutOrderLine(&'static str),
    BeginDraft(&'static str),
    PutPhoto(&'static str, usize),
    Claim(&'static str),
    Record(Value),
    Erase(&'static str),
}

impl Request {
    /// The report, in order.
    fn all() -> Vec<Self> {
        let lines = ORDER_LINES.into_iter();
        let begin = lines.clone().flat_map(|line| {
            let photos = (0..5).map(move |nth| Self::PutPhoto(line, nth));
            [Self::PutOrderLine(line), Self::BeginDraft(line)].into_iter().chain(photos)
        });
        let events = [
            json!({"type": "investigation_opened"}),
            json!({"type": "return_label_issued", "pdf": LABEL}),
            json!({"type": "return_received"}),
            json!({"type": "refunded", "amount": {"cents": 39_900, "currency": "EUR"}}),
        ];
        begin
            .chain(lines.map(Self::Claim))
            .chain(events.into_iter().map(Self::Record))
            .chain([Self::Erase("erased")])
            .collect()
    }

    /// Whether an event is in the log once this is done.
    fn is_logged(&self) -> bool {
        matches!(self, Self::Claim(_) | Self::Record(_) | Self::Erase(_))
    }
}

/// A report that is made over the end of its backend.
struct Report {
    line: Line,
    photos: Vec<Picture>,
}

impl Report {
    /// Makes `request`. Returns whether it was acknowledged; it is not when the backend ends meanwhile.
    async fn make(&self, request: &Request) -> bool {
        let answer = match request {
            Request::PutOrderLine(line) => {
                let body = Line::order_line(line);
                self.ask("PUT", &format!("/seller/order-lines/{line}"), SELLER_KEY, &[JSON], body.as_bytes()).await
            }
            Request::BeginDraft(line) => {
                self.ask("PUT", &format!("/order-lines/{line}/draft"), &token(line), &[], &[]).await
            }
            Request::PutPhoto(line, nth) => {
                let Picture { name, bytes, .. } = &self.photos[*nth];
                self.ask("PUT", &format!("/order-lines/{line}/photos/{name}"), &token(line), &[], bytes).await
            }
            Request::Claim(line) => {
                let names: Vec<&str> = self.photos.iter().map(|photo| photo.name.as_str()).collect();
                let photos = json!({"packaging": [names[0]], "label": [names[1]], "device": names[2..]});
                let body = json!({"damage": ["dent"], "photos": photos}).to_string();
                let headers = [JSON, ("idempotency-key", "key")];
                self.ask("POST", &format!("/order-lines/{line}/claims"), &token(line), &headers, body.as_bytes()).await
            }
            Request::Record(event) => self.record(event).await,
            Request::Erase(line) => {
                self.ask("DELETE", &format!("/seller/order-lines/{line}"), SELLER_KEY, &[], &[]).await
            }
        };
        let Some(answer) = answer else { return false };
        answer.expect(&[200, 201, 204], &format!("{request:?}"), &self.line.faults);
        true
    }

    /// Records `event` about the claim that is kept, on the version that it is at.
    async fn record(&self, event: &Value) -> Option<Answer> {
        let claim = self.ask("GET", "/seller/order-lines/kept/claim", SELLER_KEY, &[], &[]).await?.json();
        let path = format!("/seller/claims/{}/events", claim["reference"].as_str().unwrap_or_default());
        let version = format!("\"{}\"", claim["version"]);
        let headers = [JSON, ("if-match", version.as_str())];
        self.ask("POST", &path, SELLER_KEY, &headers, event.to_string().as_bytes()).await
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        bearer: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        self.line.once(method, path, Some(bearer), headers, body).await
    }

    /// Checks what the backend tells after it was ended, of which `made` requests were acknowledged.
    async fn check(&self, made: &[Request], call: u64) {
        let acknowledged = made.iter().filter(|request| request.is_logged()).count();
        let told = self.line.event_log().await;
        let told = told.iter().map(|event| (event["data"]["order_line"].clone(), event["type"].clone()));
        let told: Vec<(Value, Value)> = told.collect();
        let expected: Vec<(Value, Value)> =
            EVENTS.iter().take(told.len()).map(|(line, kind)| ((*line).into(), (*kind).into())).collect();
        // The request that was under way may have been stored.
        let is_right = told == expected && (acknowledged..=acknowledged + 1).contains(&told.len());
        self.line.faults.check(is_right, || format!("ended at call {call}, after {acknowledged} events: {told:?}"));
        for request in made {
            let (path, bearer) = match request {
                Request::PutPhoto(line @ "kept", nth) => {
                    (format!("/order-lines/{line}/photos/{}", self.photos[*nth].name), token(line))
                }
                Request::Claim(line @ "kept") => (format!("/seller/order-lines/{line}/claim"), SELLER_KEY.to_owned()),
                _ => continue,
            };
            let answer = self.line.until_known("GET", &path, Some(&bearer), &[], &[]).await;
            answer.expect(&[200], &format!("{request:?}, ended at call {call}"), &self.line.faults);
        }
    }
}

/// Makes the report with a backend that ends at the call `call`, and with another one after it. Returns whether it ended.
async fn report_over_the_end(call: u64, library: &Path, photos: &[Picture], faults: &Faults) -> bool {
    let folder = TempDir::new().unwrap();
    let requests = Request::all();
    let mut made = 0;
    let receiver = Receiver::start().await;
    let (mut backend, address) = Backend::start_until_call(folder.path(), receiver.address, library, call).await;
    let listens = address.borrow().is_some();
    let report = Report { line: Line::new(address, faults.clone()), photos: photos.to_vec() };
    while listens && made < requests.len() && report.make(&requests[made]).await {
        made += 1;
    }
    let has_ended = made < requests.len();
    backend.kill_and_start().await;
    report.check(&requests[..made], call).await;
    for request in &requests[made..] {
        assert!(report.make(request).await, "the second backend ends at {request:?}");
    }
    report.check(&requests, call).await;
    receiver.check(&report.line.event_log().await, faults).await;
    has_ended
}

/// Compiles the library that ends the program.
fn compile(folder: &Path) -> std::path::PathBuf {
    let library = folder.join("kill_at_call.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/soak/kill_at_call.c");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    assert!(compiled.unwrap().success(), "the C compiler that links Rust compiles this too");
    library
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_call_is_the_last_nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let step = number("DAMAGE_REPORT_CRASH_POINTS_STEP").unwrap_or(STEP);
    let folder = TempDir::new().unwrap();
    let library = compile(folder.path());
    let mut rng = Rng::with_seed(1);
    let photos = Pictures::draw(&mut rng).for_a_claim(&mut rng);
    let faults = Faults::default();
    // Another offset each time, so that many runs come to all calls.
    let mut call = 1 + fastrand::u64(..step);
    let mut ends = 0;
    loop {
        let calls = (0..AT_ONCE).map(|nth| call + nth * step);
        let ended = future::join_all(calls.map(|call| report_over_the_end(call, &library, &photos, &faults))).await;
        ends += ended.iter().filter(|ended| **ended).count();
        if ended.contains(&false) {
            break;
        }
        call += AT_ONCE * step;
        assert!(call < CALLS_MAX, "the library that counts calls was not loaded");
    }
    println!("ended at {ends} calls, every {step} of about {call}");
    let faults = faults.list();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(ends > 0, "it was never ended");
}
