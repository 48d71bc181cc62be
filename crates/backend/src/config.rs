//! The shop's settings: one TOML file, some of it from the environment, all of it checked before anything starts.
//!
//! Nothing else in this crate reads the environment. A setting that cannot be is refused with a sentence that names it, says
//! at which line or in which variable it stands, and what to write; secrets are never part of such a sentence, nor of any `Debug` output.

mod believe;
mod file;
mod holidays;
mod network;
mod secret;
mod source;

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::TimeDelta;
use damage_report_rules::{contract::Shop, policy::Policy};

use self::{
    file::{LimitsTable, Settings},
    source::Source,
};
pub use self::{
    holidays::HolidayBook,
    network::{Network, NetworkError},
    secret::{KeyDigest, Secret},
};

/// The longest a token may live, whatever a shop asks for.
///
/// A stolen token is of use for so long; OWASP ASVS 5.0, 9.2.1, asks for a short time, and a customer fills in the
/// form in a few minutes.
pub const TOKEN_LIFETIME_CEILING: TimeDelta = TimeDelta::minutes(15);

/// Everything that a running backend was told, believed.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The folder that holds the database and the photos.
    pub data: PathBuf,
    /// The shop, as the customer may turn to it.
    pub shop: Shop,
    /// The origins whose pages may call, exactly as a browser sends them.
    pub allowed_origins: Vec<String>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// How tokens are told from forgeries.
    pub tokens: TokenTerms,
    /// Digests of the keys that the seller's systems call with.
    pub seller_keys: Vec<KeyDigest>,
    /// The shop's policy.
    pub policy: Policy,
    /// The holidays, by place of delivery.
    pub holidays: HolidayBook,
    /// What is too much.
    pub limits: Limits,
}

/// How tokens are told from forgeries.
#[derive(Clone, Debug)]
pub struct TokenTerms {
    /// The `iss` that every token must have.
    pub issuer: String,
    /// The `aud` that every token must have.
    pub audience: String,
    /// The longest that a token may live.
    pub lifetime_max: TimeDelta,
    /// The secrets by `kid`: the one in use, and the one before it while tokens of its time are still about.
    pub keys: HashMap<String, Secret>,
}

/// What is too much. Each value is a ceiling against abuse, far above what an honest customer does.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Photos kept for one order line, those of the draft included.
    pub photos_per_order_line: u32,
    /// Bytes of photos for one order line: as received, and as many of their clean copies.
    pub photo_bytes_per_order_line: u64,
    /// How long photos are kept that are not sent with a claim.
    pub draft_lifetime: TimeDelta,
    /// Requests a minute with tokens of one order line.
    pub requests_per_order_line: u32,
    /// Requests a minute from one address.
    pub requests_per_peer: u32,
    /// Connections at once, idle ones included.
    pub connections: usize,
    /// Requests worked on at once.
    pub concurrent_requests: usize,
    /// Requests worked on at once with tokens of one order line.
    pub concurrent_requests_per_order_line: usize,
    /// Connections at once from one address that is no trusted proxy.
    pub connections_per_peer: usize,
    /// Bytes of memory that the decoding of one photo may take.
    pub decode_memory: u64,
    /// How long a request's head may take to arrive.
    pub head_timeout: Duration,
    /// How long a body may pause before it is given up, on its way here or from here.
    pub body_idle_timeout: Duration,
    /// How many bytes of a body must come a second, over all of its time but the grace.
    pub body_bytes_per_second_min: u32,
    /// How long a body may take before that counts.
    pub body_grace: Duration,
    /// How long is read what comes after a refusal, from somebody who has neither token nor key.
    pub unread_timeout: Duration,
    /// How long running requests may take to finish after a signal to stop.
    pub shutdown_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self::from(LimitsTable::default())
    }
}

/// Why a configuration cannot be used: a sentence that names the setting and says what to write.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// The same, about this file.
    fn in_file(self, path: &Path) -> Self {
        Self(format!("{}: {}", path.display(), self.0))
    }
}

impl Config {
    /// Reads the configuration file at `path`, and what the environment adds.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the file cannot be read, or a setting cannot be.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        check_environment()?;
        Self::parse(&read(path)?, |name| std::env::var(name).ok()).map_err(|error| error.in_file(path))
    }

    /// The data folder that the configuration file at `path`, or the environment, names: all that a backup needs to know, which
    /// is made where the secrets may not be.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the file cannot be read, or names none.
    pub fn data_folder(path: &Path) -> Result<PathBuf, ConfigError> {
        check_environment()?;
        let text = read(path)?;
        let folder = || {
            let mut source = Source::parse(&text)?;
            let mut settings: Settings = source.read()?;
            settings.overlay(&mut source, |name| std::env::var(name).ok())?;
            believe::data(settings.data, &source)
        };
        folder().map_err(|error| error.in_file(path))
    }

    /// The configuration that `toml` and the `environment` amount to.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when a setting cannot be.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_backend::config::Config;
    ///
    /// let toml = r#"
    ///     data = "/var/lib/damage-report"
    ///     allowed_origins = ["https://shop.example"]
    ///     seller_keys = ["a-seller-key-of-at-least-32-characters"]
    ///
    ///     [shop]
    ///     name = "Voorbeeld"
    ///     contact_url = "https://shop.example/contact"
    ///
    ///     [tokens]
    ///     issuer = "https://shop.example"
    ///     audience = "damage-report"
    ///     current = { kid = "2026-11", secret = "a secret of no fewer than 32 bytes" }
    /// "#;
    /// let config = Config::parse(toml, |_| None)?;
    /// assert_eq!(config.policy.reporting_days, 3);
    /// assert!(!format!("{config:?}").contains("a secret"));
    /// # Ok::<(), damage_report_backend::config::ConfigError>(())
    /// ```
    pub fn parse(toml: &str, environment: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut source = Source::parse(toml)?;
        let mut settings: Settings = source.read()?;
        settings.overlay(&mut source, environment)?;
        settings.believe(&source)
    }
}

/// Refuses a variable that is set and cannot be read: it would otherwise count as not set.
fn check_environment() -> Result<(), ConfigError> {
    match file::VARIABLES.into_iter().find(|name| matches!(std::env::var(name), Err(std::env::VarError::NotUnicode(_))))
    {
        Some(name) => Err(ConfigError::new(format!("{name} is not UTF-8"))),
        None => Ok(()),
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|error| ConfigError::new(format!("the configuration file {} cannot be read: {error}", path.display())))
}

#[cfg(test)]
mod tests;
