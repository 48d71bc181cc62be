//! `[[webhooks]]`: the endpoints of the shop's systems that are told of each change of a claim.

use std::{collections::HashSet, fmt, net::IpAddr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use damage_report_rules::contract::ClaimEventType;
use serde::Deserialize;
use url::{Host, Url};

use super::{error::ConfigError, source::SettingSource};
use crate::public_address::{LoopbackRule, Scheme, may_receive_webhooks};

/// The variables that set secrets; the endpoint's name follows in upper case, with `_` for `-`.
const SECRET_VARIABLE: &str = "DAMAGE_REPORT_WEBHOOK_SECRET_";
const PREVIOUS_SECRET_VARIABLE: &str = "DAMAGE_REPORT_WEBHOOK_PREVIOUS_SECRET_";

/// The beginning of each variable for webhooks.
pub(super) const VARIABLES_BEGIN: &str = "DAMAGE_REPORT_WEBHOOK_";

/// The most endpoints. Each event is stored once for each of them.
const ENDPOINTS_MAX: usize = 16;

/// The most characters of a name, which is part of addresses and variables.
const NAME_MAX: usize = 32;

/// An endpoint as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookTable {
    name: String,
    url: String,
    secret: Option<String>,
    previous_secret: Option<String>,
    types: Option<Vec<String>>,
    #[serde(default)]
    allow_loopback: bool,
}

/// A system of the shop that is told of changes.
#[derive(Clone, Debug)]
pub struct WebhookEndpoint {
    /// Its name, unique among the endpoints: lower-case letters, digits and hyphens.
    pub name: String,
    /// Where it is told, `https:`, or `http:` on this machine.
    pub url: Url,
    /// The secret, and the previous one while it is changed: both sign.
    pub secrets: Vec<WebhookSecret>,
    /// The types of events that it is told.
    pub types: Vec<ClaimEventType>,
    /// Whether it may be on this machine.
    pub loopback: LoopbackRule,
}

impl WebhookEndpoint {
    /// How it is called.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        if self.url.scheme() == "https" { Scheme::Https } else { Scheme::Http }
    }
}

/// The secret that signs webhooks. It does not show itself.
#[derive(Clone)]
pub struct WebhookSecret(Vec<u8>);

impl WebhookSecret {
    /// The length of a secret in bytes, as the specification of Standard Webhooks has it.
    const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

