//! The shop's backend, over the network: JSON by `fetch` (`api/request.rs`), photos through XHR (`api/upload.rs`).
//!
//! Every answer that the contract does not know is a [`Failure`], never a success: a captive portal says 200 too. A
//! request with a temporary failure is tried again (`api/connection_health.rs`), and a token that is not accepted is renewed once.

pub mod connection_health;
pub mod photo_sending;
mod request;
mod upload;

use std::cell::{Cell, RefCell};

use damage_report_rules::{
    claim::Claim,
    contract::{ClaimStatus, DraftBegun, OrderLine, Timestamp, UploadedPhoto},
    evidence::{Digest, Subject},
};
use js_sys::{Function, Promise, TypeError, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Response};

use self::{
    connection_health::ConnectionHealth,
    photo_sending::{PhotoTransport, TokenSource, UploadOutcome, send_photo},
    request::{ApiRequest, failure_from_refusal, response_body, response_text},
    upload::{UploadEnd, XhrUpload},
};
use crate::{
    clock::ServerClock,
    failure::Failure,
    json::{self, FromJson},
    reactive::scope::with_timeout,
    reactive::stored_value::StoredValue,
    retry::{RetryPolicy, retry},
};

/// How long the page may take to give a token. A log-in that needs the customer takes longer, and then the next try
/// finds its token.
const TOKEN_MS: f64 = 15_000.0;

#[wasm_bindgen]
extern "C" {
    /// The host page's request for the order line, sent before the widget existed.
    #[wasm_bindgen(typescript_type = "AskedAhead")]
    type Asked;

    /// The token that this request carried.
    #[wasm_bindgen(method, getter)]
    fn token(this: &Asked) -> String;
    /// The backend's answer about the order line.
    #[wasm_bindgen(method, getter)]
    fn answer(this: &Asked) -> Response;
}

/// The backend of one order line. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct Api {
    line: StoredValue<Line>,
    connection: ConnectionHealth,
    clock: ServerClock,
}

struct Line {
    /// `https://shop.example/damage/order-lines/1042-1`
    address: String,
    /// The host page's function that gets a token for this order line.
    get_token: Function,
    token: RefCell<Option<String>>,
    /// The answer to the request made ahead, until it is read.
    ahead: Cell<Option<Promise>>,
}

impl Api {
    /// The order line at `address`, with the tokens that `get_token` gives. `ahead` is the promise of an [`Asked`]: the host page
    /// may have asked for a token and the order line before the widget existed.
    pub(crate) fn new(address: String, get_token: Function, ahead: Promise) -> Self {
        let line = Line { address, get_token, token: RefCell::default(), ahead: Cell::new(Some(ahead)) };
        Self { line: StoredValue::new(line), connection: ConnectionHealth::new(), clock: ServerClock::default() }
    }

    /// Whether requests reach the backend, and how fast.
    pub(crate) fn connection(self) -> ConnectionHealth {
        self.connection
    }

    /// The backend's clock, as the last body gave it. The header `Date` may be that of a proxy,
    /// and is not for a page of another origin to read.
    pub(crate) fn clock(self) -> ServerClock {
        self.clock
    }

    /// The order line. Requested once.
    pub(crate) async fn fetch_order_line(self) -> Result<OrderLine, Failure> {
        let line: OrderLine = self.ask(&ApiRequest::Read("")).await?;
        self.clock.set(&line.server_time);
        Ok(line)
    }

    /// Tells the backend that a draft is begun, and retries until it knows: a customer who begins in time may send later. Returns
    /// when the draft was begun, unless the backend refuses.
    pub(crate) async fn begin_draft(self) -> Option<Timestamp> {
        // A lasting refusal is not shown here: the claim will get it too.
        let begun = retry(&self.connection, || self.ask::<DraftBegun>(&ApiRequest::Begin), || true).await;
        Some(begun.ok()?.begun_at)
    }

