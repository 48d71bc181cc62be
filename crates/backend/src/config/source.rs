//! Where a setting comes from: a line of the file, or an environment variable. Error messages name it.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use toml::de::{DeTable, DeValue, Deserializer};

use super::error::ConfigError;
use crate::field_error::{FieldError, is_plain_name};

/// The file's text, and the variables that override its settings.
pub(super) struct SettingSource<'t> {
    text: &'t str,
    table: DeTable<'t>,
    /// The settings that come from the environment, each with its variable.
    variables: HashMap<String, String>,
}

impl<'t> SettingSource<'t> {
    /// The file with this `text`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when it is not TOML.
    pub(super) fn parse(text: &'t str) -> Result<Self, ConfigError> {
        // A file written on Windows may begin with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = line_at(text, at);
            // Only the message: the rendered error quotes the line, which may hold a secret.
            let why = error.message().lines().next().unwrap_or_default();
            match setting_at(text, line) {
                Some(setting) => ConfigError::new(format!("line {line}: {setting} is not valid TOML: {why}")),
                None => ConfigError::new(format!("line {line}: this is not valid TOML: {why}")),
            }
        })?;
        Ok(Self { text, table: table.into_inner(), variables: HashMap::new() })
    }

    /// The settings in the file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first one that is missing, unknown, or of another type.
    pub(super) fn deserialize_settings<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let deserializer = Deserializer::parse(self.text).map_err(|error| ConfigError::new(error.message()))?;
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            let setting = dotted(error.path());
            let within = |name: &str| if setting.is_empty() { name.to_owned() } else { format!("{setting}.{name}") };
            match FieldError::parse(error.inner().message()) {
                FieldError::Missing(name) => self.invalid_setting(&within(&name), "is missing"),
                FieldError::Unknown { known, .. } => {
                    let known = known.strip_prefix("one of ").unwrap_or(&known);
                    self.invalid_setting(&setting, format!("is unknown; known settings: {known}"))
                }
                FieldError::Invalid { expected: wanted } => self.invalid_setting(&setting, format!("must be {wanted}")),
            }
        })
    }

    /// Records that the environment's `variable` sets `setting`.
    pub(super) fn record_override(&mut self, setting: impl Into<String>, variable: impl Into<String>) {
        self.variables.insert(setting.into(), variable.into());
    }

    /// The error for an invalid `setting` (`tokens.current.secret`, `seller_keys[1]`): where it is, and what it must be.
    pub(super) fn invalid_setting(&self, setting: &str, must: impl AsRef<str>) -> ConfigError {
        let must = must.as_ref();
        let whole = setting.split('[').next().unwrap_or(setting);
        if let Some(variable) = self.variables.get(setting).or_else(|| self.variables.get(whole)) {
            return ConfigError::new(format!("{variable}: {setting} {must}"));
        }
        ConfigError::new(match self.line(setting) {
            Some(line) => format!("line {line}: {setting} {must}"),
            None => format!("{setting} {must} (not set in the file)"),
        })
    }

    /// The line of `setting`, or else of its table. `None` if the file has neither.
    fn line(&self, setting: &str) -> Option<usize> {
        let mut found = None;
        let mut steps = setting.split(['.', '[']).map(|step| step.trim_end_matches(']'));
        let (key, value) = entry(&self.table, steps.next()?)?;
        found.replace(key);
        let mut value = value;
        for step in steps {
            match value {
                DeValue::Table(table) => match entry(table, step) {
                    Some((key, next)) => {
                        found.replace(key);
                        value = next;
                    }
                    None => break,
                },
                DeValue::Array(items) => match step.parse::<usize>().ok().and_then(|nth| items.get(nth)) {
                    Some(item) => {
                        found.replace(item.span().start);
                        value = item.get_ref();
                    }
                    None => break,
                },
                _ => break,
            }
        }
        found.map(|at| line_at(self.text, at))
    }
}

/// The position of the key `name` of `table`, and its value.
fn entry<'v, 't>(table: &'v DeTable<'t>, name: &str) -> Option<(usize, &'v DeValue<'t>)> {
    let (key, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == name)?;
    Some((key.span().start, value.get_ref()))
}

/// The line of the byte at `at` in `text`, counted from 1.
fn line_at(text: &str, at: usize) -> usize {
    1 + text.as_bytes().iter().take(at).filter(|&&byte| byte == b'\n').count()
}

/// The name of the setting in a line that is not valid TOML. `None` unless it is a plain name, because an error must not repeat a
/// secret.
fn setting_at(text: &str, line: usize) -> Option<&str> {
    let (name, _) = text.lines().nth(line.checked_sub(1)?)?.split_once('=')?;
    Some(name.trim()).filter(|name| is_plain_name(name) && name.bytes().all(|c| c.is_ascii_lowercase() || c == b'_'))
}

/// The path in the notation of settings: `tokens.current`, `seller_keys[1]`.
fn dotted(path: &Path) -> String {
    let mut dotted = String::new();
    for segment in path {
        match segment {
            Segment::Map { key } if dotted.is_empty() => dotted.push_str(key),
            Segment::Map { key } => dotted.push_str(&format!(".{key}")),
            Segment::Seq { index } => dotted.push_str(&format!("[{index}]")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    dotted
}
