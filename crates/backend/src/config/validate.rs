//! Validates the settings. The error for an invalid one says its name, its place and the value to write.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    ops::RangeInclusive,
    path::PathBuf,
    time::Duration,
};

use axum::http::Uri;
use chrono::{Datelike as _, NaiveDate, TimeDelta};
use damage_report_rules::{
    calendar::Holidays,
    codes,
    contract::Shop,
    date,
    policy::{Policy, Terms, TermsError},
};

use super::{
    error::ConfigError,
    file::{HolidaysTable, LimitsTable, RetentionTable, Settings, ShopTable, TokensTable},
    holidays::HolidaysByPlace,
    model::{Config, Limits, TOKEN_LIFETIME_CEILING, TokenTerms},
    network::{AddressRange, NetworkError},
    secret::{KeyDigest, TokenSecret},
    source::SettingSource,
    webhooks,
};

/// The years that a shop can set holidays for. Any other year is a typing error.
const HOLIDAY_YEARS: RangeInclusive<i32> = 2000..=2200;

/// Ten years. Laws that ask for records ask for fewer.
const CLOSED_DAYS_MAX: u32 = 3650;

impl Settings {
    /// The configuration of these settings.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first invalid setting.
    pub(super) fn validate(self, source: &SettingSource<'_>) -> Result<Config, ConfigError> {
        let data = data_folder(self.data, source)?;
        let origins = self.allowed_origins.iter().enumerate();
        let proxies = self.trusted_proxies.iter().enumerate();
        let keys = self.seller_keys.iter().enumerate();
        Ok(Config {
            listen: listen(&self.listen, source)?,
            data,
            shop: self.shop.validate(source)?,
            allowed_origins: origins.map(|(nth, text)| origin(nth, text, source)).collect::<Result<_, _>>()?,
            trusted_proxies: proxies.map(|(nth, text)| proxy(nth, text, source)).collect::<Result<_, _>>()?,
            tokens: self.tokens.validate(source)?,
            seller_keys: keys.map(|(nth, key)| seller_key(nth, key, source)).collect::<Result<_, _>>()?,
            policy: policy(self.policy, source)?,
            holidays: HolidaysByPlace::new(holidays(self.holidays, source)?)?,
            closed_retention: self.retention.validate(source)?,
            limits: self.limits.validate(source)?,
            webhooks: webhooks::validate_endpoints(self.webhooks, source)?,
            desk: self.desk.map(|desk| desk.validate(source)).transpose()?,
        })
    }
}

/// The configured data folder.
///
/// # Errors
///
/// [`ConfigError`] when none is configured.
pub(super) fn data_folder(data: Option<PathBuf>, source: &SettingSource<'_>) -> Result<PathBuf, ConfigError> {
    data.filter(|data| !data.as_os_str().is_empty()).ok_or_else(|| {
        source.invalid_setting("data", "must name the folder for database and photos (or set DAMAGE_REPORT_DATA)")
    })
}

impl ShopTable {
    fn validate(self, source: &SettingSource<'_>) -> Result<Shop, ConfigError> {
        if self.name.trim().is_empty() {
            return Err(source.invalid_setting("shop.name", "must be the name by which customers know the shop"));
        }
        let scheme = self.contact_url.parse::<Uri>().ok().and_then(|uri| uri.scheme_str().map(str::to_owned));
        if !matches!(scheme.as_deref(), Some("https" | "http")) {
            return Err(
                source.invalid_setting("shop.contact_url", "must be the address of the contact page, https://…")
            );
        }
        Ok(Shop { name: self.name, contact_url: self.contact_url })
    }
}