    /// Sends the claim once, without retries, and returns its status. Sending it again never makes a second claim, because its key
    /// is the digest of its content.
    pub(crate) async fn submit_claim(self, claim: &Claim) -> Result<ClaimStatus, Failure> {
        let body = serde_json::to_string(claim).map_err(|_| Failure::UnexpectedResponse)?;
        let key = key_of(&body).await.ok_or(Failure::UnexpectedResponse)?;
        match self.ask(&ApiRequest::Submit { body: &body, key: &key }).await {
            Err(Failure::ClaimExists) => self.ask(&ApiRequest::Read("/claim")).await,
            outcome => outcome,
        }
    }

    /// The return label, a PDF.
    pub(crate) async fn fetch_return_label(self) -> Result<Blob, Failure> {
        self.file("/return-label").await
    }

    /// The photo `digest` as the backend has it.
    pub(crate) async fn fetch_photo(self, digest: Digest) -> Result<Blob, Failure> {
        self.file(&photo_path(digest)).await
    }

    async fn file(self, path: &str) -> Result<Blob, Failure> {
        let body = response_body(self.send(&ApiRequest::Read(path)).await?.blob()).await?;
        body.dyn_into().map_err(|_| Failure::UnexpectedResponse)
    }

    /// Deletes the photo `digest` from the backend, if it is there. If that fails, the backend deletes it later without a request.
    pub(crate) async fn delete_photo(self, digest: Digest) {
        let _ = self.send(&ApiRequest::Forget(&photo_path(digest))).await;
    }

    /// Sends one photo as [`send_photo`] does; `on_progress` gets the share that was sent, in per cent.
    pub(crate) async fn upload_photo(
        self,
        digest: Digest,
        subject: Subject,
        jpeg: &Blob,
        is_wanted: impl Fn() -> bool,
        on_progress: impl Fn(u8) + Clone + 'static,
    ) -> Result<(), Failure> {
        let path = [&photo_path(digest), "?subject=", subject.code()].concat();
        send_photo(&Photo { api: self, digest, path, jpeg, is_wanted, on_progress }).await
    }

    fn address(self, path: &str) -> String {
        [&self.line.get().address, path].concat()
    }

    async fn ask<T: FromJson>(self, ask: &ApiRequest<'_>) -> Result<T, Failure> {
        let answer = json::read_json(&self.body(ask).await?).ok_or(Failure::UnexpectedResponse)?;
        self.connection.record_success();
        Ok(answer)
    }

    async fn body(self, ask: &ApiRequest<'_>) -> Result<String, Failure> {
        response_text(&self.send(ask).await?).await
    }

    /// Sends a request, and once more with a new token if the first is not accepted.
    /// [`with_token`](photo_sending::with_token) would do the same, but make the first page half a kilobyte larger.
    async fn send(self, ask: &ApiRequest<'_>) -> Result<Response, Failure> {
        let mut is_renewed = false;
        loop {
            let response = if let Some(response) = self.answer_ahead().await {
                response
            } else {
                let token = self.token(is_renewed).await?;
                request::send_request(&self.line.get().address, ask, &token).await?
            };
            match response.status() {
                200 | 201 => return Ok(response),
                401 if !is_renewed => is_renewed = true,
                status => {
                    let body = response_text(&response).await?;
                    return Err(failure_from_refusal(status, &body, |name| {
                        response.headers().get(name).ok().flatten()
                    }));
                }
            }
        }
    }

    /// The answer to the first request, if the host page sent it ahead.
    async fn answer_ahead(self) -> Option<Response> {
        let line = self.line.get();
        let asked = with_timeout(&line.ahead.take()?, TOKEN_MS).await.ok()?;
        let asked = asked.is_object().then(|| asked.unchecked_into::<Asked>())?;
        line.token.replace(Some(asked.token()));
        Some(asked.answer())
    }

    /// Why the page gives no token. Usually it asks its own server and has no connection either; then `fetch` throws a `TypeError`.
    fn without_token(self, error: &JsValue) -> Failure {
        let is_cut_off = error.is_instance_of::<TypeError>() || !self.connection.is_online();
        if is_cut_off { Failure::Unreachable } else { Failure::SignedOut }
    }
}