    /// The secret that is written as `whsec_` and base64; none where it is another text, or has another length.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // With padding: the specification's own libraries disagree about a secret without it.
        let bytes = STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
        Self::LENGTHS.contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The bytes, to sign with.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// The variables for the secret, and for the previous secret, of the endpoint called `name`.
pub(super) fn secret_variables(name: &str) -> [String; 2] {
    let name = name.to_ascii_uppercase().replace('-', "_");
    [format!("{SECRET_VARIABLE}{name}"), format!("{PREVIOUS_SECRET_VARIABLE}{name}")]
}

/// Overrides the secrets of the file with the environment's.
pub(super) fn override_by_environment(
    tables: &mut [WebhookTable],
    source: &mut SettingSource<'_>,
    environment: impl Fn(&str) -> Option<String>,
) {
    for (nth, table) in tables.iter_mut().enumerate().filter(|(_, table)| is_plain(&table.name)) {
        let [secret, previous] = secret_variables(&table.name);
        if let Some(value) = environment(&secret) {
            table.secret = Some(value);
            source.record_override(format!("webhooks[{nth}].secret"), secret);
        }
        if let Some(value) = environment(&previous) {
            table.previous_secret = Some(value);
            source.record_override(format!("webhooks[{nth}].previous_secret"), previous);
        }
    }
}

/// The endpoints of these tables.
///
/// # Errors
///
/// [`ConfigError`] for the first invalid setting.
pub(super) fn validate_endpoints(
    tables: Vec<WebhookTable>,
    source: &SettingSource<'_>,
) -> Result<Vec<WebhookEndpoint>, ConfigError> {
    if tables.len() > ENDPOINTS_MAX {
        return Err(source.invalid_setting("webhooks", format!("may be {ENDPOINTS_MAX} at most")));
    }
    let mut names = HashSet::new();
    let mut endpoints = Vec::new();
    for (nth, table) in tables.into_iter().enumerate() {
        let at = Place { nth, source };
        if !is_plain(&table.name) || !names.insert(table.name.clone()) {
            let must = format!(
                "must be a name that no other webhook has: 1 to {NAME_MAX} lower-case letters, digits and hyphens, a letter first"
            );
            return Err(at.refuse("name", must));
        }
        endpoints.push(table.validate(&at)?);
    }
    Ok(endpoints)
}

/// Where the table of an endpoint is.
struct Place<'s, 't> {
    nth: usize,
    source: &'s SettingSource<'t>,
}

impl Place<'_, '_> {
    fn refuse(&self, setting: &str, must: impl AsRef<str>) -> ConfigError {
        self.source.invalid_setting(&format!("webhooks[{}].{setting}", self.nth), must)
    }
}

impl WebhookTable {
    fn validate(self, at: &Place<'_, '_>) -> Result<WebhookEndpoint, ConfigError> {
        let [variable, previous_variable] = secret_variables(&self.name);
        let loopback = if self.allow_loopback { LoopbackRule::Allowed } else { LoopbackRule::Refused };
        let url = endpoint_url(&self.url, loopback).map_err(|must| at.refuse("url", must))?;
        let mut secrets = vec![secret(self.secret.as_deref(), "secret", &variable, at)?];
        if let Some(previous) = self.previous_secret {
            secrets.push(secret(Some(&previous), "previous_secret", &previous_variable, at)?);
        }
        let types = event_types(self.types, at)?;
        Ok(WebhookEndpoint { name: self.name, url, secrets, types, loopback })
    }
}

fn secret(text: Option<&str>, setting: &str, variable: &str, at: &Place<'_, '_>) -> Result<WebhookSecret, ConfigError> {
    text.and_then(WebhookSecret::parse).ok_or_else(|| {
        let must = format!("must be whsec_ and 24 to 64 random bytes in base64, with its = (or set {variable})");
        at.refuse(setting, must)
    })
}

fn event_types(names: Option<Vec<String>>, at: &Place<'_, '_>) -> Result<Vec<ClaimEventType>, ConfigError> {
    let Some(names) = names else { return Ok(ClaimEventType::ALL.to_vec()) };
    if names.is_empty() {
        return Err(at.refuse("types", "must name a type of event, or be left out for all of them"));
    }
    let mut types = Vec::new();
    for (nth, name) in names.iter().enumerate() {
        let kind = ClaimEventType::named(name).filter(|kind| !types.contains(kind)).ok_or_else(|| {
            at.refuse(&format!("types[{nth}]"), "must be a type of event such as claim.submitted, each once")
        })?;
        types.push(kind);
    }
    Ok(types)
}

/// The address of an endpoint, or what it must be.
fn endpoint_url(text: &str, loopback: LoopbackRule) -> Result<Url, &'static str> {
    const FORM: &str = "must be an address such as https://shop.example/hooks/damage";
    let url = Url::parse(text).map_err(|_| FORM)?;
    let scheme = match url.scheme() {
        "https" => Scheme::Https,
        "http" => Scheme::Http,
        _ => return Err(FORM),
    };
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("must have no name, password or # in it");
    }
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::from(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::from(address)),
        Some(Host::Domain(_)) => None,
        None => return Err(FORM),
    };
    if scheme == Scheme::Http {
        let is_here = literal.is_some_and(|address| address.is_loopback()) || url.host_str() == Some("localhost");
        if !is_here || loopback == LoopbackRule::Refused {
            return Err("must begin with https:// (http:// only for this machine, with allow_loopback = true)");
        }
    }
    if literal.is_some_and(|address| !may_receive_webhooks(address, scheme, loopback)) {
        return Err("must be on the public network (or on this machine, with allow_loopback = true)");
    }
    Ok(url)
}

fn is_plain(name: &str) -> bool {
    (1..=NAME_MAX).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
}

#[cfg(test)]
mod tests;
