//! The error for one invalid field of another system's data: the expected value, and the kind of the received one.
//!
//! serde reads request bodies and the configuration, and its messages quote the input, which may be a secret. This module takes
//! the messages apart and drops every quotation.

use serde_json::Value;

/// An error that serde reported for one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldError {
    /// This field is missing.
    Missing(String),
    /// A field does not exist.
    Unknown {
        /// Its name, where that is a plain word. The path of the error may already end with it.
        name: Option<String>,
        /// The fields that exist.
        known: String,
    },
    /// The value at the path is invalid.
    Invalid {
        /// The expected value.
        expected: String,
    },
}

impl FieldError {
    /// Parses the `message` of serde. Names that it quotes from the input are dropped; names of our own fields stay.
    pub(crate) fn parse(message: &str) -> Self {
        let expected = message.rsplit_once(", expected ").map(|(_, expected)| expected);
        if let Some(name) = message.strip_prefix("missing field `") {
            return Self::Missing(name.split('`').next().unwrap_or_default().to_owned());
        }
        if message.starts_with("unknown field ") {
            let known = expected.map_or_else(|| "no field".to_owned(), |known| known.replace('`', ""));
            let name = message.split('`').nth(1).filter(|name| is_plain_name(name)).map(str::to_owned);
            return Self::Unknown { name, known };
        }
        let quotes = ["invalid type", "invalid value", "invalid length", "unknown variant", "duplicate field"];
        let expected = match expected {
            Some(expected) if quotes.iter().any(|quote| message.starts_with(quote)) => in_words(expected),
            None if quotes.iter().any(|quote| message.starts_with(quote)) => "another value".to_owned(),
            // A message of our own types, which never quote the input.
            _ => message.lines().next().unwrap_or_default().to_owned(),
        };
        Self::Invalid { expected }
    }
}

/// Whether `name` may be repeated in an error: it looks like the name of a field, and nothing else.
pub(crate) fn is_plain_name(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Serde's names of Rust types, in words for users of any language.
fn in_words(expected: &str) -> String {
    match expected {
        "a string" => "a text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        "u8" => whole_number(u8::MAX.into()),
        "u16" => whole_number(u16::MAX.into()),
        "u32" => whole_number(u32::MAX.into()),
        "u64" | "usize" | "i32" | "i64" => "a whole number".to_owned(),
        "a nonzero u32" => format!("a whole number of 1 to {}", u32::MAX),
        _ if expected.starts_with("struct ") => "an object".to_owned(),
        _ => expected.replace('`', ""),
    }
}

fn whole_number(max: u64) -> String {
    format!("a whole number of 0 to {max}")
}

/// The kind of `value`. A refusal says nothing else about the received value.
pub(crate) fn describe_value_kind(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Bool(_)) => "true or false".to_owned(),
        Some(Value::Number(number)) if number.is_f64() => "a number with a fraction".to_owned(),
        Some(Value::Number(_)) => "a number".to_owned(),
        Some(Value::String(text)) => describe_text_length(text),
        Some(Value::Array(items)) => format!("a list of {}", items.len()),
        Some(Value::Object(_)) => "an object".to_owned(),
    }
}

/// The length of `text`, in words.
pub(crate) fn describe_text_length(text: &str) -> String {
    match text.chars().count() {
        0 => "an empty text".to_owned(),
        1 => "a text of 1 character".to_owned(),
        characters => format!("a text of {characters} characters"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_messages_are_parsed_without_their_quotations() {
        let invalid = |expected: &str| FieldError::Invalid { expected: expected.to_owned() };
        let unknown = |name: Option<&str>, known: &str| FieldError::Unknown {
            name: name.map(str::to_owned),
            known: known.to_owned(),
        };
        for (message, error) in [
            ("missing field `device`", FieldError::Missing("device".to_owned())),
            ("unknown field `x`, expected one of `a`, `b`", unknown(Some("x"), "one of a, b")),
            ("unknown field `, expected one of `, expected `a` or `b`", unknown(None, "a or b")),
            ("unknown field `<b>`, there are no fields", unknown(None, "no field")),
            ("invalid type: string \"hunter2\", expected a sequence", invalid("a list")),
            ("invalid type: string \", expected hunter2\", expected u8", invalid("a whole number of 0 to 255")),
            ("invalid value: integer `0`, expected a nonzero u32", invalid("a whole number of 1 to 4294967295")),
            ("unknown variant `hunter2`, expected `refuse` or `accept`", invalid("refuse or accept")),
            ("a date is written YYYY-MM-DD", invalid("a date is written YYYY-MM-DD")),
        ] {
            assert_eq!(FieldError::parse(message), error, "{message}");
        }
    }

    #[test]
    fn a_received_value_is_described_and_not_repeated() {
        assert_eq!(describe_value_kind(None), "nothing");
        assert_eq!(describe_value_kind(Some(&Value::Null)), "null");
        assert_eq!(describe_value_kind(Some(&"secret".into())), "a text of 6 characters");
        assert_eq!(describe_value_kind(Some(&399.5.into())), "a number with a fraction");
    }
}