impl TokenSource for Api {
    async fn token(&self, renew: bool) -> Result<String, Failure> {
        let line = self.line.get();
        if !renew && let Some(token) = line.token.borrow().clone() {
            return Ok(token);
        }
        let given = line.get_token.call0(&JsValue::NULL).map_err(|_| Failure::SignedOut)?;
        let given =
            with_timeout(&Promise::resolve(&given), TOKEN_MS).await.map_err(|error| self.without_token(&error))?;
        let token = given.as_string().filter(|token| !token.is_empty()).ok_or(Failure::SignedOut)?;
        line.token.replace(Some(token.clone()));
        Ok(token)
    }
}

/// One photo to be sent.
struct Photo<'a, W, P> {
    api: Api,
    digest: Digest,
    /// Its path below the order line.
    path: String,
    jpeg: &'a Blob,
    is_wanted: W,
    /// Gets the share that was sent, in per cent.
    on_progress: P,
}

impl<W, P> RetryPolicy for Photo<'_, W, P> {
    type Failure = Failure;

    fn wait(&self, failure: &Failure, attempt: u32) -> Option<impl Future> {
        self.api.connection.wait(failure, attempt)
    }
}

impl<W, P> TokenSource for Photo<'_, W, P> {
    async fn token(&self, renew: bool) -> Result<String, Failure> {
        self.api.token(renew).await
    }
}

impl<W: Fn() -> bool, P: Fn(u8) + Clone + 'static> PhotoTransport for Photo<'_, W, P> {
    async fn put(&self, token: String) -> Result<UploadOutcome, Failure> {
        let address = self.api.address(&self.path);
        let Some(request) = XhrUpload::start(&address, &token, self.jpeg, self.on_progress.clone()) else {
            // A browser that cannot report the progress of an upload may still send the photo by `fetch`.
            let kept = self.api.ask::<UploadedPhoto>(&ApiRequest::Keep { path: &self.path, jpeg: self.jpeg }).await?;
            return if kept.sha256 == self.digest { Ok(UploadOutcome::Kept) } else { Err(Failure::UnexpectedResponse) };
        };
        let (answer, status) = match request.wait_for_end(self.api.connection.timeout_factor(), &self.is_wanted).await {
            UploadEnd::Answered(answer, status) => (answer, status),
            UploadEnd::Broken { has_left: true } => return Ok(UploadOutcome::Unanswered),
            UploadEnd::Broken { has_left: false } => return Err(Failure::Unreachable),
            UploadEnd::Silent => return Ok(UploadOutcome::Stalled),
        };
        let body = answer.response_text().ok().flatten().unwrap_or_default();
        match status {
            // A captive portal answers 200 too, but without this photo's digest.
            200 | 201 if json::read_json::<UploadedPhoto>(&body).is_some_and(|kept| kept.sha256 == self.digest) => {
                self.api.connection.record_success();
                Ok(UploadOutcome::Kept)
            }
            401 => Err(Failure::SignedOut),
            // XHR follows redirects, for example to a log-in page, whose answer is not about this photo.
            _ if !answer.response_url().ends_with(&self.path) => Err(Failure::UnexpectedResponse),
            _ => Err(failure_from_refusal(status, &body, |name| answer.get_response_header(name).ok().flatten())),
        }
    }

    async fn has_arrived(&self) -> bool {
        let line = self.api.fetch_order_line().await;
        line.is_ok_and(|line| line.photos.iter().any(|photo| photo.sha256 == self.digest))
    }

    fn is_slow(&self) -> bool {
        self.api.connection.is_slow()
    }

    fn record_stall(&self) {
        self.api.connection.record_stall();
    }

    fn is_wanted(&self) -> bool {
        (self.is_wanted)()
    }
}

fn photo_path(digest: Digest) -> String {
    ["/photos/", &digest.to_string()].concat()
}

/// The key under which `body` is sent: its SHA-256. So the same claim has the same key in every tab and after every reload, and
/// another claim has another key.
async fn key_of(body: &str) -> Option<String> {
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    let digest = subtle.digest_with_str_and_u8_array("SHA-256", body.as_bytes()).ok()?;
    let digest = Uint8Array::new(&JsFuture::from(digest).await.ok()?).to_vec();
    Some(Digest::new(digest.try_into().ok()?).to_string())
}
