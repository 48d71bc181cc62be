//! One field of another system's data that is not as it is wanted: what was wanted, and what came.
//!
//! Bodies and the configuration are both read by serde, which tells its reasons in words that quote the input. These words are
//! taken apart here, and what they quote is left behind: it may be a secret, or somebody's idea of a joke.

use serde_json::Value;

/// The fault that serde found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A field is not there: this one.
    Missing(String),
    /// A field does not exist: this one, where its name is a plain word, which may stand at the end of the path already. The
    /// second text says which do.
    Unknown(Option<String>, String),
    /// The value at the path is another than this.
    Unwanted(String),
}

impl Fault {
    /// Reads what serde `said`. Names that it quotes from the input are dropped; names of our own fields are kept.
    pub(crate) fn read(said: &str) -> Self {
        let expected = said.rsplit_once(", expected ").map(|(_, expected)| expected);
        if let Some(name) = said.strip_prefix("missing field `") {
            return Self::Missing(name.split('`').next().unwrap_or_default().to_owned());
        }
        if said.starts_with("unknown field ") {
            let known = expected.map_or_else(|| "no field".to_owned(), |known| known.replace('`', ""));
            let name = said.split('`').nth(1).filter(|name| is_plain(name)).map(str::to_owned);
            return Self::Unknown(name, known);
        }
        let quotes = ["invalid type", "invalid value", "invalid length", "unknown variant", "duplicate field"];
        Self::Unwanted(match expected {
            Some(expected) if quotes.iter().any(|quote| said.starts_with(quote)) => in_words(expected),
            None if quotes.iter().any(|quote| said.starts_with(quote)) => "another value".to_owned(),
            // A word of our own types, which never repeat what they were given.
            _ => said.lines().next().unwrap_or_default().to_owned(),
        })
    }
}

/// Whether `name` is one that can be repeated: what a field of somebody's system is called, and no more.
pub(crate) fn is_plain(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Serde's names for Rust's types, for readers of any language.
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

/// The kind of `value`, which is all that a refusal says of what came.
pub(crate) fn came(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Bool(_)) => "true or false".to_owned(),
        Some(Value::Number(number)) if number.is_f64() => "a number with a fraction".to_owned(),
        Some(Value::Number(_)) => "a number".to_owned(),
        Some(Value::String(text)) => text_that_came(text),
        Some(Value::Array(items)) => format!("a list of {}", items.len()),
        Some(Value::Object(_)) => "an object".to_owned(),
    }
}

/// The kind of `text`: how long it is, and nothing that it says.
pub(crate) fn text_that_came(text: &str) -> String {
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
    fn what_serde_says_is_read_without_what_it_quotes() {
        let unwanted = |wanted: &str| Fault::Unwanted(wanted.to_owned());
        let unknown = |name: Option<&str>, known: &str| Fault::Unknown(name.map(str::to_owned), known.to_owned());
        for (said, fault) in [
            ("missing field `device`", Fault::Missing("device".to_owned())),
            ("unknown field `x`, expected one of `a`, `b`", unknown(Some("x"), "one of a, b")),
            ("unknown field `, expected one of `, expected `a` or `b`", unknown(None, "a or b")),
            ("unknown field `<b>`, there are no fields", unknown(None, "no field")),
            ("invalid type: string \"hunter2\", expected a sequence", unwanted("a list")),
            ("invalid type: string \", expected hunter2\", expected u8", unwanted("a whole number of 0 to 255")),
            ("invalid value: integer `0`, expected a nonzero u32", unwanted("a whole number of 1 to 4294967295")),
            ("unknown variant `hunter2`, expected `refuse` or `accept`", unwanted("refuse or accept")),
            ("a date is written YYYY-MM-DD", unwanted("a date is written YYYY-MM-DD")),
        ] {
            assert_eq!(Fault::read(said), fault, "{said}");
        }
    }

    #[test]
    fn what_came_is_described_and_not_repeated() {
        assert_eq!(came(None), "nothing");
        assert_eq!(came(Some(&Value::Null)), "null");
        assert_eq!(came(Some(&"secret".into())), "a text of 6 characters");
        assert_eq!(came(Some(&399.5.into())), "a number with a fraction");
    }
}