impl TokensTable {
    fn validate(self, source: &SettingSource<'_>) -> Result<TokenTerms, ConfigError> {
        for (setting, value, claim) in
            [("tokens.issuer", &self.issuer, "iss"), ("tokens.audience", &self.audience, "aud")]
        {
            if value.is_empty() {
                return Err(source.invalid_setting(setting, format!("must be what the tokens say in {claim}")));
            }
        }
        let ceiling = TOKEN_LIFETIME_CEILING.num_minutes();
        let minutes = self.lifetime_minutes_max.unwrap_or(ceiling);
        if !(1..=ceiling).contains(&minutes) {
            return Err(source.invalid_setting("tokens.lifetime_minutes_max", "must be 1 to 15"));
        }
        let mut keys = HashMap::new();
        for (setting, variable, key) in [
            ("tokens.current", "DAMAGE_REPORT_TOKEN_SECRET", Some(self.current)),
            ("tokens.previous", "DAMAGE_REPORT_TOKEN_SECRET_PREVIOUS", self.previous),
        ] {
            let Some(key) = key else { continue };
            let secret = key.secret.and_then(|secret| TokenSecret::new(secret.into_bytes())).ok_or_else(|| {
                source.invalid_setting(
                    &format!("{setting}.secret"),
                    format!("must be 32 bytes or more (or set {variable})"),
                )
            })?;
            if key.kid.is_empty() || keys.insert(key.kid, secret).is_some() {
                return Err(source.invalid_setting(&format!("{setting}.kid"), "must be a name that no other key has"));
            }
        }
        let lifetime_max = TimeDelta::minutes(minutes);
        Ok(TokenTerms { issuer: self.issuer, audience: self.audience, lifetime_max, keys })
    }
}

impl RetentionTable {
    fn validate(self, source: &SettingSource<'_>) -> Result<Option<TimeDelta>, ConfigError> {
        match self.closed_days {
            Some(days) if !(1..=CLOSED_DAYS_MAX).contains(&days) => {
                Err(source.invalid_setting("retention.closed_days", format!("must be 1 to {CLOSED_DAYS_MAX}")))
            }
            days => Ok(days.map(|days| TimeDelta::days(days.into()))),
        }
    }
}

impl LimitsTable {
    fn validate(self, source: &SettingSource<'_>) -> Result<Limits, ConfigError> {
        const MILLION: u64 = 1_000_000;
        const HOUR: u64 = 3600;
        // The upper bounds are far beyond any use, and within the range of the libraries below.
        for (setting, value, bounds) in [
            ("photos_per_order_line", self.photos_per_order_line.into(), 1..=MILLION),
            ("photo_bytes_per_order_line", self.photo_bytes_per_order_line, 1..=MILLION * MILLION),
            ("draft_days", self.draft_days.into(), 1..=3650),
            ("requests_per_minute_per_order_line", self.requests_per_minute_per_order_line.into(), 1..=u32::MAX.into()),
            ("requests_per_minute_per_peer", self.requests_per_minute_per_peer.into(), 1..=u32::MAX.into()),
            ("connections", self.connections as u64, 1..=MILLION),
            ("concurrent_requests", self.concurrent_requests as u64, 1..=MILLION),
            ("concurrent_requests_per_order_line", self.concurrent_requests_per_order_line as u64, 1..=MILLION),
            ("connections_per_peer", self.connections_per_peer as u64, 1..=MILLION),
            ("decode_mib", self.decode_mib, 64..=64 * 1024),
            ("head_seconds", self.head_seconds, 1..=HOUR),
            ("body_idle_seconds", self.body_idle_seconds, 1..=HOUR),
            ("body_bytes_per_second_min", self.body_bytes_per_second_min.into(), 1..=MILLION),
            ("body_grace_seconds", self.body_grace_seconds, 1..=HOUR),
            ("unread_seconds", self.unread_seconds, 1..=HOUR),
            ("shutdown_seconds", self.shutdown_seconds, 0..=HOUR),
        ] {
            if !bounds.contains(&value) {
                let must = format!("must be {} to {}", bounds.start(), bounds.end());
                return Err(source.invalid_setting(&format!("limits.{setting}"), must));
            }
        }
        Ok(self.into())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::from(LimitsTable::default())
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
            concurrent_requests_per_order_line: table.concurrent_requests_per_order_line,
            connections_per_peer: table.connections_per_peer,
            decode_memory: table.decode_mib * 1024 * 1024,
            head_timeout: Duration::from_secs(table.head_seconds),
            body_idle_timeout: Duration::from_secs(table.body_idle_seconds),
            body_bytes_per_second_min: table.body_bytes_per_second_min,
            body_grace: Duration::from_secs(table.body_grace_seconds),
            unread_timeout: Duration::from_secs(table.unread_seconds),
            shutdown_grace: Duration::from_secs(table.shutdown_seconds),
        }
    }
}

fn listen(text: &str, source: &SettingSource<'_>) -> Result<SocketAddr, ConfigError> {
    let must = "must be an address and a port, such as 127.0.0.1:8080";
    text.trim().parse().map_err(|_| source.invalid_setting("listen", must))
}

