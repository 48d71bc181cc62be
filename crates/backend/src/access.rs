//! Who is calling: the claimant of one order line, or the seller.
//!
//! Only the `Authorization` header is looked at: a token in an address, a cookie or a referrer is none.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::Response,
};
use damage_report_rules::{contract::Code, evidence::Digest};
use http_body_util::BodyExt as _;
use tokio::sync::OwnedSemaphorePermit;

use crate::{app::App, order_line::Line, pace::Incoming, problem::Refusal, random, store, token::Grant};

/// The claimant, with the order line of the address, which is the one of their token.
///
/// An order line that is not there, and one that is another's, are refused in the same words after the same work: the token's
/// own is looked up, and what the address names is compared with it, never looked up.
#[derive(Clone, Debug)]
pub struct Claimant {
    /// The order line.
    pub line: Line,
    /// For how long their token was still good when they called.
    token_left: Duration,
    /// Their order line's share of the requests that are worked on at once, for as long as this one is.
    share: Arc<OwnedSemaphorePermit>,
}

impl Claimant {
    /// The body that they send.
    pub(crate) fn incoming(&self, app: &App, body: Body) -> Incoming {
        Incoming::new(body, &app.config.limits).until(self.token_left)
    }

    /// `answer`, which keeps their share until it is taken: whoever takes a photo slowly holds a place.
    pub(crate) fn until_taken(self, answer: Response) -> Response {
        let share = self.share;
        answer.map(|body| {
            Body::new(body.map_frame(move |frame| {
                let _held = &share;
                frame
            }))
        })
    }
}

impl FromRequestParts<Arc<App>> for Claimant {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers)?;
        let Grant { order_line, left } = app.tokens.check(token, app.clock.now())?;
        let share = app.throttle.order_line(&order_line)?;
        let asked = path_param(parts, app, "id").await?;
        let own = store::order_lines::find(&mut *app.store.read().await?, &order_line).await?;
        let own = own.filter(|own| own.id == asked).ok_or_else(|| Refusal::new(Code::OrderUnknown))?;
        Ok(Self { line: own, token_left: left, share: Arc::new(share) })
    }
}

/// The seller's own systems, by their key.
#[derive(Clone, Copy, Debug)]
pub struct Seller;

impl FromRequestParts<Arc<App>> for Seller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let key = bearer(&parts.headers)?;
        is_sellers(app, key).then_some(Self).ok_or_else(|| Refusal::new(Code::TokenInvalid))
    }
}

/// The digest in the address. It is read after the order line was allowed, so that a stranger learns nothing from it.
#[derive(Clone, Copy, Debug)]
pub struct PhotoDigest(pub Digest);

impl FromRequestParts<Arc<App>> for PhotoDigest {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let digest = path_param(parts, app, "sha256").await?;
        digest.parse().map(Self).map_err(|_| Refusal::new(Code::DigestFormat))
    }
}

/// The claim's reference in the address, as it was given out: people read it out and type it in lower case, with O for 0.
#[derive(Clone, Debug)]
pub struct Reference(pub String);

impl FromRequestParts<Arc<App>> for Reference {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        path_param(parts, app, "reference").await.map(|typed| Self(random::reference_as_given(&typed)))
    }
}

/// The parameter `name` of the address.
pub(crate) async fn path_param(parts: &mut Parts, app: &Arc<App>, name: &str) -> Result<String, Refusal> {
    let params = RawPathParams::from_request_parts(parts, app)
        .await
        // An address that is not UTF-8 once decoded names nothing that there is.
        .map_err(|_| Refusal::new(Code::RouteUnknown))?;
    let value = params.iter().find(|&(key, _)| key == name).map(|(_, value)| value.to_owned());
    value.ok_or_else(|| Refusal::new(Code::RouteUnknown))
}

/// Whether `credentials` are a key or a token of ours, which may be over: whoever sends them is no stranger.
pub(crate) fn is_known(app: &App, credentials: &HeaderValue) -> bool {
    borne(credentials).is_ok_and(|bearer| {
        let is_token = |token| match app.tokens.check(token, app.clock.now()) {
            Ok(_) => true,
            Err(refusal) => refusal.code() != Code::TokenInvalid,
        };
        is_sellers(app, bearer) || is_token(bearer)
    })
}

/// Every key is compared, so that the answer takes as long for the first as for the last.
fn is_sellers(app: &App, key: &str) -> bool {
    app.config.seller_keys.iter().fold(false, |known, digest| known | digest.matches(key))
}

/// What the one `Authorization` header bears.
fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or_else(|| Refusal::new(Code::TokenMissing))?;
    if values.next().is_some() {
        return Err(Refusal::new(Code::TokenInvalid));
    }
    borne(value)
}

fn borne(value: &HeaderValue) -> Result<&str, Refusal> {
    let (scheme, token) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(|| Refusal::new(Code::TokenInvalid))?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::new(Code::TokenMissing));
    }
    Ok(token.trim())
}
