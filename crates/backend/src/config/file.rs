//! The settings as they stand in the file, not yet believed, and what makes them believed.

use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use axum::http::Uri;
use chrono::TimeDelta;
use damage_report_rules::{
    calendar::Holidays,
    contract::Shop,
    policy::{Policy, Terms},
};
use serde::Deserialize;

use super::{Config, ConfigError, HolidayBook, KeyDigest, Limits, Secret, TOKEN_LIFETIME_CEILING, TokenTerms};

/// Where to listen when nothing is said: this machine only.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// The file, field by field. What is left out has the default of the documentation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    #[serde(default = "listen")]
    listen: SocketAddr,
    data: Option<PathBuf>,
    shop: ShopTable,
    allowed_origins: Vec<String>,
    #[serde(default)]
    trusted_proxies: Vec<IpAddr>,
    tokens: TokensTable,
    #[serde(default)]
    seller_keys: Vec<String>,
    #[serde(default)]
    policy: Terms,
    #[serde(default)]
    holidays: BTreeMap<String, Holidays>,
    #[serde(default)]
    limits: LimitsTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShopTable {
    name: String,
    contact_url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokensTable {
    issuer: String,
    audience: String,
    lifetime_minutes_max: Option<i64>,
    current: KeyTable,
    previous: Option<KeyTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTable {
    kid: String,
    secret: Option<String>,
}

/// The limits in the units that people write.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsTable {
    photos_per_order_line: u32,
    photo_bytes_per_order_line: u64,
    draft_days: u32,
    requests_per_minute_per_order_line: u32,
    requests_per_minute_per_peer: u32,
    connections: usize,
    concurrent_requests: usize,
    head_seconds: u64,
    body_idle_seconds: u64,
    shutdown_seconds: u64,
}

impl Default for LimitsTable {
    fn default() -> Self {
        Self {
            photos_per_order_line: 20,
            photo_bytes_per_order_line: 100 * 1024 * 1024,
            draft_days: 7,
            requests_per_minute_per_order_line: 120,
            requests_per_minute_per_peer: 600,
            // With the files that requests have open, still within the 1024 that systems commonly give a process.
            connections: 512,
            concurrent_requests: 256,
            head_seconds: 10,
            body_idle_seconds: 30,
            shutdown_seconds: 30,
        }
    }
}

impl From<LimitsTable> for Limits {
    fn from(table: LimitsTable) -> Self {
        Self {
            photos_per_order_line: table.photos_per_order_line,
            photo_bytes_per_order_line: table.photo_bytes_per_order_line,
            draft_lifetime: TimeDelta::days(table.draft_days.into()),
            requests_per_order_line: table.requests_per_minute_per_order_line,
            requests_per_peer: table.requests_per_minute_per_peer,
            connections: table.connections,
            concurrent_requests: table.concurrent_requests,
            head_timeout: Duration::from_secs(table.head_seconds),
            body_idle_timeout: Duration::from_secs(table.body_idle_seconds),
            shutdown_grace: Duration::from_secs(table.shutdown_seconds),
        }
    }
}

impl Settings {
    /// Lays the environment over the file. Secrets belong there rather than in a file that is copied about.
    pub(super) fn overlay(&mut self, environment: impl Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        if let Some(listen) = environment("DAMAGE_REPORT_LISTEN") {
            self.listen = listen.parse().map_err(|_| {
                ConfigError::new("DAMAGE_REPORT_LISTEN must be an address and a port, such as 127.0.0.1:8080")
            })?;
        }
        if let Some(data) = environment("DAMAGE_REPORT_DATA") {
            self.data = Some(data.into());
        }
        if let Some(secret) = environment("DAMAGE_REPORT_TOKEN_SECRET") {
            self.tokens.current.secret = Some(secret);
        }
        if let Some(secret) = environment("DAMAGE_REPORT_TOKEN_SECRET_PREVIOUS") {
            let previous = self.tokens.previous.as_mut().ok_or_else(|| {
                ConfigError::new("DAMAGE_REPORT_TOKEN_SECRET_PREVIOUS is set: say tokens.previous.kid in the file too")
            })?;
            previous.secret = Some(secret);
        }
        if let Some(keys) = environment("DAMAGE_REPORT_SELLER_KEYS") {
            self.seller_keys = keys.split(',').map(|key| key.trim().to_owned()).collect();
        }
        Ok(())
    }

    /// The configuration that these settings amount to.
    pub(super) fn believe(self) -> Result<Config, ConfigError> {
        let data = self.data.filter(|data| !data.as_os_str().is_empty()).ok_or_else(|| {
            ConfigError::new("data must name the folder for database and photos (or set DAMAGE_REPORT_DATA)")
        })?;
        let allowed_origins = self.allowed_origins.iter().map(|text| origin(text)).collect::<Result<_, _>>()?;
        let seller_keys = self.seller_keys.iter().map(|key| seller_key(key)).collect::<Result<_, _>>()?;
        let policy =
            Policy::try_from(self.policy).map_err(|nonsense| ConfigError::new(format!("policy: {nonsense}")))?;
        Ok(Config {
            listen: self.listen,
            data,
            shop: self.shop.believe()?,
            allowed_origins,
            trusted_proxies: self.trusted_proxies,
            tokens: self.tokens.believe()?,
            seller_keys,
            policy,
            holidays: HolidayBook::new(self.holidays)?,
            limits: self.limits.believe()?,
        })
    }
}

impl ShopTable {
    fn believe(self) -> Result<Shop, ConfigError> {
        if self.name.trim().is_empty() {
            return Err(ConfigError::new("shop.name must be the name by which customers know the shop"));
        }
        let scheme = self.contact_url.parse::<Uri>().ok().and_then(|uri| uri.scheme_str().map(str::to_owned));
        if !matches!(scheme.as_deref(), Some("https" | "http")) {
            return Err(ConfigError::new("shop.contact_url must be the address of the contact page, https://…"));
        }
        Ok(Shop { name: self.name, contact_url: self.contact_url })
    }
}

impl TokensTable {
    fn believe(self) -> Result<TokenTerms, ConfigError> {
        if self.issuer.is_empty() || self.audience.is_empty() {
            return Err(ConfigError::new(
                "tokens.issuer and tokens.audience must be what the tokens say in iss and aud",
            ));
        }
        let ceiling = TOKEN_LIFETIME_CEILING.num_minutes();
        let minutes = self.lifetime_minutes_max.unwrap_or(ceiling);
        if !(1..=ceiling).contains(&minutes) {
            return Err(ConfigError::new("tokens.lifetime_minutes_max must be 1 to 15"));
        }
        let mut keys = HashMap::new();
        for (setting, variable, key) in [
            ("tokens.current", "DAMAGE_REPORT_TOKEN_SECRET", Some(self.current)),
            ("tokens.previous", "DAMAGE_REPORT_TOKEN_SECRET_PREVIOUS", self.previous),
        ] {
            let Some(key) = key else { continue };
            let secret = key.secret.and_then(|secret| Secret::new(secret.into_bytes())).ok_or_else(|| {
                ConfigError::new(format!("{setting}.secret must be 32 bytes or more (or set {variable})"))
            })?;
            if key.kid.is_empty() || keys.insert(key.kid, secret).is_some() {
                return Err(ConfigError::new(format!("{setting}.kid must be a name that no other key has")));
            }
        }
        let lifetime_max = TimeDelta::minutes(minutes);
        Ok(TokenTerms { issuer: self.issuer, audience: self.audience, lifetime_max, keys })
    }
}

impl LimitsTable {
    fn believe(self) -> Result<Limits, ConfigError> {
        let zero = [
            u64::from(self.photos_per_order_line),
            self.photo_bytes_per_order_line,
            u64::from(self.draft_days),
            u64::from(self.requests_per_minute_per_order_line),
            u64::from(self.requests_per_minute_per_peer),
            self.connections as u64,
            self.concurrent_requests as u64,
            self.head_seconds,
            self.body_idle_seconds,
        ]
        .contains(&0);
        if zero {
            return Err(ConfigError::new("limits must each be above zero (shutdown_seconds may be zero)"));
        }
        Ok(self.into())
    }
}

fn listen() -> SocketAddr {
    LISTEN
}

/// An origin as browsers send it: scheme, host, and the port where it is not the scheme's own; no path, no star.
fn origin(text: &str) -> Result<String, ConfigError> {
    let refused = || {
        ConfigError::new(
            "allowed_origins must be origins such as \"https://shop.example\", without path, slash or star",
        )
    };
    let (scheme, rest) = text.split_once("://").ok_or_else(refused)?;
    let authority = rest.parse::<axum::http::uri::Authority>().map_err(|_| refused())?;
    let default_port = matches!((scheme, authority.port_u16()), ("https", Some(443)) | ("http", Some(80)));
    let plain = authority.as_str() == rest && !rest.contains(['@', '*']) && !default_port;
    if !plain || !matches!(scheme, "https" | "http") {
        return Err(refused());
    }
    Ok(text.to_ascii_lowercase())
}

fn seller_key(key: &str) -> Result<KeyDigest, ConfigError> {
    KeyDigest::of(key).ok_or_else(|| {
        ConfigError::new("seller_keys must each be 32 characters or more (or set DAMAGE_REPORT_SELLER_KEYS)")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        data = "/tmp/x"
        allowed_origins = ["https://shop.example"]
        seller_keys = ["a-seller-key-of-at-least-32-characters"]
        [shop]
        name = "Voorbeeld"
        contact_url = "https://shop.example/contact"
        [tokens]
        issuer = "https://shop.example"
        audience = "damage-report"
        current = { kid = "2026-11", secret = "a secret of no fewer than 32 bytes" }
    "#;

    fn sentence(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "the good file does not say {from}");
        Config::parse(&GOOD.replace(from, to), |_| None).unwrap_err().to_string()
    }

    #[test]
    fn each_setting_that_cannot_be_is_named() {
        for (from, to, names) in [
            (r#"data = "/tmp/x""#, "", "data must name"),
            ("https://shop.example\"]", "*\"]", "allowed_origins"),
            ("https://shop.example\"]", "https://shop.example/\"]", "allowed_origins"),
            ("https://shop.example\"]", "https://shop.example:443\"]", "allowed_origins"),
            ("a-seller-key-of-at-least-32-characters", "short", "seller_keys"),
            ("Voorbeeld", " ", "shop.name"),
            ("https://shop.example/contact", "javascript:alert(1)", "shop.contact_url"),
            ("a secret of no fewer than 32 bytes", "", "tokens.current.secret"),
            ("a secret of no fewer than 32 bytes", "short", "DAMAGE_REPORT_TOKEN_SECRET"),
            ("audience = ", "lifetime_minutes_max = 16\naudience = ", "lifetime_minutes_max must be 1 to 15"),
            ("[tokens]", "[policy]\ndevice_photos = 2\n[tokens]", "policy: at least 3 photos of the device"),
            ("[tokens]", "[policy]\nreporting_days = 0\n[tokens]", "policy: the reporting window"),
            ("[tokens]", "[limits]\nconcurrent_requests = 0\n[tokens]", "limits"),
            ("[tokens]", "[limits]\nphoto = 0\n[tokens]", "unknown field `photo`"),
        ] {
            let said = sentence(from, to);
            assert!(said.contains(names), "{to:?} gives {said:?}, which does not name {names:?}");
        }
    }

    #[test]
    fn no_sentence_repeats_a_secret() {
        for (from, to) in [("secret = \"a secret", "secret = hunter2 \"a secret"), ("{ kid", "{ hunter3 = 4, kid")] {
            let said = sentence(from, to);
            assert!(!said.contains("hunter2") && !said.contains("a secret"), "{said}");
        }
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let environment = |name: &str| match name {
            "DAMAGE_REPORT_LISTEN" => Some("0.0.0.0:9000".to_owned()),
            "DAMAGE_REPORT_DATA" => Some("/srv/claims".to_owned()),
            "DAMAGE_REPORT_TOKEN_SECRET" => Some("another secret, of 32 bytes or more".to_owned()),
            _ => None,
        };
        let config = Config::parse(GOOD, environment).unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert_eq!(config.data, PathBuf::from("/srv/claims"));
        assert!(config.tokens.keys["2026-11"].expose().starts_with(b"another"));
    }

    #[test]
    fn an_origin_is_kept_in_lower_case() {
        let config = Config::parse(&GOOD.replace("https://shop.example\"]", "https://SHOP.example\"]"), |_| None);
        assert_eq!(config.unwrap().allowed_origins, ["https://shop.example"]);
    }
}
