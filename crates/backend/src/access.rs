//! Identifies the caller: the claimant of one order line, or the seller.
//!
//! Only the `Authorization` header counts: a token in an address, a cookie or a referrer is ignored.

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

use crate::{
    app::App,
    config::WebhookEndpoint,
    incoming_body::IncomingBody,
    order_line::OrderLine,
    problem::Refusal,
    random, store,
    token::{Grant, TokenError},
};

/// The claimant, with the order line of the address, which must be the one of their token.
///
/// A missing order line and another claimant's are refused in the same words after the same work: the token's own order line
/// is looked up and compared with the address. The one in the address is never looked up.
#[derive(Clone, Debug)]
pub struct Claimant {
    /// The order line.
    pub line: OrderLine,
    /// How long their token was still valid when they called.
    token_remaining: Duration,
    /// One of the order line's permits, for as long as the request lasts.
    permit: Arc<OwnedSemaphorePermit>,
}

impl Claimant {
    /// The body that they send.
    pub(crate) fn incoming_body(&self, app: &App, body: Body) -> IncomingBody {
        IncomingBody::new(body, &app.config.limits).with_token_lifetime(self.token_remaining)
    }

    /// `answer`, which holds the permit until it is sent: a client that downloads slowly counts as a request in progress.
    pub(crate) fn hold_permit_until_sent(self, answer: Response) -> Response {
        let permit = self.permit;
        answer.map(|body| {
            Body::new(body.map_frame(move |frame| {
                let _permit = &permit;
                frame
            }))
        })
    }
}

impl FromRequestParts<Arc<App>> for Claimant {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers)?;
        let Grant { order_line, remaining } = app.tokens.check(token, app.clock.now())?;
        let permit = app.throttle.admit_order_line(&order_line)?;
        let requested = path_param(parts, app, "id").await?;
        let line = store::order_lines::find(&mut *app.store.read_connection().await?, &order_line).await?;
        let line = line.filter(|line| line.id == requested).ok_or_else(|| Refusal::new(Code::OrderUnknown))?;
        Ok(Self { line, token_remaining: remaining, permit: Arc::new(permit) })
    }
}

/// The seller's own systems, identified by their key.
#[derive(Clone, Copy, Debug)]
pub struct Seller;

impl FromRequestParts<Arc<App>> for Seller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let key = bearer(&parts.headers)?;
        is_seller_key(app, key).then_some(Self).ok_or_else(|| Refusal::new(Code::TokenInvalid))
    }
}

/// The digest in the address. It is read only after access to the order line was granted, so that a stranger learns nothing
/// from it.
#[derive(Clone, Copy, Debug)]
pub struct PhotoDigestParam(pub Digest);

impl FromRequestParts<Arc<App>> for PhotoDigestParam {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let digest = path_param(parts, app, "sha256").await?;
        digest.parse().map(Self).map_err(|_| Refusal::new(Code::DigestFormat))
    }
}

/// The claim's reference in the address, normalised: people type it in lower case, with O for 0.
#[derive(Clone, Debug)]
pub struct ReferenceParam(pub String);

impl FromRequestParts<Arc<App>> for ReferenceParam {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        path_param(parts, app, "reference").await.map(|typed| Self(random::normalise_reference(&typed)))
    }
}

/// The endpoint of webhooks that the address names.
#[derive(Clone, Debug)]
pub struct EndpointParam(pub WebhookEndpoint);

impl FromRequestParts<Arc<App>> for EndpointParam {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let name = path_param(parts, app, "name").await?;
        let endpoint = app.config.webhooks.iter().find(|endpoint| endpoint.name == name);
        endpoint.cloned().map(Self).ok_or_else(|| Refusal::new(Code::WebhookUnknown))
    }
}

/// The parameter `name` of the address.
pub(crate) async fn path_param(parts: &mut Parts, app: &Arc<App>, name: &str) -> Result<String, Refusal> {
    let params = RawPathParams::from_request_parts(parts, app)
        .await
        // Nothing has an address that is not UTF-8 once decoded.
        .map_err(|_| Refusal::new(Code::RouteUnknown))?;
    let value = params.iter().find(|&(key, _)| key == name).map(|(_, value)| value.to_owned());
    value.ok_or_else(|| Refusal::new(Code::RouteUnknown))
}

/// Whether `credentials` are a seller's key or a token that this shop signed. An expired token is still authentic: its holder
/// is no stranger.
pub(crate) fn is_authentic(app: &App, credentials: &HeaderValue) -> bool {
    bearer_token(credentials).is_ok_and(|bearer| {
        let is_token = |token| match app.tokens.check(token, app.clock.now()) {
            Ok(_) | Err(TokenError::Expired | TokenError::Lifetime) => true,
            Err(TokenError::Invalid) => false,
        };
        is_seller_key(app, bearer) || is_token(bearer)
    })
}

/// Compares every key, so that the answer takes as long for the first as for the last.
fn is_seller_key(app: &App, key: &str) -> bool {
    app.config.seller_keys.iter().fold(false, |matched, digest| matched | digest.matches(key))
}

/// The token of the request's only `Authorization` header.
fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or_else(|| Refusal::new(Code::TokenMissing))?;
    if values.next().is_some() {
        return Err(Refusal::new(Code::TokenInvalid));
    }
    bearer_token(value)
}

fn bearer_token(credentials: &HeaderValue) -> Result<&str, Refusal> {
    let text = credentials.to_str().ok().and_then(|text| text.split_once(' '));
    let (scheme, token) = text.ok_or_else(|| Refusal::new(Code::TokenInvalid))?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::new(Code::TokenMissing));
    }
    Ok(token.trim())
}
