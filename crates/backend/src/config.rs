//! The shop's settings: one TOML file and some variables of the environment, all checked before the backend starts.
//!
//! Nothing else in this crate reads the environment. The error for an invalid setting names it, its line or variable, and the value
//! to write. Secrets are never part of an error, nor of any `Debug` output.

mod desk;
mod error;
mod file;
mod holidays;
mod model;
mod network;
mod secret;
mod source;
mod validate;
mod webhooks;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

pub use self::{
    desk::{DeskPerson, DeskSettings, Role, Transport},
    error::ConfigError,
    holidays::HolidaysByPlace,
    model::{Config, Limits, TOKEN_LIFETIME_CEILING, TokenTerms},
    network::{AddressRange, NetworkError},
    secret::{KeyDigest, TokenSecret},
    webhooks::{WebhookEndpoint, WebhookSecret},
};
use self::{file::Settings, source::SettingSource};

impl Config {
    /// Reads the configuration file at `path`, and what the environment adds.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the file cannot be read, or a setting is invalid.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        check_environment()?;
        let config = Self::parse(&read(path)?, |name| std::env::var(name).ok()).map_err(|error| error.in_file(path))?;
        let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
        check_webhook_variables(&config, names)?;
        Ok(config)
    }

    /// The data folder that the configuration file at `path` or the environment names. A backup needs nothing else, and may run
    /// where the secrets are not.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the file cannot be read, or names none.
    pub fn data_folder(path: &Path) -> Result<PathBuf, ConfigError> {
        check_environment()?;
        let text = read(path)?;
        let folder = || {
            let mut source = SettingSource::parse(&text)?;
            let mut settings: Settings = source.deserialize_settings()?;
            settings.override_by_environment(&mut source, |name| std::env::var(name).ok())?;
            validate::data_folder(settings.data, &source)
        };
        folder().map_err(|error| error.in_file(path))
    }

    /// The configuration of `toml` and the `environment`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when a setting is invalid.
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
        let mut source = SettingSource::parse(toml)?;
        let mut settings: Settings = source.deserialize_settings()?;
        settings.override_by_environment(&mut source, environment)?;
        settings.validate(&source)
    }
}

/// Refuses a variable that is not UTF-8: it would otherwise count as not set.
fn check_environment() -> Result<(), ConfigError> {
    let variables = std::env::vars_os().filter(|(_, value)| value.to_str().is_none());
    let mut names = variables.map(|(name, _)| name.to_string_lossy().into_owned());
    match names.find(|name| file::VARIABLES.contains(&name.as_str()) || name.starts_with(webhooks::VARIABLES_BEGIN)) {
        Some(name) => Err(ConfigError::new(format!("{name} is not UTF-8"))),
        None => Ok(()),
    }
}

/// Refuses a variable for a webhook that is not configured: a secret under a misspelt name would otherwise not sign.
fn check_webhook_variables(config: &Config, names: impl Iterator<Item = String>) -> Result<(), ConfigError> {
    let known: HashSet<String> =
        config.webhooks.iter().flat_map(|endpoint| webhooks::secret_variables(&endpoint.name)).collect();
    let mut unknown = names.filter(|name| name.starts_with(webhooks::VARIABLES_BEGIN) && !known.contains(name));
    match unknown.next() {
        Some(name) => Err(ConfigError::new(format!("{name} is set, and no webhook of the file has that name"))),
        None => Ok(()),
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|error| ConfigError::new(format!("the configuration file {} cannot be read: {error}", path.display())))
}

#[cfg(test)]
mod tests;
