//! The settings of the desk: who may sign in, for how long, and how the desk writes times and money. Without `[desk]` there is no desk.

use std::fmt;

use chrono::TimeDelta;
use chrono_tz::Tz;
use damage_report_rules::codes;
use serde::Deserialize;

use super::{error::ConfigError, secret::KeyDigest, source::SettingSource};

/// The variable with the people's keys: `Anna=…,Bram=…`.
pub(super) const KEYS_VARIABLE: &str = "DAMAGE_REPORT_DESK_KEYS";

/// The most characters of a person's name.
const NAME_LENGTH_MAX: usize = 60;

/// The valid settings of the desk.
#[derive(Clone, Debug)]
pub struct DeskSettings {
    /// The people who may sign in, each with another name and key.
    pub people: Vec<DeskPerson>,
    /// How long a session lasts without a request.
    pub idle_max: TimeDelta,
    /// How long a session lasts in all.
    pub session_max: TimeDelta,
    /// The zone in which the desk writes times, and whose day is today.
    pub zone: Tz,
    /// The currency of the amounts that people type: an ISO 4217 code.
    pub currency: String,
    /// How browsers reach the desk.
    pub transport: Transport,
    /// The key that the sign-in page fills in: for the demo, whose keys protect nothing. The configuration cannot set it.
    pub demo_key: Option<String>,
}

/// Somebody who may sign in to the desk.
#[derive(Clone, Debug)]
pub struct DeskPerson {
    /// The name, as the log of events has it.
    pub name: String,
    /// What this person may do.
    pub role: Role,
    /// The digest of the key.
    pub key: KeyDigest,
}

/// The rights of a person at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Read everything.
    Look,
    /// Read everything, and change claims.
    Decide,
}

/// How browsers reach the desk. It decides the attributes of the session's cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// By HTTPS, as every shop does.
    Https,
    /// By plain HTTP on the same machine, as the demo does.
    PlainLoopback,
}

impl Role {
    /// Its stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Decide => "decide",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl DeskSettings {
    /// A desk with the default settings for `people`.
    #[must_use]
    pub fn new(people: Vec<DeskPerson>) -> Self {
        Self {
            people,
            idle_max: TimeDelta::minutes(30),
            session_max: TimeDelta::hours(12),
            zone: Tz::Europe__Amsterdam,
            currency: "EUR".to_owned(),
            transport: Transport::Https,
            demo_key: None,
        }
    }

    /// The person whose key is `key`. Every key is compared, so that the answer takes as long for the first as for the last.
    #[must_use]
    pub fn person_with_key(&self, key: &str) -> Option<&DeskPerson> {
        self.people.iter().fold(None, |found, person| if person.key.matches(key) { Some(person) } else { found })
    }
}

/// `[desk]` in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeskTable {
    #[serde(default)]
    people: Vec<PersonTable>,
    idle_minutes: Option<i64>,
    session_hours: Option<i64>,
    zone: Option<String>,
    currency: Option<String>,
}

/// `[[desk.people]]` in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonTable {
    name: String,
    role: Role,
    key: Option<String>,
}

impl DeskTable {
    /// Sets the keys of the variable's `text`, and records in `source` whose they are.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when it names somebody who is not in the file.
    pub(super) fn set_keys(&mut self, text: &str, source: &mut SettingSource<'_>) -> Result<(), ConfigError> {
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (name, key) = entry.split_once('=').unwrap_or_default();
            let nth = self.people.iter().position(|person| person.name.trim() == name.trim());
            let nth = nth.ok_or_else(|| {
                ConfigError::new(format!("{KEYS_VARIABLE}: each entry must be NAME=KEY, with a name of desk.people"))
            })?;
            self.people[nth].key = Some(key.trim().to_owned());
            source.record_override(format!("desk.people[{nth}].key"), KEYS_VARIABLE);
        }
        Ok(())
    }

    /// The desk of these settings.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first invalid setting.
    pub(super) fn validate(self, source: &SettingSource<'_>) -> Result<DeskSettings, ConfigError> {
        if self.people.is_empty() {
            return Err(source.invalid_setting("desk.people", "must name at least one person (or leave [desk] out)"));
        }
        let mut keys: Vec<String> = Vec::new();
        let mut desk = DeskSettings::new(Vec::new());
        for (nth, person) in self.people.into_iter().enumerate() {
            let setting = |field: &str| format!("desk.people[{nth}].{field}");
            let name = person.name.trim().to_owned();
            let is_plain = name.chars().all(|c| !c.is_control() && c != ',' && c != '=');
            let is_new = desk.people.iter().all(|other| other.name != name);
            if name.is_empty() || name.chars().count() > NAME_LENGTH_MAX || !is_plain || !is_new {
                let must = "must be a name of 1 to 60 characters that nobody else has, without comma and equals sign";
                return Err(source.invalid_setting(&setting("name"), must));
            }
            let key = person.key.unwrap_or_default();
            let digest = KeyDigest::of(&key).filter(|_| !keys.contains(&key)).ok_or_else(|| {
                let must = format!("must be 32 characters or more, and nobody else's (or set {KEYS_VARIABLE})");
                source.invalid_setting(&setting("key"), must)
            })?;
            keys.push(key);
            desk.people.push(DeskPerson { name, role: person.role, key: digest });
        }
        desk.idle_max = TimeDelta::minutes(within(source, "desk.idle_minutes", self.idle_minutes, 30, 24 * 60)?);
        desk.session_max = TimeDelta::hours(within(source, "desk.session_hours", self.session_hours, 12, 7 * 24)?);
        if let Some(zone) = self.zone {
            let must = "must be a time zone such as \"Europe/Amsterdam\"";
            desk.zone = zone.parse().map_err(|_| source.invalid_setting("desk.zone", must))?;
        }
        if let Some(currency) = self.currency {
            let must = "must be a currency of ISO 4217, such as \"EUR\"";
            desk.currency =
                codes::parse_currency(&currency).ok_or_else(|| source.invalid_setting("desk.currency", must))?;
        }
        Ok(desk)
    }
}

/// The whole number of a `setting` from 1 to `max`, or its default.
fn within(
    source: &SettingSource<'_>,
    setting: &str,
    value: Option<i64>,
    default: i64,
    max: i64,
) -> Result<i64, ConfigError> {
    let value = value.unwrap_or(default);
    if (1..=max).contains(&value) {
        Ok(value)
    } else {
        Err(source.invalid_setting(setting, format!("must be 1 to {max}")))
    }
}

#[cfg(test)]
mod tests;
