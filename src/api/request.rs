//! One request to the backend by `fetch`, and how its answer is read.

use damage_report_rules::contract::Problem;
use js_sys::{Date, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob, Response};

use crate::{failure::Failure, json};

/// How long any answer but that to a photo may take. From the product's list of faults.
const ANSWER_MS: u32 = 60_000;

#[wasm_bindgen]
extern "C" {
    /// Aborts a request after this many milliseconds, in browsers that can.
    #[wasm_bindgen(js_namespace = AbortSignal, js_name = timeout, catch)]
    fn end_after(ms: u32) -> Result<AbortSignal, JsValue>;

    /// Fails where a page has taken it away.
    #[wasm_bindgen(catch)]
    fn fetch(address: &str, request: &Object) -> Result<Promise, JsValue>;
}

/// A request to the backend.
pub(super) enum ApiRequest<'a> {
    /// The URL of `path` below the order line.
    Read(&'a str),
    /// To note that a draft is begun.
    Begin,
    /// To throw away what lies at this path.
    Forget(&'a str),
    /// To keep a photo under this path.
    Keep { path: &'a str, jpeg: &'a Blob },
    /// To take a claim.
    Submit { body: &'a str, key: &'a str },
}

/// The body of an answer, as text.
pub(super) async fn response_text(response: &Response) -> Result<String, Failure> {
    response_body(response.text()).await?.as_string().ok_or(Failure::UnexpectedResponse)
}

/// The body that is `promised`, or nothing if it has been read already.
pub(super) async fn response_body(promised: Result<Promise, JsValue>) -> Result<JsValue, Failure> {
    JsFuture::from(promised.map_err(|_| Failure::UnexpectedResponse)?).await.map_err(|_| Failure::Unreachable)
}

/// Sends a request about the order line at `address`.
///
/// # Errors
///
/// [`Unreachable`](Failure::Unreachable) without an answer.
pub(super) async fn send_request(address: &str, ask: &ApiRequest<'_>, token: &str) -> Result<Response, Failure> {
    let (method, path) = match *ask {
        ApiRequest::Read(path) => ("GET", path),
        ApiRequest::Begin => ("PUT", "/draft"),
        ApiRequest::Forget(path) => ("DELETE", path),
        ApiRequest::Keep { path, .. } => ("PUT", path),
        ApiRequest::Submit { .. } => ("POST", "/claims"),
    };
    // A plain object serves as headers: a page may have replaced `Headers` and `Request`.
    let (request, headers) = (Object::new(), Object::new());
    set(&headers, "Authorization", &["Bearer ", token].concat().into());
    match *ask {
        ApiRequest::Submit { body, key } => {
            set(&headers, "Content-Type", &"application/json".into());
            set(&headers, "Idempotency-Key", &key.into());
            set(&request, "body", &body.into());
        }
        ApiRequest::Keep { jpeg, .. } => {
            set(&headers, "Content-Type", &"image/jpeg".into());
            set(&request, "body", jpeg);
        }
        _ => {}
    }
    let fixed = [
        ("method", method),
        ("credentials", "omit"),
        ("redirect", "error"),
        ("referrerPolicy", "no-referrer"),
        ("cache", "no-store"),
    ];
    fixed.iter().for_each(|(name, value)| set(&request, name, &(*value).into()));
    set(&request, "headers", &headers);
    if let Ok(signal) = end_after(ANSWER_MS) {
        set(&request, "signal", &signal);
    }
    let answer = fetch(&[address, path].concat(), &request).map_err(|_| Failure::Unreachable)?;
    JsFuture::from(answer).await.map(JsCast::unchecked_into).map_err(|_| Failure::Unreachable)
}

/// Sets a field of a new object, which takes every field. One function for all is less code than a binding for each.
#[inline(never)]
fn set(object: &Object, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// The failure that an answer stands for; `header` gives its headers.
pub(super) fn failure_from_refusal(status: u16, body: &str, header: impl Fn(&str) -> Option<String>) -> Failure {
    let retry_after = header("Retry-After").and_then(|after| seconds(&after, header("Date")));
    Failure::from_response(status, json::read_json::<Problem>(body), retry_after)
}

/// How many seconds a `Retry-After` asks for: a number of them, or a date, which is read against the date of its own answer
/// because this device's clock may be days off.
fn seconds(retry_after: &str, date: Option<String>) -> Option<u32> {
    retry_after.parse().ok().or_else(|| {
        let wait = (Date::parse(retry_after) - Date::parse(&date?)) / 1000.0;
        (wait > 0.0).then_some(wait as u32)
    })
}
