//! The settings as the file and the environment have them. `validate` makes a [`Config`](crate::config::Config) of them.

use std::{collections::BTreeMap, path::PathBuf};

use damage_report_rules::policy::Terms;
use serde::Deserialize;

use super::{
    desk::{DeskTable, KEYS_VARIABLE},
    error::ConfigError,
    source::SettingSource,
    webhooks::{self, WebhookTable},
};

/// The default address to listen on: this machine only.
const LISTEN: &str = "127.0.0.1:8080";

/// The variables of the environment, in the order of [`Settings::override_by_environment`].
pub(super) const VARIABLES: [&str; 6] = [
    "DAMAGE_REPORT_LISTEN",
    "DAMAGE_REPORT_DATA",
    "DAMAGE_REPORT_TOKEN_SECRET",
    "DAMAGE_REPORT_TOKEN_SECRET_PREVIOUS",
    "DAMAGE_REPORT_SELLER_KEYS",
    KEYS_VARIABLE,
];

/// The file, field by field. The documentation has the defaults.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    #[serde(default = "listen")]
    pub(super) listen: String,
    pub(super) data: Option<PathBuf>,
    pub(super) shop: ShopTable,
    pub(super) allowed_origins: Vec<String>,
    #[serde(default)]
    pub(super) trusted_proxies: Vec<String>,
    pub(super) tokens: TokensTable,
    #[serde(default)]
    pub(super) seller_keys: Vec<String>,
    #[serde(default)]
    pub(super) policy: Terms,
    #[serde(default)]
    pub(super) holidays: BTreeMap<String, HolidaysTable>,
    #[serde(default)]
    pub(super) retention: RetentionTable,
    #[serde(default)]
    pub(super) limits: LimitsTable,
    #[serde(default)]
    pub(super) webhooks: Vec<WebhookTable>,
    pub(super) desk: Option<DeskTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShopTable {
    pub(super) name: String,
    pub(super) contact_url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokensTable {
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) lifetime_minutes_max: Option<i64>,
    pub(super) current: KeyTable,
    pub(super) previous: Option<KeyTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyTable {
    pub(super) kid: String,
    pub(super) secret: Option<String>,
}

/// Holidays of one place. A date may be a text or, without quotes, a TOML date.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HolidaysTable {
    pub(super) years: Vec<i32>,
    pub(super) dates: Vec<toml::Value>,
}

/// How long data of closed claims is kept.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RetentionTable {
    pub(super) closed_days: Option<u32>,
}

/// The limits, in the units of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsTable {
    pub(super) photos_per_order_line: u32,
    pub(super) photo_bytes_per_order_line: u64,
    pub(super) draft_days: u32,
    pub(super) requests_per_minute_per_order_line: u32,
    pub(super) requests_per_minute_per_peer: u32,
    pub(super) connections: usize,
    pub(super) concurrent_requests: usize,
    pub(super) concurrent_requests_per_order_line: usize,
    pub(super) connections_per_peer: usize,
    pub(super) decode_mib: u64,
    pub(super) head_seconds: u64,
    pub(super) body_idle_seconds: u64,
    pub(super) body_bytes_per_second_min: u32,
    pub(super) body_grace_seconds: u64,
    pub(super) unread_seconds: u64,
    pub(super) shutdown_seconds: u64,
}

impl Default for LimitsTable {
    fn default() -> Self {
        Self {
            photos_per_order_line: 20,
            photo_bytes_per_order_line: 100 * 1024 * 1024,
            draft_days: 7,
            requests_per_minute_per_order_line: 120,
            requests_per_minute_per_peer: 600,
            // Together with the files that requests open, this is within the usual limit of 1024 for a process.
            connections: 512,
            concurrent_requests: 256,
            // The widget uploads two photos at once, and a customer may use a phone and a computer.
            concurrent_requests_per_order_line: 8,
            // A browser opens six, and a household or an office shares one address.
            connections_per_peer: 64,
            // Enough for 50 megapixels as a baseline JPEG, or as a progressive one with halved colours.
            decode_mib: 320,
            head_seconds: 10,
            body_idle_seconds: 30,
            // The share of each of six photos at once on 50 kbit/s.
            body_bytes_per_second_min: 1_000,
            body_grace_seconds: 60,
            unread_seconds: 10,
            shutdown_seconds: 30,
        }
    }
}

impl Settings {
    /// Overrides the file's settings with the environment's. Secrets belong in the environment, because files are copied.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when a key of the environment has no place in the file.
    pub(super) fn override_by_environment(
        &mut self,
        source: &mut SettingSource<'_>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<(), ConfigError> {
        let [listen, data, current, previous, keys, desk_keys] = VARIABLES;
        let mut set = |setting, variable| {
            let value = environment(variable)?;
            source.record_override(setting, variable);
            Some(value)
        };
        if let Some(listen) = set("listen", listen) {
            self.listen = listen;
        }
        if let Some(data) = set("data", data) {
            self.data = Some(data.into());
        }
        if let Some(secret) = set("tokens.current.secret", current) {
            self.tokens.current.secret = Some(secret);
        }
        if let Some(secret) = set("tokens.previous.secret", previous) {
            let previous = self.tokens.previous.as_mut().ok_or_else(|| {
                ConfigError::new("DAMAGE_REPORT_TOKEN_SECRET_PREVIOUS is set: say tokens.previous.kid in the file too")
            })?;
            previous.secret = Some(secret);
        }
        if let Some(keys) = set("seller_keys", keys) {
            let keys: Vec<String> = keys.split(',').map(|key| key.trim().to_owned()).collect();
            // A comma too many adds no key.
            self.seller_keys = keys.iter().filter(|key| !key.is_empty()).cloned().collect();
            if self.seller_keys.is_empty() {
                self.seller_keys = keys;
            }
        }
        webhooks::override_by_environment(&mut self.webhooks, source, &environment);
        // Its own errors name the variable, because the names of the people stay the file's.
        if let Some(keys) = environment(desk_keys) {
            let desk = self.desk.as_mut().ok_or_else(|| {
                ConfigError::new(format!("{desk_keys} is set: say who has the keys in desk.people of the file too"))
            })?;
            desk.set_keys(&keys, source)?;
        }
        Ok(())
    }
}

fn listen() -> String {
    LISTEN.to_owned()
}
