//! The shop's backend, over the network: JSON through gloo-net, photos through XHR because only that tells how far an
//! upload has come.
//!
//! Every answer that the contract does not know is a [`Failure`], never a success: a captive portal says 200 too.

use std::cell::RefCell;

use damage_report_rules::{
    claim::Claim,
    contract::{ClaimStatus, OrderLine, PhotoKept, Problem},
    evidence::Digest,
};
use gloo_net::http::{Request, Response};
use js_sys::{Function, Promise};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ProgressEvent, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect, XmlHttpRequest};

use crate::{failure::Failure, held::Held, json};

/// The backend of one order line. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct Api {
    line: Held<Line>,
}

struct Line {
    /// `https://shop.example/damage/order-lines/1042-1`
    address: String,
    /// The page's way to get a token for this order line.
    get_token: Function,
    token: RefCell<Option<String>>,
}

impl Api {
    /// The order line `order_line` at the backend `endpoint`, with the tokens that `get_token` gives.
    pub(crate) fn new(endpoint: &str, order_line: &str, get_token: Function) -> Self {
        let id = String::from(js_sys::encode_uri_component(order_line));
        let address = [endpoint.trim_end_matches('/'), "/order-lines/", &id].concat();
        Self { line: Held::new(Line { address, get_token, token: RefCell::default() }) }
    }

    /// What there is to know of the order line.
    pub(crate) async fn order_line(self) -> Result<OrderLine, Failure> {
        json(self.send(Ask::Read("")).await?).await
    }

    /// The claim as it stands.
    pub(crate) async fn claim(self) -> Result<ClaimStatus, Failure> {
        json(self.send(Ask::Read("/claim")).await?).await
    }

    /// Sends the claim. The same `key` again never makes a second claim.
    pub(crate) async fn submit(self, claim: &Claim, key: &str) -> Result<ClaimStatus, Failure> {
        let body = serde_json::to_string(claim).map_err(|_| Failure::NotOurs)?;
        json(self.send(Ask::Submit { body: &body, key }).await?).await
    }

    /// The return label, a PDF.
    pub(crate) async fn return_label(self) -> Result<Blob, Failure> {
        let response = web_sys::Response::from(self.send(Ask::Read("/return-label")).await?);
        let body = response.blob().map_err(|_| Failure::NotOurs)?;
        let body = JsFuture::from(body).await.map_err(|_| Failure::Unreachable)?;
        body.dyn_into().map_err(|_| Failure::NotOurs)
    }

    /// Sends one photo; `on_progress` hears how much has left, in per cent.
    pub(crate) async fn put_photo(
        self,
        digest: Digest,
        jpeg: &Blob,
        on_progress: impl Fn(u8) + Clone + 'static,
    ) -> Result<(), Failure> {
        let address = self.address(&["/photos/", &digest.to_string()].concat());
        let mut renewed = false;
        loop {
            let token = self.token(renewed).await?;
            let upload = Upload::start(&address, &token, jpeg, on_progress.clone()).ok_or(Failure::Unreachable)?;
            match upload.finish().await? {
                // A captive portal says 200 as well, but not to this photo.
                (200 | 201, body) => match json::read::<PhotoKept>(&body) {
                    Ok(kept) if kept.sha256 == digest => return Ok(()),
                    _ => return Err(Failure::NotOurs),
                },
                (401, _) if !renewed => renewed = true,
                (_, body) => return Err(refusal(&body)),
            }
        }
    }

    fn address(self, path: &str) -> String {
        [&self.line.get().address, path].concat()
    }

    /// Asks; once more with a new token where the first is not taken.
    async fn send(self, ask: Ask<'_>) -> Result<Response, Failure> {
        let mut renewed = false;
        loop {
            let token = self.token(renewed).await?;
            let response = self.request(&ask, &token)?.send().await.map_err(|_| Failure::Unreachable)?;
            match response.status() {
                200 | 201 => return Ok(response),
                401 if !renewed => renewed = true,
                _ => return Err(refusal(&response.text().await.map_err(|_| Failure::Unreachable)?)),
            }
        }
    }

    fn request(self, ask: &Ask<'_>, token: &str) -> Result<Request, Failure> {
        let request = match ask {
            Ask::Read(path) => Request::get(&self.address(path)),
            Ask::Submit { key, .. } => Request::post(&self.address("/claims"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key),
        };
        let request = request
            .header("Authorization", &["Bearer ", token].concat())
            .credentials(RequestCredentials::Omit)
            .redirect(RequestRedirect::Error)
            .referrer_policy(ReferrerPolicy::NoReferrer)
            .cache(RequestCache::NoStore);
        let request = match ask {
            Ask::Read(_) => request.build(),
            Ask::Submit { body, .. } => request.body(*body),
        };
        request.map_err(|_| Failure::NotOurs)
    }

    /// The token at hand, or one that the page gives.
    async fn token(self, renew: bool) -> Result<String, Failure> {
        let line = self.line.get();
        if !renew && let Some(token) = line.token.borrow().clone() {
            return Ok(token);
        }
        let given = line.get_token.call0(&JsValue::NULL).map_err(|_| Failure::SignedOut)?;
        let given = JsFuture::from(Promise::resolve(&given)).await.map_err(|_| Failure::SignedOut)?;
        let token = given.as_string().filter(|token| !token.is_empty()).ok_or(Failure::SignedOut)?;
        line.token.replace(Some(token.clone()));
        Ok(token)
    }
}

/// What is asked of the backend.
enum Ask<'a> {
    /// What lies at this path below the order line.
    Read(&'a str),
    /// To take a claim.
    Submit { body: &'a str, key: &'a str },
}

async fn json<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let body = response.text().await.map_err(|_| Failure::Unreachable)?;
    json::read(&body).map_err(|_| Failure::NotOurs)
}

fn refusal(body: &str) -> Failure {
    json::read::<Problem>(body).map_or(Failure::NotOurs, Failure::from)
}

/// A photo on its way. Dropping it ends the upload.
struct Upload {
    request: XmlHttpRequest,
    ended: Promise,
    /// Kept because the request calls it for as long as it lives.
    _on_progress: Closure<dyn FnMut(ProgressEvent)>,
}

impl Upload {
    fn start(address: &str, token: &str, jpeg: &Blob, on_progress: impl Fn(u8) + 'static) -> Option<Self> {
        let request = XmlHttpRequest::new().ok()?;
        request.open_with_async("PUT", address, true).ok()?;
        request.set_request_header("Authorization", &["Bearer ", token].concat()).ok()?;
        request.set_request_header("Content-Type", "image/jpeg").ok()?;
        let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() && event.total() > 0.0 {
                on_progress((event.loaded() / event.total() * 100.0) as u8);
            }
        });
        request.upload().ok()?.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
        // `loadend` comes after success, error and abort alike; a status of 0 tells the last two.
        let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
        request.send_with_opt_blob(Some(jpeg)).ok()?;
        Some(Self { request, ended, _on_progress: on_progress })
    }

    /// The status and body of the answer.
    async fn finish(self) -> Result<(u16, String), Failure> {
        JsFuture::from(self.ended.clone()).await.map_err(|_| Failure::Unreachable)?;
        match self.request.status() {
            Ok(status) if status != 0 => {
                let body = self.request.response_text().ok().flatten();
                Ok((status, body.unwrap_or_default()))
            }
            _ => Err(Failure::Unreachable),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.request.set_onloadend(None);
        // Aborting what has ended does nothing, and there is nobody left to tell of anything else.
        let _ = self.request.abort();
    }
}
