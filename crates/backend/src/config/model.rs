//! The valid settings, as the rest of the backend reads them.

use std::{collections::HashMap, net::SocketAddr, path::PathBuf, time::Duration};

use chrono::TimeDelta;
use damage_report_rules::{contract::Shop, policy::Policy};

use super::{
    desk::DeskSettings,
    holidays::HolidaysByPlace,
    network::AddressRange,
    secret::{KeyDigest, TokenSecret},
    webhooks::WebhookEndpoint,
};

/// The upper limit of a token's lifetime.
///
/// A stolen token is valid for that long. OWASP ASVS 5.0, 9.2.1, asks for a short time, and a customer fills in the form in a few
/// minutes.
pub const TOKEN_LIFETIME_CEILING: TimeDelta = TimeDelta::minutes(15);

/// The valid settings of a running backend.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The folder that holds the database and the photos.
    pub data: PathBuf,
    /// The shop's name and contact page.
    pub shop: Shop,
    /// The origins whose pages may call, as browsers send them.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<AddressRange>,
    /// The terms of valid tokens.
    pub tokens: TokenTerms,
    /// Digests of the keys of the seller's systems.
    pub seller_keys: Vec<KeyDigest>,
    /// The shop's policy.
    pub policy: Policy,
    /// The holidays, by place of delivery.
    pub holidays: HolidaysByPlace,
    /// How long photos and texts of a claim are kept after it is closed; none for ever.
    pub closed_retention: Option<TimeDelta>,
    /// The limits against abuse.
    pub limits: Limits,
    /// The systems of the shop that are told of each change of a claim.
    pub webhooks: Vec<WebhookEndpoint>,
    /// The desk; none where the shop does not want one.
    pub desk: Option<DeskSettings>,
}

/// The terms of valid tokens.
#[derive(Clone, Debug)]
pub struct TokenTerms {
    /// The `iss` that every token must have.
    pub issuer: String,
    /// The `aud` that every token must have.
    pub audience: String,
    /// The longest that a token may live.
    pub lifetime_max: TimeDelta,
    /// The secrets by `kid`: the current one, and the previous one while its tokens are still valid.
    pub keys: HashMap<String, TokenSecret>,
}

/// Limits against abuse. Each is far above the use of an honest customer.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Stored photos of one order line, with those of its draft.
    pub photos_per_order_line: u32,
    /// Bytes of photos of one order line as sent, and as many bytes of their clean copies.
    pub photo_bytes_per_order_line: u64,
    /// How long photos that no claim includes are stored.
    pub draft_lifetime: TimeDelta,
    /// Requests a minute with tokens of one order line.
    pub requests_per_order_line: u32,
    /// Requests a minute from one address.
    pub requests_per_peer: u32,
    /// Connections at once, idle ones included.
    pub connections: usize,
    /// Requests in progress at once.
    pub concurrent_requests: usize,
    /// Requests in progress at once with tokens of one order line.
    pub concurrent_requests_per_order_line: usize,
    /// Connections at once from one address that is not a trusted proxy.
    pub connections_per_peer: usize,
    /// Bytes of memory that the decoding of one photo may take.
    pub decode_memory: u64,
    /// How long a request's head may take to arrive.
    pub head_timeout: Duration,
    /// How long a request's or an answer's body may pause.
    pub body_idle_timeout: Duration,
    /// The least bytes a second of a body, averaged over its time after the grace.
    pub body_bytes_per_second_min: u32,
    /// How long a body may take before its rate counts.
    pub body_grace: Duration,
    /// How long the rest of a refused body is drained for a client without token or key.
    pub unread_timeout: Duration,
    /// How long running requests may take to finish after a stop signal.
    pub shutdown_grace: Duration,
}