/// An origin as browsers send it: scheme, host, and the port unless it is the scheme's default; no path, no star.
fn origin(nth: usize, text: &str, source: &SettingSource<'_>) -> Result<String, ConfigError> {
    let refused = || {
        let must = "must be an origin such as \"https://shop.example\", without path, slash or star";
        source.invalid_setting(&format!("allowed_origins[{nth}]"), must)
    };
    let (scheme, rest) = text.split_once("://").ok_or_else(refused)?;
    let authority = rest.parse::<axum::http::uri::Authority>().map_err(|_| refused())?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = matches!((scheme.as_str(), authority.port_u16()), ("https", Some(443)) | ("http", Some(80)));
    let plain = authority.as_str() == rest && !rest.contains(['@', '*']) && !default_port;
    if !plain || !matches!(scheme.as_str(), "https" | "http") {
        return Err(refused());
    }
    Ok(text.to_ascii_lowercase())
}

fn proxy(nth: usize, text: &str, source: &SettingSource<'_>) -> Result<AddressRange, ConfigError> {
    text.parse().map_err(|error: NetworkError| {
        source.invalid_setting(&format!("trusted_proxies[{nth}]"), format!("must be {error}"))
    })
}

fn seller_key(nth: usize, key: &str, source: &SettingSource<'_>) -> Result<KeyDigest, ConfigError> {
    KeyDigest::of(key).ok_or_else(|| {
        source.invalid_setting(
            &format!("seller_keys[{nth}]"),
            "must be 32 characters or more (or set DAMAGE_REPORT_SELLER_KEYS)",
        )
    })
}

fn policy(terms: Terms, source: &SettingSource<'_>) -> Result<Policy, ConfigError> {
    let limits = [
        ("description_max", u32::from(terms.description_max)),
        ("photo_bytes_max", terms.photo_bytes_max),
        ("photo_side_min", terms.photo_side_min),
    ];
    let no_photo_of_packaging = terms.packaging_photos == 0;
    Policy::try_from(terms).map_err(|nonsense| {
        let field = match nonsense {
            TermsError::ReportingDays => "reporting_days",
            TermsError::ResolutionDays => "resolution_days",
            TermsError::TooFewDevicePhotos => "device_photos",
            TermsError::NoPhotosAsked if no_photo_of_packaging => "packaging_photos",
            TermsError::NoPhotosAsked => "label_photos",
            TermsError::MorePhotosAskedThanAllowed => "photos_max",
            TermsError::LimitOfZero => limits.iter().find(|(_, limit)| *limit == 0).map_or("", |(field, _)| field),
        };
        source.invalid_setting(&format!("policy.{field}"), format!("cannot be so: {nonsense}"))
    })
}

/// The holidays by place. Each place has the same spelling as in the order lines.
fn holidays(
    tables: BTreeMap<String, HolidaysTable>,
    source: &SettingSource<'_>,
) -> Result<BTreeMap<String, Holidays>, ConfigError> {
    let mut places = BTreeMap::new();
    for (name, table) in tables {
        let setting = format!("holidays.{name}");
        let place = codes::parse_place(&name).ok_or_else(|| {
            source.invalid_setting(&setting, "must be a country such as NL, or a part of one such as DE-BY")
        })?;
        if let Some(nth) = table.years.iter().position(|year| !HOLIDAY_YEARS.contains(year)) {
            return Err(source.invalid_setting(&format!("{setting}.years[{nth}]"), "must be a year such as 2026"));
        }
        let dates = holiday_dates(&setting, &table, source)?;
        let holidays =
            Holidays::new(table.years, dates).map_err(|error| source.invalid_setting(&setting, error.to_string()))?;
        if places.insert(place.code, holidays).is_some() {
            return Err(source.invalid_setting(&setting, "stands there twice, in other letters"));
        }
    }
    Ok(places)
}

/// The dates of a table of holidays, each in one of the table's years.
fn holiday_dates(
    setting: &str,
    table: &HolidaysTable,
    source: &SettingSource<'_>,
) -> Result<Vec<NaiveDate>, ConfigError> {
    let mut dates = Vec::new();
    for (nth, value) in table.dates.iter().enumerate() {
        let refuse = |must: &str| source.invalid_setting(&format!("{setting}.dates[{nth}]"), must);
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        let date = date::parse_iso(&text).ok_or_else(|| refuse("must be a date such as \"2026-12-25\""))?;
        if !table.years.contains(&date.year()) {
            return Err(refuse(&format!("must be in one of the years of {setting}.years")));
        }
        dates.push(date);
    }
    Ok(dates)
}
